package ddb

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is a row of any table; nil where there is none.
type Item = map[string]types.AttributeValue

// Write is one item of a transaction.
type Write = types.TransactWriteItem

// Get is one row to be read by its primary key.
type Get struct {
	Table string
	Key   Item
}

const (
	// MaxBatch is the number of rows that one batch may read (DynamoDB's limit).
	MaxBatch = 100
	// maxBatchAttempts bounds how often unprocessed keys are requested again.
	maxBatchAttempts = 5
)

var errUnprocessed = errors.New("ddb: a batch still has unprocessed keys after 5 attempts")

// BatchGet reads at most MaxBatch rows of any tables with one request, consistently, and returns them in the order of
// gets; a row that does not exist is nil.
func (d Database) BatchGet(ctx context.Context, gets ...Get) ([]Item, error) {
	request := map[string]types.KeysAndAttributes{}
	for _, get := range gets {
		keys := request[get.Table]
		keys.ConsistentRead = aws.Bool(true)
		if !slices.ContainsFunc(keys.Keys, func(other Item) bool { return reflect.DeepEqual(other, get.Key) }) {
			keys.Keys = append(keys.Keys, get.Key)
		}
		request[get.Table] = keys
	}
	found := map[string][]Item{}
	for range maxBatchAttempts {
		output, err := d.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request}, Read)
		if err != nil {
			return nil, err
		}
		for table, items := range output.Responses {
			found[table] = append(found[table], items...)
		}
		if request = output.UnprocessedKeys; len(request) == 0 {
			break
		}
	}
	if len(request) > 0 {
		return nil, errUnprocessed
	}
	items := make([]Item, len(gets))
	for i, get := range gets {
		for _, candidate := range found[get.Table] {
			if hasKey(candidate, get.Key) {
				items[i] = candidate
			}
		}
	}
	return items, nil
}

func hasKey(row, key Item) bool {
	for name, value := range key {
		if !reflect.DeepEqual(row[name], value) {
			return false
		}
	}
	return true
}

// Text is a string attribute; empty for none.
func Text(row Item, name string) string {
	if s, ok := row[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// Number is a whole number attribute; ok is false where there is none.
func Number(row Item, name string) (number int64, ok bool) {
	n, isNumber := row[name].(*types.AttributeValueMemberN)
	if !isNumber {
		return 0, false
	}
	number, err := strconv.ParseInt(n.Value, 10, 64)
	return number, err == nil
}
