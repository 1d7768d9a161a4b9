package main

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/route"
)

// placeOf is the place of an API at /odd/v1 whose backend is at address, on a channel that has /other/v2 too.
func placeOf(t *testing.T, address, stage string) (*destination, *events.APIGatewayProxyRequestContext) {
	t.Helper()
	table := route.NewTable(1, []route.Route{
		{BasePath: "/odd/v1", ID: "odd1", Backend: route.Backend{URL: address}}, {BasePath: "/other/v2", ID: "othe"},
	})
	found := table.Match("/odd/v1")
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	to, err := sentURL(base, "/things")
	if err != nil {
		t.Fatal(err)
	}
	return &destination{route: found, table: table, url: to}, &events.APIGatewayProxyRequestContext{DomainName: "api.example.org", Stage: "live", Path: stage + "/odd/v1/things"}
}

func TestAddressesOfTheBackend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ backend, sent, want string }{
		"M6 the gateway's host without the base path":                {"https://b.example.fr", "https://api.example.org/things/42?a=%20b#c", "/odd/v1/things/42?a=%20b#c"},
		"M6 the gateway's host over http":                            {"https://b.example.fr", "http://api.example.org/things/42", "/odd/v1/things/42"},
		"M6 the gateway's host in capitals, with its port":           {"https://b.example.fr", "HTTPS://API.example.org:443/things/42", "/odd/v1/things/42"},
		"M6 the gateway's host, the backend's path":                  {"https://b.example.fr/rest", "https://api.example.org/rest/things/42", "/odd/v1/things/42"},
		"M6 the gateway's host, behind the backend's own proxy":      {"https://b.example.fr/rest", "https://api.example.org/things/42", "/odd/v1/things/42"},
		"M6 the gateway's host with the base path":                   {"https://b.example.fr", "https://api.example.org/odd/v1/things/42", "https://api.example.org/odd/v1/things/42"},
		"M6 the gateway's host, another API":                         {"https://b.example.fr", "https://api.example.org/other/v2", "https://api.example.org/other/v2"},
		"M6 the gateway's host, a path beside another API":           {"https://b.example.fr", "https://api.example.org/other/v22", "/odd/v1/other/v22"},
		"M6 the gateway's host, a page of the platform":              {"https://b.example.fr", "https://api.example.org/api/problems/busy", "https://api.example.org/api/problems/busy"},
		"M6 the gateway's host, another port":                        {"https://b.example.fr", "https://api.example.org:8443/things", "https://api.example.org:8443/things"},
		"M6 the gateway's host without a path":                       {"https://b.example.fr", "https://api.example.org", "/odd/v1/"},
		"M6 the backend's host with the other scheme":                {"https://b.example.fr", "http://b.example.fr/things/42", "/odd/v1/things/42"},
		"M6 the backend's host with its default port":                {"https://b.example.fr", "https://B.example.fr:443/things/42", "/odd/v1/things/42"},
		"M6 the backend's host with the other scheme's default port": {"https://b.example.fr:443", "http://b.example.fr:80/things/42", "/odd/v1/things/42"},
		"M6 the backend's host without a scheme":                     {"https://b.example.fr", "//b.example.fr/things/42", "/odd/v1/things/42"},
		"M6 the backend's host and the base path":                    {"https://b.example.fr", "https://b.example.fr/odd/v1/things/42", "/odd/v1/things/42"},
		"M6 a path that was built with the prefix":                   {"https://b.example.fr", "/odd/v1/things/42", "/odd/v1/things/42"},
		"M6 a path below the backend's":                              {"https://b.example.fr/rest", "/rest/things/42", "/odd/v1/things/42"},
		"M6 a path beside the backend's":                             {"https://b.example.fr/rest", "/restaurant", "/restaurant"},
		"M6 a relative path":                                         {"https://b.example.fr", "42?x", "42?x"},
		"M73 the backend's host outside its path":                    {"https://b.example.fr/rest", "https://b.example.fr/login", ""},
		"M73 the backend's host on another port":                     {"https://b.example.fr:8443", "https://b.example.fr/things", ""},
		"M73 the backend's host with a user":                         {"https://b.example.fr", "https://me@b.example.fr/things", ""},
		"M73 the backend's host in a query":                          {"https://b.example.fr", "https://sso.example.fr/?back=https%3A%2F%2Fb.example.fr%2Fx", ""},
		"GW-02 another host":                                         {"https://b.example.fr", "https://sso.example.fr/login", "https://sso.example.fr/login"},
		"GW-02 a host below the backend's":                           {"https://example.fr", "https://sso.example.fr/login", "https://sso.example.fr/login"},
		"GW-02 a host that begins like the backend's":                {"https://b.example.fr", "https://b.example.fr.evil.org/", "https://b.example.fr.evil.org/"},
		"GW-02 a host that ends like the backend's":                  {"https://b.example.fr", "https://web-b.example.fr/", "https://web-b.example.fr/"},
		"GW-02 another scheme":                                       {"https://b.example.fr", "app://open/things", "app://open/things"},
	} {
		to, platform := placeOf(t, c.backend, "")
		for _, header := range []string{"Location", "Content-Location"} {
			h := http.Header{header: {c.sent}}
			relocate(h, to, platform)
			if got := h.Get(header); got != c.want {
				t.Errorf("%s: %s becomes %q, want %q", name, c.sent, got, c.want)
			}
		}
		h := http.Header{"Link": {"<" + c.sent + `>; rel="next"`}}
		relocate(h, to, platform)
		want := ""
		if c.want != "" {
			want = "<" + c.want + `>; rel="next"`
		}
		if got := h.Get("Link"); got != want {
			t.Errorf("%s: Link is %q, want %q", name, got, want)
		}
	}
}

func TestAddressesUnderTheStage(t *testing.T) {
	t.Parallel()
	to, platform := placeOf(t, "https://b.example.fr", "/live")
	for sent, want := range map[string]string{
		"https://api.example.org/things/1":             "/live/odd/v1/things/1",
		"https://b.example.fr/things/1":                "/live/odd/v1/things/1",
		"https://api.example.org/live/odd/v1/things/1": "https://api.example.org/live/odd/v1/things/1",
		"/live/odd/v1/things/1":                        "/live/odd/v1/things/1",
	} {
		h := http.Header{"Location": {sent}}
		relocate(h, to, platform)
		if got := h.Get("Location"); got != want {
			t.Errorf("M6 %s becomes %q, want %q", sent, got, want)
		}
	}
}

func TestTheBackendsNameDoesNotLeave(t *testing.T) {
	t.Parallel()
	to, platform := placeOf(t, "https://b.example.fr/rest", "")
	h := http.Header{
		"Link":        {`<https://b.example.fr/rest/things?page=2,3>; rel="next"; title="a, \"b\"", <https://b.example.fr/admin>; rel=up, </x,y>; rel=z`, "<https://b.example.fr/>; rel=start"},
		"Refresh":     {"0; url=https://b.example.fr/x"},
		"X-Served-By": {"B.EXAMPLE.FR:8443", "node 7"},
		"Etag":        {`"b.example.free"`},
	}
	relocate(h, to, platform)
	for name, want := range map[string][]string{
		"Link": {`</odd/v1/things?page=2,3>; rel="next"; title="a, \"b\"", </x,y>; rel=z`}, "Refresh": nil, "X-Served-By": {"node 7"}, "Etag": {`"b.example.free"`},
	} {
		if got := h.Values(name); !slices.Equal(got, want) {
			t.Errorf("M73 %s is %q, want %q", name, got, want)
		}
	}
	// A backend on the gateway's own host, as on a local platform: its name tells nothing.
	to, platform = placeOf(t, "http://api.example.org:9999", "")
	h = http.Header{"X-A": {"api.example.org"}, "Location": {"http://api.example.org:9999/things"}}
	relocate(h, to, platform)
	if h.Get("X-A") == "" || h.Get("Location") != "/odd/v1/things" {
		t.Errorf("M73 %v", h)
	}
}
