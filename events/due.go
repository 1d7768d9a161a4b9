package events

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

// grace is how long the stream has before somebody looks after what it should have brought.
const grace = 5 * time.Minute

// RedriveActs makes acts that are undone after five minutes come through the stream once more, the oldest first, at most
// limit of them (AP-24). A stream forgets after 24 hours; the marker does not. It returns how many there were.
func RedriveActs(ctx context.Context, db ddb.Database, limit int) (int, error) {
	return redrive(ctx, db, ddb.DueActs, db.Now().Add(-grace), limit, db.Now())
}

// RedriveDeliveries does the same for deliveries whose time has come: claims that ended, and attempts that were postponed
// (AP-26).
func RedriveDeliveries(ctx context.Context, db ddb.Database, limit int) (int, error) {
	return redrive(ctx, db, ddb.DueDeliveries, db.Now(), limit, db.Now().Add(redriveAgain))
}

// redriveAgain is when a delivery whose redrive brought nothing is looked after again.
const redriveAgain = time.Minute

// redrive touches the due rows, so that the stream tells of them, and moves them behind those that were not touched yet.
func redrive(ctx context.Context, db ddb.Database, partition string, until time.Time, limit int, next time.Time) (int, error) {
	found, err := db.Client.Query(ctx, &dynamodb.QueryInput{
		TableName: &db.Tables.Events, IndexName: aws.String("Due"), KeyConditionExpression: aws.String("DuePK = :pk AND DueSK < :until"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": ddb.S(partition), ":until": ddb.S(until.UTC().Format(time.RFC3339Nano)),
		},
		Limit: aws.Int32(int32(limit)), //nolint:gosec // a constant of the caller's
	}, ddb.Read)
	if err != nil {
		return 0, fmt.Errorf("events: due: %w", err)
	}
	touched := 0
	for _, item := range found.Items {
		id := ""
		for _, name := range [...]string{"id", "act"} { // of an act, of a delivery
			if text, ok := item[name].(*types.AttributeValueMemberS); ok {
				id = text.Value
			}
		}
		_, sk := dueKeys(partition, next, id)
		_, err := db.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &db.Tables.Events, Key: map[string]types.AttributeValue{ddb.PK: item[ddb.PK], ddb.SK: item[ddb.SK]},
			UpdateExpression: aws.String("SET #redrive = :now, DueSK = :next"),
			// The index lags: what was done or claimed meanwhile is left alone.
			ConditionExpression:      aws.String("DueSK = :seen"),
			ExpressionAttributeNames: map[string]string{"#redrive": redriveAttribute},
			ExpressionAttributeValues: map[string]types.AttributeValue{
				":now": ddb.S(db.Now().UTC().Format(time.RFC3339Nano)), ":next": sk, ":seen": item["DueSK"],
			},
		})
		if _, failed := ddb.OldItem(err); failed {
			continue
		}
		if err != nil {
			return touched, fmt.Errorf("events: redrive: %w", err)
		}
		touched++
	}
	return touched, nil
}
