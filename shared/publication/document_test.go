package publication

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/shared/problem"
	"guichet/shared/route"
)

func read(t *testing.T, path string) *Document {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := ReadDocument(raw)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	return d
}

// say writes alternatives as short as a requirement: "[a b] | [c]".
func say(alternatives [][]string) string {
	if alternatives == nil {
		return "any"
	}
	var out []string
	for _, scopes := range alternatives {
		out = append(out, fmt.Sprint(scopes))
	}
	return strings.Join(out, " | ")
}

func operationsOf(d *Document) []string {
	out := make([]string, len(d.Operations))
	for i, o := range d.Operations {
		out[i] = o.Method + " " + o.Path + ": " + say(o.Alternatives)
	}
	return out
}

func codes(d *Document) []FindingCode {
	var out []FindingCode
	for _, f := range d.Findings {
		if !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}

func TestReadDocument(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, file      string
		format          Format
		version         string
		title, info     string
		operations      []string
		scopes          []Scope
		tags            []string
		origin          Origin
		findings        []FindingCode
		needsAnyOfScope bool
	}{
		{
			name: "Z25 Swagger 2.0 in JSON", file: "registre.swagger2.json",
			format: JSON, version: "2.0", title: "Registre des jardins", info: "1.4",
			operations: []string{
				"GET /interne: any",
				"GET /jardins: any",
				"POST /jardins: [jardins.ecrire jardins.lire]",
				"DELETE /jardins/{id}: [jardins.ecrire]",
				"GET /jardins/{id}: [jardins.lire]",
				"GET /jardins/{id}.{format}: any",
			},
			scopes:   []Scope{{"jardins.lire", "Lire les jardins"}, {"jardins.ecrire", "Modifier les jardins"}},
			tags:     []string{"Jardins"},
			origin:   Origin{Host: "vieux-serveur.example.org", BasePath: "/jardins/v0", Schemes: []string{"http", "https"}},
			findings: []FindingCode{SchemeIgnored, ParameterUndeclared}, needsAnyOfScope: true,
		},
		{
			name: "Z25 OpenAPI 3.0 in YAML with anchors, references and mistakes", file: "bibliotheque.openapi30.yaml",
			format: YAML, version: "3.0.3", title: "Bibliothèque", info: "2.1.0",
			operations: []string{
				"GET /d%C3%A9cisions/{cote}: any",
				"GET /etat: any",
				"GET /ouvrages: [ouvrages.lire]",
				"POST /ouvrages: any",
				"GET /ouvrages/{isbn}: [ouvrages.lire]",
			},
			scopes:   []Scope{{"ouvrages.lire", "Chercher et lire"}},
			tags:     []string{"Ouvrages", "Propositions"},
			origin:   Origin{Servers: []string{"https://bibliotheque.example.org/v2", "https://{region}.example.org/v2"}},
			findings: []FindingCode{SchemeIgnored, MethodCase, ScopeUnused, ReferenceExternal}, needsAnyOfScope: true,
		},
		{
			name: "Z25 OpenAPI 3.1 in JSON", file: "meteo.openapi31.json",
			format: JSON, version: "3.1.1", title: "Météo des cimes", info: "2026-10",
			operations: []string{
				"GET /stations: any",
				"GET /stations/{station}/releves: [releves]",
			},
			scopes:   []Scope{{Name: "releves"}},
			origin:   Origin{Servers: []string{"/meteo"}},
			findings: []FindingCode{SchemeIgnored, ScopeUndeclared}, needsAnyOfScope: true,
		},
		{
			name: "Z25 OpenAPI 3.2 in YAML", file: "tournees.openapi32.yaml",
			format: YAML, version: "3.2.0", title: "Tournées", info: "3",
			operations: []string{"GET /tournees: any", "PATCH /tournees/{jour}: any"},
			findings:   []FindingCode{SchemeIgnored, MethodUnsupported},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, filepath.Join("testdata", "documents", test.file))
			if d.Format != test.format || d.Version != test.version || d.Title != test.title || d.InfoVersion != test.info {
				t.Errorf("got %s %s %q %q", d.Format, d.Version, d.Title, d.InfoVersion)
			}
			if got := operationsOf(d); !slices.Equal(got, test.operations) {
				t.Errorf("operations:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.operations, "\n"))
			}
			if !slices.Equal(d.Scopes, test.scopes) {
				t.Errorf("scopes: %v", d.Scopes)
			}
			var tags []string
			for _, tag := range d.Tags {
				tags = append(tags, tag.Name)
			}
			if !slices.Equal(tags, test.tags) {
				t.Errorf("tags: %v", tags)
			}
			if fmt.Sprint(d.Origin) != fmt.Sprint(test.origin) {
				t.Errorf("origin: %v", d.Origin)
			}
			if got := codes(d); !slices.Equal(got, test.findings) {
				t.Errorf("findings: %v", d.Findings)
			}
			if d.NeedsScope() != test.needsAnyOfScope {
				t.Errorf("NeedsScope() = %v", d.NeedsScope())
			}
		})
	}
}

// published returns the folder of real documents that may lie beside the checkout.
func published(t *testing.T) string {
	t.Helper()
	at, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			break
		}
		if at == filepath.Dir(at) {
			t.Fatal("no go.mod above the test")
		}
		at = filepath.Dir(at)
	}
	folder := filepath.Join(filepath.Dir(at), "shared", "specs")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the real documents are not beside this checkout (../shared/specs); the documents of testdata are read all the same")
	}
	return folder
}

func TestReadRealDocuments(t *testing.T) {
	t.Parallel()
	folder := published(t)
	for _, test := range []struct {
		file       string
		version    string
		operations int
		scopes     []string
		has        string
	}{
		{"captchetat.json", "2.0", 6, []string{"piste.captchetat", "aife.captchetatv2"}, "GET /captcha/{uuid}/code/infos: [piste.captchetat] | [aife.captchetatv2]"},
		{"cee-depot.openapi31.yaml", "3.1.0", 9, nil, "POST /depot/{uuid}/{action}: any"},
		{"chorus-pro.json", "2.0", 22, nil, "POST /v1/deposer/pdf: any"},
		{"impact-co2.openapi31.json", "3.1.0", 5, nil, "GET /thematiques/ecv/{id}: any"},
		{"judilibre.openapi30.json", "3.0.2", 8, nil, "GET /search: any"},
		{"legifrance.swagger2.json", "2.0", 61, nil, "POST /consult/getArticle: any"},
		{"pajemploi.swagger2.json", "2.0", 12, []string{"tiersdecl.paje"}, "GET /employeurs/{numeroPajeEmployeur}/verifier: [tiersdecl.paje]"},
		{"service-national.openapi30.yaml", "3.0.0", 1, nil, "POST /dln1f: any"},
	} {
		t.Run("Z25 "+test.file+" is read as it is", func(t *testing.T) {
			t.Parallel()
			d := read(t, filepath.Join(folder, test.file))
			var scopes []string
			for _, s := range d.Scopes {
				scopes = append(scopes, s.Name)
			}
			if d.Version != test.version || len(d.Operations) != test.operations || !slices.Equal(scopes, test.scopes) {
				t.Errorf("got version %s, %d operations, scopes %v", d.Version, len(d.Operations), scopes)
			}
			if got := operationsOf(d); !slices.Contains(got, test.has) {
				t.Errorf("%q is not among\n%s", test.has, strings.Join(got, "\n"))
			}
			checkInvariants(t, d)
		})
	}
}

// checkInvariants holds what is true of every document that was read.
func checkInvariants(t *testing.T, d *Document) {
	t.Helper()
	seen := map[string]bool{}
	declared := map[string]bool{}
	for _, s := range d.Scopes {
		if !ValidScope(s.Name) || s.Name == openID || declared[s.Name] {
			t.Errorf("scope %q", s.Name)
		}
		declared[s.Name] = true
	}
	table := &route.Route{BasePath: "/x", ID: "abcd"}
	for _, o := range d.Operations {
		if seen[o.Method+o.Path] || !isMethod(o.Method) {
			t.Errorf("operation %s %s stands twice, or has no method that is passed on", o.Method, o.Path)
		}
		seen[o.Method+o.Path] = true
		for _, a := range o.Alternatives {
			if len(a) == 0 || !slices.IsSorted(a) {
				t.Errorf("%s %s: alternative %v", o.Method, o.Path, a)
			}
			for _, s := range a {
				if !declared[s] {
					t.Errorf("%s %s needs the scope %q, which the document's list lacks", o.Method, o.Path, s)
				}
			}
		}
		table.Operations = append(table.Operations, route.Operation{Method: o.Method, Path: o.Path})
	}
	if len(d.Findings) > maxFindings+1 {
		t.Errorf("%d findings", len(d.Findings))
	}
	// Every path can be called: what its template means is canonical, and is found.
	compiled := route.NewTable(1, []route.Route{*table})
	for _, o := range d.Operations[:min(len(d.Operations), 50)] {
		sample := fill(o.Path)
		if canonical, err := route.Canonical(sample); err != nil || canonical != sample {
			t.Errorf("%s: its sample %q is not canonical", o.Path, sample)
		}
		if _, found := compiled.ByPath("/x").Find(o.Method, sample); found != route.Matched {
			t.Errorf("%s %s does not match %q", o.Method, o.Path, sample)
		}
	}
}

// fill replaces each parameter of a template by a text.
func fill(path string) string {
	var b strings.Builder
	inside := false
	for _, c := range path {
		switch {
		case c == '{':
			inside = true
			b.WriteString("x")
		case c == '}':
			inside = false
		case !inside:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func TestCanonicalHash(t *testing.T) {
	t.Parallel()
	const original = `{"openapi":"3.0.0","info":{"title":"Été","version":"1"},"paths":{"/a":{"get":{"responses":{"200":{"description":"x"}}}}},"x-n":[1,2.50,1e3,true,null]}`
	for _, test := range []struct {
		name, text string
		same       bool
	}{
		{"Z25 white space and order of keys change nothing", "{\n  \"x-n\": [1, 2.5, 1000, true, null],\r\n\t\"paths\": {\"/a\":{\"get\":{\"responses\":{\"200\":{\"description\":\"x\"}}}}}, \"info\": {\"version\":\"1\",\"title\":\"\\u00c9t\\u00e9\"}, \"openapi\":\"3.0.0\" }", true},
		{"Z25 the same in YAML is the same", "openapi: 3.0.0\ninfo: {title: Été, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: x}\nx-n: [1, 2.5, 1_000, true, ~]\n", true},
		{"Z25 YAML aliases are what they stand for", "openapi: 3.0.0\ninfo: {title: Été, version: '1'}\nx-n: [&one 1, 2.5, 1e3, true, ~]\npaths:\n  /a:\n    get: {responses: {200: {description: x}}}\n", true},
		{"Z25 another order of a list is another document", strings.Replace(original, "1,2.50", "2.50,1", 1), false},
		{"Z25 a number is no text", strings.Replace(original, "[1,", `["1",`, 1), false},
		{"Z25 another text is another document", strings.Replace(original, "Été", "Eté", 1), false},
		{"Z25 a key more is another document", strings.Replace(original, `"x-n"`, `"x-m":null,"x-n"`, 1), false},
		{"Z25 a large integer is not rounded", strings.Replace(original, "1e3", "9007199254740993", 1), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, err := ReadDocument([]byte(original))
			if err != nil {
				t.Fatal(err)
			}
			b, err := ReadDocument([]byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if (a.CanonicalHash == b.CanonicalHash) != test.same {
				t.Errorf("same canonical hash: %v, want %v", !test.same, test.same)
			}
			if a.Hash == b.Hash {
				t.Error("different bytes have the same hash")
			}
		})
	}
}

func TestCanonicalNumber(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"1", "1.0", "1.", "+1", "10e-1", "0.1e1", "1E0", "001", "0x1", "0b1"},
		{"0", "-0", "0.000", "0e99"},
		{"-1500", "-1.5e3", "-1_500"},
		{"255", "0xff", "0xFF", "0o377"},
	} {
		for _, s := range same[1:] {
			if canonicalNumber(s) != canonicalNumber(same[0]) {
				t.Errorf("%s is %s, %s is %s", s, canonicalNumber(s), same[0], canonicalNumber(same[0]))
			}
		}
	}
	for _, s := range []string{".inf", ".nan", "1e99999999999999999999", "1e1073741825"} {
		if canonicalNumber(s) != s {
			t.Errorf("%s became %s", s, canonicalNumber(s))
		}
	}
}

func TestSecurity(t *testing.T) {
	t.Parallel()
	const schemes = `"components":{"securitySchemes":{
		"key":{"type":"apiKey","in":"header","name":"KeyId"},
		"query":{"type":"apiKey","in":"query","name":"k"},
		"authorization":{"type":"apiKey","in":"header","name":"Authorization"},
		"cookie":{"type":"apiKey","in":"cookie","name":"JSESSIONID"},
		"oauth":{"type":"oauth2","flows":{"clientCredentials":{"scopes":{"a":"","b":"B"}}}},
		"oidc":{"type":"openIdConnect"},
		"bearer":{"type":"http","scheme":"bearer"},
		"digest":{"type":"http","scheme":"digest"},
		"tls":{"type":"mutualTLS"},
		"odd":{"type":"something"},
		"other":{"$ref":"#/components/securitySchemes/key"},
		"x-api-key":{"type":"apiKey","in":"header","name":"X-Api-Key"},
		"x-oauth":{"type":"oauth2","flows":{"clientCredentials":{"scopes":{"a":""}}}},
		"x-note":"an extension"}}`
	for _, test := range []struct{ name, root, operation, want string }{
		{"no security anywhere asks for a credential and no scope", ``, ``, "any"},
		{"the root's security holds where the operation says nothing", `[{"oauth":["a"]}]`, ``, "[a]"},
		{"an empty list at the operation asks for a credential and no scope", `[{"oauth":["a"]}]`, `[]`, "any"},
		{"the operation's security replaces the root's", `[{"oauth":["a"]}]`, `[{"key":[]}]`, "any"},
		{"a security of null is none, and the root's holds", `[{"oauth":["a"]}]`, `null`, "[a]"},
		{"{} as an alternative asks for a credential and no scope", ``, `[{"oauth":["a"]},{}]`, "any"},
		{"openid alone asks for a credential and no scope", ``, `[{"oauth":["openid"]}]`, "any"},
		{"openid alone as an alternative does, too", ``, `[{"oauth":["a"]},{"oidc":["openid"]}]`, "any"},
		{"OAuth without a scope as an alternative does, too", ``, `[{"oauth":["a"]},{"oauth":[]}]`, "any"},
		{"openid beside a scope adds nothing", ``, `[{"oauth":["openid","a"]}]`, "[a]"},
		{"OpenID Connect's scopes are scopes", ``, `[{"oidc":["a"]}]`, "[a]"},
		{"scopes of one alternative are all needed", ``, `[{"oauth":["b","a","b"]}]`, "[a b]"},
		{"scopes of two schemes together are all needed", ``, `[{"oauth":["a"],"oidc":["c"]}]`, "[a c]"},
		{"alternatives are alternatives", ``, `[{"oauth":["a"]},{"oauth":["b"]}]`, "[a] | [b]"},
		{"the same alternative twice is one", ``, `[{"oauth":["a"]},{"x-oauth":["a"]}]`, "[a]"},
		{"M4 a key alone asks for a credential", ``, `[{"key":[]}]`, "any"},
		{"M4 a Bearer token that is declared as a key asks for a credential", ``, `[{"authorization":[]}]`, "any"},
		{"M4 a cookie asks for a credential", ``, `[{"cookie":[]},{"query":[]}]`, "any"},
		{"M4 HTTP Bearer asks for a credential", ``, `[{"bearer":null}]`, "any"},
		{"M4 what only the provider's server can check asks for a credential", ``, `[{"tls":[]},{"odd":[]}]`, "any"},
		{"M4 a scheme that is not defined asks for a credential", ``, `[{"nowhere":[]}]`, "any"},
		{"D2 an alternative of a key is left out beside a scope", ``, `[{"key":[]},{"oauth":["a"]}]`, "[a]"},
		{"D2 an alternative of schemes that are not defined is left out beside a scope", ``, `[{"nowhere":[],"elsewhere":[]},{"oauth":["a"]}]`, "[a]"},
		{"D2 an alternative of HTTP schemes is left out beside a scope", ``, `[{"oauth":["a"]},{"bearer":[],"digest":[]},{"tls":[]}]`, "[a]"},
		{"D2 openid beside a key makes no scope of it", ``, `[{"key":["openid"]},{"oauth":["a"]}]`, "[a]"},
		{"D2 a key beside a scope adds nothing", ``, `[{"key":[],"oauth":["a"]}]`, "[a]"},
		{"D2 a key beside OAuth without a scope asks for none", ``, `[{"key":[],"oauth":[]},{"oauth":["a"]}]`, "any"},
		{"D2 a scheme that is not defined keeps its scopes", ``, `[{"nowhere":["a"]}]`, "[a]"},
		{"D2 names beside a key are scopes", ``, `[{"key":["admin"]}]`, "[admin]"},
		{"D2 names beside a key are scopes, as an alternative", ``, `[{"key":["admin"]},{"oauth":["a"]}]`, "[admin] | [a]"},
		{"M21 a scheme's name may begin with x-", ``, `[{"x-oauth":["a"]}]`, "[a]"},
		{"M21 a key's, too", ``, `[{"x-api-key":[]},{"oauth":["b"]}]`, "[b]"},
		{"M21 an extension among the schemes is none", ``, `[{"x-note":["a"]}]`, "[a]"},
		{"a scope that is not declared is asked for", ``, `[{"oauth":["z"]}]`, "[z]"},
		{"scopes in one text are all needed", ``, `[{"oauth":["a b"]}]`, "[a b]"},
		{"a text in place of a list is a list of one", ``, `[{"oauth":"a"}]`, "[a]"},
		{"a null in place of a list is an empty one", ``, `[{"oauth":null}]`, "any"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			text.WriteString(`{"openapi":"3.1.0","paths":{"/p":{"get":{`)
			if test.operation != "" {
				text.WriteString(`"security":` + test.operation)
			}
			text.WriteString(`}}},`)
			if test.root != "" {
				text.WriteString(`"security":` + test.root + `,`)
			}
			text.WriteString(schemes + `}`)
			d, err := ReadDocument([]byte(text.String()))
			if err != nil {
				t.Fatal(err)
			}
			if got := say(d.Operations[0].Alternatives); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			checkInvariants(t, d)
		})
	}
}

func TestParseTemplate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, key, path string
		parameters      []string
		noted           bool
	}{
		{"a plain path", "/a/b", "/a/b", nil, false},
		{"a parameter is a segment", "/captcha/{uuid}/code/infos", "/captcha/{uuid}/code/infos", []string{"uuid"}, false},
		{"parameters within a segment", "/{a}.{b}", "/{a}.{b}", []string{"a", "b"}, false},
		{"a parameter between text", "/users('{id}'):lock", "/users('{id}'):lock", []string{"id"}, false},
		{"parameters without text between them", "/{a}{b}", "/{a}{b}", []string{"a", "b"}, false},
		{"the root", "/", "/", nil, false},
		{"a trailing slash is kept", "/a/", "/a/", nil, false},
		{"a missing slash is added", "a/{b}", "/a/{b}", []string{"b"}, true},
		{"an empty key is the root", "", "/", nil, true},
		{"Z26 empty segments are folded", "//a///b", "/a/b", nil, true},
		{"a query is left out", "/a?x={y}", "/a", nil, true},
		{"a fragment is left out", "/a#b", "/a", nil, true},
		{"a question mark in a name is no query", "/{a?}/b", "/{a?}/b", []string{"a?"}, false},
		{"letters with accents are escaped", "/décision", "/d%C3%A9cision", nil, false},
		{"escapes are written in upper case", "/d%c3%a9cision", "/d%C3%A9cision", nil, false},
		{"escapes of plain letters are undone", "/%61%2Db", "/a-b", nil, false},
		{"a blank is escaped", "/a b", "/a%20b", nil, false},
		{"a greedy parameter is one segment", "/{proxy+}", "/{proxy+}", []string{"proxy+"}, true},
		{"an open brace is text", "/{a/b}", "/%7Ba/b%7D", nil, true},
		{"an empty name is text", "/{}/b", "/%7B%7D/b", nil, true},
		{"a brace in braces is text", "/{{a}}", "/%7B{a}%7D", []string{"a"}, true},
		{"GW-08 a dot segment is never called", "/a/../b", "", nil, true},
		{"GW-08 an escaped slash is never called", "/a%2Fb", "", nil, true},
		{"D3 a percent sign is text", "/a%25b", "/a%25b", nil, false},
		{"D3 a lone percent sign is text", "/a%b", "/a%25b", nil, false},
		{"GW-08 a percent sign before hexadecimal digits is never called", "/a%25bc", "", nil, true},
		{"D3 an escaped colon is a colon", "/{id}%3Apurge", "/{id}:purge", []string{"id"}, false},
		{"D3 a segment that ends in a dot", "/a./{b}.", "/a./{b}.", []string{"b"}, false},
		{"GW-08 a semicolon is never called", "/a;v={x}", "", nil, true},
		{"GW-08 a backslash is never called", `/a\b`, "", nil, true},
		{"GW-08 a control character is never called", "/a\x00b", "", nil, true},
		{"GW-08 overlong UTF-8 is never called", "/%C0%AF", "", nil, true},
		{"GW-08 a segment of dots is never called", "/.../b", "", nil, true},
		{"a path that is too long is never called", "/" + strings.Repeat("a", maxTemplateBytes), "", nil, true},
		{"a path of too many segments is never called", strings.Repeat("/a", maxTemplateSegments+1), "", nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, notes, ok := parseTemplate(test.key)
			if ok != (test.path != "") || got.path != test.path || !slices.Equal(got.parameters, test.parameters) {
				t.Errorf("got %q %v %v %q", got.path, got.parameters, ok, notes)
			}
			if (len(notes) > 0) != test.noted {
				t.Errorf("notes: %q", notes)
			}
		})
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	t.Run("Z25 findings are bounded, and say how many more there are", func(t *testing.T) {
		t.Parallel()
		var b bytes.Buffer
		b.WriteString(`{"openapi":"3.0.0","info":{"title":"t","version":"1"},"paths":{`)
		for i := range 100 {
			fmt.Fprintf(&b, `"/p%d/{id}":{"get":{}},`, i)
		}
		b.WriteString(`"/last":{"get":{"responses":{"200":{"$ref":"https://elsewhere.example.org/x"}}}}}}`)
		d, err := ReadDocument(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		want := []FindingCode{ResponsesMissing, ParameterUndeclared, ReferenceExternal, FindingsLeftOut}
		if got := codes(d); !slices.Equal(got, want) {
			t.Errorf("codes %v", got)
		}
		if last := d.Findings[len(d.Findings)-1]; !strings.Contains(last.Sentence, "150 further") {
			t.Errorf("last: %v", last)
		}
	})
	t.Run("Z25 a finding says where it is", func(t *testing.T) {
		t.Parallel()
		d, err := ReadDocument([]byte("openapi: 3.0.0\ninfo: {title: t, version: 1}\npaths:\n  /a/{b}:\n    get:\n      responses: {200: {}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(d.Findings)
		if err != nil {
			t.Fatal(err)
		}
		const want = `[{"severity":"notice","code":"parameter_undeclared","location":"#/paths/~1a~1{b}/get","line":6,"sentence":"The path's parameter \"b\" is not declared."}]`
		if string(got) != want {
			t.Errorf("got %s", got)
		}
	})
	t.Run("Z25 what looks like JSON and is YAML is read", func(t *testing.T) {
		t.Parallel()
		d, err := ReadDocument([]byte(`{openapi: 3.0.0, info: {title: t, version: 1}, paths: {/a: {get: {responses: {200: {},}}}},}`))
		if err != nil {
			t.Fatal(err)
		}
		if d.Format != YAML || !slices.Equal(codes(d), []FindingCode{NotJSON}) || len(d.Operations) != 1 {
			t.Errorf("got %+v", d)
		}
	})
}

// refused reports whether err is the refusal of a document, with a sentence that is fit to be shown.
func refused(err error) bool {
	e := problem.From(err)
	return e != nil && e.Code == problem.Validation && e.Field == "document" && e.Detail != "" && len(e.Detail) < 1000
}
