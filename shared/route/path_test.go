package route

import (
	"net/url"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	accepted := map[string]string{
		"/":                                  "/",
		"/a":                                 "/a",
		"/a/":                                "/a/",
		"/piste/captchetat/v2/version":       "/piste/captchetat/v2/version",
		"//a":                                "/a",
		"/a//b///c":                          "/a/b/c",
		"/a//":                               "/a/",
		"///":                                "/",
		"/a%20b":                             "/a%20b",
		"/%C3%A9t%C3%A9":                     "/%C3%A9t%C3%A9",
		"/%E2%82%AC":                         "/%E2%82%AC",
		"/%F0%9F%98%80":                      "/%F0%9F%98%80",
		"/a.b/c.d":                           "/a.b/c.d",
		"/.well-known/x":                     "/.well-known/x",
		"/...a":                              "/...a",
		"/a:b@c!$&'()*+,=":                   "/a:b@c!$&'()*+,=",
		"/%7B%7D%22%3C%3E%7C%5E%60%5B":       "/%7B%7D%22%3C%3E%7C%5E%60%5B",
		"/%3F%23":                            "/%3F%23",
		"/" + strings.Repeat("a", MaxPath-1): "/" + strings.Repeat("a", MaxPath-1),
		"/decision/JURITEXT000007022836":     "/decision/JURITEXT000007022836",

		"/things/jean%40example.fr": "/things/jean%40example.fr", "/12%3A30": "/12%3A30", "/%2B33612345678": "/%2B33612345678", "/a%2Cb": "/a%2Cb", // M2
		"/%21%24%26%27%28%29%2A%2B%2C%3D%3A%40": "/%21%24%26%27%28%29%2A%2B%2C%3D%3A%40",
		"/%41%61%7E%2D%5F%30":                   "/Aa~-_0", "/a%2eb": "/a.b", "/%64emo": "/demo", // D3 unreserved characters
		"/%c3%a9": "/%C3%A9", "/%e2%82%ac": "/%E2%82%AC", "/%3f": "/%3F", "/a%3ab": "/a%3Ab", // D3 lower case
		"/100%25": "/100%25", "/100%25/a": "/100%25/a", "/%25%25": "/%25%25", "/%25x1": "/%25x1", "/%25f": "/%25f", "/%25%C3%A9": "/%25%C3%A9", // D3 percent signs
		"/S.A.S.": "/S.A.S.", "/a./b": "/a./b", "/a../b": "/a../b", "/a%2E": "/a.", "/a...": "/a...", // D3 dots at the end
	}
	for raw, want := range accepted {
		if got, err := Canonical(raw); err != nil || got != want {
			t.Errorf("Z26 %q: got %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{
		"", "a", "a/b", "http://host/a", "*", "?", "/a?b", "/a#b", // no path
		"/.", "/..", "/a/.", "/a/..", "/./a", "/../a", "/a/./b", "/a/../b", "/...", "/....", "/a/...", "/a/.../b", "//../a", "/a//..", // dots
		"/%2e", "/%2E", "/%2e%2e/a", "/a/%2E%2E/b", "/.%2e/a", "/%2E./a", "/%2e%2e%2e", // dots, escaped
		"/%2f", "/%2F", "/a%2Fb", "/%5c", "/%5C", "/a%5Cb", "/a\\b", "/\\..\\a", // slashes
		"/%252e", "/%252E%252E", "/%2500", "/%25%32%65", "/%2525", "/%25%2541", "/%25aF", "/%25%61f", "/%%34%31", "/a%25c3", // doubly escaped
		"/%00", "/a%00b", "/%0A", "/%0D%0A", "/%1F", "/%7F", "/a\x00b", "/a\nb", "/a\tb", "/a b", "/a\x7fb", // control characters and blanks
		"/a;b", "/a;/b", "/..;/a", "/%3B", "/%3b", "/a%3Bjsessionid=1", // parameters
		"/%", "/%4", "/%4%31", "/%G0", "/%0G", "/a%", "/%%20", "/% 20", "/%u002e", // broken escapes
		"/%C0%AE", "/%C0%AF", "/%E0%80%AE", "/%F0%80%80%AE", // overlong
		"/%C3", "/%C3/%A9", "/%C3a", "/%C3%41", "/%A9", "/%ED%A0%80", "/%F5%80%80%80", "/%F4%90%80%80", "/%FF", "/%E2%82", // not UTF-8
		"/é", "/a\xffb", "/\u202e", "/\uff0e\uff0e/a", "/\u2215a", // raw non-ASCII
		"/{a}", "/a|b", "/a^b", "/a`b", "/a\"b", "/<a>", "/[a]", // must be escaped
		"/" + strings.Repeat("a", MaxPath), // too long
	} {
		if got, err := Canonical(raw); err == nil {
			t.Errorf("GW-08 %q is accepted as %q", raw, got)
		}
	}
}

// What is authorised is what is sent: a canonical path is its own canonical form, parses to one meaning, and net/url sends
// its very bytes.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{
		"/", "//", "/a//b", "/%C3%A9", "/a%2Fb", "/a/../b", "/%2e%2e", "/a;b", "/\\a", "/%00", "/a%20b/", "/%F0%9F%98%80", "/a:b@!$&'()*+,=", "/%C0%AE",
		"/%252e", "/a.b", "/a./b", "/%3F%23", "/{x}", "/a\xff", "/%41%c3%a9%2e", "/%25%34%31", "/100%25/%25%25", "/a%3ab%40c", "/%25%C3%A9",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		path, err := Canonical(raw)
		if err != nil {
			return
		}
		if again, err := Canonical(path); err != nil || again != path {
			t.Fatalf("%q becomes %q becomes %q, %v", raw, path, again, err)
		}
		if strings.Contains(path, "//") || strings.ContainsAny(path, "\\;?# \x00") || len(path) > len(raw) {
			t.Fatalf("%q becomes %q", raw, path)
		}
		decoded, err := url.PathUnescape(path)
		if err != nil {
			t.Fatalf("%q does not unescape: %v", path, err)
		}
		if strings.Count(decoded, "/") != strings.Count(path, "/") || strings.ContainsAny(decoded, "\\;\x00\r\n") {
			t.Fatalf("%q means %q", path, decoded)
		}
		for _, segment := range strings.Split(decoded, "/") {
			if segment == "." || segment == ".." {
				t.Fatalf("%q has the segment %q", path, segment)
			}
			if twice, err := url.PathUnescape(segment); err == nil && twice != segment {
				t.Fatalf("%q means %q when it is decoded twice", path, twice)
			}
		}
		if !Same(raw, path) || !Same(path, path) || !Same(decoded, path) || Same(path+"x", path) {
			t.Fatalf("%q, %q and %q are not taken for one path", raw, path, decoded)
		}
		sent := url.URL{Scheme: "https", Host: "backend", Path: decoded, RawPath: path}
		if sent.EscapedPath() != path {
			t.Fatalf("authorised %q, sent %q", path, sent.EscapedPath())
		}
	})
}
