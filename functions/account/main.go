// Command account is the part of the portal's API that is about people: registering, confirming, signing in and out, the
// terms of the portal, profile, preferences, password, memberships, export and deletion; and what the pages need before
// anybody signs in. Its part of the OpenAPI document is openapi.yaml; it serves the bundled document.
//
// Nobody learns from an answer, its time or its cost what they could not know: an address that has an account is answered
// as one that has none.
package main

import (
	"context"
	"log/slog"
	"time"

	"guichet/shared/account"
	"guichet/shared/amazon"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/portal"
)

// configuration is what shared/topology gives the function.
type configuration struct {
	portal.Configuration
	GrantsSandbox    string `env:"GRANTS_TABLE_SANDBOX,required,notEmpty"`
	GrantsProduction string `env:"GRANTS_TABLE_PRODUCTION,required,notEmpty"`
}

// api is what the handlers need beside the call.
type api struct {
	hasher        *account.Hasher
	configuration account.ConfigurationCache
	organisations organisation.NameCache
}

func main() {
	c := portal.Parse[configuration]()
	a, options := open(c, amazon.FromEnvironment(), account.NewHasher(account.DefaultCost), time.Now)
	a.warm(options)
	portal.Start(options, a.routes())
}

func open(c configuration, aws amazon.Environment, hasher *account.Hasher, now func() time.Time) (*api, portal.Options) {
	options := c.Open(aws, now)
	options.DB.Tables.Grants = ddb.Channels(c.GrantsSandbox, c.GrantsProduction)
	return &api{hasher: hasher}, options
}

// warm reads what every request needs while Lambda gives the start its own CPU, which also opens the connections. A failure
// does not end the process: the first request tries again, and is refused if it fails too.
func (a *api) warm(o portal.Options) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	if _, err := o.Keys.Keys(ctx); err != nil {
		slog.Warn("link keys not read at start", "error", err.Error())
	}
	if _, err := a.configuration.Get(ctx, o.DB); err != nil {
		slog.Warn("configuration not read at start", "error", err.Error())
	}
}
