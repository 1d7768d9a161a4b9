package route

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

// unnamedFor is how long a definition stays when no route names it any more: environments that have not read the index
// again still may, and a publication stores a definition before it names it.
const unnamedFor = time.Hour

// RemoveUnnamed deletes definitions that no route of the table has named for an hour, and notes since when others are not
// named. It changes at most so many definitions and returns how many it deleted. A definition that is published again
// meanwhile is written again before it is named: whatever was written since it was looked at stays.
func RemoveUnnamed(ctx context.Context, client *dynamodb.Client, table string, now time.Time, most int) (int, error) {
	named, err := namedDefinitions(ctx, client, table)
	if err != nil {
		return 0, err
	}
	changed, deleted := 0, 0
	for row, err := range ddb.Query(ctx, client, ddb.Partition(table, ddb.Definitions, "")) {
		if err != nil {
			return deleted, fmt.Errorf("route: definitions: %w", err)
		}
		if changed == most {
			break
		}
		digest, isText := row[ddb.SK].(*types.AttributeValueMemberS)
		write, isWritten := row[writeAttribute].(*types.AttributeValueMemberS)
		since, err := count(row, unnamedAttribute)
		if err != nil || !isText || !isWritten {
			return deleted, errors.Join(errors.New("route: a row of the definitions is unreadable"), err)
		}
		d := unnamed{client: client, table: table, digest: digest.Value, write: write}
		isNamed, due := named[d.digest], now.Sub(time.Unix(since, 0)) >= unnamedFor
		switch {
		case isNamed && since != 0:
			err = d.mark(ctx, "REMOVE #u", nil)
		case !isNamed && since == 0:
			err = d.mark(ctx, "SET #u = :u", ddb.N(now.Unix()))
		case !isNamed && due:
			if err = d.remove(ctx); err == nil {
				deleted++
			}
		default:
			continue
		}
		changed++
		if _, writtenAgain := ddb.OldItem(err); err != nil && !writtenAgain {
			return deleted, fmt.Errorf("route: definition %s: %w", d.digest, err)
		}
	}
	return deleted, nil
}

// namedDefinitions returns the digests that routes name.
func namedDefinitions(ctx context.Context, client *dynamodb.Client, table string) (map[string]bool, error) {
	named := map[string]bool{}
	for i := range partCount {
		for row, err := range ddb.Query(ctx, client, ddb.Partition(table, ddb.RoutesPart(i), "")) {
			if err != nil {
				return nil, fmt.Errorf("route: part %d: %w", i, err)
			}
			switch digest := row[digestAttribute].(type) {
			case nil:
			case *types.AttributeValueMemberB:
				named[digestText(string(digest.Value))] = true
			default:
				return nil, fmt.Errorf("route: part %d: a digest is a %T", i, digest)
			}
		}
	}
	return named, nil
}

// unnamed is a definition as it was when it was looked at.
type unnamed struct {
	client        *dynamodb.Client
	table, digest string
	write         types.AttributeValue
}

const sameWrite = "#w = :w"

func (d *unnamed) mark(ctx context.Context, update string, since types.AttributeValue) error {
	values := map[string]types.AttributeValue{":w": d.write}
	if since != nil {
		values[":u"] = since
	}
	_, err := d.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &d.table, Key: ddb.Key(ddb.Definitions, d.digest), UpdateExpression: &update, ConditionExpression: aws.String(sameWrite),
		ExpressionAttributeNames:  map[string]string{"#w": writeAttribute, "#u": unnamedAttribute},
		ExpressionAttributeValues: values,
	}, ddb.Read)
	return err
}

// remove deletes the rows, the one that lists the definition last.
func (d *unnamed) remove(ctx context.Context) error {
	query := ddb.Partition(d.table, ddb.Definition(d.digest), "")
	query.ProjectionExpression = aws.String("SK")
	for row, err := range ddb.Query(ctx, d.client, query) {
		if err != nil {
			return err
		}
		sk, isText := row[ddb.SK].(*types.AttributeValueMemberS)
		if !isText {
			return fmt.Errorf("a sort key is a %T", row[ddb.SK])
		}
		if err := d.delete(ctx, ddb.Key(ddb.Definition(d.digest), sk.Value)); err != nil {
			return err
		}
	}
	return d.delete(ctx, ddb.Key(ddb.Definitions, d.digest))
}

func (d *unnamed) delete(ctx context.Context, key map[string]types.AttributeValue) error {
	_, err := d.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &d.table, Key: key, ConditionExpression: aws.String(sameWrite), ExpressionAttributeNames: map[string]string{"#w": writeAttribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{":w": d.write},
	})
	return err
}
