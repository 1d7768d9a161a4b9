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
	items, err := due(ctx, db, partition, until, limit)
	if err != nil {
		return 0, err
	}
	touched := 0
	for _, item := range items {
		_, sk := dueKeys(partition, next, text(item, "id")+text(item, "act")) // of an act, of a delivery
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

// due returns rows whose time was before until, the oldest first, at most limit.
func due(ctx context.Context, db ddb.Database, partition string, until time.Time, limit int) ([]map[string]types.AttributeValue, error) {
	var items []map[string]types.AttributeValue
	for item, err := range ddb.Query(ctx, db.Client, &dynamodb.QueryInput{
		TableName: &db.Tables.Events, IndexName: aws.String("Due"), KeyConditionExpression: aws.String("DuePK = :pk AND DueSK < :until"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": ddb.S(partition), ":until": ddb.S(until.UTC().Format(time.RFC3339Nano)),
		},
		Limit: aws.Int32(int32(limit)), //nolint:gosec // a constant of the caller's
	}) {
		if err != nil {
			return nil, fmt.Errorf("events: due: %w", err)
		}
		if items = append(items, item); len(items) == limit {
			break
		}
	}
	return items, nil
}

// Check asks that somebody looks, five minutes after an act, whether a person's automatic applications followed: the
// registry's stream told of it, but streams forget.
type Check struct {
	User string
	// Former is an organisation that the person may have left; empty for none.
	Former string
	// act is the event that asked.
	act string
}

const checkPrefix = "C#"

func (c Check) key() map[string]types.AttributeValue {
	return ddb.Key(ddb.Deliveries(c.User), checkPrefix+c.act)
}

func (c Check) put(db ddb.Database, e Event, now time.Time) types.TransactWriteItem {
	c.act = e.ID
	item := c.key()
	item["user"], item["act"] = ddb.S(c.User), ddb.S(c.act)
	if c.Former != "" {
		item["former"] = ddb.S(c.Former)
	}
	item["DuePK"], item["DueSK"] = dueKeys(ddb.DueChecks, now.Add(grace), e.ID)
	return types.TransactWriteItem{Put: &types.Put{TableName: &db.Tables.Events, Item: item}}
}

// DueChecks returns checks whose time has come, the oldest first, at most limit (AP-28).
func DueChecks(ctx context.Context, db ddb.Database, limit int) ([]Check, error) {
	items, err := due(ctx, db, ddb.DueChecks, db.Now(), limit)
	var checks []Check
	for _, item := range items {
		checks = append(checks, Check{User: text(item, "user"), Former: text(item, "former"), act: text(item, "act")})
	}
	return checks, err
}

// Postpone makes a check due again in five minutes, behind others: one that fails for a reason of its own does not keep
// them from their turn.
func (c Check) Postpone(ctx context.Context, db ddb.Database) error {
	_, sk := dueKeys(ddb.DueChecks, db.Now().Add(grace), c.act)
	_, err := db.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &db.Tables.Events, Key: c.key(), UpdateExpression: aws.String("SET DueSK = :next"),
		ConditionExpression: aws.String("attribute_exists(PK)"), ExpressionAttributeValues: map[string]types.AttributeValue{":next": sk},
	}, ddb.Read)
	if _, done := ddb.OldItem(err); done {
		return nil
	}
	return err
}

// Done ends a check.
func (c Check) Done(ctx context.Context, db ddb.Database) error {
	_, err := db.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &db.Tables.Events, Key: c.key()}, ddb.Read)
	return err
}

func text(item map[string]types.AttributeValue, name string) string {
	if s, ok := item[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}
