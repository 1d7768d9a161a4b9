// Command obedient is a Lambda function that does what its event tells it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do    string
	Bytes int
	Text  string
}

type answer struct {
	PID         int
	Environment []string
	Ticks       int64
	RequestID   string
	Left        time.Duration
	TraceID     string
	Filler      string
}

var ticks atomic.Int64

func main() {
	lambda.Start(func(ctx context.Context, e event) (answer, error) {
		call, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		a := answer{PID: os.Getpid(), RequestID: call.AwsRequestID, Left: time.Until(deadline), Ticks: ticks.Load(), TraceID: os.Getenv("_X_AMZN_TRACE_ID")}
		switch e.Do {
		case "error":
			return a, errors.New(e.Text)
		case "panic":
			panic(e.Text)
		case "exit":
			os.Exit(7)
		case "hang":
			select {}
		case "environment":
			a.Environment = os.Environ()
		case "fill":
			a.Filler = strings.Repeat("x", e.Bytes)
		case "print":
			fmt.Fprintln(os.Stdout, e.Text)
			fmt.Fprint(os.Stderr, "no end of line")
		case "wait": // until the file appears
			for {
				if _, err := os.Stat(e.Text); err == nil {
					break
				}
				time.Sleep(time.Millisecond)
			}
		case "tick": // goes on after the answer, which Lambda does not let happen
			go func() {
				for {
					time.Sleep(time.Millisecond)
					ticks.Add(1)
				}
			}()
		}
		return a, nil
	})
}
