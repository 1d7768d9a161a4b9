package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// Reader handles the records of a stream, one by one and in their order.
//
// A record that fails for want of something (store, network, time) ends the batch: Lambda brings it and all after it
// again. One that can never succeed, or that panics, is put into quarantine with its whole content, and the batch goes on:
// no record blocks a shard. So Handle meets every record at least once, and its effect must be one that happens once: a
// conditional write under a business key.
type Reader struct {
	// Name of the function; its quarantine bears it.
	Name string
	DB   ddb.Database
	// Handle does what follows from a record. See Retry.
	Handle func(context.Context, Record) error
}

// Response is what Lambda is told of a batch (ReportBatchItemFailures).
type Response struct {
	Failures []Failure `json:"batchItemFailures"`
}

// Failure is a record from which on a batch is to come again.
type Failure struct {
	Sequence string `json:"itemIdentifier"`
}

// retry marks an error that another try may not meet.
type retry struct{ error }

func (e retry) Unwrap() error { return e.error }

// Retry says of an error that it is not the record's fault: the record comes again. Errors of DynamoDB and of the network
// need no mark.
func Retry(err error) error { return retry{err} }

// Serve is the function's handler: it takes batches of a stream, and {"redrive":"quarantine"} from an operator who has mended
// what some records met. Anything else is refused (OP-08).
func (r Reader) Serve(ctx context.Context, payload json.RawMessage) (any, error) {
	var order struct {
		Redrive string `json:"redrive"`
	}
	if json.Unmarshal(payload, &order) == nil && order.Redrive == "quarantine" {
		return r.Redrive(ctx)
	}
	return r.Batch(ctx, payload)
}

// margin is the time that must be left for one more record.
const margin = 3 * time.Second

// Batch handles a Lambda event of a stream.
func (r Reader) Batch(ctx context.Context, payload json.RawMessage) (Response, error) {
	var event struct{ Records []json.RawMessage }
	if err := json.Unmarshal(payload, &event); err != nil || len(event.Records) == 0 {
		return Response{}, fmt.Errorf("events: %s: not a batch of a stream", r.Name) // OP-08
	}
	for i, raw := range event.Records {
		record, err := parseRecord(raw)
		if err == nil {
			err = errOutOfTime
			if deadline, limited := ctx.Deadline(); i == 0 || !limited || time.Until(deadline) > margin {
				err = r.guarded(ctx, record)
			}
		}
		if err == nil {
			continue
		}
		if !Transient(err) {
			if err = r.quarantine(ctx, record, err); err == nil {
				continue
			}
		}
		slog.WarnContext(ctx, "record comes again", "reader", r.Name, "record", record.ID, "error", err.Error())
		return Response{Failures: []Failure{{record.Sequence}}}, nil
	}
	return Response{Failures: []Failure{}}, nil
}

var errOutOfTime = Retry(errors.New("no time left"))

// panicked is an error made of a panic.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func (r Reader) guarded(ctx context.Context, record Record) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicked{value, debug.Stack()}
		}
	}()
	return r.Handle(ctx, record)
}

// Transient tells errors that pass by themselves, those of the store and the network and those marked by Retry, from errors
// that come back with the record.
func Transient(err error) bool {
	var marked retry
	var api smithy.APIError
	var operation *smithy.OperationError
	var canceled *types.TransactionCanceledException
	switch {
	case errors.As(err, &marked), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return true
	case problem.Is(err, problem.Unavailable):
		return true
	case errors.As(err, &canceled):
		return !slices.ContainsFunc(canceled.CancellationReasons, func(reason types.CancellationReason) bool {
			return reason.Code != nil && (*reason.Code == "ValidationError" || *reason.Code == "ItemCollectionSizeLimitExceeded")
		})
	case errors.As(err, &api):
		return api.ErrorCode() != "ValidationException" && api.ErrorCode() != "ConditionalCheckFailedException"
	case errors.As(err, &operation): // no answer at all
		return true
	}
	return false
}
