// Package httpapi runs a net/http handler as a Lambda function behind an API Gateway REST API (v1).
//
// aws-lambda-go-api-proxy turns the event into a request; the answer is recorded by this package, because the library's
// recorder is not net/http: it fails on an empty answer, takes the last status instead of the first, keeps the body of a
// HEAD and lets a panic end the process. The library is given neither path nor query: it shuffles the query, and prints
// both when it cannot read them.
//
// The package also writes problem documents, and one JSON log line per request, which handlers fill on the way with Log.
// It knows no domain noun and stays small, because the gateway links it.
package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"guichet/shared/problem"
)

// Start serves handler until Lambda ends the process; it does not return. pages is the base URL of the pages that explain
// codes, with a trailing slash: the adapter itself answers events that it refuses, and panics.
func Start(handler http.Handler, pages string) {
	slog.SetDefault(NewLogger(os.Stdout))
	lambda.Start(Lambda(handler, pages))
}

// Lambda returns the Lambda function that serves REST v1 proxy events with handler. It never returns an error: an event
// that is not API Gateway's is answered 400 without calling handler (OP-08), a panic 500 (OP-03). Every answer carries
// the platform's request id as X-CorrelationID, whatever handler set. The request's context ends with the call.
func Lambda(handler http.Handler, pages string) func(context.Context, json.RawMessage) (events.APIGatewayProxyResponse, error) {
	return func(ctx context.Context, event json.RawMessage) (events.APIGatewayProxyResponse, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		l := &line{started: time.Now()}
		ctx = context.WithValue(ctx, lineKey{}, l)

		r, err := request(ctx, event)
		w := newRecorder(r.Method)
		correlationID := RequestContext(r).RequestID
		if err != nil {
			WriteProblem(w, r, pages, err)
		} else {
			serve(handler, w, r)
		}
		if w.failure != nil {
			// What was written so far is no answer: the handler stopped in the middle of it.
			Log(r, slog.String(KeyError, w.failure.Error()))
			w = newRecorder(r.Method)
			WriteProblem(w, r, pages, problem.New(problem.Internal))
		}
		answer, bytes := w.response(correlationID)
		l.write(r, answer.StatusCode, bytes)
		return answer, nil
	}
}

// errAborted stands for a handler that gave up in the middle of an answer, as httputil.ReverseProxy does.
var errAborted = errors.New("httpapi: the handler aborted its answer")

// maxStack bounds what a panic puts into the log.
const maxStack = 8 << 10

// serve calls the handler and turns a panic into the recorder's failure, so that the process survives it.
func serve(handler http.Handler, w *recorder, r *http.Request) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler: // compared as net/http does; not logged as a crash
			w.failure = errAborted
		default:
			w.failure = fmt.Errorf("httpapi: panic: %v", p)
			stack := debug.Stack()
			Log(r, slog.String(KeyStack, string(stack[:min(len(stack), maxStack)])))
		}
	}()
	handler.ServeHTTP(w, r)
}
