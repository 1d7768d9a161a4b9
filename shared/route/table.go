package route

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

// Attributes of the routes table's items.
const (
	// DefinitionAttribute holds a Route as JSON, in bytes.
	DefinitionAttribute = "definition"
	// VersionAttribute counts the changes of the table, in the item under ddb.Self.
	VersionAttribute = "version"
)

// Item is the row of a route (AP-41). Whoever puts or deletes one raises the table's version in the same transaction.
func (r Route) Item() (map[string]types.AttributeValue, error) {
	definition, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	item := ddb.Key(ddb.Routes, r.BasePath)
	item[DefinitionAttribute] = &types.AttributeValueMemberB{Value: definition}
	return item, nil
}

// RaiseVersion is the item of a transaction that tells readers of a routes table to read it again.
func RaiseVersion(table string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &table, Key: ddb.Key(ddb.Routes, ddb.Self), UpdateExpression: aws.String("ADD #v :one"),
		ExpressionAttributeNames:  map[string]string{"#v": VersionAttribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": ddb.N(1)},
	}}
}

const (
	// refreshAfter is how late a change of an API may be (features Z32).
	refreshAfter = 10 * time.Second
	// readTimeout bounds a look at the table: the authorizer, who answers within 5 seconds, still has its write to make.
	readTimeout = 2 * time.Second
)

// Source keeps a channel's table in memory and looks at most every 10 seconds whether its version has changed. A failure
// to look is an error, never an old table: nothing is admitted on what may be out of date. Safe for concurrent use.
type Source struct {
	client *dynamodb.Client
	table  string
	now    func() time.Time

	mu      sync.Mutex
	current *Table
	checked time.Time
}

// NewSource returns a source that reads the named DynamoDB table. It reads nothing yet.
func NewSource(client *dynamodb.Client, table string, now func() time.Time) *Source {
	return &Source{client: client, table: table, now: now}
}

// Table returns the routes of the channel, at most 10 seconds old.
func (s *Source) Table(ctx context.Context) (*Table, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if s.current != nil && now.Sub(s.checked) < refreshAfter && !now.Before(s.checked) {
		return s.current, nil
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	// The version is read before the routes: a change in between shows as a newer version next time.
	version, err := s.version(ctx)
	if err != nil {
		return nil, err
	}
	if s.current == nil || s.current.version != version {
		if s.current, err = s.load(ctx, version); err != nil {
			return nil, err
		}
	}
	s.checked = now
	return s.current, nil
}

func (s *Source) version(ctx context.Context) (int64, error) {
	found, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: ddb.Key(ddb.Routes, ddb.Self), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return 0, fmt.Errorf("route: version: %w", err)
	}
	number, ok := found.Item[VersionAttribute].(*types.AttributeValueMemberN)
	if !ok {
		return 0, nil // nothing was ever published
	}
	return strconv.ParseInt(number.Value, 10, 64)
}

// load reads AP-41.
func (s *Source) load(ctx context.Context, version int64) (*Table, error) {
	var routes []Route
	for item, err := range ddb.Query(ctx, s.client, ddb.Partition(s.table, ddb.Routes, "")) {
		if err != nil {
			return nil, fmt.Errorf("route: %w", err)
		}
		definition, ok := item[DefinitionAttribute].(*types.AttributeValueMemberB)
		if !ok {
			continue // the version's item
		}
		var r Route
		if err := json.Unmarshal(definition.Value, &r); err != nil {
			return nil, fmt.Errorf("route: unreadable definition: %w", err)
		}
		routes = append(routes, r)
	}
	return NewTable(version, routes)
}
