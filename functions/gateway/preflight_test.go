package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/route"
)

const webPage = "https://app.example.org"

// preflightOf asks for a method and headers from an origin.
func preflightOf(path, origin, method string, headers ...string) call {
	h := http.Header{}
	if origin != "" {
		h.Set("Origin", origin)
	}
	if method != "" {
		h.Set("Access-Control-Request-Method", method)
	}
	if len(headers) > 0 {
		h["access-control-request-headers"] = headers
	}
	return call{method: http.MethodOptions, path: path, header: h, authorizer: map[string]any{}}
}

func preflightWorld(t *testing.T, backend http.Handler) *world {
	t.Helper()
	return newWorld(t,
		published{backend: backend, Route: route.Route{BasePath: "/open/v1", CORS: true}},
		published{backend: backend, Route: route.Route{BasePath: "/closed/v1"}},
		published{backend: backend, Route: route.Route{BasePath: "/listed/v1", CORS: true, DocumentedOnly: true, Operations: []route.Operation{
			{Method: "GET", Path: "/parcelles/{id}"}, {Method: "DELETE", Path: "/parcelles/{id}"}, {Method: "POST", Path: "/parcelles"},
		}}},
		published{backend: backend, Route: route.Route{BasePath: "/retired/v1", CORS: true, State: route.Retired}},
		published{backend: backend, private: true, Route: route.Route{BasePath: "/private/v1", DocumentedOnly: true, Operations: []route.Operation{
			{Method: "GET", Path: "/parcelles"},
		}}},
		published{backend: backend, private: true, Route: route.Route{BasePath: "/private/v2", CORS: true, State: route.Retired}},
	)
}

func TestPreflights(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := preflightWorld(t, backend)
	for name, c := range map[string]struct {
		call    call
		origin  string // that is allowed; empty: none
		methods string // that are allowed
		headers string // that are allowed
	}{
		"K14 CORS on":                     {preflightOf("/open/v1/a", webPage, "POST", "authorization, content-type"), webPage, allMethods, "authorization, content-type"},
		"K14 CORS off":                    {preflightOf("/closed/v1/a", webPage, "POST", "authorization"), "", allMethods, ""},
		"Z52 the portal on SANDBOX":       {preflightOf("/closed/v1/a", portal, "POST", "authorization"), portal, allMethods, "authorization"},
		"documented operations":           {preflightOf("/listed/v1/parcelles/7", webPage, "DELETE"), webPage, "GET, HEAD, DELETE, OPTIONS", ""},
		"another documented operation":    {preflightOf("/listed/v1/parcelles", webPage, "POST"), webPage, "POST, OPTIONS", ""},
		"Z41 a retired version":           {preflightOf("/retired/v1/a", webPage, "GET"), webPage, allMethods, ""},
		"I11 the health check":            {preflightOf(route.HealthCheck, webPage, "GET", "keyid"), webPage, "GET, HEAD, OPTIONS", "keyid"},
		"M2 an e-mail address":            {preflightOf("/listed/v1/parcelles/jean%40example.fr", webPage, "GET"), webPage, "GET, HEAD, DELETE, OPTIONS", ""},
		"D3 an escaped letter":            {preflightOf("/listed/v1/%70arcelles", webPage, "POST"), webPage, "POST, OPTIONS", ""},
		"D3 a dot behind a parameter":     {preflightOf("/listed/v1/parcelles/S.A.S.", webPage, "GET"), webPage, "GET, HEAD, DELETE, OPTIONS", ""},
		"no preflight, no method asked":   {preflightOf("/open/v1/a", webPage, ""), "", allMethods, ""},
		"no preflight, no origin":         {preflightOf("/open/v1/a", "", "GET"), "", allMethods, ""},
		"plain OPTIONS":                   {preflightOf("/open/v1/a", "", ""), "", allMethods, ""},
		"GW-15 null":                      {preflightOf("/open/v1/a", "null", "GET"), "", allMethods, ""},
		"GW-15 a path in the origin":      {preflightOf("/open/v1/a", webPage+"/x", "GET"), "", allMethods, ""},
		"GW-15 a file":                    {preflightOf("/open/v1/a", "file://", "GET"), "", allMethods, ""},
		"GW-15 the portal's suffix":       {preflightOf("/closed/v1/a", portal+".evil.org", "GET"), "", allMethods, ""},
		"GW-15 the portal's other scheme": {preflightOf("/closed/v1/a", "http://portal.example.org", "GET"), "", allMethods, ""},
		"GW-15 the portal's other port":   {preflightOf("/closed/v1/a", portal+":8443", "GET"), "", allMethods, ""},
		"headers in any case":             {preflightOf("/open/v1/a", webPage, "GET", "X-Api-Key,KEYID ,\tAccept"), webPage, allMethods, "x-api-key, keyid, accept"},
		"headers that are none":           {preflightOf("/open/v1/a", webPage, "GET", "a, b c"), webPage, allMethods, ""},
		"headers with a line break":       {preflightOf("/open/v1/a", webPage, "GET", "a\r\nSet-Cookie: b"), webPage, allMethods, ""},
		"headers with an empty one":       {preflightOf("/open/v1/a", webPage, "GET", "a,,b"), webPage, allMethods, ""},
		"too many headers":                {preflightOf("/open/v1/a", webPage, "GET", strings.Repeat("a,", 64)+"a"), webPage, allMethods, ""},
		"headers that are too long":       {preflightOf("/open/v1/a", webPage, "GET", strings.Repeat("a", 2049)), webPage, allMethods, ""},
	} {
		a := w.do(c.call)
		if a.status != http.StatusNoContent || len(a.body) != 0 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		wantMethods := ""
		if c.origin != "" {
			wantMethods = c.methods
		}
		for header, want := range map[string]string{
			"Access-Control-Allow-Origin": c.origin, "Access-Control-Allow-Methods": wantMethods, "Access-Control-Allow-Headers": c.headers,
			"Allow": c.methods, "Access-Control-Allow-Credentials": "", "Cache-Control": "no-store",
			"Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
		} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		if (a.header.Get("Access-Control-Max-Age") != "") != (c.origin != "") {
			t.Errorf("%s: %v", name, a.header)
		}
	}
	two := preflightOf("/open/v1/a", webPage, "GET")
	two.header["Origin"] = []string{webPage, "https://evil.example.org"}
	if a := w.do(two); a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("GW-15 two origins: %v", a.header)
	}
	for _, origin := range []string{webPage, portal, "", "null"} {
		unknown := w.do(preflightOf("/nothing/v1", origin, "POST", "x-a"))
		if unknown.status != http.StatusNoContent || unknown.header.Get("Allow") != allMethods {
			t.Errorf("M71 an unknown path: %d %v", unknown.status, unknown.header)
		}
		for _, path := range []string{"/", "/private/v1", "/private/v1/parcelles", "/private/v1/autres", "/private/v2/a", "/api/oauth/tokens"} {
			if a := w.do(preflightOf(path, origin, "POST", "x-a")); a.status != unknown.status || !maps.EqualFunc(a.header, unknown.header, slices.Equal[[]string]) {
				t.Errorf("M71 %s from %q tells apart: %d %v, an unknown path %v", path, origin, a.status, a.header, unknown.header)
			}
		}
	}
	refused(t, "K12 no documented path", w.do(preflightOf("/listed/v1/autres", webPage, "GET")), problem.OperationUnknown)
	refused(t, "GW-08 a path with dots", w.do(preflightOf("/open/v1/../v2", webPage, "GET")), problem.PathInvalid)
	refused(t, "D3 a dot behind a literal", w.do(preflightOf("/listed/v1/parcelles.", webPage, "POST")), problem.PathInvalid)
	// Whatever somebody puts into an OPTIONS request: it is never forwarded.
	forged := preflightOf("/open/v1/a", "", "")
	forged.authorizer = allowed("OPTIONS", "/open/v1/a")
	w.do(forged)
	if n := len(backend.taken()); n != 0 {
		t.Errorf("OPTIONS reached a backend %d times", n)
	}

	w.gateway.channel = channel.Production
	if a := w.do(preflightOf("/closed/v1/a", portal, "POST")); a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("Z52 the portal's origin is allowed on PRODUCTION")
	}
}
