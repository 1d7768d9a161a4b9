// Command enrol follows the registry's stream and gives people what they have for being who they are: the sandbox
// application of a confirmed account, the two applications of a membership (features Z4), and their end with it (features
// Z32, Z42). It stops the applications of an organisation that is disabled. What it does is shared/enrolment's; here it only hears of whom.
package main

import (
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/caarlos0/env/v11"

	"guichet/events"
	"guichet/shared/amazon"
	"guichet/shared/ddb"
)

type configuration struct {
	Registry         string `env:"REGISTRY_TABLE,required,notEmpty"`
	Events           string `env:"EVENTS_TABLE,required,notEmpty"`
	GrantsSandbox    string `env:"GRANTS_TABLE_SANDBOX,required,notEmpty"`
	GrantsProduction string `env:"GRANTS_TABLE_PRODUCTION,required,notEmpty"`
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	c, err := env.ParseAs[configuration]()
	if err != nil {
		slog.Error("configuration", "error", err.Error())
		os.Exit(1)
	}
	db := ddb.Open(amazon.FromEnvironment(), ddb.Tables{
		Registry: c.Registry, Events: c.Events, Grants: ddb.Channels(c.GrantsSandbox, c.GrantsProduction),
	}, time.Now, events.NewID)
	lambda.Start(events.Reader{Name: "enrol", DB: db, Handle: follow(db)}.Serve)
}
