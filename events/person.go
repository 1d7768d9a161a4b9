package events

import (
	"context"
	"errors"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/shared/ddb"
)

// Recorded is an act with its name, which is known of one that a later version wrote, too; Act is nil there.
type Recorded struct {
	Event
	Name string
}

// OfPerson yields the acts that a person did (AP-23), then those that others did to the person's account (AP-20), each the
// latest first.
func OfPerson(ctx context.Context, db ddb.Database, user string) iter.Seq2[Recorded, error] {
	own := &dynamodb.QueryInput{
		TableName: &db.Tables.Events, IndexName: aws.String("GSI3"), KeyConditionExpression: aws.String("GSI3PK = :pk"),
		ExpressionAttributeValues: ddb.Item{":pk": ddb.S(user)}, ScanIndexForward: aws.Bool(false),
	}
	concerning := ddb.Partition(db.Tables.Events, ddb.User(user), Prefix)
	concerning.ConsistentRead, concerning.ScanIndexForward = nil, aws.Bool(false)
	return func(yield func(Recorded, error) bool) {
		for _, query := range [...]*dynamodb.QueryInput{own, concerning} {
			for row, err := range ddb.Query(ctx, db.Client, query) {
				r := Recorded{Name: ddb.Text(row, typeAttribute)}
				if err == nil {
					r.Event, err = Parse(row)
				}
				if errors.Is(err, ErrUnknown) { // F25: a later version may have written it
					err = nil
				}
				if err == nil && query == concerning && r.Actor == user {
					continue // yielded already
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}
