// Command gateway is what stands behind the authorizer on a channel's API: it passes admitted calls to the provider's
// backend, and answers everything else: refused calls, preflights of browsers, the built-in health check, and the pages
// that explain codes.
//
// It refuses by default: only a call whose authorizer context says "allow", for exactly the path and method that were
// authorised, leaves the platform, and it leaves byte for byte as authorised, once. The gateway counts nothing, follows
// nothing, retries nothing, and does nothing after its answer.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/guard"
	"guichet/shared/httpapi"
	"guichet/shared/route"
	"guichet/shared/secret"
)

func main() {
	slog.SetDefault(httpapi.NewLogger(os.Stdout))
	g, err := fromEnvironment()
	if err != nil {
		slog.Error("configuration", "error", err.Error())
		os.Exit(1)
	}
	g.warm()
	httpapi.Start(g, g.pages)
}

// fromEnvironment reads the variables that shared/topology declares, by hand, as the authorizer does: this is the hot path.
func fromEnvironment() (*gateway, error) {
	c, err := channel.Parse(os.Getenv("CHANNEL"))
	if err != nil {
		return nil, err
	}
	for _, name := range [...]string{"ROUTES_TABLE", "BACKEND_SECRETS", "PROBLEM_PAGES"} {
		if os.Getenv(name) == "" {
			return nil, fmt.Errorf("gateway: %s is not set", name)
		}
	}
	out, err := guard.New(guard.Options{Exceptions: os.Getenv("GUARD_EXCEPTION")})
	if err != nil {
		return nil, err
	}
	env := amazon.FromEnvironment()
	return &gateway{
		channel:     c,
		routes:      route.NewSource(ddb.New(env), os.Getenv("ROUTES_TABLE"), time.Now),
		credentials: newCredentials(secret.NewManager(env).Get, os.Getenv("BACKEND_SECRETS"), time.Now),
		transport:   out.Transport(),
		portal:      os.Getenv("PORTAL_URL"),
		pages:       os.Getenv("PROBLEM_PAGES"),
		budget:      budget,
		now:         time.Now,
	}, nil
}

// warm reads the routes while Lambda gives the start its own CPU. A failure is no reason to die: the first call tries
// again.
func (g *gateway) warm() {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	if _, err := g.routes.Table(ctx); err != nil {
		slog.Warn("routes not read at start", "error", err.Error())
	}
}
