package portal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// IdempotencyHeader names one intent of a client, for its retries.
const IdempotencyHeader = "Idempotency-Key"

const (
	// idempotencyLifetime is how long the first answer is given again.
	idempotencyLifetime = 24 * time.Hour
	minIdempotencyKey   = 16
	maxIdempotencyKey   = 64
)

// Base64URL is the alphabet of idempotency keys, cookies and the tokens of links. Compared with strings.Trim: the counted
// repeats of a regular expression would be half of what a function does at its start.
const Base64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// IsBase64URL reports whether text has least to most characters, all of Base64URL.
func IsBase64URL(text string, least, most int) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, Base64URL) == ""
}

// checkIdempotencyKey wants one key of the right form where the route is idempotent.
func (c *Call) checkIdempotencyKey() error {
	if !c.route.Idempotent {
		return nil
	}
	if keys := c.r.Header.Values(IdempotencyHeader); len(keys) != 1 || !IsBase64URL(keys[0], minIdempotencyKey, maxIdempotencyKey) {
		return problem.New(problem.IdempotencyKeyMissing)
	}
	return nil
}

// intent is a call as it is remembered: the key within its operation and person, and what was asked for. Both are keyed
// hashes: a body may hold a password.
type intent struct {
	key, request string
}

const (
	requestAttribute = "request"
	statusAttribute  = "status"
	answerAttribute  = "answer"
	// refusalAttribute is the code that repetitions get where the first answer must not be kept.
	refusalAttribute = "refusal"
)

var errKey = errors.New("portal: a key of the link keys is missing")

func (c *Call) readIntent() error {
	keys, err := c.Keys()
	if err != nil {
		return err
	}
	id, _ := keys.Signing()
	key, ok := keys.Derive(id, "idempotency")
	if !ok {
		return errKey
	}
	sum := func(parts ...string) string {
		mac := hmac.New(sha256.New, key)
		for _, part := range parts {
			mac.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
		}
		return hex.EncodeToString(mac.Sum(nil))
	}
	c.intent = intent{
		key:     sum(c.route.Method(), c.route.Path(), c.Person.ID, c.r.Header.Get(IdempotencyHeader)),
		request: sum(c.r.URL.Path, string(c.body)),
	}
	return nil
}

// Remember is the item of the transaction that does what was asked for: the answer is remembered exactly if it was done.
// Its condition fails when the same request was first; the frame then gives that answer again, whatever error the handler
// returns.
func (c *Call) Remember(answer Answer) ddb.Write {
	return c.remember(ddb.Item{statusAttribute: ddb.N(int64(answer.status)), answerAttribute: ddb.S(string(answer.body))})
}

// RememberRefusal is Remember for an answer that must not be kept, such as a secret: a repetition is refused with a code.
func (c *Call) RememberRefusal(code problem.Code) ddb.Write {
	return c.remember(ddb.Item{refusalAttribute: ddb.S(string(code))})
}

func (c *Call) remember(row ddb.Item) ddb.Write {
	c.remembered, c.repeated = true, true
	row[ddb.PK], row[requestAttribute] = ddb.S(ddb.Idempotency(c.intent.key)), ddb.S(c.intent.request)
	row[ddb.TTL] = ddb.N(c.Now.Add(idempotencyLifetime).Unix())
	return ddb.Write{Put: &types.Put{
		TableName: &c.DB.Tables.Sessions, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK) OR #ttl <= :now"),
		ExpressionAttributeNames: map[string]string{"#ttl": ddb.TTL}, ExpressionAttributeValues: ddb.Item{":now": ddb.N(c.Now.Unix())},
	}}
}

// firstAnswer returns the answer that is remembered under the call's key (AP-55). known is false when there is none.
func (c *Call) firstAnswer() (first Answer, known bool, err error) {
	rows, err := c.DB.BatchGet(c.Context(), ddb.Get{Table: c.DB.Tables.Sessions, Key: ddb.PartitionKey(ddb.Idempotency(c.intent.key))})
	if err != nil {
		return Answer{}, false, err
	}
	row := rows[0]
	until, ok := ddb.Number(row, ddb.TTL)
	if !ok || c.Now.Unix() >= until { // DynamoDB deletes late (TK-04)
		return Answer{}, false, nil
	}
	if ddb.Text(row, requestAttribute) != c.intent.request {
		return Answer{}, true, problem.New(problem.IdempotencyConflict)
	}
	if code := ddb.Text(row, refusalAttribute); code != "" {
		return Answer{}, true, problem.New(problem.Code(code))
	}
	status, _ := ddb.Number(row, statusAttribute)
	first = Answer{status: int(status), body: []byte(ddb.Text(row, answerAttribute))}
	if first.status < http.StatusOK || first.status >= http.StatusBadRequest {
		return Answer{}, true, problem.New(problem.Conflict) // of a version that kept no refusals
	}
	if len(first.body) > 0 {
		first.mediaType = "application/json"
	}
	return first, true, nil
}
