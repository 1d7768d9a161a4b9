// Command application is the part of the portal's API that is about applications: so far the one that the platform makes
// for everybody, and the first look at a secret.
package main

import (
	"time"

	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/secret"
	"guichet/shared/token"
)

// configuration is what shared/topology gives the function.
type configuration struct {
	portal.Configuration
	GrantsSandbox    string `env:"GRANTS_TABLE_SANDBOX,required,notEmpty"`
	GrantsProduction string `env:"GRANTS_TABLE_PRODUCTION,required,notEmpty"`
	KeysSandbox      string `env:"TOKEN_KEYS_SANDBOX,required,notEmpty"`
	KeysProduction   string `env:"TOKEN_KEYS_PRODUCTION,required,notEmpty"`
	// AccessPoints say where the channels are.
	AccessPoints places `env:"ACCESS_POINTS,required,notEmpty"`
}

// api is what the handlers need beside the call.
type api struct {
	tokens        map[channel.Channel]*token.Source
	places        places
	organisations organisation.NameCache
}

func main() {
	a, options := open(portal.Parse[configuration](), amazon.FromEnvironment(), time.Now)
	portal.Start(options, a.routes())
}

func open(c configuration, aws amazon.Environment, now func() time.Time) (*api, portal.Options) {
	options := c.Open(aws, now)
	options.DB.Tables.Grants = ddb.Channels(c.GrantsSandbox, c.GrantsProduction)
	manager := secret.NewManager(aws)
	return &api{
		tokens: map[channel.Channel]*token.Source{
			channel.Sandbox:    token.NewSource(channel.Sandbox, manager, c.KeysSandbox, now),
			channel.Production: token.NewSource(channel.Production, manager, c.KeysProduction, now),
		},
		places: c.AccessPoints,
	}, options
}

// routes are the operations of openapi.yaml, in its order.
func (a *api) routes() []portal.Route {
	return []portal.Route{
		{Pattern: "GET /applications/sandbox", Handler: portal.Handle(a.getSandboxApplication)},
		{Pattern: "POST /applications/{application}/credentials/{credential}/secret", Idempotent: true, Handler: portal.Handle(a.showSecret)},
	}
}
