package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/bench/canned"
	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/quota"
	"guichet/shared/route"
)

// Calls at once: as the peers were measured.
const (
	tokenCallers = 2  // Hydra's quieter run
	fewCallers   = 8  // Tyk's processor time
	manyCallers  = 32 // Tyk's requests per second
	oneCaller    = 1  // what one environment of each function does
)

// measureTimes compares, in rounds in which everything takes its turn, and takes medians over the rounds.
func measureTimes(ctx context.Context, b *bench) ([]row, error) {
	t, err := newTimes(ctx, b)
	if err != nil {
		return nil, err
	}
	defer t.close()
	for range b.pick(15, 5) {
		for _, take := range [...]func(context.Context) error{t.starts, t.store, t.tokens, t.calls} {
			if err := errors.Join(ctx.Err(), take(ctx)); err != nil {
				return nil, err
			}
		}
	}
	return t.rows(), nil
}

// times is the equipment of the rounds, and what they measured.
type times struct {
	*bench
	samples map[string][]float64 // by name, one for each round

	consumer consumer
	canned   *http.Server
	binaries map[string]string
	folder   string
	// lean is the environment of each function before the canned store.
	lean map[string]map[string]string
	// local is an authorizer before DynamoDB Local; the crews are before the canned store.
	local                      *process
	issuers, deciders, passers crew
}

func newTimes(ctx context.Context, b *bench) (t *times, err error) {
	t = &times{bench: b, samples: map[string][]float64{}, lean: map[string]map[string]string{}}
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	if t.consumer, err = b.newConsumer(ctx, quota.Limits{}); err != nil {
		return t, err
	}
	store, err := t.serveCanned(ctx)
	if err != nil {
		return t, err
	}
	if t.binaries, err = localtest.Build(ctx, "authorizer", "gateway", "oauth"); err != nil {
		return t, err
	}
	if t.folder, err = os.MkdirTemp("", "guichet-bench-"); err != nil {
		return t, err
	}
	t.binaries["hello"] = filepath.Join(t.folder, "bootstrap")
	if err := compile(ctx, helloPackage, t.binaries["hello"]); err != nil {
		return t, err
	}
	t.lean["hello"] = map[string]string{"GOMAXPROCS": "1"} // as the topology has it for the others
	for _, function := range [...]string{"authorizer", "gateway", "oauth"} {
		if t.lean[function], err = b.environment(function, store, store); err != nil {
			return t, err
		}
	}
	before, err := b.environment("authorizer", b.cloud.Endpoint, b.cloud.Environment.Endpoints["SECRETS_MANAGER"])
	if err != nil {
		return t, err
	}
	if t.local, err = start(t.binaries["authorizer"], before); err != nil {
		return t, err
	}
	if t.issuers, err = hire(t.binaries["oauth"], t.lean["oauth"], tokenCallers); err != nil {
		return t, err
	}
	if t.deciders, err = hire(t.binaries["authorizer"], t.lean["authorizer"], manyCallers); err != nil {
		return t, err
	}
	t.passers, err = hire(t.binaries["gateway"], t.lean["gateway"], manyCallers)
	return t, err
}

// serveCanned starts a store that answers as DynamoDB Local did, at once.
func (t *times) serveCanned(ctx context.Context) (string, error) {
	grants, err := t.grant(ctx, t.consumer.application)
	if err != nil {
		return "", err
	}
	grants = maps.Clone(grants)
	maps.DeleteFunc(grants, func(name string, _ types.AttributeValue) bool { return name == ddb.PK })
	item, err := t.grant(ctx, ddb.GrantClient(t.consumer.clientID))
	if err != nil {
		return "", err
	}
	known, err := client.FromItem(item)
	if err != nil {
		return "", err
	}
	store, err := canned.New(canned.Answers{
		Keys: t.keys, Routes: []route.Route{t.route}, Grants: grants, Clients: map[string]client.Client{t.consumer.clientID: known},
	})
	if err != nil {
		return "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	t.canned = &http.Server{Handler: store, ReadHeaderTimeout: time.Minute}
	go t.canned.Serve(listener) // ends with close
	return "http://" + listener.Addr().String(), nil
}

func (t *times) close() {
	if t.local != nil {
		t.local.stop()
	}
	for _, c := range [...]crew{t.issuers, t.deciders, t.passers} {
		c.stop()
	}
	if t.canned != nil {
		t.canned.Close()
	}
	if t.folder != "" {
		os.RemoveAll(t.folder)
	}
}

// Names of samples.
const (
	startWall      = "start, wall, "
	startProcessor = "start, processor, "
	warmProcessor  = "warm, processor, "
	bareWrite      = "bare write"
	localCall      = "authorizer's call"
	tokenRate      = "token rate"
	tokenProcessor = "token processor"
	callRate       = "call rate, "      // and how many at once
	callProcessor  = "call processor, " // the same
)

func (t *times) add(name string, value float64) { t.samples[name] = append(t.samples[name], value) }

func (t *times) median(name string) float64 { return median(t.samples[name]) }

// ratio is the median over the rounds of one sample divided by another of the same round.
func (t *times) ratio(name, by string) float64 {
	quotients := slices.Clone(t.samples[name])
	for i := range quotients {
		quotients[i] /= t.samples[by][i]
	}
	return median(quotients)
}

func median(samples []float64) float64 {
	sorted := slices.Sorted(slices.Values(samples))
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return (sorted[n/2] + sorted[(n-1)/2]) / 2
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// starts starts a hello-world and an authorizer, and calls each when it is warm. Both get the same event.
func (t *times) starts(context.Context) error {
	event, err := json.Marshal(t.callEvent(t.consumer.token))
	if err != nil {
		return err
	}
	for _, function := range [...]string{"hello", "authorizer"} {
		if err := t.start(function, event); err != nil {
			return err
		}
	}
	return nil
}

func (t *times) start(function string, event []byte) error {
	const warming = 30
	p, err := start(t.binaries[function], t.lean[function])
	if err != nil {
		return err
	}
	defer p.stop()
	var before time.Duration
	calls := t.pick(300, 150)
	for i := range warming + calls {
		if i == warming {
			if before, err = p.processor(); err != nil {
				return err
			}
		}
		if _, _, err := p.invoke(event); err != nil {
			return err
		}
	}
	after, err := p.processor()
	t.add(startWall+function, milliseconds(p.initWall))
	t.add(startProcessor+function, milliseconds(p.initProcessor))
	t.add(warmProcessor+function, microseconds(after-before)/float64(calls))
	return err
}

// store lets the authorizer and a bare client make the same write on DynamoDB Local, in turns.
func (t *times) store(ctx context.Context) error {
	event, err := json.Marshal(t.callEvent(t.consumer.token))
	if err != nil {
		return err
	}
	var bare, whole []float64
	for range t.pick(80, 40) {
		call := quota.Call{Credentials: []uint16{t.consumer.number}, API: t.route.ID, Now: time.Now()}
		began := time.Now()
		if _, err := t.db.Client.UpdateItem(ctx, call.Update(t.grants, t.consumer.application, nil)); err != nil {
			return err
		}
		bare = append(bare, microseconds(time.Since(began)))
		payload, took, err := t.local.invoke(event)
		if err != nil {
			return err
		}
		if _, err := admitted(payload); err != nil {
			return err
		}
		whole = append(whole, microseconds(took))
	}
	t.add(bareWrite, median(bare))
	t.add(localCall, median(whole))
	return nil
}

// tokens asks for tokens, some at once.
func (t *times) tokens(context.Context) error {
	event, err := json.Marshal(tokenEvent(t.consumer.clientID, t.consumer.secret, address))
	if err != nil {
		return err
	}
	count := t.pick(400, 200)
	took, used, err := work(count, tokenCallers, []crew{t.issuers}, func(caller int) error {
		payload, _, err := t.issuers[caller].invoke(event)
		if err != nil {
			return err
		}
		var answer lambdaevents.APIGatewayProxyResponse
		if err := json.Unmarshal(payload, &answer); err != nil {
			return err
		}
		_, err = readToken(answer)
		return err
	})
	t.add(tokenRate, float64(count)/took.Seconds())
	t.add(tokenProcessor, milliseconds(used)/float64(count))
	return err
}

// calls sends calls through an authorizer and a gateway to the backend, some at once.
func (t *times) calls(context.Context) error {
	event, err := json.Marshal(t.callEvent(t.consumer.token))
	if err != nil {
		return err
	}
	call := func(caller int) error {
		payload, _, err := t.deciders[caller].invoke(event)
		if err != nil {
			return err
		}
		decision, err := admitted(payload)
		if err != nil {
			return err
		}
		passed, err := json.Marshal(t.gatewayEvent(t.consumer.token, decision))
		if err != nil {
			return err
		}
		if payload, _, err = t.passers[caller].invoke(passed); err != nil {
			return err
		}
		return greeted(payload)
	}
	for _, callers := range [...]int{oneCaller, fewCallers, manyCallers} {
		count := t.pick(640, 320)
		took, used, err := work(count, callers, []crew{t.deciders[:callers], t.passers[:callers]}, call)
		if err != nil {
			return err
		}
		t.add(fmt.Sprint(callRate, callers), float64(count)/took.Seconds())
		t.add(fmt.Sprint(callProcessor, callers), microseconds(used)/float64(count))
	}
	return nil
}

// work does something count times by some callers at once, and returns how long it took and what the crews used.
func work(count, callers int, crews []crew, do func(caller int) error) (took, used time.Duration, err error) {
	total := func() time.Duration {
		var sum time.Duration
		for _, c := range crews {
			processor, failed := c.processor()
			sum, err = sum+processor, errors.Join(err, failed)
		}
		return sum
	}
	before := total()
	began := time.Now()
	var left atomic.Int64
	left.Store(int64(count))
	failures := make([]error, callers)
	var group sync.WaitGroup
	for caller := range callers {
		group.Go(func() {
			for left.Add(-1) >= 0 && failures[caller] == nil {
				failures[caller] = do(caller)
			}
		})
	}
	group.Wait()
	took = time.Since(began)
	used = total() - before
	return took, used, errors.Join(append(failures, err)...)
}

// admitted reads an authorizer's answer.
func admitted(payload []byte) (map[string]any, error) {
	var answer lambdaevents.APIGatewayCustomAuthorizerResponse
	if err := json.Unmarshal(payload, &answer); err != nil {
		return nil, err
	}
	if answer.Context["decision"] != "allow" {
		return nil, fmt.Errorf("refused: %v", answer.Context)
	}
	return answer.Context, nil
}

// greeted holds that a gateway's answer is the backend's.
func greeted(payload []byte) error {
	var answer lambdaevents.APIGatewayProxyResponse
	if err := json.Unmarshal(payload, &answer); err != nil {
		return err
	}
	body := answer.Body
	if answer.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return err
		}
		body = string(decoded)
	}
	if answer.StatusCode != http.StatusOK || !strings.Contains(body, "hello world") {
		return fmt.Errorf("the backend's answer is %d %s", answer.StatusCode, body)
	}
	return nil
}

// rows are the medians. Ceilings of ratios are what was measured first, and a quarter.
func (t *times) rows() []row {
	hello, ours := "hello", "authorizer"
	loops := 2 * t.median(warmProcessor+hello)
	rows := []row{
		{what: "start, hello world", value: t.median(startWall + hello), digits: 1, unit: "ms", meaning: "from exec to the first question for an event"},
		{what: "start, authorizer", value: t.median(startWall + ours), digits: 1, unit: "ms", meaning: "keys and routes read, connections open"},
		row{what: "start, authorizer / hello world", value: t.ratio(startWall+ours, startWall+hello), digits: 2, unit: "times", meaning: "wall time"}.about(2.55),
		{what: "start, hello world", value: t.median(startProcessor + hello), digits: 1, unit: "ms of processor", meaning: "the same"},
		{what: "start, authorizer", value: t.median(startProcessor + ours), digits: 1, unit: "ms of processor", meaning: "the same"},
		row{what: "start, authorizer / hello world", value: t.ratio(startProcessor+ours, startProcessor+hello), digits: 2, unit: "times", meaning: "processor time"}.about(1.91),
		{what: "warm call, hello world", value: t.median(warmProcessor + hello), unit: "µs of processor", meaning: "what Lambda's runtime loop in Go costs by itself"},
		{what: "warm call, authorizer", value: t.median(warmProcessor + ours), unit: "µs of processor", meaning: "canned store"},
		row{what: "warm call, authorizer / hello world", value: t.ratio(warmProcessor+ours, warmProcessor+hello), digits: 2, unit: "times", meaning: "processor time"}.about(4.60),
		{what: "bare UpdateItem on DynamoDB Local", value: t.median(bareWrite), unit: "µs", meaning: "the authorizer's write, sent by the SDK alone"},
		{what: "authorizer's call on DynamoDB Local", value: t.median(localCall), unit: "µs", meaning: "the same store and item, in turns"},
		row{what: "authorizer's call / bare UpdateItem", value: t.ratio(localCall, bareWrite), digits: 2, unit: "times", meaning: "wall time"}.about(1.39),
		{what: fmt.Sprintf("tokens, %d at once", tokenCallers), value: t.median(tokenRate), unit: "per second", meaning: "canned store", toBeat: "Hydra: 325"},
		row{what: "token", value: t.median(tokenProcessor), digits: 2, unit: "ms of processor", meaning: "canned store", toBeat: "Hydra: 5.45"}.atMost(1),
	}
	for _, c := range [...]struct {
		callers         int
		rate, processor string
	}{{oneCaller, "Tyk: 1,337", ""}, {fewCallers, "", "Tyk: 386 (467 with Redis)"}, {manyCallers, "Tyk: 3,697", ""}} {
		rows = append(
			rows,
			row{what: fmt.Sprintf("calls, %d at once", c.callers), value: t.median(fmt.Sprint(callRate, c.callers)), unit: "per second", toBeat: c.rate,
				meaning: "authorizer, gateway, hello backend, canned store and who calls share the processors"},
			row{what: fmt.Sprintf("call, %d at once", c.callers), value: t.median(fmt.Sprint(callProcessor, c.callers)), unit: "µs of processor", toBeat: c.processor,
				meaning: fmt.Sprintf("authorizer and gateway; %.0f of it are the two runtime loops", loops)},
		)
	}
	return rows
}
