package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/httpapi"
)

// Counters are of calendar hours, so nobody is shut out for longer than that, and none is counted anew by being refused.
// Accounts are counted by the canonical address, whether there is one or not (RG-13), networks by address, IPv6 ones by
// their /64, which one subscriber has whole.
type counter string

const (
	failedSignIns     counter = "signin"       // by account
	failedSignInsFrom counter = "signin-from"  // by network
	failedSignInsPair counter = "signin-pair"  // by account and network
	mailsTo           counter = "mail"         // asked for and let through, by account
	mailsFrom         counter = "mail-from"    // asked for and let through, by network
	formsFrom         counter = "form-from"    // registrations and the like, by network
	codesFrom         counter = "code-from"    // wrong codes of organisations, by network
	codesBy           counter = "code-by"      // wrong codes of organisations, by person
	failedConfirms    counter = "confirm"      // by link
	failedPasswords   counter = "password-own" // of a signed-in person, by account
	challengesFrom    counter = "captcha-from" // asked for, by network
)

// window of a counter.
const window = time.Hour

const (
	countAttribute = "count"
	lastAttribute  = "last"
	// admittedAttribute holds the intents that a counter of mails has let through, as many as its limit.
	admittedAttribute = "admitted"
)

// tally is what a counter says of a subject in the current window.
type tally struct {
	count int64
	last  time.Time
}

// counterRead is the read of a counter. parts name the subject; they are hashed, because they come from outside.
func (c *call) counterRead(kind counter, parts ...string) read {
	return read{c.portal.db.Tables.Sessions, ddb.PartitionKey(c.counterKey(kind, parts))}
}

func (c *call) counterKey(kind counter, parts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	start := c.now.UTC().Truncate(window)
	return ddb.Attempts(string(kind), hex.EncodeToString(sum[:16]), strconv.FormatInt(start.Unix(), 36))
}

// readTally reads a counter's row.
func readTally(row item) tally {
	number := func(name string) int64 {
		n, _ := row[name].(*types.AttributeValueMemberN)
		if n == nil {
			return 0
		}
		value, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil {
			return 0 // the attribute is only ever added to
		}
		return value
	}
	return tally{count: number(countAttribute), last: time.Unix(number(lastAttribute), 0)}
}

// networks are the counters of a network alone. This machine is none: behind it sit all browsers of a local installation,
// and on AWS no call comes from it.
var networks = []counter{failedSignInsFrom, mailsFrom, formsFrom, codesFrom, challengesFrom}

// count adds one and returns what the counter says now.
func (c *call) count(ctx context.Context, kind counter, parts ...string) (int64, error) {
	now, err := c.add(ctx, 1, types.ReturnValueUpdatedNew, kind, parts)
	return now.count, err
}

// reserve adds one before it is known whether the attempt fails, and returns what the counter said until then: so those who
// try at once are heard as if they had come one after another. Whoever succeeds is forgiven.
func (c *call) reserve(kind counter, parts ...string) (tally, error) {
	return c.add(c.ctx(), 1, types.ReturnValueUpdatedOld, kind, parts)
}

// forgive takes back what reserve added.
func (c *call) forgive(kind counter, parts ...string) error {
	_, err := c.add(c.ctx(), -1, types.ReturnValueNone, kind, parts)
	return err
}

// admit tells whether an intent is one of the first of the window, and counts it if so. One that was admitted stays so: the same
// request sent several times at once is one, and the last of them does not find the counter full because of the first.
func (c *call) admit(kind counter, most int64, i intent, parts ...string) (bool, error) {
	if c.uncounted(kind, parts) {
		return true, nil
	}
	_, err := c.portal.db.Client.UpdateItem(c.ctx(), &dynamodb.UpdateItemInput{
		TableName: &c.portal.db.Tables.Sessions, Key: ddb.PartitionKey(c.counterKey(kind, parts)),
		UpdateExpression:         aws.String("ADD #count :one, #admitted :intents SET #ttl = :ttl"),
		ConditionExpression:      aws.String("attribute_not_exists(#count) OR #count < :most AND NOT contains(#admitted, :intent)"),
		ExpressionAttributeNames: map[string]string{"#count": countAttribute, "#admitted": admittedAttribute, "#ttl": ddb.TTL},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":one": ddb.N(1), ":most": ddb.N(most), ":intent": ddb.S(i.key), ":ttl": ddb.N(c.expiry()),
			":intents": &types.AttributeValueMemberSS{Value: []string{i.key}},
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var full *types.ConditionalCheckFailedException
	if !errors.As(err, &full) {
		return err == nil, err
	}
	admitted, _ := full.Item[admittedAttribute].(*types.AttributeValueMemberSS)
	return admitted != nil && slices.Contains(admitted.Value, i.key), nil
}

// uncounted tells a counter that does not count this subject.
func (c *call) uncounted(kind counter, parts []string) bool {
	address, err := netip.ParseAddr(parts[0])
	return err == nil && address.IsLoopback() && slices.Contains(networks, kind)
}

// expiry of a counter's row: a window after its own, because clocks differ.
func (c *call) expiry() int64 { return c.now.UTC().Truncate(window).Add(2 * window).Unix() }

// add changes a counter. It is not retried: a lost answer would count twice.
func (c *call) add(ctx context.Context, by int64, wanted types.ReturnValue, kind counter, parts []string) (tally, error) {
	if c.uncounted(kind, parts) {
		return tally{}, nil
	}
	output, err := c.portal.db.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &c.portal.db.Tables.Sessions, Key: ddb.PartitionKey(c.counterKey(kind, parts)),
		UpdateExpression:         aws.String("ADD #count :by SET #last = :now, #ttl = :ttl"),
		ExpressionAttributeNames: map[string]string{"#count": countAttribute, "#last": lastAttribute, "#ttl": ddb.TTL},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":by": ddb.N(by), ":now": ddb.N(c.now.Unix()), ":ttl": ddb.N(c.expiry()),
		},
		ReturnValues: wanted,
	})
	if err != nil {
		return tally{}, err
	}
	return readTally(output.Attributes), nil
}

// untilNextWindow is how long a refusal of a full counter lasts.
func (c *call) untilNextWindow() time.Duration {
	return c.now.UTC().Truncate(window).Add(window).Sub(c.now)
}

// network is the caller's network as counters know it.
func (c *call) network() string { return httpapi.Network(c.r, c.portal.proxies) }
