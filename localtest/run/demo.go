package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guichet/localtest"
	"guichet/localtest/demo"
	"guichet/shared/channel"
)

// serveBackend serves the demo's backend, with the key that the last start gave it, and returns what that start left.
func serveBackend(o options) (shown demo.Demo, address string, stop func(), err error) {
	text, err := os.ReadFile(filepath.Join(o.data, "demo.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		shown.BackendKey = rand.Text()
	case err != nil:
		return shown, "", nil, err
	default:
		if err := json.Unmarshal(text, &shown); err != nil {
			return shown, "", nil, fmt.Errorf("%s/demo.json is not readable; start with --fresh: %w", o.data, err)
		}
	}
	address = net.JoinHostPort("127.0.0.1", strconv.Itoa(o.backend))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return shown, "", nil, fmt.Errorf("the demo's backend cannot listen on port %d; another one can be given with --backend: %w", o.backend, err)
	}
	server := &http.Server{Handler: demo.Backend(shown.BackendKey), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}
	go server.Serve(listener) // ends with Close
	return shown, listener.Addr().String(), func() { _ = server.Close() }, nil
}

// fill publishes the demo's APIs and, on a first start, makes what can be tried, and writes demo.json.
func fill(ctx context.Context, out *console, o options, cloud *localtest.Cloud, backend string, shown *demo.Demo) error {
	platform, err := demo.Open(ctx, cloud, backend)
	if err != nil {
		return err
	}
	if err := demo.Prepare(ctx, platform); err != nil {
		return err
	}
	out.say("publishing the demo's APIs")
	apis, err := demo.Publish(ctx, platform, "http://"+backend, shown.BackendKey)
	if err != nil {
		return err
	}
	if shown.Applications == nil {
		out.say("making the demo's applications")
		if shown.Applications, err = demo.Seed(ctx, platform, apis); err != nil {
			return err
		}
	}
	if shown.Accounts == nil {
		out.say("making the demo's accounts, through the portal and its mails")
		if shown.Accounts, err = demo.People(ctx, platform, cloud.Portal, cloud.Inbox.URL); err != nil {
			return err
		}
	}
	shown.Portal, shown.Sandbox, shown.Production, shown.Inbox = cloud.Portal, cloud.URL(channel.Sandbox), cloud.URL(channel.Production), cloud.Inbox.URL
	text, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		return err
	}
	// Whole or not at all: it holds the only copy of the demo's secrets.
	file := filepath.Join(o.data, "demo.json")
	if err := os.WriteFile(file+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// summary tells where everything is, and what to type.
func summary(out *console, o options, cloud *localtest.Cloud, shown demo.Demo) {
	first := shown.Applications[0]
	text := fmt.Sprintf(`
  portal and its API                %s
  sandbox: token endpoint and APIs  %s
  production: the same              %s
  mail inbox                        %s
  DynamoDB Local                    %s
`, cloud.Portal, shown.Sandbox, shown.Production, cloud.Inbox.URL, cloud.Endpoint)
	if len(shown.Accounts) > 0 {
		text += "\n  Accounts:\n"
		for _, a := range shown.Accounts {
			text += fmt.Sprintf("    %-34s %-28s %s, %s\n", a.Email, a.Password, a.Role, a.Organisation)
		}
	}
	text += fmt.Sprintf(`
  Get a token, and call a protected API:

    TOKEN=$(curl -s %s/api/oauth/token \
      -d grant_type=client_credentials -d client_id=%s \
      -d client_secret=%s -d scope=openid | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
    curl -i -H "Authorization: Bearer $TOKEN" %s%s/holidays/2026

  The same with an API key:

    curl -i -H "KeyId: %s" \
      %s%s/companies/732829320

  And what a refusal looks like:

    curl -i %s%s/holidays/2026
    curl -i -H "KeyId: %s" \
      %s%s/holidays/2026

  All of it as JSON, for programs: %s

  To publish an API of your own here: make publish FILE=…, as README.md shows.
%s
Ctrl-C stops everything; the next start finds its data again, unless it is told --fresh.
`, shown.Sandbox, first.ClientID, first.ClientSecret, shown.Sandbox, demo.Calendar,
		first.APIKey, shown.Sandbox, demo.Companies,
		shown.Sandbox, demo.Calendar,
		shown.Applications[len(shown.Applications)-1].APIKey, shown.Sandbox, demo.Calendar,
		filepath.Join(o.data, "demo.json"), allowed(o.backends))
	out.print(text)
}

// allowed says which backends of the reader's own APIs may have.
func allowed(backends []string) string {
	if len(backends) == 0 {
		return "  Its backend may be on this machine when the platform is told so: make run ARGS=\"-allow-backend 127.0.0.1:9999\"\n"
	}
	return "  Backends that are allowed beside public ones: " + strings.Join(backends, ", ") + "\n"
}
