package account

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

// MarkUndeliverable notes that mails to a person's address come back, or are not wanted there. Nothing happens when the
// person has another address: a bounce speaks of its own alone, and disables nothing (ML-03).
func MarkUndeliverable(ctx context.Context, db ddb.Database, user, address string) error {
	u, err := Get(ctx, db, user)
	if err != nil {
		return err
	}
	// Mail servers may answer with another case of letters than they were written to.
	if u.EmailUndeliverable || u.Email == "" || !strings.EqualFold(u.Email, address) {
		return nil
	}
	_, err = db.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &db.Tables.Registry, Key: Key(user), UpdateExpression: aws.String("SET emailUndeliverable = :true"),
		ConditionExpression: aws.String("email = :email"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":true": &types.AttributeValueMemberBOOL{Value: true}, ":email": ddb.S(u.Email),
		},
	}, ddb.Read)
	if _, changed := ddb.OldItem(err); changed {
		return nil
	}
	return err
}
