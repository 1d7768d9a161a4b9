package ddb

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// IsTransient reports whether err says that the store could not answer now, so that the same request may succeed later: it
// was throttled, met other transactions until it gave up, was out of reach, or failed on the store's side. Any other 4xx
// answer is a mistake of the caller.
func IsTransient(err error) bool {
	var operation *smithy.OperationError
	if !errors.As(err, &operation) {
		return errors.Is(err, context.DeadlineExceeded)
	}
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) || answer.HTTPStatusCode()/100 != 4 {
		return true
	}
	var canceled *types.TransactionCanceledException
	return IsThrottled(err) || errors.As(err, &canceled)
}
