package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/channel"
	"guichet/shared/ddb"
)

const (
	// maxFailures per client, network and window; the next one is answered 429 (TE-17).
	maxFailures = 20
	// window in which failures are counted.
	window = time.Minute
	// maxRemembered bounds the subjects that an environment refuses by itself; forgetting one costs a request, no safety.
	maxRemembered = 10_000
	// countAttribute is the number of failures in the item of a window.
	countAttribute = "count"
)

// attempts counts failed authentications by client and network: by both, so that nobody can lock a client out from
// elsewhere. What is exhausted is remembered and refused without a request until its window ends; each environment remembers
// for itself, since secrets have 128 random bits and the limit only keeps the store quiet. Safe for concurrent use.
type attempts struct {
	store   *dynamodb.Client
	table   string
	channel channel.Channel

	mu        sync.Mutex
	exhausted map[string]time.Time // subject → end of the window
}

func newAttempts(store *dynamodb.Client, table string, c channel.Channel) *attempts {
	return &attempts{store: store, table: table, channel: c, exhausted: map[string]time.Time{}}
}

// subject is what failures are counted by: a hash, because both parts come from outside.
func (a *attempts) subject(client, network string) string {
	sum := sha256.Sum256([]byte(string(a.channel) + "\x00" + client + "\x00" + network))
	return hex.EncodeToString(sum[:16])
}

// wait returns how long this environment refuses the subject; 0 when it does not.
func (a *attempts) wait(subject string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(0, a.exhausted[subject].Sub(now))
}

var errCount = errors.New("oauth: no count in the answer")

// failed counts a failure and returns how long to wait: 0 up to maxFailures in the window.
func (a *attempts) failed(ctx context.Context, subject string, now time.Time) (time.Duration, error) {
	start := now.Truncate(window)
	end := start.Add(window)
	// Not retried: a lost answer would count twice. The refusal does not wait for a second try either.
	output, err := a.store.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                &a.table,
		Key:                      ddb.PartitionKey(ddb.Attempts("oauth", subject, strconv.FormatInt(start.Unix(), 36))),
		UpdateExpression:         aws.String("ADD #count :one SET #ttl = :ttl"),
		ExpressionAttributeNames: map[string]string{"#count": countAttribute, "#ttl": ddb.TTL},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":one": ddb.N(1), ":ttl": ddb.N(end.Add(window).Unix()), // a window later: clocks differ
		},
		ReturnValues: types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return 0, err
	}
	number, ok := output.Attributes[countAttribute].(*types.AttributeValueMemberN)
	if !ok {
		return 0, errCount
	}
	count, err := strconv.ParseInt(number.Value, 10, 64)
	if err != nil {
		return 0, errCount
	}
	if count <= maxFailures {
		return 0, nil
	}
	a.remember(subject, end, now)
	return end.Sub(now), nil
}

func (a *attempts) remember(subject string, end, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.exhausted) >= maxRemembered {
		for old, until := range a.exhausted {
			if !until.After(now) {
				delete(a.exhausted, old)
			}
		}
	}
	for old := range a.exhausted { // any of them
		if len(a.exhausted) < maxRemembered {
			break
		}
		delete(a.exhausted, old)
	}
	a.exhausted[subject] = end
}
