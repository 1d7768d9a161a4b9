package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/shared/application"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
)

// limit is the calls per second of an application in PRODUCTION (guide K4).
const limit = 20

// traffic is a way of calling that the design has a figure for.
type traffic struct {
	name string
	// environments of the authorizer take turns; 0 is a new one for each call.
	environments int
	calls, short int
	// perSecond is how many calls are made before time passes.
	perSecond int
	// most requests, and write units, per admitted call.
	most    float64
	meaning string
}

var steady = []traffic{
	{"steady 15/s, 1 environment", 1, 150, 60, 15, 1, "the ordinary case"},
	{"steady 15/s, 8 environments", 8, 160, 64, 15, 1, "environments share one item and do not disturb each other"},
	{"sparse, 4 environments", 4, 60, 20, 1, 1, "each call in a second of its own; the next write clears the last one's counter away"},
	{"cold only", 0, 81, 41, 1, 1.13, "each call in a new environment: one that finds 8 old counters removes them with a write of its own"},
}

// measureRequests counts what a call and a token cost at the store, with real binaries behind a proxy.
func measureRequests(ctx context.Context, b *bench) ([]row, error) {
	m := &meter{}
	defer b.cloud.StoreFaults.Inject(faults.Rule{Fault: m.pass})()
	environments, err := b.addEnvironments(ctx, "authorizer", 8)
	if err != nil {
		return nil, err
	}
	var rows []row
	reads := 0
	for _, t := range steady {
		cost, err := b.run(ctx, t, environments, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
		reads += cost.reads
		rows = append(
			rows,
			row{what: "call, " + t.name, value: cost.requests, digits: 3, unit: "requests", meaning: t.meaning}.atMost(t.most),
			row{what: "call, " + t.name, value: cost.units, digits: 3, unit: "write units", meaning: "as the store reports them"}.atMost(t.most),
		)
	}
	over, err := b.overLimit(ctx, environments, m)
	if err != nil {
		return nil, fmt.Errorf("over the limit: %w", err)
	}
	rows = append(rows, over.rows...)
	rows = append(rows, row{
		what: "calls, all of the above", value: float64(reads + over.reads), unit: "reads", meaning: "of grants; the routes' versions are read once per environment and 10 s, an API's operations at its first call",
	}.atMost(0))
	large, err := b.largeItem(ctx, environments[0], m)
	if err != nil {
		return nil, fmt.Errorf("100 subscriptions: %w", err)
	}
	tokens, err := b.tokenRequests(ctx, m)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return append(append(rows, large...), tokens...), nil
}

// cost is what the store saw, per admitted call.
type cost struct {
	requests, units float64
	reads           int // in all
}

// run makes the calls of one traffic, all of which must be admitted.
func (b *bench) run(ctx context.Context, t traffic, environments []string, m *meter) (cost, error) {
	c, err := b.newConsumer(ctx, perSecond(limit))
	if err != nil {
		return cost{}, err
	}
	for _, e := range environments {
		b.cloud.Lambda.Recycle(e)
	}
	b.cloud.StoreFaults.Reset()
	m.reset()
	calls := b.pick(t.calls, t.short)
	for i := range calls {
		e := environments[i%max(1, t.environments)]
		if t.environments == 0 {
			b.cloud.Lambda.Recycle(e)
		}
		if code, err := b.call(ctx, e, c); err != nil || code != "" {
			return cost{}, errors.Join(err, fmt.Errorf("call %d is refused: %s", i, code))
		}
		if (i+1)%t.perSecond == 0 {
			if err := b.passTime(ctx, c.application, time.Duration(i+1)*time.Minute); err != nil {
				return cost{}, err
			}
		}
	}
	spent := b.spent(m, calls)
	if spent.requests < 1 {
		return cost{}, fmt.Errorf("%.3f requests per call: calls were admitted that nobody counted", spent.requests)
	}
	return spent, nil
}

// spent reads the counts since the last reset.
func (b *bench) spent(m *meter, calls int) cost {
	requests, reads := 0, 0
	for call, n := range b.cloud.StoreFaults.Calls() {
		if call.Table != b.grants {
			continue
		}
		requests += n
		if call.Operation != "UpdateItem" {
			reads += n
		}
	}
	return cost{float64(requests) / float64(calls), m.total() / float64(calls), reads}
}

// passTime lets time pass for an item instead of for the functions, whose clock is the machine's: the counters of this second become those of a second so long ago.
func (b *bench) passTime(ctx context.Context, item string, ago time.Duration) error {
	now := time.Now()
	counters, err := b.grant(ctx, item)
	if err != nil {
		return err
	}
	for _, second := range [...]time.Time{now, now.Add(-time.Second), now.Add(-2 * time.Second)} {
		current := quota.SecondCounter(second, "")
		value, ok := counters[current]
		if !ok {
			continue
		}
		_, err := b.db.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &b.grants, Key: ddb.PartitionKey(item), UpdateExpression: aws.String("SET #old = :n REMOVE #now"),
			ExpressionAttributeNames:  map[string]string{"#now": current, "#old": quota.SecondCounter(second.Add(-ago), "")},
			ExpressionAttributeValues: map[string]types.AttributeValue{":n": value},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// grant reads a grants item whole, unseen by the counts.
func (b *bench) grant(ctx context.Context, key string) (map[string]types.AttributeValue, error) {
	found, err := b.db.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &b.grants, Key: ddb.PartitionKey(key), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return found.Item, nil
}

type overLimit struct {
	rows  []row
	reads int
}

// overLimit sends 5 times the limit in each of some seconds.
func (b *bench) overLimit(ctx context.Context, environments []string, m *meter) (overLimit, error) {
	c, err := b.newConsumer(ctx, perSecond(limit))
	if err != nil {
		return overLimit{}, err
	}
	for _, e := range environments {
		if _, err := b.call(ctx, e, c); err != nil {
			return overLimit{}, err
		}
	}
	const calls = 5 * limit
	seconds, tries := b.pick(5, 2), 0
	total, most := cost{}, 0
	for done := 0; done < seconds; {
		if tries++; tries > 3*seconds {
			return overLimit{}, errors.New("this machine is too busy to make 100 calls within a second")
		}
		second := time.Now().Truncate(time.Second).Add(time.Second)
		select {
		case <-time.After(time.Until(second)):
		case <-ctx.Done():
			return overLimit{}, ctx.Err()
		}
		b.cloud.StoreFaults.Reset()
		m.reset()
		admitted := 0
		for i := range calls {
			code, err := b.call(ctx, environments[i%len(environments)], c)
			switch {
			case err != nil:
				return overLimit{}, err
			case code == "":
				admitted++
			case code != string(problem.QuotaSecond):
				return overLimit{}, fmt.Errorf("refused with %s", code)
			}
		}
		if time.Now().Unix() != second.Unix() {
			continue // two seconds have two quotas
		}
		spent := b.spent(m, calls)
		total.requests, total.units, total.reads = total.requests+spent.requests, total.units+spent.units, total.reads+spent.reads
		most = max(most, admitted)
		done++
	}
	return overLimit{
		rows: []row{
			row{what: "call, over the limit: 100/s, 8 environments", value: total.requests / float64(seconds), digits: 3, unit: "requests",
				meaning: "admitted and refused: each environment asks once, then refuses from memory until the second ends"}.atMost(0.30),
			row{what: "call, over the limit: 100/s, 8 environments", value: total.units / float64(seconds), digits: 3, unit: "write units",
				meaning: "a refused write is billed as one"}.atMost(0.30),
			row{what: "admitted in a second at 100/s", value: float64(most), unit: "calls", meaning: "the limit, exactly", toBeat: "Tyk: 32 to 40 at 20"}.atMost(limit),
		},
		reads: total.reads,
	}, nil
}

// largeItem makes an application with 100 subscriptions, 5 of them of two scopes only, and counters of 5 live seconds.
func (b *bench) largeItem(ctx context.Context, environment string, m *meter) ([]row, error) {
	c, err := b.newConsumer(ctx, perSecond(limit))
	if err != nil {
		return nil, err
	}
	for i := range 99 { // one it has
		right := application.Right{API: fmt.Sprintf("01API%021d", i), ShortID: fmt.Sprintf("a%03d", i)}
		if i%20 == 0 {
			right.Scopes = map[string]string{"one": "s001", "two": "s002"}
		}
		if err := application.Link(ctx, b.db, actor, c.application, right); err != nil {
			return nil, err
		}
	}
	m.reset()
	const calls = 5
	for i := range calls {
		if code, err := b.call(ctx, environment, c); err != nil || code != "" {
			return nil, errors.Join(err, fmt.Errorf("refused: %s", code))
		}
		if err := b.passTime(ctx, c.application, time.Duration(calls-i)*time.Second); err != nil {
			return nil, err
		}
	}
	item, err := b.grant(ctx, c.application)
	if err != nil {
		return nil, err
	}
	units := m.total()
	return []row{
		row{what: "item of 100 subscriptions", value: float64(localtest.ItemBytes(item)), unit: "bytes", meaning: "5 of them of two scopes only; 1,024 bytes are one write unit"}.atMost(1024),
		row{what: "call on it", value: units / calls, digits: 3, unit: "write units", meaning: "as the store reports them"}.atMost(1),
	}, nil
}

// tokenRequests counts what a token costs.
func (b *bench) tokenRequests(ctx context.Context, m *meter) ([]row, error) {
	c, err := b.newConsumer(ctx, perSecond(limit))
	if err != nil {
		return nil, err
	}
	b.cloud.StoreFaults.Reset()
	m.reset()
	tokens, length := b.pick(100, 30), 0
	for range tokens {
		text, err := b.getToken(ctx, c)
		if err != nil {
			return nil, err
		}
		length = max(length, len(text))
	}
	requests := 0
	for call, n := range b.cloud.StoreFaults.Calls() {
		if call.Table != b.routes { // refreshed every 10 s
			requests += n
		}
	}
	return []row{
		row{what: "token", value: float64(requests) / float64(tokens), digits: 3, unit: "requests", meaning: "one consistent read of the client"}.atMost(1),
		row{what: "token", value: m.total() / float64(tokens), digits: 3, unit: "write units", meaning: "nothing is written"}.atMost(0),
		row{what: "token", value: float64(length), unit: "characters", meaning: "of the access token; PISTE's have 54", toBeat: "JWT: 359 to 658"}.atMost(60),
	}, nil
}

// meter adds up the units of the requests that pass it. The functions do not ask what they consume, so it asks for them.
type meter struct {
	// reads counts read units too.
	reads bool

	mu    sync.Mutex
	units float64
}

func (m *meter) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.units = 0
}

// total returns the units since the last reset.
func (m *meter) total() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.units
}

// pass is a fault that does no harm: it asks for the consumed capacity on the way and reads it on the way back. A write whose condition fails consumes a unit too;
// DynamoDB Local does not say so.
func (m *meter) pass(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	target := r.Header.Get("X-Amz-Target")
	operation := target[strings.LastIndexByte(target, '.')+1:]
	if operation != "UpdateItem" && !(m.reads && (operation == "GetItem" || operation == "Query")) {
		return next(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var request map[string]json.RawMessage
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	request["ReturnConsumedCapacity"] = json.RawMessage(`"TOTAL"`)
	if body, err = json.Marshal(request); err != nil {
		return nil, err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	response, err := next(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(answer))
	said := struct {
		ConsumedCapacity struct{ CapacityUnits float64 }
	}{}
	if err := json.Unmarshal(answer, &said); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if units := said.ConsumedCapacity.CapacityUnits; operation == "UpdateItem" {
		m.units += max(1, units)
	} else {
		m.units += units
	}
	return response, nil
}
