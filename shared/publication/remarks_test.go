package publication

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"guichet/shared/problem"
)

func TestM22YAML12IsRead(t *testing.T) {
	t.Parallel()
	const rest = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get: {responses: {200: {description: ok}}}\n"
	for _, test := range []struct{ name, text, refusal string }{
		{"M22 a document that says that it is of YAML 1.2", "%YAML 1.2\n---\n" + rest, ""},
		{"M22 with white space and a comment behind it", "%YAML \t1.2  # as in the specification\n---\n" + rest, ""},
		{"M22 behind comments and empty lines", "# made by a program\n\n  # of ours\n%YAML 1.2\n---\n" + rest, ""},
		{"M22 behind another directive", "%TAG ! tag:example.org,2000:\n%YAML 1.2\n---\n" + rest, ""},
		{"M22 with Windows line ends", strings.ReplaceAll("%YAML 1.2\n---\n"+rest, "\n", "\r\n"), ""},
		{"M22 behind a byte order mark", "\ufeff%YAML 1.2\n---\n" + rest, ""},
		{"M22 of YAML 1.1", "%YAML 1.1\n---\n" + rest, ""},
		{"M22 of a later 1.x, which a reader of 1.2 takes", "%YAML 1.3\n---\n" + rest, ""},
		{"M22 of another YAML", "%YAML 2.0\n---\n" + rest, "its %YAML line names a version that is not supported: 1.1 and 1.2 are. (line 1)"},
		{"M22 a text in the document stays as it is", "%YAML 1.2\n---\n" + strings.Replace(rest, "title: t", "title: '%YAML 1.2'", 1), ""},
		{"M22 an anchor with a slash is refused with its line", rest + "x-a: &a/b 1\n", "only letters, digits, - and _ are supported: rename it, or quote the text. (line 6)"},
		{"M22 an alias with a dot is refused with its line", rest + "x-a: &a 1\nx-b: *a.b\n", "or quote the text. (line 7)"},
		{"M22 a text that begins with an asterisk is refused with its line", strings.Replace(rest, "title: t", "title: *.example.org", 1), "quote the text. (line 2)"},
		{"M22 an error behind the directive has the line of the file", "%YAML 1.2\n---\n" + rest + "x: [\n", "(line 8)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, err := ReadDocument([]byte(test.text))
			if test.refusal != "" {
				if err == nil || !strings.Contains(problem.From(err).Detail, test.refusal) {
					t.Errorf("got %v, want %q", err, test.refusal)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Operations) != 1 || len(d.Findings) != 0 {
				t.Errorf("%+v", d)
			}
			if strings.Contains(test.text, "'%YAML 1.2'") && d.Title != "%YAML 1.2" {
				t.Errorf("title %q", d.Title)
			}
		})
	}
}

func TestM23Findings(t *testing.T) {
	t.Parallel()
	const ok = `"responses":{"200":{"description":"ok"}}`
	document := func(paths string) string {
		return `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{` + paths + `}}`
	}
	for _, test := range []struct {
		name, text string
		code       FindingCode
		says       string // "" for no finding at all
	}{
		{"M23 servers of a path", document(`"/a":{"servers":[{"url":"https://other.example.org"}],"get":{` + ok + `}}`), ServersIgnored, `not to "https://other.example.org"`},
		{"M23 servers of an operation", document(`"/a":{"get":{"servers":[{"url":"/v9"}],` + ok + `}}`), ServersIgnored, `all calls go to the API's one backend`},
		{"M23 no servers in a list of servers", document(`"/a":{"get":{"servers":[],` + ok + `}}`), "", ""},
		{"M23 security beside the methods of a path", document(`"/a":{"security":[{"o":["admin"]}],"get":{` + ok + `}}`), SecurityIgnored, "protects nothing"},
		{"M23 security of a path item that is referred to", `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/a":{"$ref":"#/components/pathItems/a"}},"components":{"pathItems":{"a":{"security":[],"get":{` + ok + `}}}}}`, SecurityIgnored, "protects nothing"},
		{"M23 a parameter as other frameworks write it", document(`"/users/:id":{"get":{` + ok + `}}`), ParameterForm, `":id" is taken as text`},
		{"M23 a parameter in angle brackets", document(`"/users/<int:id>/posts":{"get":{` + ok + `}}`), ParameterForm, `"<int:id>" is taken as text`},
		{"M23 a parameter in square brackets", document(`"/users/[...id]":{"get":{` + ok + `}}`), ParameterForm, `"[...id]" is taken as text`},
		{"M23 an asterisk", document(`"/files/*":{"get":{` + ok + `}}`), ParameterForm, `"*" is taken as text`},
		{"M23 a method of its own is no parameter", document(`"/tasks:purge":{"post":{` + ok + `}}`), "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, err := ReadDocument([]byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if test.says == "" {
				if len(d.Findings) > 0 {
					t.Errorf("%v", d.Findings)
				}
				return
			}
			if len(d.Findings) != 1 || d.Findings[0].Code != test.code || d.Findings[0].Severity != Warning || !strings.Contains(d.Findings[0].Sentence, test.says) {
				t.Errorf("%v, want %s: %s", d.Findings, test.code, test.says)
			}
		})
	}
}

func TestM23WhereTheBackendHasTheOperations(t *testing.T) {
	t.Parallel()
	const swagger, openapi = `{"swagger":"2.0","basePath":%s,"paths":{%s}}`, `{"openapi":"3.0.3","servers":%s,"paths":{%s}}`
	for _, test := range []struct {
		name, form, base, paths, backend string
		want                             FindingCode
		says                             string
	}{
		{"M23 a base path that the backend's URL lacks", swagger, `"/jardins/v0"`, `"/a":{"get":{}}`, "https://b.example.org", BasePathMissing, "a call of /api/a goes to https://b.example.org/a"},
		{"M23 a base path that it has", swagger, `"/jardins/v0/"`, `"/a":{"get":{}}`, "https://b.example.org/x/jardins/v0", "", ""},
		{"M23 a base path that it has by letters and not by segments", swagger, `"v0"`, `"/a":{"get":{}}`, "https://b.example.org/jv0", BasePathMissing, ""},
		{"M23 a base path of the root", swagger, `"/"`, `"/a":{"get":{}}`, "https://b.example.org", "", ""},
		{"M23 no path to call", swagger, `"/v1"`, ``, "https://b.example.org", "", ""},
		{"M23 a server whose path the backend's URL lacks", openapi, `[{"url":"https://s.example.org/v2"}]`, `"/a":{"get":{}}`, "https://b.example.org/v1", BasePathMissing, `below "/v2"`},
		{"M23 a relative server", openapi, `[{"url":"/meteo"}]`, `"/a":{"get":{}}`, "https://b.example.org", BasePathMissing, `below "/meteo"`},
		{"M23 a host that is a variable", openapi, `[{"url":"https://{region}.example.org/v2"}]`, `"/a":{"get":{}}`, "https://b.example.org/v2", "", ""},
		{"M23 a path that is a variable", openapi, `[{"url":"https://s.example.org/{base}"}]`, `"/a":{"get":{}}`, "https://b.example.org", "", ""},
		{"M23 one of several servers fits", openapi, `[{"url":"https://s.example.org/v1"},{"url":"https://s.example.org/v2?x=/y"}]`, `"/a":{"get":{}}`, "https://b.example.org/v2", "", ""},
		{"M23 one of several servers has no path", openapi, `[{"url":"https://s.example.org/v1"},{"url":"https://s.example.org"}]`, `"/a":{"get":{}}`, "https://b.example.org", "", ""},
		{"M23 paths that begin with the end of the backend's URL", openapi, `[]`, `"/v2/a":{"get":{}},"/v2/{b}":{"get":{}}`, "https://b.example.org/api/v2", BasePathRepeated, "a call of /api/v2/a goes to https://b.example.org/api/v2/v2/a"},
		{"M23 paths that begin with all of it", openapi, `[]`, `"/x/v2/a":{"get":{}}`, "https://b.example.org/x/v2", BasePathRepeated, `begin with "/x/v2"`},
		{"M23 one path that does not", openapi, `[]`, `"/v2/a":{"get":{}},"/b":{"get":{}}`, "https://b.example.org/v2", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(strings.Replace(test.form, "%s", test.base, 1), "%s", test.paths, 1)
			d, err := ReadDocument([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			got := misplaced("/api", test.backend, d)
			if test.want == "" {
				if len(got) > 0 {
					t.Errorf("%v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Code != test.want || !strings.Contains(got[0].Sentence, test.says) {
				t.Errorf("%v, want %s: %s", got, test.want, test.says)
			}
		})
	}
}

func TestM24ReferencesAreNotData(t *testing.T) {
	t.Parallel()
	const outside = `{"$ref":"https://elsewhere.example.org/x"}`
	for _, test := range []struct {
		name, version, rest string
		found               bool
	}{
		{"M24 in the example of a schema", `"openapi":"3.0.3"`, `"components":{"schemas":{"S":{"example":` + outside + `}}}`, false},
		{"M24 in an example's value", `"openapi":"3.0.3"`, `"components":{"examples":{"E":{"value":{"deep":[` + outside + `]}}}}`, false},
		{"M24 in a list of examples", `"openapi":"3.1.0"`, `"components":{"schemas":{"S":{"examples":[` + outside + `]}}}`, false},
		{"M24 in Swagger's examples by media type", `"swagger":"2.0"`, `"responses":{"R":{"description":"","examples":{"application/json":` + outside + `}}}`, false},
		{"M24 in a default, an enumeration and a constant", `"openapi":"3.1.0"`, `"components":{"schemas":{"S":{"default":` + outside + `,"enum":[` + outside + `],"const":` + outside + `}}}`, false},
		{"M24 in an extension", `"openapi":"3.0.3"`, `"x-internal":` + outside, false},
		{"M24 a property that is called $ref", `"openapi":"3.0.3"`, `"components":{"schemas":{"S":{"properties":{"$ref":{"type":"string"}}}}}`, false},
		{"a reference in a property that is called example", `"openapi":"3.0.3"`, `"components":{"schemas":{"S":{"properties":{"example":` + outside + `}}}}`, true},
		{"a reference in a property of a property that is called properties", `"openapi":"3.0.3"`, `"components":{"schemas":{"S":{"properties":{"properties":{"properties":{"default":` + outside + `}}}}}}`, true},
		{"a reference in a response that is called default", `"swagger":"2.0"`, `"responses":{"default":` + outside + `}`, true},
		{"a reference in place of an example", `"openapi":"3.0.3"`, `"components":{"examples":{"value":` + outside + `}}`, true},
		{"a reference in a schema that is called x-thing", `"openapi":"3.0.3"`, `"components":{"schemas":{"x-thing":` + outside + `}}`, true},
		{"a reference in place of all properties", `"openapi":"3.0.3"`, `"components":{"schemas":{"S":{"properties":` + outside + `}}}`, true},
		{"a reference in a list of schemas", `"openapi":"3.0.3"`, `"components":{"schemas":{"S":{"allOf":[` + outside + `]}}}`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, err := ReadDocument([]byte(`{` + test.version + `,"paths":{},` + test.rest + `}`))
			if err != nil {
				t.Fatal(err)
			}
			if found := slices.Contains(codes(d), ReferenceExternal); found != test.found {
				t.Errorf("reported: %t, want %t: %v", found, test.found, d.Findings)
			}
		})
	}
}

func TestM24RefusalsNameTheCause(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"M24 a comment in JSON", "{\n  // the version\n  \"openapi\": \"3.0.3\",\n  \"paths\": {}\n}", "it has a comment, and JSON has none. Nor is it YAML"},
		{"M24 a comment between members", "{\n  \"openapi\": \"3.0.3\", /* all\n of it */\n  \"paths\": {}\n}", "it has a comment, and JSON has none"},
		{"M24 its line", "{\n  \"openapi\": \"3.0.3\",\n\n  // here\n  \"paths\": {}\n}", "(line 4)"},
		{"M24 JSON that ends too early", "{\"openapi\": \"3.0.3\",\n", "it ends too early"},
		{"M24 openapi: '3'", "openapi: '3'\npaths: {}\n", "write the whole version, such as 3.0.3. (line 1)"},
		{"M24 openapi: 3", "{\"paths\":{},\n\"openapi\":3}", "write the whole version, such as 3.0.3. (line 2)"},
		{"M24 a version 3 under the name of Swagger", "swagger: '3.0.1'\npaths: {}\n", `has "openapi" in its place. (line 1)`},
		{"M24 a version 2 under the name of OpenAPI", "openapi: '2.0'\npaths: {}\n", `has "swagger" in its place. (line 1)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := ReadDocument([]byte(test.text)); !refused(err) || !strings.Contains(problem.From(err).Detail, test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestM25NoControlCharacterIsShown(t *testing.T) {
	t.Parallel()
	const evil = `\u001b]0;pwned\u0007\n2026-11-23 all is well\r\u009b2J\u202e\u2028`
	for _, test := range []struct{ name, text string }{
		{"M25 in a path", `{"openapi":"3.0.3","paths":{"/a` + evil + `":{"get":{}}}}`},
		{"M25 in the name of a parameter", `{"openapi":"3.0.3","paths":{"/a/{` + evil + `}":{"get":{}}}}`},
		{"M25 in a method", `{"openapi":"3.2.0","paths":{"/a":{"additionalOperations":{"` + evil + `":{}}}}}`},
		{"M25 in a reference", `{"openapi":"3.0.3","paths":{},"x":{"$ref":"` + evil + `"},"components":{"schemas":{"S":{"$ref":"` + evil + `"}}}}`},
		{"M25 in a scheme and a scope", `{"openapi":"3.0.3","paths":{"/a":{"get":{"security":[{"` + evil + `":["a"]}]}}}}`},
		{"M25 in the URL of a server", `{"openapi":"3.0.3","paths":{"/a":{"get":{"servers":[{"url":"` + evil + `"}]}}}}`},
		{"M25 in a path that is refused", `{"openapi":"3.0.3","paths":{"/a` + evil + `":{"get":{"security":[{"o":["a b","` + evil + `"]}]}}}}`},
		{"M25 in a version", `{"openapi":"4` + evil + `","paths":{}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var shown []string
			d, err := ReadDocument([]byte(test.text))
			if err != nil {
				shown = append(shown, problem.From(err).Detail)
			} else {
				for _, f := range d.Findings {
					shown = append(shown, f.Location, f.Sentence)
				}
			}
			if !strings.Contains(strings.Join(shown, ""), "1b") && !strings.Contains(strings.Join(shown, ""), "1B") {
				t.Errorf("what is wrong is not shown at all: %q", shown)
			}
			for _, s := range shown {
				if strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) {
					t.Errorf("%q", s)
				}
			}
		})
	}
}
