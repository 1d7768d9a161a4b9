package main

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/ddb"
)

// maxAccounts bounds a run.
const maxAccounts = 200

// accounts removes accounts that were not confirmed within seven days (features Z43), and erases deleted ones (OP-07).
// Each of the two looks at the account itself: the index only says which.
func (s sweeper) accounts(ctx context.Context) (int, error) {
	done, seen := 0, 0
	var failures []error
	for item, err := range ddb.Query(ctx, s.db.Client, &dynamodb.QueryInput{
		TableName: &s.db.Tables.Registry, IndexName: aws.String("GSI3"), KeyConditionExpression: aws.String("GSI3PK = :due AND GSI3SK < :now"),
		FilterExpression: aws.String("begins_with(PK, :people)"), // other nouns have their own tasks
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":due": ddb.S(ddb.Due), ":now": ddb.S(ddb.DueAt(s.db.Now(), "")), ":people": ddb.S(ddb.User("")),
		},
	}) {
		if err != nil {
			return done, errors.Join(append(failures, err)...)
		}
		did, err := s.end(ctx, item)
		if err != nil {
			failures = append(failures, err)
		} else if did {
			done++
		}
		if seen++; seen == maxAccounts {
			break
		}
	}
	return done, errors.Join(failures...)
}

// end removes or erases one account.
func (s sweeper) end(ctx context.Context, item map[string]types.AttributeValue) (bool, error) {
	pk, _ := item[ddb.PK].(*types.AttributeValueMemberS) // a key, and the filter's
	user := strings.TrimPrefix(pk.Value, ddb.User(""))
	removed, err := account.RemoveUnconfirmed(ctx, s.db, actor, user)
	if removed || err != nil {
		return removed, err
	}
	return account.Erase(ctx, s.db, actor, user)
}
