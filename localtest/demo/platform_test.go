package demo_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"guichet/localtest"
	"guichet/localtest/demo"
	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/token"
	"guichet/shared/topology"
)

// world is the whole platform with the demo in it, as `make run` starts it.
type world struct {
	*localtest.TestCloud
	demo.Platform
	t    *testing.T
	apis map[string]catalogue.API
	apps map[string]demo.Application
}

func newWorld(t *testing.T) *world {
	t.Helper()
	key := "backend-key-canary-" + t.Name()
	backend := httptest.NewServer(demo.Backend(key))
	t.Cleanup(backend.Close)
	address := backend.Listener.Addr().String()
	cloud := localtest.Start(t, localtest.Options{APIs: []string{topology.ConsumerAPI}, Backends: []string{address}})
	w := &world{TestCloud: cloud, t: t, apis: map[string]catalogue.API{}, apps: map[string]demo.Application{}}
	var err error
	w.Platform, err = demo.Open(t.Context(), cloud.Cloud, address)
	w.must(err)
	apis, err := demo.Publish(t.Context(), w.Platform, backend.URL, key)
	w.must(err)
	for _, api := range apis {
		w.apis[api.BasePath] = api
	}
	apps, err := demo.Seed(t.Context(), w.Platform, apis)
	w.must(err)
	for _, a := range apps {
		w.apps[a.Name] = a
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// answer is what a caller sees.
type answer struct {
	status int
	header http.Header
	body   string
}

// code is the problem's code; empty when the answer is none.
func (a answer) code() string {
	var problem struct{ Code string }
	_ = json.Unmarshal([]byte(a.body), &problem) // no JSON, no code
	return problem.Code
}

// call sends a request with headers "Name: value".
func (w *world) call(method, url, body string, headers ...string) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, url, strings.NewReader(body))
	w.must(err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	w.must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	w.must(err)
	return answer{response.StatusCode, response.Header, string(text)}
}

func (w *world) token(a demo.Application, scope string) string {
	w.t.Helper()
	got := w.call("POST", w.URL(a.Channel)+"/api/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}, "scope": {scope},
	}.Encode(), "Content-Type: application/x-www-form-urlencoded")
	var t struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(got.body), &t); err != nil || t.AccessToken == "" {
		w.t.Fatalf("no token for %s: %d %s", a.Name, got.status, got.body)
	}
	return t.AccessToken
}

func bearer(token string) string { return "Authorization: Bearer " + token }

// id is the application's ULID, which its API key says.
func (w *world) id(a demo.Application) string {
	claims, err := w.Keys[a.Channel].Verify(a.APIKey, time.Now())
	w.must(err)
	return ulid.ULID(claims.Application).String()
}

// The first minute: what issue and README promise a stranger, with the real binaries.
func TestTheFirstMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sandbox, production := w.apps["Demo sandbox"], w.apps["Demo production"]
	reader, newcomer := w.apps["Demo reader"], w.apps["Demo newcomer"]
	base, holidays, company := w.URL(channel.Sandbox), demo.Calendar+"/holidays/2026", demo.Companies+"/companies/732829320"
	whole := w.token(sandbox, "openid")
	sandboxID, err := ulid.ParseStrict(w.id(sandbox))
	w.must(err)
	expired, err := w.Keys[channel.Sandbox].Mint(token.Claims{Kind: token.Access, Application: token.ApplicationID(sandboxID), Credential: 2, Expires: time.Now().Add(-time.Second)})
	w.must(err)

	for _, c := range []struct {
		name, method, url, body string
		headers                 []string
		status                  int
		code, holds             string
	}{
		{"I9 a token and a 200 from a protected API", "GET", base + holidays, "", []string{bearer(whole)}, 200, "", "Armistice 1918"},
		{"an API key does the same", "GET", base + holidays, "", []string{"KeyId: " + sandbox.APIKey}, 200, "", "Armistice 1918"},
		{"production does the same, with its own token", "GET", w.URL(channel.Production) + holidays, "", []string{bearer(w.token(production, ""))}, 200, "", "Armistice 1918"},
		{"a scope that is granted", "GET", base + company, "", []string{bearer(w.token(reader, "companies.read"))}, 200, "", "Ateliers"},
		{"a POST with a body", "POST", base + company + "/reports", `{"field":"name","comment":"Changed in May"}`, []string{bearer(whole), "Content-Type: application/json"}, 202, "", "732829320-"},
		{"the query reaches the backend", "GET", base + holidays + "?zone=alsace-moselle", "", []string{bearer(whole)}, 200, "", "Vendredi saint"},
		{"a refusal of the backend is the backend's", "GET", base + demo.Calendar + "/holidays/1500", "", []string{bearer(whole)}, 400, "", "1900"},
		{"Z26 an empty segment is folded", "GET", base + "/" + holidays, "", []string{bearer(whole)}, 200, "", "Armistice"},
		{"I11 the healthcheck answers XML", "GET", base + route.HealthCheck, "", []string{bearer(w.token(newcomer, ""))}, 200, "", "<status>ok</status>"},

		{"no token", "GET", base + holidays, "", nil, 401, "token_missing", ""},
		{"a token with one character changed", "GET", base + holidays, "", []string{bearer(changed(whole))}, 401, "token_invalid", ""},
		{"an expired token", "GET", base + holidays, "", []string{bearer(expired)}, 401, "token_expired", ""},
		{"the other channel's token", "GET", base + holidays, "", []string{bearer(w.token(production, ""))}, 401, "wrong_channel", ""},
		{"an API not subscribed", "GET", base + holidays, "", []string{bearer(w.token(newcomer, ""))}, 403, "api_not_subscribed", ""},
		{"a missing scope", "POST", base + company + "/reports", `{}`, []string{bearer(w.token(reader, ""))}, 403, "scope_missing", ""},
		{"an unknown path", "GET", base + "/nothing/here", "", []string{bearer(whole)}, 404, "route_unknown", ""},
		{"an undocumented operation of a scoped API", "GET", base + demo.Companies + "/admin", "", []string{bearer(whole)}, 404, "operation_unknown", ""},
		{"an undocumented method of a scoped API", "DELETE", base + company, "", []string{bearer(whole)}, 405, "method_not_allowed", ""},
		{"a path that is not canonical", "GET", base + demo.Calendar + "/%2e%2e/x", "", []string{bearer(whole)}, 400, "path_invalid", ""},
		{"a credential in the query", "GET", base + holidays + "?access_token=" + whole, "", nil, 400, "credential_in_query", ""},
		{"a body above 4.5 MB", "POST", base + company + "/reports", strings.Repeat("x", 4_500_001), []string{bearer(whole), "Content-Type: application/json"}, 413, "body_too_large", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.call(c.method, c.url, c.body, c.headers...)
			if got.status != c.status || got.code() != c.code || !strings.Contains(got.body, c.holds) {
				t.Fatalf("%d %q %s; want %d %q with %s", got.status, got.code(), got.body, c.status, c.code, c.holds)
			}
			if got.header.Get("X-Correlationid") == "" {
				t.Error("K13 no X-CorrelationID")
			}
			if c.code == "" {
				return
			}
			w.explained(t, got)
			if challenge := got.header.Get("Www-Authenticate"); (c.status == 401) != (challenge != "") {
				t.Errorf("RFC 6750 §3: status %d with challenge %q", c.status, challenge)
			}
		})
	}
}

// explained checks that a refusal says what is wrong and leads to a page that explains it in both languages (Z30).
func (w *world) explained(t *testing.T, got answer) {
	t.Helper()
	var p struct {
		Type, Title, Detail, CorrelationID string
		Status                             int
	}
	if err := json.Unmarshal([]byte(got.body), &p); err != nil {
		t.Fatalf("%s: %v", got.body, err)
	}
	if p.Title == "" || p.Detail == "" || p.Status != got.status || p.CorrelationID != got.header.Get("X-Correlationid") || got.header.Get("Content-Type") != "application/problem+json" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("not a whole problem: %s with %v", got.body, got.header)
	}
	page := w.call("GET", p.Type, "")
	for _, want := range []string{got.code(), `lang="fr"`, `lang="en"`} {
		if page.status != 200 || !strings.Contains(page.body, want) {
			t.Errorf("%s: %d without %s", p.Type, page.status, want)
		}
	}
}

func changed(text string) string {
	last := "A"
	if strings.HasSuffix(text, "A") {
		last = "B"
	}
	return text[:len(text)-1] + last
}

// What a person does in the portal counts from the next call on, over HTTP.
func TestWithdrawalsCountFromTheNextCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base, holidays := w.URL(channel.Sandbox), demo.Calendar+"/holidays/2026"
	a := w.apps["Demo sandbox"]
	tok, id, calendar := w.token(a, ""), w.id(a), w.apis[demo.Calendar]
	loaded, err := application.Load(t.Context(), w.DB, id)
	w.must(err)
	expect := func(status int, code string) {
		t.Helper()
		if got := w.call("GET", base+holidays, "", bearer(tok)); got.status != status || got.code() != code {
			t.Errorf("got %d %s, want %d %s", got.status, got.code(), status, code)
		}
	}
	// A refusal is remembered for less than a second: enabling and raising may take as long (features Z32).
	soon := func() {
		t.Helper()
		deadline := time.Now().Add(10 * time.Second)
		for {
			got := w.call("GET", base+holidays, "", bearer(tok))
			if got.status == 200 {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("still refused: %d %s", got.status, got.code())
			}
		}
	}
	expect(200, "")
	w.must(application.SetEnabled(t.Context(), w.DB, "t", id, false))
	expect(401, "application_disabled")
	refused := w.call("POST", base+"/api/oauth/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}}.Encode(), "Content-Type: application/x-www-form-urlencoded")
	if refused.status != 401 || !strings.Contains(refused.body, `"invalid_client"`) {
		t.Errorf("a disabled application gets a token: %d %s", refused.status, refused.body)
	}
	w.must(application.SetEnabled(t.Context(), w.DB, "t", id, true))
	soon()
	w.must(application.Unlink(t.Context(), w.DB, "t", id, calendar.ID))
	expect(403, "api_not_subscribed")
	w.must(application.Link(t.Context(), w.DB, "t", id, application.Right{API: calendar.ID, ShortID: calendar.ShortID}))
	expect(200, "")
	one := int64(1)
	w.must(application.SetLimits(t.Context(), w.DB, "t", id, calendar.ID, &quota.Limits{PerDay: &one}))
	expect(200, "")
	expect(429, "quota_day")
	w.must(application.SetLimits(t.Context(), w.DB, "t", id, calendar.ID, nil))
	soon()
	for _, c := range loaded.Credentials {
		if c.Kind == application.OAuthClient {
			_, err := application.Issuer{Keys: w.Keys[channel.Sandbox]}.Regenerate(t.Context(), w.DB, "t", id, c.ID, time.Time{})
			w.must(err)
		}
	}
	expect(401, "credential_disabled")
}

// K4: a burst gets no more than the quota of a second, and the others are told when to come back.
func TestTheQuotaOfASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.apps["Demo production"]
	three := int64(3)
	w.must(application.SetLimits(t.Context(), w.DB, "t", w.id(a), "", &quota.Limits{PerSecond: &three}))
	var mu sync.Mutex
	counts := map[int]int{}
	var refused answer
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 6 {
				got := w.call("GET", w.URL(channel.Production)+demo.Calendar+"/holidays/2026", "", "X-Api-Key: "+a.APIKey)
				mu.Lock()
				if counts[got.status]++; got.status == 429 {
					refused = got
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if counts[200] == 0 || counts[429] == 0 || counts[200]+counts[429] != 48 {
		t.Fatalf("answers by status: %v", counts)
	}
	if refused.code() != "quota_second" || refused.header.Get("Retry-After") != "1" ||
		refused.header.Get("RateLimit") != `"second";r=0;t=1` || refused.header.Get("RateLimit-Policy") != `"second";q=3;w=1` {
		t.Errorf("K2 %s with %v", refused.body, refused.header)
	}
	w.explained(t, refused)
}

// A client that others wrote for the guide's platform: a form with the guide's parameters, Basic with every reserved
// character escaped, the key in any case.
func TestClientsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.apps["Demo sandbox"]
	base := w.URL(channel.Sandbox)
	escaped := func(text string) string { return strings.ReplaceAll(text, "-", "%2D") }
	for name, c := range map[string]struct{ body, header string }{
		"the guide's form":       {"grant_type=client_credentials&client_id=" + a.ClientID + "&client_secret=" + a.ClientSecret + "&scope=openid", ""},
		"Basic":                  {"grant_type=client_credentials&scope=openid", "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(a.ClientID+":"+a.ClientSecret))},
		"Basic with %2D":         {"grant_type=client_credentials", "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(escaped(a.ClientID)+":"+escaped(a.ClientSecret)))},
		"a scope of another age": {"grant_type=client_credentials&scope=resource.READ&client_id=" + a.ClientID + "&client_secret=" + a.ClientSecret, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			headers := []string{"Content-Type: application/x-www-form-urlencoded;charset=UTF-8"}
			if c.header != "" {
				headers = append(headers, c.header)
			}
			got := w.call("POST", base+"/api/oauth/token", c.body, headers...)
			var answered struct {
				AccessToken string      `json:"access_token"`
				TokenType   string      `json:"token_type"`
				ExpiresIn   json.Number `json:"expires_in"`
				Scope       string      `json:"scope"`
			}
			if err := json.Unmarshal([]byte(got.body), &answered); err != nil || got.status != 200 {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if len(answered.AccessToken) != 60 || answered.TokenType != "Bearer" || answered.ExpiresIn != "3600" || !strings.Contains(got.body, `"expires_in":3600`) || !strings.HasPrefix(answered.Scope, "openid") {
				t.Errorf("I6 %s", got.body)
			}
			if called := w.call("GET", base+demo.Calendar+"/holidays/2026", "", "authorization: bearer "+answered.AccessToken); called.status != 200 {
				t.Errorf("%d %s", called.status, called.body)
			}
		})
	}
}

// RS-11, F07: with the store down nobody is admitted; when it is back, everybody is, without a restart.
func TestTheStoreIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.apps["Demo sandbox"]
	tok := w.token(a, "")
	base := w.URL(channel.Sandbox)
	get := func() answer { return w.call("GET", base+demo.Calendar+"/holidays/2026", "", bearer(tok)) }
	if got := get(); got.status != 200 {
		t.Fatal(got)
	}
	w.StoreFaults.Down()
	for range 20 {
		if got := get(); got.status != 503 || got.code() != "unavailable" || got.header.Get("Retry-After") == "" {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	refused := w.call("POST", base+"/api/oauth/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}}.Encode(), "Content-Type: application/x-www-form-urlencoded")
	if refused.status != 503 || !strings.Contains(refused.body, "temporarily_unavailable") {
		t.Errorf("a token with the store down: %d %s", refused.status, refused.body)
	}
	w.must(w.StoreFaults.Up())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for get().status != 200 {
		if ctx.Err() != nil {
			t.Fatal("not admitted 10 s after the store came back")
		}
	}
}

// Only what nobody needs to ask for can be what everybody starts with.
func TestStarters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{demo.Companies, "/demo/nothing"} {
		if err := catalogue.SetStarters(t.Context(), w.DB, []string{demo.Calendar, path}); !problem.Is(err, problem.Validation) {
			t.Errorf("%s is a starter: %v", path, err)
		}
	}
	apis, err := catalogue.Starters(t.Context(), w.DB)
	w.must(err)
	if len(apis) != 1 || apis[0].BasePath != demo.Calendar {
		t.Errorf("starters are %v", apis)
	}
	_, err = w.Publisher.SetState(t.Context(), "t", apis[0].ID, channel.Sandbox, route.Retired, "")
	w.must(err)
	if apis, err = catalogue.Starters(t.Context(), w.DB); err != nil || len(apis) != 0 {
		t.Errorf("a retired API is a starter: %v, %v", apis, err)
	}
}

// Z52, GW-15: a browser may call from the credential's origins, and from no other.
func TestBrowsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.apps["Demo sandbox"]
	loaded, err := application.Load(t.Context(), w.DB, w.id(a))
	w.must(err)
	for _, c := range loaded.Credentials {
		w.must(application.SetOrigins(t.Context(), w.DB, "t", loaded.ID, c.ID, []string{"https://app.example"}))
	}
	base := w.URL(channel.Sandbox)
	preflight := w.call("OPTIONS", base+demo.Calendar+"/holidays/2026", "", "Origin: https://app.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization")
	if preflight.status != 204 || preflight.header.Get("Access-Control-Allow-Origin") != "https://app.example" || !strings.Contains(strings.ToLower(preflight.header.Get("Access-Control-Allow-Headers")), "authorization") {
		t.Errorf("preflight: %d %v", preflight.status, preflight.header)
	}
	if none := w.call("OPTIONS", base+demo.Companies+"/status", "", "Origin: https://app.example", "Access-Control-Request-Method: GET"); none.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("an API without CORS answers a preflight with %v", none.header)
	}
	key := "KeyId: " + a.APIKey
	if got := w.call("GET", base+demo.Calendar+"/holidays/2026", "", key, "Origin: https://app.example"); got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "https://app.example" {
		t.Errorf("its own origin: %d %v", got.status, got.header)
	}
	if got := w.call("GET", base+demo.Calendar+"/holidays/2026", "", key, "Origin: https://evil.example"); got.code() != "origin_not_allowed" || got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another origin: %d %v", got.status, got.header)
	}
	tokens := w.call("POST", base+"/api/oauth/token", "grant_type=client_credentials&client_id="+a.ClientID+"&client_secret="+a.ClientSecret, "Content-Type: application/x-www-form-urlencoded", "Origin: https://app.example")
	if tokens.status != 200 || tokens.header.Get("Access-Control-Allow-Origin") != "https://app.example" {
		t.Errorf("a token for the origin: %d %v", tokens.status, tokens.header)
	}
}

// OP-01: after all of it, no log line holds a secret, a token or a query.
func TestNoSecretInLogs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.apps["Demo sandbox"]
	base := w.URL(channel.Sandbox)
	tok := w.token(a, "")
	w.call("GET", base+demo.Calendar+"/holidays/2026?zone=query-canary", "", bearer(tok))
	w.call("GET", base+demo.Calendar+"/holidays/2026", "", "KeyId: "+a.APIKey, "Cookie: session=cookie-canary")
	w.call("GET", base+demo.Calendar+"/holidays/2026?access_token="+tok, "")
	w.call("POST", base+"/api/oauth/token?client_secret=query-secret-canary", "", "Content-Type: application/x-www-form-urlencoded")
	w.call("POST", base+"/api/oauth/token", "grant_type=client_credentials&client_id="+a.ClientID+"&client_secret=wrong-secret-canary", "Content-Type: application/x-www-form-urlencoded")
	w.call("GET", base+demo.Calendar+"/holidays/2026", "", "Authorization: Basic "+base64.StdEncoding.EncodeToString([]byte("user:basic-canary")))
	lines, err := w.Quiet()
	w.must(err)
	if len(lines) < 6 {
		t.Fatalf("only %d lines were logged", len(lines))
	}
	for _, canary := range []string{
		tok, a.APIKey, a.ClientSecret, "backend-key-canary", "query-canary", "cookie-canary", "query-secret-canary", "wrong-secret-canary",
		base64.StdEncoding.EncodeToString([]byte("user:basic-canary")),
	} {
		for _, line := range lines {
			if strings.Contains(line, canary) {
				t.Errorf("a log line holds %q: %s", canary, line)
			}
		}
	}
}

// GW-10, raw: what no HTTP client sends.
func TestRawRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.apps["Demo sandbox"]
	host := strings.TrimPrefix(w.URL(channel.Sandbox), "http://")
	for name, request := range map[string]string{
		"two lengths":             "GET /demo/calendar/v1/holidays/2026 HTTP/1.1\r\nHost: x\r\nKeyId: %s\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"a folded header":         "GET /demo/calendar/v1/holidays/2026 HTTP/1.1\r\nHost: x\r\nKeyId: %s\r\nX-A: b\r\n c\r\n: d\r\n\r\n",
		"a bad transfer encoding": "POST /demo/calendar/v1/holidays/2026 HTTP/1.1\r\nHost: x\r\nKeyId: %s\r\nTransfer-Encoding: xchunked\r\n\r\n",
		"an escaped dot segment":  "GET /demo/calendar/v1/%%2E%%2E/%%2e%%2e/x HTTP/1.1\r\nHost: x\r\nKeyId: %s\r\nConnection: close\r\n\r\n",
		"a backslash":             "GET /demo/calendar/v1\\..\\x HTTP/1.1\r\nHost: x\r\nKeyId: %s\r\nConnection: close\r\n\r\n",
		"a path parameter":        "GET /demo/calendar/v1/..;/x HTTP/1.1\r\nHost: x\r\nKeyId: %s\r\nConnection: close\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", host)
			w.must(err)
			defer connection.Close()
			w.must(connection.SetDeadline(time.Now().Add(10 * time.Second)))
			_, err = fmt.Fprintf(connection, request, a.APIKey)
			w.must(err)
			first := make([]byte, 12)
			_, err = io.ReadFull(connection, first)
			w.must(err)
			if status := string(first[9:]); status[0] != '4' && status != "501" {
				t.Errorf("answered %s", first)
			}
		})
	}
}
