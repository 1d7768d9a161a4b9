package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// Fault answers a request in place of the service, or passes it on with next and spoils the answer.
type Fault func(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error)

// LoseAnswer lets the service do its work and resets the connection before the answer arrives: the outcome is unknown to the caller.
func LoseAnswer() Fault {
	return func(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		response, err := next(r)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if err != nil {
			return nil, err
		}
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
}

// Refuse does not reach the service: connection refused.
func Refuse() Fault {
	return func(*http.Request, func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
}

// BlackHole never answers, until the caller gives up.
func BlackHole() Fault {
	return func(r *http.Request, _ func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
}

// Delay passes the request on after a time.
func Delay(d time.Duration) Fault {
	return func(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return next(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// Hold passes the request on when release is closed, and tells held of each request that it holds. Both may be nil: held for nobody to tell.
func Hold(held chan<- struct{}, release <-chan struct{}) Fault {
	return func(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		if held != nil {
			select {
			case held <- struct{}{}:
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}
		select {
		case <-release:
			return next(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// Throttled is a refusal for the rate: nothing was written.
func Throttled() Fault {
	return refusal(http.StatusBadRequest, "com.amazon.coral.availability#ThrottlingException", "Rate of requests exceeds the allowed throughput.", nil)
}

// ProvisionedThroughputExceeded is a hot partition or table.
func ProvisionedThroughputExceeded() Fault {
	return refusal(http.StatusBadRequest, prefix+"ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded.", nil)
}

// TransactionConflict is what a single write meets while a transaction holds its item: nothing was written.
func TransactionConflict() Fault {
	return refusal(http.StatusBadRequest, prefix+"TransactionConflictException", "Transaction is ongoing for the item", nil)
}

// TransactionCanceled cancels a transaction with a reason for each of its items, such as "None", "TransactionConflict", "ConditionalCheckFailed",
// "ThrottlingError".
func TransactionCanceled(reasons ...string) Fault {
	list := make([]map[string]string, len(reasons))
	for i, reason := range reasons {
		list[i] = map[string]string{"Code": reason}
		if reason != "None" {
			list[i]["Message"] = reason
		}
	}
	return refusal(http.StatusBadRequest, prefix+"TransactionCanceledException",
		fmt.Sprintf("Transaction cancelled, please refer cancellation reasons for specific reasons %v", reasons), map[string]any{"CancellationReasons": list})
}

// InternalError is the service's 500: the outcome is unknown.
func InternalError() Fault {
	return refusal(http.StatusInternalServerError, prefix+"InternalServerError", "The request processing has failed because of an unknown error, exception or failure.", nil)
}

// Unavailable is the service's 503.
func Unavailable() Fault {
	return refusal(http.StatusServiceUnavailable, "com.amazon.coral.availability#ServiceUnavailableException", "Service Unavailable", nil)
}

// AccessDenied is a right that the role lacks.
func AccessDenied() Fault {
	return refusal(http.StatusBadRequest, "com.amazon.coral.service#AccessDeniedException", "User is not authorized to perform this action", nil)
}

const prefix = "com.amazonaws.dynamodb.v20120810#"

func refusal(status int, kind, message string, more map[string]any) Fault {
	document := map[string]any{"__type": kind, "message": message}
	for name, value := range more {
		document[name] = value
	}
	body, err := json.Marshal(document)
	if err != nil {
		panic(err) // strings and lists of strings
	}
	return func(r *http.Request, _ func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{
				"Content-Type": {"application/x-amz-json-1.0"}, "X-Amzn-Requestid": {"INJECTED"},
				"X-Amz-Crc32": {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)},
			},
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
		}, nil
	}
}
