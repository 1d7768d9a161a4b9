package amazon

import (
	"context"
	"time"

	"github.com/aws/smithy-go/middleware"
)

// maxOperation bounds an operation where there is time for more: one that takes this long will not end.
const maxOperation = 5 * time.Second

// WithTimeout bounds one operation of a service, retries included: it may take a third of the time that the invocation has
// left by its context, and 5 seconds. So whatever hangs, and however often, a function can still answer before Lambda ends
// it (F08). Without a deadline nothing is bounded.
func WithTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, min(time.Until(deadline)/3, maxOperation))
}

// BoundOperations is one of the APIOptions of every client of the AWS SDK: each operation is bounded by WithTimeout.
func BoundOperations(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Timeout", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		ctx, cancel := WithTimeout(ctx)
		defer cancel()
		return next.HandleInitialize(ctx, in)
	}), middleware.Before)
}
