package catalogue

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// Load reads an API with its versions (AP-01). Errors: not_found.
func Load(ctx context.Context, db ddb.Database, id string) (Aggregate, error) {
	a := Aggregate{Versions: map[string]Version{}}
	for item, err := range ddb.Query(ctx, db.Client, ddb.Partition(db.Tables.Registry, ddb.API(id), "")) {
		if err == nil {
			err = a.read(item)
		}
		if err != nil {
			return Aggregate{}, fmt.Errorf("catalogue: API %s: %w", id, err)
		}
	}
	if a.ID == "" {
		return Aggregate{}, problem.New(problem.NotFound)
	}
	return a, nil
}

func (a *Aggregate) read(item map[string]types.AttributeValue) error {
	sk, ok := item[ddb.SK].(*types.AttributeValueMemberS)
	if !ok {
		return errors.New("a row without a sort key")
	}
	switch {
	case sk.Value == ddb.Self:
		return attributevalue.UnmarshalMap(item, &a.API)
	case strings.HasPrefix(sk.Value, ddb.Version("")):
		var v Version
		if err := attributevalue.UnmarshalMap(item, &v); err != nil {
			return err
		}
		a.Versions[v.Text] = v
	}
	return nil // rows of other nouns may lie under the same partition
}

// APIAttribute holds the API's id in the rows that make something its own.
const APIAttribute = "api"

// ByPath reads the API that a base path belongs to (AP-03). Errors: not_found.
func ByPath(ctx context.Context, db ddb.Database, basePath string) (Aggregate, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.Path(basePath), ddb.Self), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return Aggregate{}, fmt.Errorf("catalogue: base path %s: %w", basePath, err)
	}
	owner, ok := found.Item[APIAttribute].(*types.AttributeValueMemberS)
	if !ok {
		return Aggregate{}, problem.New(problem.NotFound) // nothing, or a path above those of others
	}
	return Load(ctx, db, owner.Value)
}

// Row is what lists and searches of the catalogue show of an API: kept small, because all of them are read at once.
type Row struct {
	API          string                         `dynamodbav:"api"`
	Name         string                         `dynamodbav:"name"`
	Description  string                         `dynamodbav:"description,omitempty"` // the first words
	BasePath     string                         `dynamodbav:"basePath"`
	Organisation string                         `dynamodbav:"organisation"`
	Visibility   Visibility                     `dynamodbav:"visibility"`
	Tags         []string                       `dynamodbav:"tags,omitempty"`
	Channels     map[channel.Channel]RowChannel `dynamodbav:"channels"`
}

// RowChannel is a Row's part of one channel.
type RowChannel struct {
	Version        string      `dynamodbav:"version"`
	State          route.State `dynamodbav:"state"`
	ApprovalNeeded bool        `dynamodbav:"approvalNeeded,omitempty"`
}

// Rows reads the whole catalogue, in the order of ids (AP-05). Who may see a row is for the caller to ask.
func Rows(ctx context.Context, db ddb.Database) ([]Row, error) {
	var rows []Row
	for item, err := range ddb.Query(ctx, db.Client, &dynamodb.QueryInput{
		TableName: &db.Tables.Registry, KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": ddb.S(ddb.Catalogue)},
	}) {
		var r Row
		if err == nil {
			err = attributevalue.UnmarshalMap(item, &r)
		}
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}
