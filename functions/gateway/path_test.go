package main

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"guichet/shared/problem"
	"guichet/shared/route"
)

// canonical paths below the base path, and what of them the backend under /rest gets.
var passed = []string{
	"", "/", "/a", "/a/", "/a/b/c", "/A/b", "/a-b_c~d.e", "/a.b", "/.a", "/..a", "/a...b", "/...a", "/a%20b", "/%C3%A9", "/%E6%95%B0", "/%F0%9F%98%80",
	"/a:b", "/a@b", "/a!b$c&d'e(f)g*h+i,j=k", "/a=b&c=d", "/a%3Fb", "/a%23b", "/a%5Bb%5D", "/a%22b", "/a%3Cb%3E", "/a%7Cb", "/a%7B%7D", "/a%5Eb", "/a%60b",
	"/75056000AB0012", "/http:", "/:80", "/@host", "/a%20", "/%20a", "/%20", "/-", "/~", "/*", "/a,b", "/(a)", "/a+b", "/'a'", "/$a", "/&", "/=", "/a%3Fb=c", "/%C2%A0",
	"/" + strings.Repeat("a", route.MaxPath-len(basePath)-1), strings.Repeat("/a", (route.MaxPath-len(basePath))/2),
	"/jean%40example.fr", "/12%3A30", "/%2B33612345678", "/a%2Cb", "/%21%24%26%27%28%29%2A%3D", "/100%25", "/%25%25", "/S.A.S.", "/a./b", "/a...", // M2, D3
}

// other spellings of canonical paths (D3), with what of them the backend under /rest gets.
var respelled = map[string]string{
	"//": "/", "//a": "/a", "/a//b": "/a/b", "/a//": "/a/", "///a///b//": "/a/b/", "/%61": "/a", "/%41": "/A", "/%2D": "/-", "/%7e": "/~", "/%7E": "/~", "/%5f": "/_",
	"/a%c3%a9": "/a%C3%A9", "/a%2e": "/a.", "/a%3ab": "/a%3Ab", "/%64%65mo//x": "/demo/x",
}

// paths as received, all of which are other spellings of something.
var turned = []string{
	"/.", "/..", "/./a", "/../a", "/a/.", "/a/..", "/a/./b", "/a/../b", "/...", "/a/.../b", "/%2e", "/%2E", "/%2e%2e", "/%2E%2E/a", "/.%2e/a", "/%2e./a",
	"/a%2fb", "/a%2Fb", "/..%2fa", "/..%2Fa", "/%2F", "/a%5cb", "/a%5Cb", "/..%5ca", "/..%5Ca", "/a%00b", "/a%0ab", "/a%0Ab", "/a%0d%0ab", "/a%7F", "/a%1F",
	"/%252e%252e/a", "/a%252fb", "/a%2500", "/a%25%34%31", "/a%2", "/a%", "/a%zz", "/a%GG", "/%u002e", "/a;b", "/a;jsessionid=1", "/..;/a", "/a%3bb", "/a%3Bb",
	"/%C0%AE%C0%AE/a", "/%c0%af", "/%E0%80%AF", "/%ED%A0%80", "/%F5%80%80%80", "/%C3", "/%C3(", "/%FF", "/é", "/a b", "/a\tb", "/a\\b", "/..\\a", "/a|b", "/a[b]", "/a\"b", "/<a>", "/a^b", "/a`b", "/{a}",
	"/a\x00b", "/a\r\nb", "/a#b", "/a?b", "/" + strings.Repeat("a", route.MaxPath-len(basePath)),
}

func TestAuthorisedIsSent(t *testing.T) {
	t.Parallel()
	if len(passed)+len(respelled)+len(turned) < 140 {
		t.Errorf("%d paths", len(passed)+len(turned))
	}
	backend := &recorder{}
	w := newWorld(t, published{backend: backend, Route: route.Route{Backend: route.Backend{URL: "/rest"}}})
	for _, below := range passed {
		if canonical, err := route.Canonical(basePath + below); err != nil || canonical != basePath+below {
			t.Errorf("%s is not canonical: %v", below, err)
			continue
		}
		a := w.do(call{path: basePath + below})
		if got := backend.taken(); len(got) != 1 || got[0].RequestURI != "/rest"+below {
			t.Errorf("GW-08 %s: %d, %d calls, not sent as it is", below, a.status, len(got))
		}
	}
	for below, want := range respelled {
		a := w.do(call{path: basePath + below})
		if got := backend.taken(); len(got) != 1 || got[0].RequestURI != "/rest"+want {
			t.Errorf("Z26 %s: %d, %d calls, not sent as %s", below, a.status, len(got), want)
		}
		a = w.do(call{path: basePath + below, alter: map[string]any{"path": basePath + below}})
		refused(t, "Z26 authorised in another spelling: "+below, a, problem.Internal)
	}
	// Which spelling API Gateway hands to which of its functions is not documented.
	for received, authorised := range map[string]string{"/jean@example.fr": "/jean%40example.fr", "/12%3A30": "/12:30", "/a%2cb": "/a%2Cb"} {
		a := w.do(call{path: basePath + received, alter: map[string]any{"path": basePath + authorised}})
		if got := backend.taken(); len(got) != 1 || got[0].RequestURI != "/rest"+authorised {
			t.Errorf("D3 %s, authorised as %s: %d, %d calls", received, authorised, a.status, len(got))
		}
	}
	for _, below := range turned {
		// Even if the authorizer had admitted the very bytes, or what some server takes them for.
		for _, authorised := range []string{basePath + below, basePath, basePath + "/", basePath + "/a", basePath + "/b"} {
			a := w.do(call{path: basePath + below, alter: map[string]any{"path": authorised}})
			if a.status != http.StatusBadRequest && a.status != http.StatusInternalServerError {
				t.Errorf("GW-08 %q, authorised as %q: %d", below, authorised, a.status)
			}
		}
	}
	if got := backend.taken(); len(got) != 0 {
		t.Errorf("GW-08 %d calls with turned paths were sent, the first as %s", len(got), got[0].RequestURI)
	}
}

func TestBackendsPathStandsForTheBasePath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ backend, below, want string }{
		{"https://b.fr", "", "/"},
		{"https://b.fr", "/", "/"},
		{"https://b.fr/", "/a", "/a"},
		{"https://b.fr/v1", "", "/v1"},
		{"https://b.fr/v1", "/", "/v1/"},
		{"https://b.fr/v1/", "/a/", "/v1/a/"},
		{"https://b.fr/v1%20x", "/a%20b", "/v1%20x/a%20b"},
		{"https://b.fr/v1/%C3%A9", "/%3F", "/v1/%C3%A9/%3F"},
	} {
		base, err := url.Parse(c.backend)
		if err != nil {
			t.Fatal(err)
		}
		to, err := sentURL(base, c.below)
		if err != nil || to.RequestURI() != c.want || to.Host != "b.fr" || to.Scheme != "https" {
			t.Errorf("GW-08 %s with %q becomes %v, %v", c.backend, c.below, to, err)
		}
	}
	for _, path := range []string{"//x", "//evil.example.org/a"} {
		if to, err := sentURL(&url.URL{Scheme: "https", Host: "b.fr", Path: path}, ""); err == nil {
			t.Errorf("GW-08 the backend's path %s is sent: %s", path, to)
		}
	}
}

// FuzzAuthorisedIsSent holds the gateway to its first promise: whatever path is authorised is, byte for byte, what stands
// in the request line.
func FuzzAuthorisedIsSent(f *testing.F) {
	for _, below := range append(passed[:40:40], turned...) {
		f.Add("/rest", below)
		f.Add("", below)
	}
	f.Fuzz(func(t *testing.T, backend, below string) {
		if canonical, err := route.Canonical(backend + "/x"); backend != "" && (err != nil || canonical != backend+"/x" || strings.HasSuffix(backend, "/")) {
			return // publishing refuses such a backend
		}
		authorised, err := route.Canonical(basePath + below)
		if err != nil || !strings.HasPrefix(authorised, basePath) {
			return
		}
		if rest := authorised[len(basePath):]; rest != "" && rest[0] != '/' {
			return // another API's
		}
		base, err := url.Parse("https://b.fr" + backend)
		if err != nil {
			t.Fatalf("GW-08 the backend's path %q: %v", backend, err)
		}
		to, err := sentURL(base, authorised[len(basePath):])
		if err != nil {
			t.Fatalf("GW-08 %q cannot be sent: %v", authorised, err)
		}
		var wire bytes.Buffer
		if err := (&http.Request{Method: "GET", URL: to, Header: http.Header{}}).Write(&wire); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(&wire).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		want := backend + authorised[len(basePath):]
		if want == "" {
			want = "/"
		}
		if line != "GET "+want+" HTTP/1.1\r\n" {
			t.Fatalf("GW-08 authorised %q, sent %q", want, line)
		}
	})
}

// FuzzQuery: what is passed on reads as what was received, in the same order of each name's values.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"a=b", "a=1&a=2&b=", "=x", "a%20b=c%2Bd", "a;b", "%ff=1", "a=%00", "a=%EF%BF%BD", "é=1", "a==b", "&&", "a=%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if passableQuery(query) != nil {
			return
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			return // httpapi never writes such a query
		}
		if query != "" && strings.ContainsAny(query, "\x00\r\n\t ") {
			return // httpapi escapes them
		}
		for name, list := range values {
			if strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(strings.Join(append(list, name), ""), "\x00\uFFFD") {
				t.Fatalf("GW-11 %q passes on %q = %q", query, name, list)
			}
		}
	})
}
