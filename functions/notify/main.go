// Command notify follows the stream of acts and sends the mails that follow from them: to the person whom an act concerns,
// in that person's language, once.
//
// It plans the mails of an act in the transaction that ends the act's being due, then sends what the recipient has not got
// yet, in order. A mail that SES does not take now waits in its row, not in the stream; sweep brings it back. SES's own
// events, bounces and complaints, come by EventBridge and mark the address.
package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/caarlos0/env/v11"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/amazon"
	"guichet/shared/ddb"
	"guichet/shared/secret"
)

type configuration struct {
	Registry string `env:"REGISTRY_TABLE,required,notEmpty"`
	Events   string `env:"EVENTS_TABLE,required,notEmpty"`
	LinkKeys string `env:"LINK_KEYS,required,notEmpty"`
	// PortalURL is the base of every link, without a trailing slash (RG-06).
	PortalURL        string `env:"PORTAL_URL,required,notEmpty"`
	Sender           string `env:"MAIL_SENDER,required,notEmpty"`
	ConfigurationSet string `env:"MAIL_CONFIGURATION_SET"`
	// PerSecond is SES's rate for the account; Workers run at once at most, and share it.
	PerSecond float64 `env:"MAIL_PER_SECOND,required,notEmpty"`
	Workers   float64 `env:"MAIL_WORKERS,required,notEmpty"`
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	c, err := env.ParseAs[configuration]()
	if err != nil || c.PerSecond <= 0 || c.Workers < 1 {
		slog.Error("configuration", "error", err)
		os.Exit(1)
	}
	aws := amazon.FromEnvironment()
	n := &notifier{
		db:     ddb.Open(aws, ddb.Tables{Registry: c.Registry, Events: c.Events}, time.Now, events.NewID),
		keys:   account.NewLinkKeySource(secret.NewManager(aws), c.LinkKeys, time.Now),
		office: newPostOffice(aws, c.Sender, c.ConfigurationSet, c.PerSecond/c.Workers),
		portal: c.PortalURL,
	}
	lambda.Start(n.serve)
}

// serve takes batches of the stream, SES's events, and the orders of events.Reader.
func (n *notifier) serve(ctx context.Context, payload json.RawMessage) (any, error) {
	if feedback, ok := parseFeedback(payload); ok {
		return nil, n.hear(ctx, feedback)
	}
	return events.Reader{Name: "notify", DB: n.db, Handle: n.handle}.Serve(ctx, payload)
}
