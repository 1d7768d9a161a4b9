package portal

import (
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
	"guichet/shared/problem"
)

// Counter counts attempts of a subject within a calendar hour, so nobody is shut out for longer than that, and a refusal
// counts nothing.
type Counter struct {
	// Name is part of the counter's key.
	Name string
	// ByNetwork counters count networks alone, and this machine is not one: behind it are all browsers of a local
	// installation, and on AWS no call comes from it.
	ByNetwork bool
}

// attemptWindow of a counter.
const attemptWindow = time.Hour

const (
	countAttribute = "count"
	lastAttribute  = "last"
	// admittedAttribute holds the intents that a counter has admitted, as many as its limit.
	admittedAttribute = "admitted"
)

// Tally is what a counter says of a subject in the current window.
type Tally struct {
	Count int64
	// Last is when it was counted last.
	Last time.Time
}

// ReadCounter is the read of a counter (AP-50). subject is hashed, because it comes from outside.
func (c *Call) ReadCounter(counter Counter, subject ...string) ddb.Get {
	return ddb.Get{Table: c.DB.Tables.Sessions, Key: ddb.PartitionKey(c.counterKey(counter, subject))}
}

func (c *Call) counterKey(counter Counter, subject []string) string {
	sum := sha256.Sum256([]byte(strings.Join(subject, "\x00")))
	start := c.Now.UTC().Truncate(attemptWindow)
	return ddb.Attempts(counter.Name, hex.EncodeToString(sum[:16]), strconv.FormatInt(start.Unix(), 36))
}

// ReadTally reads a counter's row.
func ReadTally(row ddb.Item) Tally {
	count, _ := ddb.Number(row, countAttribute) // the attribute is only ever added to
	last, _ := ddb.Number(row, lastAttribute)
	return Tally{Count: count, Last: time.Unix(last, 0)}
}

// CountAttempt adds one and returns what the counter says now.
func (c *Call) CountAttempt(counter Counter, subject ...string) (int64, error) {
	tally, err := c.addAttempts(1, types.ReturnValueUpdatedNew, counter, subject)
	return tally.Count, err
}

// ReserveAttempt adds one before it is known whether the attempt fails, and returns what the counter said until then: so
// attempts at the same time are treated as if they had come one after another. RefundAttempt takes it back.
func (c *Call) ReserveAttempt(counter Counter, subject ...string) (Tally, error) {
	return c.addAttempts(1, types.ReturnValueUpdatedOld, counter, subject)
}

// RefundAttempt takes back what ReserveAttempt added.
func (c *Call) RefundAttempt(counter Counter, subject ...string) error {
	_, err := c.addAttempts(-1, types.ReturnValueNone, counter, subject)
	return err
}

// AdmitIntent reports whether the call's idempotency key is one of the first most of the window, and counts it if so. One
// that was admitted stays so: the same request sent several times at once is one, and the last of them does not find the
// counter full because of the first.
func (c *Call) AdmitIntent(counter Counter, most int64, subject ...string) (bool, error) {
	if uncounted(counter, subject) {
		return true, nil
	}
	_, err := c.DB.Client.UpdateItem(c.Context(), &dynamodb.UpdateItemInput{
		TableName: &c.DB.Tables.Sessions, Key: ddb.PartitionKey(c.counterKey(counter, subject)),
		UpdateExpression:         aws.String("ADD #count :one, #admitted :intents SET #ttl = :ttl"),
		ConditionExpression:      aws.String("attribute_not_exists(#count) OR #count < :most AND NOT contains(#admitted, :intent)"),
		ExpressionAttributeNames: map[string]string{"#count": countAttribute, "#admitted": admittedAttribute, "#ttl": ddb.TTL},
		ExpressionAttributeValues: ddb.Item{
			":one": ddb.N(1), ":most": ddb.N(most), ":intent": ddb.S(c.intent.key), ":ttl": ddb.N(c.counterExpiry()),
			":intents": &types.AttributeValueMemberSS{Value: []string{c.intent.key}},
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var full *types.ConditionalCheckFailedException
	if !errors.As(err, &full) {
		return err == nil, err
	}
	admitted, _ := full.Item[admittedAttribute].(*types.AttributeValueMemberSS)
	return admitted != nil && slices.Contains(admitted.Value, c.intent.key), nil
}

// uncounted reports whether a counter does not count this subject.
func uncounted(counter Counter, subject []string) bool {
	address, err := netip.ParseAddr(subject[0])
	return err == nil && address.IsLoopback() && counter.ByNetwork
}

// counterExpiry is a window after the counter's own, because clocks differ.
func (c *Call) counterExpiry() int64 {
	return c.Now.UTC().Truncate(attemptWindow).Add(2 * attemptWindow).Unix()
}

// addAttempts changes a counter. It is not retried: a lost answer would count twice.
func (c *Call) addAttempts(by int64, wanted types.ReturnValue, counter Counter, subject []string) (Tally, error) {
	if uncounted(counter, subject) {
		return Tally{}, nil
	}
	output, err := c.DB.Client.UpdateItem(c.Context(), &dynamodb.UpdateItemInput{
		TableName: &c.DB.Tables.Sessions, Key: ddb.PartitionKey(c.counterKey(counter, subject)),
		UpdateExpression:          aws.String("ADD #count :by SET #last = :now, #ttl = :ttl"),
		ExpressionAttributeNames:  map[string]string{"#count": countAttribute, "#last": lastAttribute, "#ttl": ddb.TTL},
		ExpressionAttributeValues: ddb.Item{":by": ddb.N(by), ":now": ddb.N(c.Now.Unix()), ":ttl": ddb.N(c.counterExpiry())},
		ReturnValues:              wanted,
	})
	if err != nil {
		return Tally{}, err
	}
	return ReadTally(output.Attributes), nil
}

// TooManyAttempts is the refusal of a full counter, until its window ends. Errors: too_many_attempts.
func (c *Call) TooManyAttempts() error {
	return problem.New(problem.TooManyAttempts).After(c.Now.UTC().Truncate(attemptWindow).Add(attemptWindow).Sub(c.Now))
}
