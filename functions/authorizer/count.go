package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
)

// counter makes the one write of a call, and remembers what spares a second one. Safe for concurrent use.
type counter struct {
	client *dynamodb.Client
	table  string

	mu sync.Mutex
	// own holds the subscriptions that are known to count on an item of their own.
	own map[string]struct{}
	// items is what is known of each item.
	items map[string]*known
}

// known is what the last answer said of an item. It may be out of date, never wrong for long: an item that is gone sends
// the call back to the application's.
type known struct {
	shards int
	stale  []string
	// full is the last second whose quota was found used up, by the API whose limits hold ("" for the item's own). A full
	// second stays full, so refusing it from memory is exact.
	full map[string]fullSecond
}

type fullSecond struct {
	second int64
	usage  quota.Usage
}

// maxKnown bounds the memory of an environment; a busy environment serves a few hundred applications.
const maxKnown = 10_000

// writeTimeout bounds the write: an answer that is later counts as unknown.
const writeTimeout = 2500 * time.Millisecond

// manyStale is how many stale counters an environment that meets an item for the first time removes with a write of its
// own: so an item that only ever meets new environments stays small.
const manyStale = 8

func newCounter(client *dynamodb.Client, table string) *counter {
	return &counter{client: client, table: table, own: map[string]struct{}{}, items: map[string]*known{}}
}

// outcome of a count. code is empty when the call is admitted.
type outcome struct {
	code   problem.Code
	usage  *quota.Usage
	access []string // what the application is granted
	err    error
}

// maxWrites bounds the writes of one call: its own item after the application's, one further item of a split limit, and
// back again when what was remembered is out of date.
const maxWrites = 5

// count admits and counts the call, or says why not.
func (c *counter) count(ctx context.Context, application string, call quota.Call) outcome {
	c.mu.Lock()
	_, own := c.own[ddb.Grant(application, call.API)]
	c.mu.Unlock()
	call.OwnItem = own && call.API != ""
	shard, second := -1, false
	for range maxWrites {
		grant := ddb.Grant(application, "")
		if call.OwnItem {
			grant = ddb.Grant(application, call.API)
		}
		item, chosen, full := c.choose(grant, &call, shard)
		if full != nil {
			return outcome{code: problem.QuotaSecond, usage: full}
		}
		o, next := c.write(ctx, grant, item, chosen, &call)
		switch next {
		case decided:
			return o
		case otherItem:
			call.OwnItem = true
			c.rememberOwn(application, call.API, true)
		case forgotten:
			shard = -1
			if chosen == 0 {
				call.OwnItem = false
				c.rememberOwn(application, call.API, false)
			}
		case otherShard:
			if second {
				return o
			}
			shard, second = chosen, true
		}
	}
	return outcome{code: problem.Unavailable}
}

// next is what follows a write.
type next int

const (
	decided    next = iota
	otherItem       // the subscription counts on an item of its own
	forgotten       // the item that was remembered is gone
	otherShard      // this part of a split limit is used up, another may not be
)

// write sends one UpdateItem, once more only when it is known unwritten.
func (c *counter) write(ctx context.Context, grant, item string, shard int, call *quota.Call) (outcome, next) {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	update := call.Update(c.table, item, c.takeStale(item))
	answer, err := c.client.UpdateItem(ctx, update)
	if ddb.IsConflict(err) {
		answer, err = c.client.UpdateItem(ctx, update)
		if ddb.IsConflict(err) {
			return outcome{code: problem.Busy}, decided
		}
	}
	if err == nil {
		usage := call.Usage(answer.Attributes)
		c.learn(ctx, grant, item, usage)
		o := outcome{usage: &usage}
		if access, ok := answer.Attributes[quota.Access].(*types.AttributeValueMemberSS); ok {
			o.access = access.Value
		}
		return o, decided
	}
	old, refused := ddb.OldItem(err)
	switch {
	case refused && old == nil && (call.OwnItem || shard > 0):
		c.forget(grant)
		return outcome{}, forgotten
	case refused:
		return c.refused(ctx, grant, item, call, old)
	case ddb.IsThrottled(err):
		return outcome{code: problem.Busy, err: err}, decided
	}
	// Whether it was written is unknown: it counts as used, and is not admitted.
	return outcome{code: problem.Unavailable, err: err}, decided
}

// refused reads why the condition failed.
func (c *counter) refused(ctx context.Context, grant, item string, call *quota.Call, old map[string]types.AttributeValue) (outcome, next) {
	code, elsewhere := call.Refusal(old)
	if elsewhere {
		return outcome{}, otherItem
	}
	usage := call.Usage(old)
	if old != nil {
		c.learn(ctx, grant, item, usage)
	}
	o := outcome{code: code, usage: &usage}
	if code == problem.QuotaSecond {
		c.rememberFull(item, call, usage)
	}
	if usage.Shards > 1 && call.Counted() == "" && (code == problem.QuotaSecond || code == problem.QuotaDay) {
		return o, otherShard
	}
	return o, decided
}

// choose picks the item to count on: the only one, or one of a split limit that is not known to be full. avoid is the
// part that was just found used up; -1 for none. When all are full, it returns the usage that showed it.
func (c *counter) choose(grant string, call *quota.Call, avoid int) (item string, shard int, full *quota.Usage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	counted := call.Counted()
	count := 1
	if k := c.items[grant]; k != nil && k.shards > 1 && counted == "" {
		count = k.shards
	}
	start := 0
	if count > 1 {
		start = rand.IntN(count) //nolint:gosec // spreads load, guards nothing
	}
	for i := range count {
		shard := (start + i) % count
		item := ddb.GrantShard(grant, shard)
		if k := c.items[item]; k != nil {
			if f, ok := k.full[counted]; ok && f.second == call.Now.Unix() {
				full = &f.usage
				continue
			}
		}
		if shard == avoid {
			continue
		}
		return item, shard, nil
	}
	return "", 0, full
}

func (c *counter) entry(item string) *known {
	k := c.items[item]
	if k == nil {
		if len(c.items) >= maxKnown {
			clear(c.items) // what is forgotten costs one more request each
			clear(c.own)
		}
		k = &known{full: map[string]fullSecond{}}
		c.items[item] = k
	}
	return k
}

func (c *counter) rememberOwn(application, api string, own bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if own {
		if len(c.own) >= maxKnown {
			clear(c.own)
		}
		c.own[ddb.Grant(application, api)] = struct{}{}
	} else {
		delete(c.own, ddb.Grant(application, api))
	}
}

func (c *counter) rememberFull(item string, call *quota.Call, usage quota.Usage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entry(item).full[call.Counted()] = fullSecond{call.Now.Unix(), usage}
}

func (c *counter) forget(grant string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, grant)
}

func (c *counter) takeStale(item string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.items[item]
	if k == nil {
		return nil
	}
	names := k.stale
	k.stale = nil
	return names
}

// learn keeps what an answer says of an item.
func (c *counter) learn(ctx context.Context, grant, item string, usage quota.Usage) {
	c.mu.Lock()
	isNew := c.items[item] == nil
	k := c.entry(item)
	k.stale = usage.Stale
	c.entry(grant).shards = usage.Shards
	if isNew && len(usage.Stale) >= manyStale {
		k.stale = nil
	}
	c.mu.Unlock()
	if isNew && len(usage.Stale) >= manyStale {
		c.tidy(ctx, item, usage.Stale)
	}
}

// tidy removes stale counters with a write of its own. The call is decided already; a failure only leaves them.
func (c *counter) tidy(ctx context.Context, item string, names []string) {
	update := dynamodb.UpdateItemInput{
		TableName: &c.table, Key: ddb.PartitionKey(item),
		ConditionExpression: aws.String("attribute_exists(PK)"), ExpressionAttributeNames: map[string]string{},
	}
	text := "REMOVE "
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		placeholder := "#r" + strconv.Itoa(i)
		text += placeholder
		update.ExpressionAttributeNames[placeholder] = name
	}
	update.UpdateExpression = &text
	if _, err := c.client.UpdateItem(ctx, &update); err != nil {
		slog.WarnContext(ctx, "stale counters not removed", "error", err.Error())
	}
}
