package ddb

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Query yields the items of a query in its order, page after page, however many there are; each page is tried a second
// time. A page is read when its first item is asked for: who stops early reads no further. An error comes last, without an
// item.
func Query(ctx context.Context, client *dynamodb.Client, query *dynamodb.QueryInput) iter.Seq2[map[string]types.AttributeValue, error] {
	return func(yield func(map[string]types.AttributeValue, error) bool) {
		pages := dynamodb.NewQueryPaginator(client, query)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx, Read)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// Partition is the query for what lies under a partition key, as it is now: all of it, or the sort keys with a prefix.
func Partition(table, pk, prefix string) *dynamodb.QueryInput {
	query := &dynamodb.QueryInput{
		TableName: &table, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": S(pk)},
	}
	if prefix != "" {
		query.KeyConditionExpression = aws.String("PK = :pk AND begins_with(SK, :prefix)")
		query.ExpressionAttributeValues[":prefix"] = S(prefix)
	}
	return query
}
