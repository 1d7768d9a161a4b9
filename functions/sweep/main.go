// Command sweep does what time alone causes: it brings back what streams forgot, and removes what is due. A schedule calls
// it with the names of tasks; each task has a file of its own, is bounded per run, and starts where the last run ended.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/caarlos0/env/v11"

	"guichet/events"
	"guichet/shared/amazon"
	"guichet/shared/ddb"
)

// actor of what this function does.
const actor = "system:sweep"

type configuration struct {
	Registry         string `env:"REGISTRY_TABLE,required,notEmpty"`
	Events           string `env:"EVENTS_TABLE,required,notEmpty"`
	GrantsSandbox    string `env:"GRANTS_TABLE_SANDBOX,required,notEmpty"`
	GrantsProduction string `env:"GRANTS_TABLE_PRODUCTION,required,notEmpty"`
	RoutesSandbox    string `env:"ROUTES_TABLE_SANDBOX,required,notEmpty"`
	RoutesProduction string `env:"ROUTES_TABLE_PRODUCTION,required,notEmpty"`
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	c, err := env.ParseAs[configuration]()
	if err != nil {
		slog.Error("configuration", "error", err.Error())
		os.Exit(1)
	}
	s := sweeper{ddb.Open(amazon.FromEnvironment(), ddb.Tables{
		Registry: c.Registry, Events: c.Events,
		Grants: ddb.Channels(c.GrantsSandbox, c.GrantsProduction), Routes: ddb.Channels(c.RoutesSandbox, c.RoutesProduction),
	}, time.Now, events.NewID)}
	lambda.Start(s.serve)
}

type sweeper struct{ db ddb.Database }

// tasks are all that can be asked for. Each returns how many things it did.
var tasks = map[string]func(sweeper, context.Context) (int, error){
	"acts":        sweeper.acts,
	"deliveries":  sweeper.deliveries,
	"enrolments":  sweeper.enrolments,
	"accounts":    sweeper.accounts,
	"definitions": sweeper.definitions,
}

// serve runs tasks one after the other; the failure of one does not keep another from running.
func (s sweeper) serve(ctx context.Context, payload json.RawMessage) (map[string]int, error) {
	var order struct {
		Tasks []string `json:"tasks"`
	}
	if err := json.Unmarshal(payload, &order); err != nil || len(order.Tasks) == 0 {
		return nil, errors.New("sweep: not an order") // OP-08
	}
	done := map[string]int{}
	var failures []error
	for _, name := range order.Tasks {
		task, ok := tasks[name]
		if !ok {
			failures = append(failures, fmt.Errorf("sweep: there is no task %q", name))
			continue
		}
		n, err := task(s, ctx)
		done[name] = n
		if err != nil {
			failures = append(failures, fmt.Errorf("sweep: %s: %w", name, err))
		}
		if n > 0 {
			slog.InfoContext(ctx, "swept", "task", name, "count", n)
		}
	}
	return done, errors.Join(failures...)
}
