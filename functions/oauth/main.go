// Command oauth is the token service of a channel (RFC 6749): client credentials, and the metadata that says so
// (RFC 8414).
//
// A token request goes through parse → authenticate → scopes → grant. It costs one consistent read of the client and no
// write; only a failed authentication writes, to be counted. Requests are read strictly, refusals are RFC 6749 §5.2's own
// and say nothing of what was sent.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	smithytime "github.com/aws/smithy-go/time"
	"github.com/caarlos0/env/v11"

	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/token"
)

// configuration is what shared/topology gives the function.
type configuration struct {
	Channel       channel.Channel `env:"CHANNEL,required,notEmpty"`
	GrantsTable   string          `env:"GRANTS_TABLE,required,notEmpty"`
	RoutesTable   string          `env:"ROUTES_TABLE,required,notEmpty"`
	SessionsTable string          `env:"SESSIONS_TABLE,required,notEmpty"`
	TokenKeys     string          `env:"TOKEN_KEYS,required,notEmpty"`
	IssuerURL     string          `env:"ISSUER_URL,required,notEmpty"`
	PortalURL     string          `env:"PORTAL_URL,required,notEmpty"`
	ProblemPages  string          `env:"PROBLEM_PAGES,required,notEmpty"`
}

func main() {
	slog.SetDefault(httpapi.NewLogger(os.Stdout))
	c, err := env.ParseAs[configuration]()
	if err != nil {
		slog.Error("configuration", "error", err.Error())
		os.Exit(1)
	}
	s := newService(c, amazon.FromEnvironment(), time.Now)
	s.warm()
	httpapi.Start(s, c.ProblemPages)
}

func newService(c configuration, aws amazon.Environment, now func() time.Time) *service {
	store := ddb.New(aws)
	return &service{
		channel: c.Channel, issuer: c.IssuerURL, portal: c.PortalURL, pages: c.ProblemPages,
		store: store, grants: c.GrantsTable,
		keys:     token.NewSource(c.Channel, secret.NewManager(aws), c.TokenKeys, now),
		routes:   route.NewSource(store, c.RoutesTable, now),
		attempts: newAttempts(store, c.SessionsTable, c.Channel),
		now:      now, pause: smithytime.SleepWithContext,
	}
}

// warm reads keys and routes while Lambda gives the start its own CPU, which also opens the connections. A failure is no
// reason to die: the first request tries again, and is refused if it fails too.
func (s *service) warm() {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	if _, err := s.keys.Keys(ctx); err != nil {
		slog.Warn("keys not read at start", "error", err.Error())
	}
	if _, err := s.routes.Table(ctx); err != nil {
		slog.Warn("routes not read at start", "error", err.Error())
	}
}
