// Command account is the part of the portal's API that is about persons: registering, confirming, signing in and out, the
// terms of the portal, profile, preferences, password, memberships, export and deletion, and the one application that the
// platform makes for everybody. openapi.yaml is its contract, and it serves it.
//
// A request passes, in this order: route, origin, media type and size, idempotency key, session, the two gates (password
// made by somebody else, terms not accepted), then the verb's own file. The file parses, asks whether this person may and
// whether the state allows it, and writes one transaction with its one act. Nobody is told what he could not know: an
// address that has an account is answered as one that has none, at the same cost.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/oklog/ulid/v2"

	"guichet/shared/account"
	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/secret"
	"guichet/shared/token"
)

// configuration is what shared/topology gives the function.
type configuration struct {
	RegistryTable    string `env:"REGISTRY_TABLE,required,notEmpty"`
	EventsTable      string `env:"EVENTS_TABLE,required,notEmpty"`
	SessionsTable    string `env:"SESSIONS_TABLE,required,notEmpty"`
	GrantsSandbox    string `env:"GRANTS_TABLE_SANDBOX,required,notEmpty"`
	GrantsProduction string `env:"GRANTS_TABLE_PRODUCTION,required,notEmpty"`
	KeysSandbox      string `env:"TOKEN_KEYS_SANDBOX,required,notEmpty"`
	KeysProduction   string `env:"TOKEN_KEYS_PRODUCTION,required,notEmpty"`
	LinkKeys         string `env:"LINK_KEYS,required,notEmpty"`
	// PortalURL is the one origin from which the portal's pages call.
	PortalURL    string `env:"PORTAL_URL,required,notEmpty"`
	ProblemPages string `env:"PROBLEM_PAGES,required,notEmpty"`
	// AccessPoints say where the channels are.
	AccessPoints places `env:"ACCESS_POINTS,required,notEmpty"`
	// TrustedProxies is how many proxies of ours stand before API Gateway, each of which appends to X-Forwarded-For.
	TrustedProxies int `env:"TRUSTED_PROXIES,required,notEmpty"`
}

func main() {
	slog.SetDefault(httpapi.NewLogger(os.Stdout))
	c, err := env.ParseAs[configuration]()
	if err != nil {
		slog.Error("configuration", "error", err.Error())
		os.Exit(1)
	}
	p := newPortal(c, amazon.FromEnvironment(), account.NewHasher(account.DefaultCost), time.Now)
	p.warm()
	httpapi.Start(p, c.ProblemPages)
}

func newPortal(c configuration, aws amazon.Environment, hasher *account.Hasher, now func() time.Time) *portal {
	manager := secret.NewManager(aws)
	p := &portal{
		db: ddb.Database{
			Client: ddb.New(aws), Now: now, NewID: func() string { return ulid.Make().String() },
			Tables: ddb.Tables{
				Registry: c.RegistryTable, Events: c.EventsTable, Sessions: c.SessionsTable,
				Grants: map[channel.Channel]string{channel.Sandbox: c.GrantsSandbox, channel.Production: c.GrantsProduction},
			},
		},
		hasher: hasher,
		links:  account.NewLinkKeySource(manager, c.LinkKeys, now),
		tokens: map[channel.Channel]*token.Source{
			channel.Sandbox:    token.NewSource(channel.Sandbox, manager, c.KeysSandbox, now),
			channel.Production: token.NewSource(channel.Production, manager, c.KeysProduction, now),
		},
		origin: c.PortalURL, pages: c.ProblemPages, places: c.AccessPoints, proxies: c.TrustedProxies, captchaCost: captchaCost,
	}
	p.routes = p.table()
	return p
}

// warm reads what every request needs while Lambda gives the start its own CPU, which also opens the connections. A
// failure is no reason to die: the first request tries again, and is refused if it fails too.
func (p *portal) warm() {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	if _, err := p.links.Keys(ctx); err != nil {
		slog.Warn("link keys not read at start", "error", err.Error())
	}
	if _, err := p.facts.configuration(ctx, p.db); err != nil {
		slog.Warn("configuration not read at start", "error", err.Error())
	}
}
