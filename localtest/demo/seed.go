// Package demo is what the local cloud shows: a backend with two APIs, and applications to call them with.
//
// Everything is made through the code that a deployed platform uses, nothing is written into tables. Secrets are random
// and shown once, so they are kept beside the database and live and die with it.
package demo

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"
	"time"

	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/publication"
	"guichet/shared/token"
)

// Base paths of the demo's APIs.
const (
	Calendar  = "/demo/calendar/v1"
	Companies = "/demo/companies/v2"
)

//go:embed *.yaml *.md
var files embed.FS

// actor is who the demo's acts are by, in the audit trail.
const actor = "system:demo"

// Demo is what `make run` prints, and writes as .local/demo.json; other programs rely on its form.
type Demo struct {
	Portal       string        `json:"portal"`
	Sandbox      string        `json:"sandbox"`
	Production   string        `json:"production"`
	Inbox        string        `json:"inbox"`
	Accounts     []Account     `json:"accounts"`
	Applications []Application `json:"applications"`
	// BackendKey is how the demo's backend knows the gateway.
	BackendKey string `json:"backend_key"`
}

// Account is a person who can sign in.
type Account struct {
	Email        string `json:"email"`
	Password     string `json:"password"`
	Role         string `json:"role"`
	Organisation string `json:"organisation"`
}

// Application is a program that can call.
type Application struct {
	Name         string          `json:"name"`
	Channel      channel.Channel `json:"channel"`
	ClientID     string          `json:"client_id"`
	ClientSecret string          `json:"client_secret"`
	APIKey       string          `json:"api_key"`
	// Subscriptions are base paths.
	Subscriptions []string `json:"subscriptions"`
}

// Platform is what seeding works on.
type Platform struct {
	DB        ddb.Database
	Publisher *publication.Publisher
	Keys      map[channel.Channel]*token.Keys
	LinkKeys  *account.LinkKeys
}

// Publish publishes the demo's APIs; doing so again changes nothing but where the backend is.
func Publish(ctx context.Context, p Platform, backend, key string) ([]catalogue.API, error) {
	sources := publication.Sources{
		Files: located(backend),
		Organisation: func(ctx context.Context, name string) (string, error) {
			o, err := organisation.Named(ctx, p.DB, actor, name, false)
			return o.ID, err
		},
		Environment: func(name string) (string, bool) { return key, name == "DEMO_BACKEND_KEY" },
	}
	var apis []catalogue.API
	for _, file := range [...]string{"calendar.yaml", "companies.yaml"} {
		publication, err := publication.ReadDeclaration(ctx, sources, file)
		if err != nil {
			return nil, fmt.Errorf("demo: %s: %w", file, err)
		}
		result, err := p.Publisher.Publish(ctx, actor, publication)
		if err != nil {
			return nil, fmt.Errorf("demo: %s: %w", file, err)
		}
		apis = append(apis, result.API)
	}
	if err := catalogue.SetStarters(ctx, p.DB, []string{Calendar}); err != nil {
		return nil, fmt.Errorf("demo: starters: %w", err)
	}
	return apis, nil
}

// located is the demo's files with the backend's URL filled in.
func located(backend string) fs.FS {
	all := fstest.MapFS{}
	entries, _ := files.ReadDir(".") // an embedded folder
	for _, entry := range entries {
		text, _ := files.ReadFile(entry.Name())
		all[entry.Name()] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(text), "${BACKEND}", backend))}
	}
	return all
}

// Seed makes the demo's applications: in each channel one that may do everything, and in SANDBOX two that show refusals.
func Seed(ctx context.Context, p Platform, apis []catalogue.API) ([]Application, error) {
	owner, err := organisation.Named(ctx, p.DB, actor, consumer, false)
	if err != nil {
		return nil, err
	}
	all := map[string]application.Right{}
	for _, api := range apis {
		all[api.BasePath] = application.Right{API: api.ID, ShortID: api.ShortID}
	}
	readOnly := all[Companies]
	for _, api := range apis {
		if api.BasePath == Companies {
			readOnly.Scopes = map[string]string{"companies.read": api.Scopes["companies.read"].ShortID}
		}
	}
	var made []Application
	for _, a := range []struct {
		name    string
		channel channel.Channel
		rights  map[string]application.Right
	}{
		{"Demo sandbox", channel.Sandbox, all},
		{"Demo production", channel.Production, all},
		{"Demo reader", channel.Sandbox, map[string]application.Right{Companies: readOnly}},
		{"Demo newcomer", channel.Sandbox, nil},
	} {
		shown, err := makeApplication(ctx, p, owner.ID, a.name, a.channel, a.rights)
		if err != nil {
			return nil, fmt.Errorf("demo: application %s: %w", a.name, err)
		}
		made = append(made, shown)
	}
	return made, nil
}

func makeApplication(ctx context.Context, p Platform, organisation, name string, c channel.Channel, rights map[string]application.Right) (Application, error) {
	a, err := application.Create(ctx, p.DB, actor, application.New{Name: name, Channel: c, Organisation: organisation, Description: "Made by the demo on " + p.DB.Now().Format(time.DateOnly)})
	if err != nil {
		return Application{}, err
	}
	shown := Application{Name: name, Channel: c, Subscriptions: []string{}}
	issuer := application.Issuer{Keys: p.Keys[c]}
	for _, credential := range a.Credentials {
		secret, err := issuer.ShowSecret(ctx, p.DB, actor, a.ID, credential.ID)
		if err != nil {
			return Application{}, err
		}
		if credential.Kind == application.APIKey {
			shown.APIKey = secret.Reveal()
		} else {
			shown.ClientID, shown.ClientSecret = credential.ID, secret.Reveal()
		}
	}
	for _, path := range [...]string{Calendar, Companies} {
		right, ok := rights[path]
		if !ok {
			continue
		}
		if err := application.Link(ctx, p.DB, actor, a.ID, right); err != nil {
			return Application{}, err
		}
		shown.Subscriptions = append(shown.Subscriptions, path)
	}
	return shown, nil
}
