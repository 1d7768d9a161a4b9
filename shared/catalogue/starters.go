package catalogue

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// MaxStarters bounds the starters: they are written with each new application.
const MaxStarters = 10

// startersAttribute is the list of base paths in the row of starters.
const startersAttribute = "basePaths"

// SetStarters names the APIs that everybody's automatic sandbox application is linked to when it is made, so that a first
// call needs no further step. Each must be one that nobody needs to ask for. Applications that exist stay as they are.
// Errors: validation on basePaths.
func SetStarters(ctx context.Context, db ddb.Database, basePaths []string) error {
	if len(basePaths) > MaxStarters {
		return problem.Invalid("basePaths", "At most %d APIs can be starters.", MaxStarters)
	}
	list := &types.AttributeValueMemberL{}
	for _, path := range slices.Compact(slices.Sorted(slices.Values(basePaths))) {
		api, err := ByPath(ctx, db, path)
		if problem.Is(err, problem.NotFound) || err == nil && !api.starts() {
			return problem.Invalid("basePaths", "%s is no public API in SANDBOX that needs neither approval nor accepted terms.", path)
		}
		if err != nil {
			return err
		}
		list.Value = append(list.Value, ddb.S(path))
	}
	item := startersKey()
	item[startersAttribute] = list
	_, err := db.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &db.Tables.Registry, Item: item})
	return err
}

// Starters returns the APIs that a new automatic sandbox application is linked to, as they are now: one that has come to
// need approval or terms since it was named is left out.
func Starters(ctx context.Context, db ddb.Database) ([]API, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &db.Tables.Registry, Key: startersKey(), ConsistentRead: aws.Bool(true)}, ddb.Read)
	if err != nil {
		return nil, fmt.Errorf("catalogue: starters: %w", err)
	}
	list, _ := found.Item[startersAttribute].(*types.AttributeValueMemberL)
	if list == nil {
		return nil, nil // none were ever named
	}
	var apis []API
	for _, value := range list.Value {
		path, ok := value.(*types.AttributeValueMemberS)
		if !ok {
			return nil, fmt.Errorf("catalogue: starters: a base path is %T", value)
		}
		api, err := ByPath(ctx, db, path.Value)
		if problem.Is(err, problem.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if api.starts() {
			apis = append(apis, api.API)
		}
	}
	return apis, nil
}

// starts tells whether anybody may link the API in SANDBOX without asking.
func (a API) starts() bool {
	sandbox, published := a.Channels[channel.Sandbox]
	return published && a.Visibility.Public && sandbox.State != route.Retired && !sandbox.Settings.ApprovalNeeded && sandbox.Settings.Terms == nil
}

func startersKey() map[string]types.AttributeValue { return ddb.Key(ddb.Starters, ddb.Self) }
