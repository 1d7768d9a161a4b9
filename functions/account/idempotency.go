package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// idempotencyHeader names one intent of a client, for its retries.
const idempotencyHeader = "Idempotency-Key"

// idempotencyLifetime is how long the first answer is given again.
const idempotencyLifetime = 24 * time.Hour

// idempotencyForm is 16 to 64 letters, digits, - and _.
var idempotencyForm = form64url{16, 64}

// checkIdempotencyKey asks creating calls for one key of the right form.
func (c *call) checkIdempotencyKey() error {
	if !c.operation.creating {
		return nil
	}
	if keys := c.r.Header.Values(idempotencyHeader); len(keys) != 1 || !idempotencyForm.matches(keys[0]) {
		return problem.New(problem.IdempotencyKeyMissing)
	}
	return nil
}

// intent is a creating call as it is remembered: the key within its operation and person, and what was asked for. Both are
// keyed hashes: a body may hold a password.
type intent struct {
	key, request string
}

const (
	requestAttribute = "request"
	statusAttribute  = "status"
	answerAttribute  = "answer"
)

// intent of this call.
func (c *call) intent() (intent, error) {
	keys, err := c.portal.links.Keys(c.ctx())
	if err != nil {
		return intent{}, err
	}
	id, _ := keys.Signing()
	secret, ok := keys.Derive(id, "idempotency")
	if !ok {
		return intent{}, errKey
	}
	sum := func(parts ...string) string {
		mac := hmac.New(sha256.New, secret)
		for _, part := range parts {
			mac.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
		}
		return hex.EncodeToString(mac.Sum(nil))
	}
	return intent{
		key:     sum(c.operation.method, c.operation.path, c.person.ID, c.r.Header.Get(idempotencyHeader)),
		request: sum(c.r.URL.Path, string(c.body)),
	}, nil
}

// read of what is remembered.
func (i intent) read(db ddb.Database) read {
	return read{db.Tables.Sessions, ddb.PartitionKey(ddb.Idempotency(i.key))}
}

// remember is the item of the transaction that does what was asked for: so the answer is remembered exactly if it was
// done.
func (i intent) remember(db ddb.Database, now time.Time, status int, answer string) types.TransactWriteItem {
	row := ddb.PartitionKey(ddb.Idempotency(i.key))
	row[requestAttribute], row[statusAttribute], row[answerAttribute] = ddb.S(i.request), ddb.N(int64(status)), ddb.S(answer)
	row[ddb.TTL] = ddb.N(now.Add(idempotencyLifetime).Unix())
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &db.Tables.Sessions, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK) OR #ttl <= :now"),
		ExpressionAttributeNames: map[string]string{"#ttl": ddb.TTL}, ExpressionAttributeValues: map[string]types.AttributeValue{":now": ddb.N(now.Unix())},
	}}
}

// replay gives the first answer again when the intent is known. done is false when it is not.
func (c *call) replay(i intent, row item) (done bool, err error) {
	ttl, _ := row[ddb.TTL].(*types.AttributeValueMemberN)
	if ttl == nil {
		return false, nil
	}
	if seconds, err := strconv.ParseInt(ttl.Value, 10, 64); err != nil || c.now.Unix() >= seconds {
		return false, err
	}
	if text(row, requestAttribute) != i.request {
		return true, problem.New(problem.IdempotencyConflict)
	}
	status := http.StatusOK
	if n, ok := row[statusAttribute].(*types.AttributeValueMemberN); ok {
		if status, err = strconv.Atoi(n.Value); err != nil {
			return true, err
		}
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write([]byte(text(row, answerAttribute))) // a caller who is gone cannot be told
	return true, nil
}
