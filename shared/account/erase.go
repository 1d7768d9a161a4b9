package account

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// Reasons of events.AccountErased.
const (
	ReasonDeleted     = "deleted"
	ReasonUnconfirmed = "unconfirmed"
)

// RemoveUnconfirmed removes an account that was never confirmed and is older than UnconfirmedLifetime (features Z43). done
// is false when there is nothing to remove: it was confirmed, replaced or removed meanwhile.
func RemoveUnconfirmed(ctx context.Context, db ddb.Database, actor, user string) (done bool, err error) {
	u, err := Get(ctx, db, user)
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	now := db.Now().UTC()
	if err != nil || u.Status != Unconfirmed || now.Before(u.Created.Add(UnconfirmedLifetime)) {
		return false, err
	}
	items := []types.TransactWriteItem{deleteUnconfirmed(db, user)}
	if free := u.FreeAddress(db); free != nil {
		items = append(items, types.TransactWriteItem{Delete: free})
	}
	return erase(ctx, db, actor, user, ReasonUnconfirmed, items)
}

// FreeAddress is the deletion of the row that makes the account's address unique; nil for an account without one.
func (u User) FreeAddress(db ddb.Database) *types.Delete {
	address, ok := ParseAddress(u.Email)
	if !ok {
		return nil
	}
	return &types.Delete{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self),
		ConditionExpression:       aws.String("attribute_not_exists(PK) OR #user = :user"),
		ExpressionAttributeNames:  map[string]string{"#user": "user"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":user": ddb.S(u.ID)},
	}
}

// Erase removes all that is personal of a deleted account (OP-07): what stays is the id, which the audit trail names, and
// that it is erased. Its memberships and its address went with the deletion. done is false when there is nothing to erase.
func Erase(ctx context.Context, db ddb.Database, actor, user string) (done bool, err error) {
	u, err := Get(ctx, db, user)
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	if err != nil || u.Status != Deleted {
		return false, err
	}
	// The acceptances hold no name, but they are the person's; they go first, so that a death in between leaves work to do.
	if err := deleteAcceptances(ctx, db, user); err != nil {
		return false, err
	}
	stone, err := attributevalue.MarshalMap(struct {
		ID      string    `dynamodbav:"id"`
		Status  Status    `dynamodbav:"status"`
		Epoch   int64     `dynamodbav:"epoch"`
		Created time.Time `dynamodbav:"created"`
	}{u.ID, Erased, u.Epoch, u.Created})
	if err != nil {
		return false, err
	}
	stone[ddb.PK], stone[ddb.SK] = ddb.S(ddb.User(user)), ddb.S(ddb.PersonSelf)
	return erase(ctx, db, actor, user, ReasonDeleted, []types.TransactWriteItem{{Put: &types.Put{
		TableName: &db.Tables.Registry, Item: stone, ConditionExpression: aws.String("#status = :deleted"),
		ExpressionAttributeNames:  map[string]string{"#status": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":deleted": ddb.S(string(Deleted))},
	}}})
}

func erase(ctx context.Context, db ddb.Database, actor, user, reason string, items []types.TransactWriteItem) (bool, error) {
	event, err := events.Event{
		ID: db.NewID(), At: db.Now().UTC(), Actor: actor, Subject: ddb.User(user), Act: events.AccountErased{User: user, Reason: reason},
	}.Put(db.Tables.Events)
	if err != nil {
		return false, err
	}
	err = db.Transact(ctx, append(items, event))
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return false, nil
	}
	return err == nil, err
}

// Acceptances returns the terms of the portal that a person ever accepted (AP-66).
func Acceptances(ctx context.Context, db ddb.Database, user string) ([]Acceptance, error) {
	all := []Acceptance{}
	for item, err := range ddb.Query(ctx, db.Client, acceptances(db, user)) {
		if err != nil {
			return nil, err
		}
		var a Acceptance
		if err := attributevalue.UnmarshalMap(item, &a); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func acceptances(db ddb.Database, user string) *dynamodb.QueryInput {
	return ddb.Partition(db.Tables.Registry, ddb.User(user), ddb.AcceptedTerms(""))
}

func deleteAcceptances(ctx context.Context, db ddb.Database, user string) error {
	for item, err := range ddb.Query(ctx, db.Client, acceptances(db, user)) {
		if err != nil {
			return err
		}
		_, err := db.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &db.Tables.Registry, Key: map[string]types.AttributeValue{ddb.PK: item[ddb.PK], ddb.SK: item[ddb.SK]},
		}, ddb.Read)
		if err != nil {
			return err
		}
	}
	return nil
}
