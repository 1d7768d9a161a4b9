package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"guichet/localtest"
	"guichet/localtest/secretsmanager"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/token"
)

const (
	portalURL = "https://portal.example"
	keySecret = "guichet/sandbox/token-keys"
	keyText   = `{"sign":"1","1":"a random text of the sandbox channel, 40+ chars"}`
)

// world is a channel with APIs and one application, and an authorizer in front of it.
type world struct {
	*authorizer
	t       *testing.T
	tables  *localtest.TestTables
	db      ddb.Database
	clock   *atomic.Int64 // Unix nanoseconds
	issuer  application.Issuer
	app     application.Aggregate
	token   string // of the application's client, whole
	apiKey  string
	client  application.Credential
	key     application.Credential
	secrets *secretsmanager.Store
}

// Routes of the world: an open API, one with scoped operations, one of each restricted kind.
var (
	weather = route.Route{BasePath: "/demo/weather/v1", API: "01API0000000000000000WEATHE", ID: "weat", State: route.Published, Public: true, Bearer: true, APIKey: true, CORS: true}
	orders  = route.Route{
		BasePath: "/demo/orders/v1", API: "01API00000000000000000ORDER", ID: "orde", State: route.Published, Public: true, Bearer: true, APIKey: true, DocumentedOnly: true,
		Scopes: map[string]string{"orders.read": "read", "orders.write": "writ"},
		Operations: []route.Operation{
			{Method: "GET", Path: "/orders/{id}", Alternatives: [][]string{{"read"}}},
			{Method: "POST", Path: "/orders", Alternatives: [][]string{{"read", "writ"}}},
			{Method: "GET", Path: "/status"},
		},
	}
	tokenOnly = route.Route{BasePath: "/demo/token-only", API: "01API0000000000000000TOKENO", ID: "toko", State: route.Published, Public: true, Bearer: true}
	retired   = route.Route{BasePath: "/demo/old", API: "01API000000000000000RETIRED", ID: "oldo", State: route.Retired, Public: true, Bearer: true, APIKey: true, Successor: "/demo/weather/v1"}
	limited   = route.Route{BasePath: "/demo/limited", API: "01API000000000000000LIMITED", ID: "limi", State: route.Published, Public: true, Bearer: true, APIKey: true, Limits: limits(2, 5)}
)

// limits makes limits; -1 is no limit.
func limits(perSecond, perDay int64) *quota.Limits {
	var l quota.Limits
	if perSecond >= 0 {
		l.PerSecond = &perSecond
	}
	if perDay >= 0 {
		l.PerDay = &perDay
	}
	return &l
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, tables: localtest.Tables(t), clock: &atomic.Int64{}}
	w.clock.Store(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).UnixNano())
	w.db = w.tables.Database(w.now)
	w.tables.Faults.SetDate(w.now)

	store, err := secretsmanager.Open("")
	w.must(err)
	w.must(store.Put(keySecret, keyText))
	w.secrets = store
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	w.tables.Environment.Endpoints["SECRETS_MANAGER"] = server.URL

	keys, err := token.ParseKeys(channel.Sandbox, secret.Value(keyText))
	w.must(err)
	w.issuer = application.Issuer{Keys: keys}
	w.publish(weather, orders, tokenOnly, retired, limited)
	w.authorizer = w.environment()
	w.app, w.client, w.key, w.token, w.apiKey = w.application("First")
	for _, r := range []route.Route{weather, tokenOnly, retired, limited} {
		w.link(r, nil)
	}
	return w
}

func (w *world) now() time.Time { return time.Unix(0, w.clock.Load()) }

func (w *world) advance(d time.Duration) { w.clock.Add(int64(d)) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// environment is one more execution environment of the function, with a memory of its own.
func (w *world) environment() *authorizer { return w.environmentAt(w.now) }

func (w *world) environmentAt(now func() time.Time) *authorizer {
	env := w.tables.Environment
	clock := ddb.NewClock(now)
	client := ddb.New(env, clock.Observe)
	return &authorizer{
		channel: channel.Sandbox,
		keys:    token.NewSource(channel.Sandbox, secret.NewManager(env), keySecret, now),
		routes:  route.NewSource(client, w.db.Tables.Routes[channel.Sandbox], now),
		counter: newCounter(client, w.db.Tables.Grants[channel.Sandbox], clock.Now),
		portal:  portalURL, pages: portalURL + "/problems/", now: clock.Now,
	}
}

func (w *world) publish(routes ...route.Route) {
	w.t.Helper()
	w.must(route.Put(context.Background(), w.db, w.db.Tables.Routes[channel.Sandbox], routes...))
}

// application makes an application whose client and key are live.
func (w *world) application(name string) (a application.Aggregate, client, key application.Credential, tokenText, keyText string) {
	w.t.Helper()
	ctx := context.Background()
	a, err := application.Create(ctx, w.db, "tester", application.New{Name: name + " application", Channel: channel.Sandbox, Organisation: "01ORGANISATION000000000TEST"})
	w.must(err)
	for _, c := range a.Credentials {
		shown, err := w.issuer.ShowSecret(ctx, w.db, "tester", a.ID, c.ID)
		w.must(err)
		if c.Kind == application.APIKey {
			key, keyText = c, shown.Reveal()
		} else {
			client = c
		}
	}
	return a, client, key, w.tokenFor(a, client, nil), keyText
}

// tokenFor mints what the token service would.
func (w *world) tokenFor(a application.Aggregate, c application.Credential, scopes []string) string {
	w.t.Helper()
	current, err := application.Load(context.Background(), w.db, a.ID)
	w.must(err)
	id, err := ulid.ParseStrict(a.ID)
	w.must(err)
	claims := token.Claims{Kind: token.Access, Application: token.ApplicationID(id), Credential: current.Credentials[c.ID].Number, Expires: w.now().Add(token.Lifetime)}
	for _, s := range scopes {
		scope, err := token.ParseScopeID(s)
		w.must(err)
		claims.Scopes = append(claims.Scopes, scope)
	}
	text, err := w.issuer.Keys.Mint(claims)
	w.must(err)
	return text
}

func (w *world) link(r route.Route, scopes map[string]string) {
	w.t.Helper()
	w.must(application.Link(context.Background(), w.db, "tester", w.app.ID, application.Right{API: r.API, ShortID: r.ID, Scopes: scopes}))
}

// sample reads an event of events/samples.
func sample(t testing.TB, name string) request {
	t.Helper()
	text, err := os.ReadFile("../../events/samples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var r request
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// get is a GET with headers "Name: value".
func get(path string, headers ...string) request { return call("GET", path, headers...) }

func call(method, path string, headers ...string) request {
	r := request{Type: "REQUEST", MethodArn: "arn:aws:execute-api:eu-west-3:123456789012:abc/live/" + method + path, Path: path, HTTPMethod: method}
	r.RequestContext.RequestID = "b1c4a2de-0000-4000-8000-000000000001"
	r.MultiValueHeaders = map[string][]string{}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.MultiValueHeaders[name] = append(r.MultiValueHeaders[name], value)
	}
	return r
}

// ask returns the code of the refusal, or "" when the call is admitted, and checks that the answer says the same.
func (w *world) ask(a *authorizer, r request) string {
	w.t.Helper()
	return w.askWithin(context.Background(), a, r)
}

func (w *world) askWithin(ctx context.Context, a *authorizer, r request) string {
	w.t.Helper()
	answer, err := a.handle(ctx, r)
	w.must(err)
	code, _ := answer.Context["code"].(string)
	effect, decision := answer.PolicyDocument.Statement[0].Effect, answer.Context["decision"]
	for name, value := range answer.Context {
		if _, flat := value.(string); !flat {
			w.t.Errorf("context %s is %T; only flat strings reach the templates", name, value)
		}
	}
	if (decision == "allow") != (code == "") || (decision == "allow" && effect != "Allow") {
		w.t.Errorf("decision %v with code %q and effect %s", decision, code, effect)
	}
	return code
}

func (w *world) bearer() string { return "Authorization: Bearer " + w.token }

func (w *world) keyHeader() string { return "KeyId: " + w.apiKey }

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // refusals are expected here
	os.Exit(m.Run())
}
