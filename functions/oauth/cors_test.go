package main

import (
	"net/http"
	"strings"
	"testing"

	"guichet/shared/channel"
)

func TestOrigins(t *testing.T) {
	t.Parallel()
	const app = "https://app.example"
	tests := []struct {
		name    string
		channel channel.Channel
		origins []string // of the client
		origin  []string // of the request
		allowed bool
	}{
		{"a request without an origin needs none", channel.Production, nil, nil, true},
		{"Z52 a client without origins serves no browser", channel.Production, nil, []string{app}, false},
		{"Z52 a registered origin is allowed", channel.Production, []string{"https://other.example", app}, []string{app}, true},
		{"Z52 any origin is allowed by an asterisk", channel.Production, []string{"*"}, []string{app}, true},
		{"GW-15 an opaque origin is refused, also by an asterisk", channel.Production, []string{"*"}, []string{"null"}, false},
		{"GW-15 a longer host is refused", channel.Production, []string{app}, []string{app + ".evil.test"}, false},
		{"GW-15 another scheme is refused", channel.Production, []string{app}, []string{"http://app.example"}, false},
		{"GW-15 another port is refused", channel.Production, []string{app}, []string{app + ":8443"}, false},
		{"GW-15 two origins are refused", channel.Production, []string{app}, []string{app, app}, false},
		{"Z52 the portal is always allowed on SANDBOX", channel.Sandbox, nil, []string{testPortal}, true},
		{"Z52 the portal is nothing special on PRODUCTION", channel.Production, nil, []string{testPortal}, false},
	}
	worlds := map[channel.Channel]*platform{}
	for _, c := range channel.All {
		worlds[c] = newPlatform(t, c)
		worlds[c].publish(t, resourceAPI)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := worlds[test.channel]
			c := live("AAAA")
			c.Origins = test.origins
			id, password := p.addClient(t, c)
			header := basic(id, password)
			if test.origin != nil {
				header["Origin"] = test.origin
			}
			got := p.do(t, call{body: grantOnly, header: header})
			allowed := got.header.Get("Access-Control-Allow-Origin")
			switch {
			case (got.status == 200) != test.allowed:
				t.Errorf("got %d %s", got.status, got.body)
			case !test.allowed && (got.Error != unauthorizedClient || got.URI != testPages+"origin_not_allowed" || allowed != "*"):
				t.Errorf("allow %q, %s", allowed, got.body)
			case test.allowed && test.origin != nil && allowed != test.origin[0], test.origin == nil && allowed != "":
				t.Errorf("allow %q", allowed)
			}
			if got.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("GW-15 credentials of the browser are allowed")
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	for name, c := range map[string]struct{ asked, allowed string }{
		"M8 Swagger UI sends x-requested-with":    {"authorization,x-requested-with", "authorization, x-requested-with"},
		"M8 monitoring sends traceparent":         {"Content-Type, traceparent, baggage, sentry-trace", "content-type, traceparent, baggage, sentry-trace"},
		"M8 a preflight that asks for no header":  {"", ""},
		"M8 a name that is not a token":           {"authorization, a b", ""},
		"M8 more names than anybody needs":        {strings.Repeat("x,", 64) + "x", ""},
		"M8 names that are longer than 2,048":     {strings.Repeat("x", 2049), ""},
		"M8 a name that would end the header":     {"authorization\r\nSet-Cookie: a=b", ""},
		"M8 the names that are asked for usually": {"authorization,content-type", "authorization, content-type"},
	} {
		header := http.Header{"Origin": {"https://app.example"}, "Access-Control-Request-Method": {"POST"}}
		if c.asked != "" {
			header.Set("Access-Control-Request-Headers", c.asked)
		}
		got := p.do(t, call{method: http.MethodOptions, contentType: "-", header: header})
		if got.status != 204 || got.body != "" || got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Access-Control-Allow-Methods") != "POST" ||
			got.header.Get("Access-Control-Allow-Headers") != c.allowed {
			t.Errorf("%s: %d %v", name, got.status, got.header)
		}
	}
	got := p.do(t, call{method: http.MethodOptions, contentType: "-"})
	if got.status != 204 || got.header.Get("Allow") != "POST, OPTIONS" || got.header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("TE-05 OPTIONS that is no preflight: %d %v", got.status, got.header)
	}
	if p.tables.Faults.Count("", "") != 0 {
		t.Error("a preflight reads the store")
	}
}
