package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithytime "github.com/aws/smithy-go/time"

	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
)

// counter makes the one write of a call, and remembers what spares a second one. Safe for concurrent use.
type counter struct {
	client *dynamodb.Client
	table  string
	now    func() time.Time
	pause  func(context.Context, time.Duration) error

	mu sync.Mutex
	// refused are applications and credentials that were just found disabled, by callers.
	refused map[string]refusal
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
	// full is the window that was last found used up, by the API whose limits hold ("" for the item's own).
	full map[string]refusal
}

// refusal is a remembered one, which spares the store a write: otherwise the owner of a revoked key, in a loop, could keep
// the application's item busy.
type refusal struct {
	at      time.Time
	outcome outcome
}

// holds reports whether a call may still be refused by it. A full second stays full, so that refusing it from memory is
// exact; a day may be given a higher limit, and what was disabled may be enabled, so that these hold for a second at most.
func (r refusal) holds(now time.Time) bool {
	age := now.Sub(r.at)
	switch r.outcome.code {
	case problem.QuotaSecond:
		return now.Unix() == r.at.Unix()
	case problem.QuotaDay:
		if now.Unix()/day != r.at.Unix()/day {
			return false
		}
	}
	return 0 <= age && age < time.Second
}

// maxKnown bounds the memory of an environment; a busy environment serves a few hundred applications.
const maxKnown = 10_000

// manyStale is how many stale counters an environment that meets an item for the first time removes with a write of its
// own: so an item that only ever meets new environments stays small.
const manyStale = 8

// A write that met a transaction is sent again after conflictPause and up to as much more: a transaction holds its items for
// 10 to 30 ms.
const conflictPause = 15 * time.Millisecond

func newCounter(client *dynamodb.Client, table string, now func() time.Time) *counter {
	return &counter{
		client: client, table: table, now: now, pause: smithytime.SleepWithContext,
		refused: map[string]refusal{}, own: map[string]struct{}{}, items: map[string]*known{},
	}
}

// outcome of a count. code is empty when the call is admitted.
type outcome struct {
	code  problem.Code
	usage *quota.Usage
	err   error
}

// maxWrites bounds the writes of one call: its own item after the application's, one further item of a split limit, and
// back again when what was remembered is out of date.
const maxWrites = 5

// count admits and counts the call, or says why not.
func (c *counter) count(ctx context.Context, application string, call quota.Call) outcome {
	caller := callerOf(application, call.Credentials)
	c.mu.Lock()
	_, own := c.own[ddb.Grant(application, call.API)]
	refused, known := c.refused[caller]
	c.mu.Unlock()
	if known && refused.holds(call.Now) {
		return refused.outcome
	}
	call.OwnItem = own && call.API != ""
	shard, second := -1, false
	for range maxWrites {
		grant := ddb.Grant(application, "")
		if call.OwnItem {
			grant = ddb.Grant(application, call.API)
		}
		item, chosen, full := c.choose(grant, &call, shard)
		if full != nil {
			return *full
		}
		o, next := c.write(ctx, grant, item, chosen, &call)
		switch next {
		case decided:
			if o.code == problem.CredentialDisabled || o.code == problem.ApplicationDisabled {
				c.rememberRefused(caller, call.Now, o)
			}
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

// look returns what is known of the application without counting the call.
func (c *counter) look(ctx context.Context, application string, call quota.Call) (*quota.Usage, error) {
	_, err := c.client.UpdateItem(ctx, quota.Look(c.table, ddb.Grant(application, "")))
	old, refused := ddb.OldItem(err)
	if !refused {
		return nil, fmt.Errorf("authorizer: look: %w", err)
	}
	usage := call.Usage(old)
	return &usage, nil
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
	update := call.Update(c.table, item, c.takeStale(item))
	answer, err := c.client.UpdateItem(ctx, update)
	if ddb.IsConflict(err) {
		if err := c.pause(ctx, conflictPause+rand.N(conflictPause)); err != nil { //nolint:gosec // spreads load, guards nothing
			return outcome{code: problem.Unavailable, err: err}, decided
		}
		answer, err = c.client.UpdateItem(ctx, update)
		if ddb.IsConflict(err) {
			return outcome{code: problem.Busy}, decided
		}
	}
	if err == nil {
		usage := call.Usage(answer.Attributes)
		c.learn(ctx, grant, item, usage.Shards, answer.Attributes)
		return outcome{usage: &usage}, decided
	}
	old, refused := ddb.OldItem(err)
	switch {
	case refused && old == nil && (call.OwnItem || shard > 0):
		c.forget(grant)
		return outcome{}, forgotten
	case refused:
		return c.explain(ctx, grant, item, call, old)
	case ddb.IsThrottled(err):
		return outcome{code: problem.Busy, err: err}, decided
	}
	// Whether it was written is unknown: it counts as used, and is not admitted.
	return outcome{code: problem.Unavailable, err: err}, decided
}

// explain reads why the condition failed.
func (c *counter) explain(ctx context.Context, grant, item string, call *quota.Call, old map[string]types.AttributeValue) (outcome, next) {
	code, elsewhere := call.Refusal(old)
	if elsewhere {
		return outcome{}, otherItem
	}
	usage := call.Usage(old)
	if old != nil {
		c.learn(ctx, grant, item, usage.Shards, old)
	}
	o := outcome{code: code, usage: &usage}
	if code == problem.QuotaSecond || code == problem.QuotaDay {
		c.rememberFull(item, call, o)
		if usage.Shards > 1 && call.Counted() == "" {
			return o, otherShard
		}
	}
	return o, decided
}

// choose picks the item to count on: the only one, or one of a split limit that is not known to be full. avoid is the
// part that was just found used up; -1 for none. When all are known to be full, it returns the refusal.
func (c *counter) choose(grant string, call *quota.Call, avoid int) (item string, shard int, full *outcome) {
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
			if f, ok := k.full[counted]; ok && f.holds(call.Now) {
				if full == nil || f.outcome.code == problem.QuotaSecond { // the day is full when it is on every item
					full = &f.outcome
				}
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
		k = &known{full: map[string]refusal{}}
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

func (c *counter) rememberFull(item string, call *quota.Call, o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entry(item).full[call.Counted()] = refusal{call.Now, o}
}

// callerOf names an application with the credentials of a call.
func callerOf(application string, credentials []uint16) string {
	caller := []byte(application)
	for _, number := range credentials {
		caller = strconv.AppendUint(append(caller, '#'), uint64(number), 10)
	}
	return string(caller)
}

func (c *counter) rememberRefused(caller string, now time.Time, o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.refused) >= maxKnown {
		clear(c.refused)
	}
	c.refused[caller] = refusal{now, o}
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
func (c *counter) learn(ctx context.Context, grant, item string, shards int, attributes map[string]types.AttributeValue) {
	stale := quota.Stale(attributes, c.now()) // by the clock that this very answer corrected
	c.mu.Lock()
	isNew := c.items[item] == nil
	k := c.entry(item)
	k.stale = stale
	c.entry(grant).shards = shards
	if isNew && len(stale) >= manyStale {
		k.stale = nil
	}
	c.mu.Unlock()
	if isNew && len(stale) >= manyStale {
		c.tidy(ctx, item, stale)
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
