package streams

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"guichet/localtest/lambda"
)

// errThrottled says that the function had no concurrency left, or does not exist yet.
var errThrottled = errors.New("not called")

// invoke calls the function with a batch. failed is the index of the first record that has to come again; len(batch) when all is done. An error is a failure of
// the whole batch.
func (m *mapping) invoke(ctx context.Context, batch []*Record) (failed int, err error) {
	var payload bytes.Buffer
	payload.WriteString(`{"Records":[`)
	for i, r := range batch {
		if i > 0 {
			payload.WriteByte(',')
		}
		payload.Write(r.Raw)
	}
	payload.WriteString(`]}`)
	result, err := m.d.invoker.Invoke(ctx, lambda.Invocation{Function: m.function, Payload: payload.Bytes()})
	var refused *lambda.Error
	if errors.As(err, &refused) && (refused.Status == http.StatusTooManyRequests || refused.Status == http.StatusNotFound) {
		return 0, fmt.Errorf("%w: %w", errThrottled, err)
	}
	if err != nil {
		return 0, err
	}
	if result.FunctionError != "" {
		return 0, fmt.Errorf("%s: %s", result.FunctionError, result.Payload)
	}
	if !m.source.ReportsPartialBatchFailure {
		return len(batch), nil
	}
	return failedFrom(result.Payload, batch)
}

// failedFrom reads batchItemFailures: none is complete success; an identifier that is empty, missing or unknown is the failure of the whole batch.
func failedFrom(answer []byte, batch []*Record) (int, error) {
	var response *struct {
		Failures []struct {
			Identifier *string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if len(bytes.TrimSpace(answer)) == 0 {
		return len(batch), nil
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		return 0, fmt.Errorf("answer is no list of failures: %w", err)
	}
	lowest := len(batch)
	if response == nil {
		return lowest, nil
	}
	for _, failure := range response.Failures {
		at := -1
		for i, r := range batch {
			if failure.Identifier != nil && *failure.Identifier == r.Change.Sequence {
				at = i
				break
			}
		}
		if at < 0 {
			return 0, errors.New("the answer names a record that is not in the batch")
		}
		lowest = min(lowest, at)
	}
	return lowest, nil
}
