// Command authorizer is the Lambda authorizer of a channel's API: it decides on every call, in the order credential,
// path, route, rights and quota, and counts the admitted one, with one DynamoDB request.
//
// It answers flat strings only. A 401 is a Deny whose context API Gateway turns into the answer; every other decision is
// an Allow that the gateway function obeys. Nothing is admitted in doubt.
package main

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/token"
)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	a, err := fromEnvironment()
	if err != nil {
		slog.Error("configuration", "error", err.Error())
		os.Exit(1)
	}
	a.warm()
	lambda.Start(a.handle)
}

// fromEnvironment reads the variables that shared/topology declares. By hand: a library for it would be a third of the
// function's allocations at start.
func fromEnvironment() (*authorizer, error) {
	c, err := channel.Parse(os.Getenv("CHANNEL"))
	if err != nil {
		return nil, err
	}
	env := amazon.FromEnvironment()
	clock := ddb.NewClock(time.Now)
	client := ddb.New(env, clock.Observe)
	return &authorizer{
		channel: c,
		keys:    token.NewSource(c, secret.NewManager(env), os.Getenv("TOKEN_KEYS"), time.Now),
		routes:  route.NewSource(client, os.Getenv("ROUTES_TABLE"), time.Now),
		counter: newCounter(client, os.Getenv("GRANTS_TABLE"), clock.Now),
		portal:  os.Getenv("PORTAL_URL"),
		pages:   os.Getenv("PROBLEM_PAGES"),
		now:     clock.Now,
	}, nil
}

// warm reads keys and routes while Lambda gives the start its own CPU, which also opens the connections. A failure is
// no reason to die: the first call tries again, and is refused if it fails too.
func (a *authorizer) warm() {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	var both sync.WaitGroup
	both.Go(func() {
		if _, err := a.keys.Keys(ctx); err != nil {
			slog.Warn("keys not read at start", "error", err.Error())
		}
	})
	both.Go(func() {
		if _, err := a.routes.Table(ctx); err != nil {
			slog.Warn("routes not read at start", "error", err.Error())
		}
	})
	both.Wait()
}
