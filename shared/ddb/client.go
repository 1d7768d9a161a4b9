// Package ddb is how functions reach DynamoDB: the client, every key of every table, and what a transaction needs.
//
// Keys stand in keys.go, as the numbered list of access patterns; a query lives with its noun and cites its number. The
// package knows no noun and no rule.
package ddb

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"guichet/shared/amazon"
)

// New returns a client that sends each request once, and gives up in time (amazon.WithTimeout). A retry after a lost answer counts a call twice and takes an honest
// one-time token for a replay (threats §1.1), so retries are chosen call by call, with Read.
func New(env amazon.Environment, options ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       env.Region,
		Credentials:  env.Credentials,
		HTTPClient:   env.HTTP,
		BaseEndpoint: env.Endpoint("DYNAMODB"),
		Retryer:      aws.NopRetryer{},
		APIOptions:   []func(*middleware.Stack) error{amazon.BoundOperations},
		// DynamoDB Local's error answers carry no usable checksum; on AWS it is checked.
		DisableValidateResponseChecksum: env.Endpoint("DYNAMODB") != nil,
	}, options...)
}

// Read makes a call that is safe to repeat try a second time, soon.
func Read(o *dynamodb.Options) {
	o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
		r.MaxAttempts = 2
		r.MaxBackoff = 100 * time.Millisecond
	})
}

// IsConflict tells that another transaction held the item: nothing was written, and the request may be sent again.
func IsConflict(err error) bool {
	var conflict *types.TransactionConflictException
	return errors.As(err, &conflict)
}

// IsThrottled tells that the store refused the request for its rate: nothing was written.
func IsThrottled(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "Throttling":
		return true
	}
	return false
}

// OldItem returns the item that made a condition fail, when the request asked for it. ok is false when err is no failed
// condition; the item is nil when there was none.
func OldItem(err error) (item map[string]types.AttributeValue, ok bool) {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return nil, false
	}
	return failed.Item, true
}
