package main

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guichet/localtest/faults"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/secret"
)

func TestAnAdmittedCallPasses(t *testing.T) {
	t.Parallel()
	backend := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"parcelle":"75056000AB0012"}`))
	}}
	w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: "/rest/v2"}}, backend: backend})
	sent := []byte("corps \x00 binaire")
	a := w.do(call{
		method: "POST", path: basePath + "/parcelles/75%20056", body: sent, query: url.Values{"b": {"2 3", "1"}, "a": {"é&="}},
		header: http.Header{"content-type": {"application/octet-stream"}, "Accept-Language": {"fr"}},
	})
	if a.status != http.StatusCreated || string(a.body) != `{"parcelle":"75056000AB0012"}` || a.header.Get("Content-Type") != "application/json" {
		t.Fatalf("K9 the backend's answer does not come through: %d %s %v", a.status, a.body, a.header)
	}
	if !bytes.Equal(backend.body(), sent) {
		t.Errorf("the body is changed: %q", backend.body())
	}
	r := backend.taken()[0]
	for what, pair := range map[string][2]string{
		"method":          {r.Method, "POST"},
		"target":          {r.RequestURI, "/rest/v2/parcelles/75%20056?a=%C3%A9%26%3D&b=2%203&b=1"},
		"content type":    {r.Header.Get("Content-Type"), "application/octet-stream"},
		"language":        {r.Header.Get("Accept-Language"), "fr"},
		"GW-07 host":      {"http://" + r.Host, strings.TrimSuffix(backendURL(t, w), "/rest/v2")},
		"K13 correlation": {r.Header.Get(httpapi.CorrelationHeader), requestID},
		"K13 via":         {r.Header.Get("Via"), "1.1 guichet"},
		"application":     {r.Header.Get("X-Consumer-Application"), application},
		"organisation":    {r.Header.Get("X-Consumer-Organisation"), organisation},
		"scopes":          {r.Header.Get("X-Consumer-Scopes"), "cadastre.lire cadastre.ecrire"},
		"GW-05 for":       {r.Header.Get("X-Forwarded-For"), caller},
		"GW-05 proto":     {r.Header.Get("X-Forwarded-Proto"), "https"},
		"GW-05 host":      {r.Header.Get("X-Forwarded-Host"), host},
		"GW-05 port":      {r.Header.Get("X-Forwarded-Port"), ""},
		"user agent":      {r.Header.Get("User-Agent"), ""},
		"GW-13 encoding":  {r.Header.Get("Accept-Encoding"), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	for name, want := range map[string]string{
		"RateLimit": `"second";r=19;t=1`, "RateLimit-Policy": `"second";q=20;w=1`, "Via": "1.1 guichet", "Vary": "Origin", "Cache-Control": "private",
	} {
		if got := a.header.Values(name); !slices.Equal(got, []string{want}) {
			t.Errorf("the answer's %s is %q, want %q", name, got, want)
		}
	}
}

func backendURL(t *testing.T, w *world) string {
	t.Helper()
	table, err := w.gateway.routes.Table(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return table.ByPath(basePath).Backend.URL
}

func TestEachMethodPasses(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend})
	for _, method := range methods {
		for _, body := range []string{"", "corps"} {
			c := call{method: method}
			if body != "" {
				c.body = []byte(body)
			}
			if a := w.do(c); a.status != http.StatusOK {
				t.Errorf("%s with body %q: %d %s", method, body, a.status, a.body)
				continue
			}
			if got := string(backend.body()); got != body {
				t.Errorf("%s: the body %q arrives as %q", method, body, got)
			}
			r := backend.taken()[0]
			if r.Method != method || r.RequestURI != "/parcelles" || len(r.TransferEncoding) != 0 || r.ContentLength != int64(len(body)) {
				t.Errorf("%s with body %q arrives as %s %s, %v, %d bytes", method, body, r.Method, r.RequestURI, r.TransferEncoding, r.ContentLength)
			}
		}
	}
}

func TestOnlyAnExplicitAllowLeavesThePlatform(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend})
	path := basePath + "/parcelles"
	without := func(name string) map[string]any {
		said := allowed("GET", path)
		delete(said, name)
		return said
	}
	with := func(name string, value any) map[string]any {
		said := allowed("GET", path)
		said[name] = value
		return said
	}
	for name, c := range map[string]struct {
		said map[string]any
		code problem.Code
	}{
		"OP-08 no context at all":                       {map[string]any{}, problem.Internal},
		"OP-08 no decision":                             {without("decision"), problem.Internal},
		"K11 a decision in capitals":                    {with("decision", "ALLOW"), problem.Internal},
		"K11 a decision with a blank":                   {with("decision", "allow "), problem.Internal},
		"K11 a decision that is no text":                {with("decision", true), problem.Internal},
		"K11 refused without a code":                    {with("decision", "refuse"), problem.Internal},
		"K11 refused with an unknown code":              {map[string]any{"decision": "refuse", "code": "nonsense"}, problem.Internal},
		"K11 no decision, but a code":                   {map[string]any{"code": "api_not_subscribed"}, problem.APINotSubscribed},
		"GW-08 another path was authorised":             {with("path", basePath+"/autres"), problem.Internal},
		"GW-08 the path was authorised with a slash":    {with("path", path+"/"), problem.Internal},
		"GW-08 the path was authorised in another case": {with("path", strings.ToUpper(path)), problem.Internal},
		"GW-08 no path was authorised":                  {without("path"), problem.Internal},
		"GW-09 another method was authorised":           {with("method", "HEAD"), problem.Internal},
		"GW-09 no method was authorised":                {without("method"), problem.Internal},
		"K10 nobody was authorised":                     {without("application"), problem.Internal},
		"Z32 another base path was authorised":          {with("basePath", "/dila"), problem.Unavailable},
		"Z32 another API was authorised":                {with("api", application), problem.Unavailable},
	} {
		refused(t, name, w.do(call{authorizer: c.said}), c.code)
	}
	refused(t, "K12 the route is gone since", w.do(call{path: "/elsewhere/x", alter: map[string]any{"basePath": "/elsewhere"}}), problem.RouteUnknown)
	if got := backend.taken(); len(got) != 0 {
		t.Errorf("%d calls left the platform", len(got))
	}
}

func TestRefusalsAreExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t, published{backend: http.NotFoundHandler()})
	for _, row := range problem.Table() {
		a := w.do(call{authorizer: map[string]any{
			"decision": "refuse", "code": string(row.Code), "origin": "https://app.example.org", "retryAfter": "17",
			"rateLimitPolicy": `"second";q=20;w=1`, "rateLimit": `"second";r=0;t=1`,
		}})
		refused(t, "Z3 "+string(row.Code), a, row.Code)
		for name, want := range map[string]string{
			"Retry-After": "17", "RateLimit-Policy": `"second";q=20;w=1`, "RateLimit": `"second";r=0;t=1`,
			"Access-Control-Allow-Origin": "https://app.example.org", "Access-Control-Expose-Headers": exposed, "Access-Control-Allow-Credentials": "",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("Z3 %s: %s is %q, want %q", row.Code, name, got, want)
			}
		}
	}
	a := w.do(call{authorizer: map[string]any{"decision": "refuse", "code": "method_not_allowed", "allow": "GET, HEAD"}})
	if refused(t, "K12 405", a, problem.MethodNotAllowed); a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("405 without Allow: %v", a.header)
	}
	a = w.do(call{authorizer: map[string]any{"decision": "refuse", "code": "token_expired", "challenge": `Bearer error="invalid_token"`}})
	if refused(t, "K10 401", a, problem.TokenExpired); a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("401 without a challenge: %v", a.header)
	}
	a = w.do(call{authorizer: map[string]any{"decision": "refuse", "code": "version_retired", "successor": "/dila/cadastre/v2"}})
	refused(t, "Z41 410", a, problem.VersionRetired)
	if !strings.Contains(a.document().Detail, "/dila/cadastre/v2") || a.header.Get("Link") != `</dila/cadastre/v2>; rel="successor-version"` {
		t.Errorf("Z41 410 does not name the successor: %s %v", a.body, a.header)
	}
}

func TestHealthCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	said := func(method string) map[string]any {
		return map[string]any{
			"decision": "allow", "method": method, "path": route.HealthCheck, "application": application, "organisation": organisation,
			"rateLimit": `"second";r=19;t=1`,
		}
	}
	a := w.do(call{path: route.HealthCheck, authorizer: said("GET")})
	if a.status != http.StatusOK || string(a.body) != "<status>ok</status>" || a.header.Get("Content-Type") != "text/xml" {
		t.Errorf("I11 %d %q %q", a.status, a.body, a.header.Get("Content-Type"))
	}
	if a.header.Get("RateLimit") == "" || !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
		t.Errorf("I11 the answer lacks its headers: %v", a.header)
	}
	if a := w.do(call{method: "HEAD", path: route.HealthCheck, authorizer: said("HEAD")}); a.status != http.StatusOK || len(a.body) != 0 {
		t.Errorf("I11 HEAD: %d %q", a.status, a.body)
	}
	refused(t, "I11 POST", w.do(call{method: "POST", path: route.HealthCheck, authorizer: said("POST")}), problem.MethodNotAllowed)
	refused(t, "I11 without a credential", w.do(call{path: route.HealthCheck, authorizer: map[string]any{"decision": "refuse", "code": "token_missing"}}), problem.TokenMissing)
	refused(t, "I11 with nothing said", w.do(call{path: route.HealthCheck, authorizer: map[string]any{}}), problem.Internal)
}

func TestWhatIsNotPassedOn(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend})
	for name, c := range map[string]struct {
		call call
		code problem.Code
	}{
		"GW-09 TRACE":                                  {call{method: "TRACE"}, problem.UpgradeRefused},
		"GW-09 CONNECT":                                {call{method: "CONNECT"}, problem.UpgradeRefused},
		"GW-09 PROPFIND":                               {call{method: "PROPFIND"}, problem.MethodNotAllowed},
		"GW-19 WebSocket":                              {call{header: http.Header{"Upgrade": {"websocket"}, "Connection": {"Upgrade"}}}, problem.UpgradeRefused},
		"GW-19 Upgrade without Connection":             {call{header: http.Header{"upgrade": {"websocket"}}}, problem.UpgradeRefused},
		"M11 h2c, else WebSocket":                      {call{header: http.Header{"Upgrade": {"h2c, WebSocket"}, "Connection": {"Upgrade"}}}, problem.UpgradeRefused},
		"M11 h2c and WebSocket in two headers":         {call{header: http.Header{"Upgrade": {"h2c", "websocket"}}}, problem.UpgradeRefused},
		"GW-13 a body of 4,500,001 bytes":              {call{method: "POST", body: make([]byte, 4_500_001)}, problem.BodyTooLarge},
		"GW-10 a header with a line break":             {call{header: http.Header{"X-A": {"a\r\nX-Consumer-Application: b"}}}, problem.BadRequest},
		"GW-10 a header with a bare LF":                {call{header: http.Header{"X-A": {"a\nb"}}}, problem.BadRequest},
		"GW-10 a header with NUL":                      {call{header: http.Header{"X-A": {"a\x00b"}}}, problem.BadRequest},
		"GW-10 a name with a line break":               {call{header: http.Header{"X-A: b\r\nX-B": {"c"}}}, problem.BadRequest},
		"GW-10 a name with a blank":                    {call{header: http.Header{"Transfer-Encoding ": {"chunked"}}}, problem.BadRequest},
		"GW-10 a name with a colon":                    {call{header: http.Header{"X-A:": {"b"}}}, problem.BadRequest},
		"GW-10 an empty name":                          {call{header: http.Header{"": {"b"}}}, problem.BadRequest},
		"GW-10 a name that is not ASCII":               {call{header: http.Header{"X-É": {"b"}}}, problem.BadRequest},
		"GW-11 a value that was not UTF-8":             {call{query: url.Values{"a": {"b\xff"}}}, problem.QueryInvalid},
		"GW-11 a name that was not UTF-8":              {call{query: url.Values{"\xc3": {"b"}}}, problem.QueryInvalid},
		"GW-11 a replacement character":                {call{query: url.Values{"a": {"\ufffd"}}}, problem.QueryInvalid},
		"GW-11 NUL in a value":                         {call{query: url.Values{"a": {"b\x00c"}}}, problem.QueryInvalid},
		"GW-11 a line break in a name":                 {call{query: url.Values{"a\r\nb": {"c"}}}, problem.QueryInvalid},
		"M12 NUL in a name":                            {call{query: url.Values{"a\x00": {"c"}}}, problem.QueryInvalid},
		"GW-11 a character cut between name and value": {call{query: url.Values{"a\xc3": {"\xa9"}}}, problem.QueryInvalid},
		"GW-11 a control character in a name":          {call{query: url.Values{"a\x1b": {"b"}}}, problem.QueryInvalid},
		"GW-11 DEL in a name":                          {call{query: url.Values{"\x7f": {"a"}}}, problem.QueryInvalid},
		"GW-11 a C1 control character in a name":       {call{query: url.Values{"\u0085": {"a"}}}, problem.QueryInvalid},
		"GW-11 a query of 40,000 bytes":                {call{query: url.Values{"a": {strings.Repeat("b", 40_000)}}}, problem.QueryInvalid},
	} {
		refused(t, name, w.do(c.call), c.code)
	}
	if got := backend.taken(); len(got) != 0 {
		t.Errorf("%d calls left the platform", len(got))
	}
	if a := w.do(call{method: "POST", body: make([]byte, 4_500_000)}); a.status != http.StatusOK || len(backend.body()) != 4_500_000 {
		t.Errorf("GW-13 a body of 4,500,000 bytes: %d, %d bytes arrive", a.status, len(backend.body()))
	}
}

func TestAnOfferOfHTTP2IsIgnored(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend})
	for name, header := range map[string]http.Header{
		"M11 as Java's HttpClient sends it":      {"Connection": {"Upgrade, HTTP2-Settings"}, "Upgrade": {"h2c"}, "HTTP2-Settings": {"AAMAAABkAARAAAAAAAIAAAAA"}},
		"M11 in small letters, as HTTP/2 has it": {"connection": {"upgrade"}, "upgrade": {"H2C"}},
		"M11 what API Gateway leaves of it":      {"HTTP2-Settings": {"AAMAAABkAARAAAAAAAIAAAAA"}},
		"M11 Connection alone":                   {"connection": {"keep-alive, UPGRADE"}},
	} {
		a := w.do(call{header: header})
		got := backend.taken()
		if a.status != http.StatusOK || len(got) != 1 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
			continue
		}
		for _, gone := range []string{"Connection", "Upgrade", "HTTP2-Settings"} {
			if values := got[0].Header.Values(gone); len(values) != 0 {
				t.Errorf("%s: %s reaches the backend: %q", name, gone, values)
			}
		}
	}
}

func TestQueriesArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend})
	for _, c := range []struct {
		query url.Values
		want  string
	}{
		{nil, ""},
		{url.Values{"a": {""}}, "a="},
		{url.Values{"": {"x"}}, "=x"},
		{url.Values{"z": {"1"}, "a": {"3", "1", "2", "1"}}, "a=3&a=1&a=2&a=1&z=1"},
		{url.Values{"q": {"a b+c&d=e;f#g?h/i%20j"}}, "q=a%20b%2Bc%26d%3De%3Bf%23g%3Fh%2Fi%2520j"},
		{url.Values{"ville": {"Orléans"}, "数": {"字"}}, "ville=Orl%C3%A9ans&%E6%95%B0=%E5%AD%97"},
		{url.Values{"filter[a]": {"<x>"}}, "filter%5Ba%5D=%3Cx%3E"},
		{url.Values{"a;b": {"c"}}, "a%3Bb=c"},
		{url.Values{"M12": {"two\nlines", "\tx\r\n"}}, "M12=two%0Alines&M12=%09x%0D%0A"},
		{url.Values{"M12": {"\x1b\x7f\u0085"}}, "M12=%1B%7F%C2%85"},
	} {
		for range 5 { // the event's maps have no order of their own
			w.do(call{query: c.query})
			r := backend.taken()
			if len(r) != 1 || r[0].URL.RawQuery != c.want {
				t.Fatalf("GW-11 %v: %d calls, %q, want %q", c.query, len(r), r[0].URL.RawQuery, c.want)
			}
		}
	}
}

func TestTheLogHoldsNoSecret(t *testing.T) { // not parallel: it reads the process's log
	backend := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Set-Cookie", "a=canary-cookie") }}
	w := newWorld(t, published{backend: backend, Route: route.Route{Backend: route.Backend{
		Authentication: route.Authentication{Kind: route.SecretHeader, Header: "X-Secret", Secret: "a"},
	}}})
	w.secrets["sandbox/backend/a"] = "canary-secret"
	log := captured(func() {
		w.do(call{
			method: "POST", body: []byte("canary-body"), query: url.Values{"q": {"canary-query"}},
			header: http.Header{"Authorization": {"Bearer canary-token"}, "KeyId": {"canary-key"}, "Cookie": {"a=canary-cookie"}},
		})
		w.do(call{query: url.Values{"q": {"canary-query\x00"}}, alter: map[string]any{"decision": "refuse", "code": "quota_second"}})
	})
	if strings.Contains(log, "canary") {
		t.Errorf("OP-01 %s", log)
	}
	lines := strings.Split(strings.TrimSpace(log), "\n")
	if len(lines) != 2 {
		t.Fatalf("OP-01 %d lines for 2 calls: %s", len(lines), log)
	}
	for _, key := range []string{`"correlationId":"` + requestID, `"application":"` + application, `"api":"` + apiID, `"status":200`, `"backendMilliseconds":`} {
		if !strings.Contains(lines[0], key) {
			t.Errorf("the line lacks %s: %s", key, lines[0])
		}
	}
	if !strings.Contains(lines[1], `"code":"quota_second"`) {
		t.Errorf("the line of a refusal lacks its code: %s", lines[1])
	}
}

func TestStoreDown(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend})
	recover := w.tables.Faults.Inject(faults.Rule{Fault: faults.Refuse()})
	for range 3 {
		refused(t, "F07 store down", w.do(call{}), problem.Unavailable)
		refused(t, "F07 store down, preflight", w.do(call{method: "OPTIONS"}), problem.Unavailable)
	}
	recover()
	if got := backend.taken(); len(got) != 0 {
		t.Errorf("F07 %d calls left the platform", len(got))
	}
	if a := w.do(call{}); a.status != http.StatusOK {
		t.Errorf("F07 after recovery: %d", a.status)
	}
}

func TestBackendCredentials(t *testing.T) {
	t.Parallel()
	type setting = route.Authentication
	for name, c := range map[string]struct {
		setting setting
		secret  string
		header  string // that the backend must get
		value   string
		sent    bool
	}{
		"Z54 none":                              {setting{}, "", "Authorization", "", true},
		"Z54 secret header":                     {setting{Kind: "header", Header: "X-Backend-Key", Secret: "a"}, "s3cret", "X-Backend-Key", "s3cret", true},
		"Z54 secret header named as consumers'": {setting{Kind: "header", Header: "x-api-key", Secret: "a"}, "s3cret", "X-Api-Key", "s3cret", true},
		"Z54 Basic":                             {setting{Kind: "basic", Secret: "a"}, "me:p:w", "Authorization", "Basic bWU6cDp3", true},
		"Z54 secret that cannot be read":        {setting{Kind: "header", Header: "X-Backend-Key", Secret: "gone"}, "s3cret", "", "", false},
		"Z54 empty secret":                      {setting{Kind: "header", Header: "X-Backend-Key", Secret: "a"}, "", "", "", false},
		"Z54 secret with a line break":          {setting{Kind: "header", Header: "X-Backend-Key", Secret: "a"}, "a\r\nb: c", "", "", false},
		"Z54 Basic without a colon":             {setting{Kind: "basic", Secret: "a"}, "me", "", "", false},
		"Z54 no secret named":                   {setting{Kind: "basic"}, "me:pw", "", "", false},
		"Z54 no header named":                   {setting{Kind: "header", Secret: "a"}, "s3cret", "", "", false},
		"Z54 header that frames":                {setting{Kind: "header", Header: "Content-Length", Secret: "a"}, "12", "", "", false},
		"Z54 header that net/http leaves out":   {setting{Kind: "header", Header: "Host", Secret: "a"}, "x", "", "", false},
		"Z54 header that the gateway sets":      {setting{Kind: "header", Header: "via", Secret: "a"}, "x", "", "", false},
		"Z54 kind that is not known":            {setting{Kind: "oauth", Secret: "a"}, "x", "", "", false},
	} {
		backend := &recorder{}
		w := newWorld(t, published{backend: backend, Route: route.Route{Backend: route.Backend{Authentication: c.setting}}})
		w.secrets["sandbox/backend/a"] = secret.Value(c.secret)
		a := w.do(call{header: http.Header{"X-Backend-Key": {"mine"}, "X-Api-Key": {"mine"}, "Authorization": {"Bearer mine"}, "x_backend_key": {"mine"}}})
		if !c.sent {
			refused(t, name, a, problem.Unavailable)
			if len(backend.taken()) != 0 {
				t.Errorf("%s: sent without", name)
			}
			continue
		}
		got := backend.taken()
		if len(got) != 1 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
			continue
		}
		if c.value == "" && len(got[0].Header.Values(c.header)) != 0 || c.value != "" && !slices.Equal(got[0].Header.Values(c.header), []string{c.value}) {
			t.Errorf("%s: the backend gets %q", name, got[0].Header.Values(c.header))
		}
		if c.setting.Kind == "header" {
			for header, values := range maps.All(got[0].Header) {
				if folded(header) == folded(c.setting.Header) && !slices.Equal(values, []string{c.value}) {
					t.Errorf("%s: the consumer's own %s reaches the backend", name, header)
				}
			}
		}
	}
}
