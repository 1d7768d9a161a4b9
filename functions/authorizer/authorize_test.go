package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/token"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, _, _, otherToken, otherKeyText := w.application("Second")
	w.must(application.SetOrigins(t.Context(), w.db, "tester", w.app.ID, w.client.ID, []string{"https://app.example"}))
	w.link(orders, map[string]string{"orders.read": "read"})

	foreign, err := token.ParseKeys(channel.Production, secret.Value(keyText))
	w.must(err)
	production, err := foreign.Mint(token.Claims{Kind: token.Access, Expires: w.now().Add(time.Hour)})
	w.must(err)
	bearer, key := w.bearer(), w.keyHeader()
	narrow := "Authorization: Bearer " + w.tokenFor(w.app, w.client, []string{"writ"})
	narrowRead := "Authorization: Bearer " + w.tokenFor(w.app, w.client, []string{"read"})
	expired := w.tokenFor(w.app, w.client, nil)
	expiring := w.environmentAt(func() time.Time { return w.now().Add(token.Lifetime) })
	ok := "/demo/weather/v1/today"

	for _, c := range []struct {
		name string
		call request
		want problem.Code
	}{
		{"I9 a Bearer token is admitted", get(ok, bearer), ""},
		{"RS-01 the scheme is read in any case", get(ok, "authorization: bEaReR "+w.token), ""},
		{"an API key in KeyId is admitted", get(ok, key), ""},
		{"an API key in keyid is admitted", get(ok, "keyid: "+w.apiKey), ""},
		{"an API key in X-Api-Key is admitted", get(ok, "X-Api-Key: "+w.apiKey), ""},
		{"the same key under both names is admitted", get(ok, key, "x-api-key: "+w.apiKey), ""},
		{"token and key of one application are admitted", get(ok, bearer, key), ""},
		{"I11 the built-in healthcheck needs no subscription", get(route.HealthCheck, "Authorization: Bearer "+otherToken), ""},
		{"Z26 an empty segment is folded", get("//demo//weather/v1//today", bearer), ""},
		{"any path below an open API is admitted", call("PATCH", "/demo/weather/v1/a/b/c", bearer), ""},
		{"the base path itself is admitted", get("/demo/weather/v1", bearer), ""},

		{"K10 no credential", get(ok), problem.TokenMissing},
		{"RS-02 another scheme is no credential", get(ok, "Authorization: Basic dTpw"), problem.TokenMissing},
		{"RS-01 two Authorization headers", get(ok, bearer, bearer), problem.AuthorizationInvalid},
		{"RS-01 two headers in different case", get(ok, bearer, "authorization: Bearer x"), problem.AuthorizationInvalid},
		{"RS-01 two tokens in one header", get(ok, bearer+","+w.token), problem.AuthorizationInvalid},
		{"M9 two spaces", get(ok, "Authorization: Bearer  "+w.token), ""},
		{"M9 many spaces", get(ok, "Authorization: bearer      "+w.token), ""},
		{"M9 a tab is not a space", get(ok, "Authorization: Bearer\t"+w.token), problem.TokenMissing},
		{"M9 a space and a tab", get(ok, "Authorization: Bearer \t"+w.token), problem.TokenInvalid},
		{"M9 spaces and no token", get(ok, "Authorization: Bearer   "), problem.AuthorizationInvalid},
		{"RS-01 a space within the token", get(ok, "Authorization: Bearer "+w.token+" x"), problem.AuthorizationInvalid},
		{"RS-01 an empty token", get(ok, "Authorization: Bearer "), problem.AuthorizationInvalid},
		{"RS-01 a scheme alone", get(ok, "Authorization: Bearer"), problem.AuthorizationInvalid},
		{"RS-01 more than 4 KB", get(ok, "Authorization: Bearer "+strings.Repeat("A", 4097)), problem.AuthorizationInvalid},
		{"RS-01 two different keys", get(ok, key, "X-Api-Key: "+otherKeyText), problem.AuthorizationInvalid},
		{"RS-01 an empty key", get(ok, "KeyId: "), problem.AuthorizationInvalid},
		{"RS-01 a token in the query", inQuery(get(ok, bearer), "access_token"), problem.CredentialInQuery},
		{"RS-03 a key in the query, in any case", inQuery(get(ok), "KEYID"), problem.CredentialInQuery},
		{"TK-02 one character changed", get(ok, "Authorization: Bearer "+changed(w.token)), problem.TokenInvalid},
		{"TK-02 a key with one character changed", get(ok, "KeyId: "+changed(w.apiKey)), problem.TokenInvalid},
		{"JB-09 an API key as Bearer", get(ok, "Authorization: Bearer "+w.apiKey), problem.TokenInvalid},
		{"JB-09 a token as API key", get(ok, "KeyId: "+w.token), problem.TokenInvalid},
		{"RS-01 token and key of two applications", get(ok, bearer, "KeyId: "+otherKeyText), problem.CredentialsMismatch},
		{"TE-19 a token of the other channel", get(ok, "Authorization: Bearer "+production), problem.WrongChannel},

		{"GW-08 a dot segment", get("/demo/weather/v1/../../orders", bearer), problem.PathInvalid},
		{"GW-08 an escaped slash", get("/demo%2Fweather/v1", bearer), problem.PathInvalid},
		{"GW-09 TRACE", call("TRACE", ok, bearer), problem.UpgradeRefused},
		{"GW-19 an upgrade", get(ok, bearer, "Upgrade: websocket"), problem.UpgradeRefused},
		{"M11 an offer of h2c", get(ok, bearer, "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk"), ""},
		{"M11 an offer of h2c or WebSocket", get(ok, bearer, "Upgrade: h2c, websocket"), problem.UpgradeRefused},
		{"K12 an unknown path", get("/demo/unknown", bearer), problem.RouteUnknown},
		{"K12 the root", get("/", bearer), problem.RouteUnknown},
		{"another case of the base path is another path", get("/Demo/weather/v1", bearer), problem.RouteUnknown},
		{"Z41 a retired version", get("/demo/old/x", bearer), problem.VersionRetired},
		{"the healthcheck with another method", call("POST", route.HealthCheck, bearer), problem.MethodNotAllowed},

		{"an API that accepts tokens only", get("/demo/token-only/x", key), problem.CredentialNotAccepted},
		{"an API that accepts tokens only, with both", get("/demo/token-only/x", bearer, key), ""},
		{"a documented operation whose scope is granted", get("/demo/orders/v1/orders/7", bearer), ""},
		{"the same with a key: it has all that is granted", get("/demo/orders/v1/orders/7", key), ""},
		{"GW-09 HEAD has the rights of GET", call("HEAD", "/demo/orders/v1/orders/7", bearer), ""},
		{"an operation without scope", get("/demo/orders/v1/status", narrow), ""},
		{"GW-09 an undocumented path", get("/demo/orders/v1/admin", bearer), problem.OperationUnknown},
		{"GW-09 an undocumented method", call("DELETE", "/demo/orders/v1/orders/7", bearer), problem.MethodNotAllowed},
		{"I13 a scope that is not granted", call("POST", "/demo/orders/v1/orders", bearer), problem.ScopeMissing},
		{"I13 a scope that is not granted, with a key", call("POST", "/demo/orders/v1/orders", key), problem.ScopeMissing},
		{"TE-11 a token narrowed to another scope", get("/demo/orders/v1/orders/7", narrow), problem.ScopeMissing},
		{"TE-11 a narrowed token cannot go beyond the grant", call("POST", "/demo/orders/v1/orders", "Authorization: Bearer "+w.tokenFor(w.app, w.client, []string{"read", "writ"})), problem.ScopeMissing},
		{"a token narrowed to the scope it needs", get("/demo/orders/v1/orders/7", narrowRead), ""},
		{"a narrowed token beside a key", get("/demo/orders/v1/orders/7", narrow, key), ""},
		{"K15 an API that is not subscribed", get(ok, "Authorization: Bearer "+otherToken), problem.APINotSubscribed},

		{"Z52 a registered origin", get(ok, bearer, "Origin: https://app.example"), ""},
		{"Z52 the portal's own origin on SANDBOX", get(ok, bearer, "Origin: "+portalURL), ""},
		{"GW-15 an unregistered origin", get(ok, bearer, "Origin: https://evil.example"), problem.OriginNotAllowed},
		{"GW-15 a suffix of a registered origin", get(ok, bearer, "Origin: https://app.example.evil.example"), problem.OriginNotAllowed},
		{"GW-15 another scheme", get(ok, bearer, "Origin: http://app.example"), problem.OriginNotAllowed},
		{"GW-15 the null origin", get(ok, bearer, "Origin: null"), problem.OriginNotAllowed},
		{"GW-15 two origins", get(ok, bearer, "Origin: https://app.example", "Origin: https://evil.example"), problem.OriginNotAllowed},
		{"RS-03 a credential without origins is for no browser", get(ok, key, "Origin: https://app.example"), problem.OriginNotAllowed},
		{"RS-03 both credentials must allow the origin", get(ok, bearer, key, "Origin: https://app.example"), problem.OriginNotAllowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.ask(w.authorizer, c.call); got != string(c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("I7 an expired token", func(t *testing.T) {
		if got := w.ask(expiring, get(ok, "Authorization: Bearer "+expired)); got != string(problem.TokenExpired) {
			t.Errorf("got %q", got)
		}
	})
}

func inQuery(r request, name string) request {
	r.MultiValueQueryStringParameters = map[string][]string{name: {"x"}}
	return r
}

// changed replaces the last character, whose spare bits would be the easiest to miss.
func changed(text string) string {
	last := byte('A')
	if text[len(text)-1] == 'A' {
		last = 'B'
	}
	return text[:len(text)-1] + string(last)
}

// What an act of the portal does to the very next call, in an environment that has just admitted one.
func TestRevocation(t *testing.T) {
	t.Parallel()
	ok := "/demo/weather/v1/today"
	for _, c := range []struct {
		name    string
		act     func(w *world) error
		byToken problem.Code
		byKey   problem.Code
	}{
		{"K17 the application is disabled", func(w *world) error {
			return application.SetEnabled(w.t.Context(), w.db, "tester", w.app.ID, false)
		}, problem.ApplicationDisabled, problem.ApplicationDisabled},
		{"K16 the client is disabled", func(w *world) error {
			return application.SetCredentialEnabled(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID, false)
		}, problem.CredentialDisabled, ""},
		{"K16 the key is disabled", func(w *world) error {
			return application.SetCredentialEnabled(w.t.Context(), w.db, "tester", w.app.ID, w.key.ID, false)
		}, "", problem.CredentialDisabled},
		{"TE-18 the client's secret is regenerated now", func(w *world) error {
			_, err := w.issuer.Regenerate(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID, time.Time{})
			return err
		}, problem.CredentialDisabled, ""},
		{"Z12 the client's secret is regenerated with an overlap", func(w *world) error {
			_, err := w.issuer.Regenerate(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID, w.now().AddDate(0, 0, 1))
			return err
		}, "", ""},
		{"the key is regenerated", func(w *world) error {
			_, err := w.issuer.Regenerate(w.t.Context(), w.db, "tester", w.app.ID, w.key.ID, time.Time{})
			return err
		}, "", problem.CredentialDisabled},
		{"the client is deleted", func(w *world) error {
			return application.DeleteCredential(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID)
		}, problem.CredentialDisabled, ""},
		{"K18 the subscription ends", func(w *world) error {
			return application.Unlink(w.t.Context(), w.db, "tester", w.app.ID, weather.API)
		}, problem.APINotSubscribed, problem.APINotSubscribed},
		{"K16 a client that was disabled and enabled again does not revive old tokens", func(w *world) error {
			err := application.SetCredentialEnabled(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID, false)
			if err != nil {
				return err
			}
			return application.SetCredentialEnabled(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID, true)
		}, problem.CredentialDisabled, ""},
	} {
		for own, name := range map[bool]string{false: "TK-05 " + c.name, true: "TK-05 " + c.name + ", with a quota of the subscription's own"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				if own {
					w.must(application.SetLimits(t.Context(), w.db, "tester", w.app.ID, weather.API, limits(1000, -1)))
				}
				for _, credential := range []string{w.bearer(), w.keyHeader()} {
					if got := w.ask(w.authorizer, get(ok, credential)); got != "" {
						t.Fatalf("before: %s", got)
					}
				}
				w.must(c.act(w))
				if got := w.ask(w.authorizer, get(ok, w.bearer())); got != string(c.byToken) {
					t.Errorf("token: got %q, want %q", got, c.byToken)
				}
				if got := w.ask(w.authorizer, get(ok, w.keyHeader())); got != string(c.byKey) {
					t.Errorf("key: got %q, want %q", got, c.byKey)
				}
			})
		}
	}
}

// OP-06: a rotation refuses nothing that is valid and needs no restart; a key that is taken out dies.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ok := "/demo/weather/v1/today"
	if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
		t.Fatal(got)
	}
	old := w.bearer()
	const second = `"2":"the next random text of the sandbox channel"`
	rotated := strings.Replace(strings.TrimSuffix(keyText, "}"), `"sign":"1"`, `"sign":"2"`, 1) + "," + second + "}"
	w.must(w.secrets.Put(keySecret, rotated))
	keys, err := token.ParseKeys(channel.Sandbox, secret.Value(rotated))
	w.must(err)
	w.issuer.Keys = keys
	w.advance(11 * time.Second)
	fresh := "Authorization: Bearer " + w.tokenFor(w.app, w.client, nil)
	if a, b := w.ask(w.authorizer, get(ok, fresh)), w.ask(w.authorizer, get(ok, old)); a != "" || b != "" {
		t.Errorf("during the overlap: new %q, old %q", a, b)
	}
	w.must(w.secrets.Put(keySecret, `{"sign":"2",`+second+`}`))
	w.advance(5 * time.Minute)
	if a, b := w.ask(w.authorizer, get(ok, fresh)), w.ask(w.authorizer, get(ok, old)); a != "" || b != string(problem.TokenInvalid) {
		t.Errorf("after the old key was taken out: new %q, old %q", a, b)
	}
}

// Z32: what changes an API counts within 10 seconds.
func TestRoutesAreRefreshed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ok := get("/demo/weather/v1/today", w.bearer())
	if got := w.ask(w.authorizer, ok); got != "" {
		t.Fatal(got)
	}
	gone := weather
	gone.State = route.Retired
	w.publish(gone)
	w.advance(7 * time.Second) // the next look is 7.5 to 10 s after the last one
	if got := w.ask(w.authorizer, ok); got != "" {
		t.Errorf("before the next look: %s", got)
	}
	w.advance(3 * time.Second)
	if got := w.ask(w.authorizer, ok); got != string(problem.VersionRetired) {
		t.Errorf("after 10 s: %q", got)
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.link(orders, map[string]string{"orders.read": "read"})
	for _, c := range []struct {
		name string
		call request
		want map[string]string
	}{
		{"RS-02 no token: a bare challenge", get("/demo/weather/v1"), map[string]string{
			"effect": "Deny", "code": "token_missing", "challenge": `Bearer realm="guichet"`, "type": portalURL + "/problems/token_missing", "origin": "*",
		}},
		{"RS-02 a bad token: invalid_token", get("/demo/weather/v1", "Authorization: Bearer x"), map[string]string{
			"effect": "Deny", "code": "token_invalid", "challenge": `Bearer realm="guichet", error="invalid_token"`,
		}},
		{"RS-02 a missing scope: insufficient_scope", call("POST", "/demo/orders/v1/orders", w.bearer()), map[string]string{
			"effect": "Allow", "decision": "refuse", "code": "scope_missing", "challenge": `Bearer realm="guichet", error="insufficient_scope", scope="orders.read orders.write"`,
		}},
		{"a method that is not documented: Allow", call("PUT", "/demo/orders/v1/status", w.bearer()), map[string]string{
			"effect": "Allow", "code": "method_not_allowed", "allow": "GET, HEAD",
		}},
		{"an admitted call: who, what and how much is left", get("/demo/orders/v1/orders/7", w.bearer()), map[string]string{
			"effect": "Allow", "decision": "allow", "application": w.app.ID, "organisation": w.app.Organisation, "api": orders.API, "basePath": orders.BasePath,
			"path": "/demo/orders/v1/orders/7", "scopes": "orders.read", "rateLimitPolicy": `"day";q=1000000;w=86400`, "rateLimit": `"day";r=999999;t=43200`,
		}},
		{"Z52 the portal's own origin may read the answer of an API without CORS", get("/demo/orders/v1/status", w.bearer(), "Origin: "+portalURL), map[string]string{"decision": "allow", "origin": portalURL}},
		{"M17 a policy names no path, so that its Resource is short", get("/demo/weather/v1/"+strings.Repeat("a", 1000), w.bearer()), map[string]string{
			"effect": "Allow", "decision": "allow", "resource": "*",
		}},
		{"M17 a byte beyond ASCII is path_invalid, which the gateway answers", get("/demo/weather/v1/\ufffd", w.bearer()), map[string]string{
			"effect": "Allow", "resource": "*", "code": "path_invalid", "path": "/demo/weather/v1/%EF%BF%BD",
		}},
		{"M17 a path longer than AWS admits", get("/demo/weather/v1/"+strings.Repeat("a", route.MaxPath), w.bearer()), map[string]string{"code": "path_invalid"}},
		{"M72 a path that adds members to the access log", get(`/x","code":"admin","a":{"b`, w.bearer()), map[string]string{
			"code": "path_invalid", "path": "/x%22,%22code%22:%22admin%22,%22a%22:%7B%22b",
		}},
		{"M72 the same without a credential", get("/x\",\"a\":\"\\\n$context.path"), map[string]string{
			"code": "token_missing", "path": "/x%22,%22a%22:%22%5C%0A$context.path",
		}},
		{"M72 a path that is canonical is logged as it is", get("/demo/unknown/%C3%A9", w.bearer()), map[string]string{"code": "route_unknown", "path": "/demo/unknown/%C3%A9"}},
		{"a retired version: its successor", get("/demo/old", w.bearer()), map[string]string{"code": "version_retired", "successor": "/demo/weather/v1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, err := w.handle(t.Context(), c.call)
			w.must(err)
			for name, want := range c.want {
				got, _ := answer.Context[name].(string)
				if name == "effect" {
					got = answer.PolicyDocument.Statement[0].Effect
				}
				if name == "resource" {
					got = strings.Join(answer.PolicyDocument.Statement[0].Resource, " ")
				}
				if got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

// OP-08: what is no event of API Gateway is an error, which API Gateway answers with 503.
func TestForgedEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := get("/demo/weather/v1/today", w.bearer())
	for name, spoil := range map[string]func(*request){
		"another type":   func(r *request) { r.Type = "TOKEN" },
		"no method ARN":  func(r *request) { r.MethodArn = "" },
		"no method":      func(r *request) { r.HTTPMethod = "" },
		"no request id":  func(r *request) { r.RequestContext.RequestID = "" },
		"an empty event": func(r *request) { *r = request{} },
	} {
		r := good
		spoil(&r)
		if _, err := w.handle(context.Background(), r); err == nil {
			t.Errorf("%s is answered", name)
		}
	}
}

// The context goes into templates that do not escape.
func TestRefusalTextsAreSafeInTemplates(t *testing.T) {
	t.Parallel()
	for _, row := range problem.Table() {
		for _, text := range []string{string(row.Code), row.Title, row.Detail()} {
			for _, c := range text {
				if c < ' ' || c > '~' || strings.ContainsRune(`"\<>$`, c) {
					t.Errorf("%s: %q holds %q", row.Code, text, c)
				}
			}
		}
	}
}
