package route

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// routeOf compiles operations "METHOD /path", optionally with scopes: "GET /a: read|write admin".
func routeOf(t *testing.T, operations ...string) *Route {
	t.Helper()
	r := Route{BasePath: "/b", ID: "aaaa"}
	for _, text := range operations {
		text, alternatives, _ := strings.Cut(text, ": ")
		method, path, _ := strings.Cut(text, " ")
		o := Operation{Method: method, Path: path}
		if alternatives != "" {
			for scopes := range strings.SplitSeq(alternatives, "|") {
				o.Alternatives = append(o.Alternatives, strings.Fields(scopes))
			}
		}
		r.Operations = append(r.Operations, o)
	}
	r.compile()
	return &r
}

func TestDecidingOperations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		operations []string
		call       string
		want       []string
	}{
		{"M1 a literal suffix is more specific than a parameter", []string{"POST /t/{id}", "POST /t/{id}:purge"}, "POST /t/9:purge", []string{"POST /t/{id}:purge"}},
		{"M1 what the suffix does not match stays the parameter's", []string{"POST /t/{id}", "POST /t/{id}:purge"}, "POST /t/9", []string{"POST /t/{id}"}},
		{"M1 a suffix alone is no match: a parameter is not empty", []string{"POST /t/{id}", "POST /t/{id}:purge"}, "POST /t/:purge", []string{"POST /t/{id}"}},
		{"M1 a suffix with a dot", []string{"GET /f/{name}", "GET /f/{name}.secret"}, "GET /f/a.b.secret", []string{"GET /f/{name}.secret"}},
		{"M1 a prefix that sorts behind a brace", []string{"GET /u/{x}", "GET /u/~{x}"}, "GET /u/~a", []string{"GET /u/~{x}"}},
		{"M1 prefix and suffix cross", []string{"GET /{x}b", "GET /a{x}"}, "GET /acb", []string{"GET /a{x}", "GET /{x}b"}},
		{"M1 segments cross", []string{"GET /{entity}/me", "GET /books/{id}"}, "GET /books/me", []string{"GET /books/{id}", "GET /{entity}/me"}},
		{"M1 an operation of its own decides where two cross", []string{"GET /{entity}/me", "GET /books/{id}", "GET /books/me"}, "GET /books/me", []string{"GET /books/me"}},
		{"M1 two parameters are more specific than one", []string{"GET /{a}", "GET /{a}{b}"}, "GET /xy", []string{"GET /{a}{b}"}},
		{"M1 the same shape twice: both decide", []string{"GET /{a}", "GET /{b}"}, "GET /x", []string{"GET /{a}", "GET /{b}"}},
		{"M1 another method's template says nothing", []string{"GET /t/{id}", "POST /t/{id}:purge"}, "GET /t/9:purge", []string{"GET /t/{id}"}},
		{"M1 HEAD beside a more specific GET", []string{"HEAD /t/{id}", "GET /t/{id}:purge"}, "HEAD /t/9:purge", []string{"GET /t/{id}:purge"}},
		{"M1 HEAD beside a less specific GET", []string{"HEAD /t/{id}:purge", "GET /t/{id}"}, "HEAD /t/9:purge", []string{"HEAD /t/{id}:purge"}},
		{"M1 HEAD in place of GET on the same path, whatever the parameter's name", []string{"HEAD /t/{x}", "GET /t/{y}"}, "HEAD /t/9", []string{"HEAD /t/{x}"}},
		{"M1 HEAD and GET that cross", []string{"HEAD /{entity}/me", "GET /books/{id}"}, "HEAD /books/me", []string{"GET /books/{id}", "HEAD /{entity}/me"}},
		{"M1 HEAD says nothing of GET", []string{"HEAD /t/{id}:purge", "GET /t/{id}"}, "GET /t/9:purge", []string{"GET /t/{id}"}},
		{"D3 an escaped colon does not pass by a literal", []string{"POST /t/{id}", "POST /t/{id}:purge"}, "POST /t/9%3Apurge", []string{"POST /t/{id}:purge"}},
		{"D3 an escaped literal of a template is the plain one", []string{"POST /t/{id}", "POST /t/{id}%3Apurge"}, "POST /t/9:purge", []string{"POST /t/{id}%3Apurge"}},
		{"D3 a percent sign in a literal", []string{"GET /{x}", "GET /100%25"}, "GET /100%25", []string{"GET /100%25"}},
		{"D3 a brace in a literal is no parameter", []string{"GET /{x}", "GET /%7Bx%7D"}, "GET /%7Bx%7D", []string{"GET /%7Bx%7D"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, operations := range [][]string{c.operations, reversed(c.operations)} {
				method, below, _ := strings.Cut(c.call, " ")
				found, answer := routeOf(t, operations...).Find(method, below)
				var got []string
				for _, o := range found {
					got = append(got, o.Method+" "+o.Path)
				}
				if slices.Sort(got); answer != Matched || !slices.Equal(got, c.want) {
					t.Errorf("%v: %v (%v), want %v", operations, got, answer, c.want)
				}
			}
		})
	}
}

func reversed(list []string) []string {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func TestSegmentsThatEndInDots(t *testing.T) {
	t.Parallel()
	r := routeOf(t, "GET /items/{id}", "GET /items/admin", "GET /files/{name}.secret", "GET /files/{name}", "GET /v1./x", "POST /items/{id}/lock")
	for below, want := range map[string]Found{
		"/items/S.A.S.": Matched, "/items/a.": Matched, "/items/a...": Matched, "/items/Admin.": Matched, "/v1./x": Matched, "/files/secret.": Matched,
		"/items/admin.": Ambiguous, "/items/admin..": Ambiguous, "/items/admin%20.": Ambiguous, "/items./7": Ambiguous, "/items/7/lock.": Ambiguous,
		"/items/a/lock.": Ambiguous, "/files/a.secret.": Ambiguous, "/nothing.": NoPath, "/a/admin.": Ambiguous,
	} {
		if _, found := r.Find("GET", below); found != want {
			t.Errorf("D3 %s: %v, want %v", below, found, want)
		}
	}
}

// A row of the version before said per alternative which credentials it served. Reading it as if it had not would open
// operations, so that it is not read at all.
func TestFormerRowsAreNotRead(t *testing.T) {
	t.Parallel()
	for _, alternatives := range []string{`[{"apiKey":true}]`, `[{"bearer":true,"apiKey":true,"scopes":["read"]}]`, `[{"apiKey":true},{"bearer":true,"scopes":["read"]}]`, `[{}]`} {
		var r Route
		if err := json.Unmarshal([]byte(`{"basePath":"/a","operations":[{"method":"GET","path":"/x","alternatives":`+alternatives+`}]}`), &r); err == nil {
			t.Errorf("D2 %s is read as %v", alternatives, r.Operations[0].Alternatives)
		}
	}
	var r Route
	if err := json.Unmarshal([]byte(`{"basePath":"/a","documentedOnly":true,"bearer":true,"operations":[{"method":"GET","path":"/x"}]}`), &r); err != nil || !r.DocumentedOnly || !r.Bearer || r.APIKey {
		t.Errorf("D2 a row without alternatives: %+v, %v", r, err)
	}
}

// texts are all the segments of up to 5 characters, of which c is in no template.
var texts = func() []string {
	all, last := []string{}, []string{""}
	for range 5 {
		var next []string
		for _, text := range last {
			next = append(next, text+"a", text+"b", text+"c")
		}
		all, last = append(all, next...), next
	}
	return all
}()

// language lists by regular expression which of the texts a segment of a template matches.
func language(segment string) []bool {
	expression := regexp.MustCompile("^" + regexp.MustCompile(`\{p\}`).ReplaceAllString(segment, ".+") + "$")
	matched := make([]bool, len(texts))
	for i, text := range texts {
		matched[i] = expression.MatchString(text)
	}
	return matched
}

func subset(a, b []bool) bool {
	for i := range a {
		if a[i] && !b[i] {
			return false
		}
	}
	return true
}

// TestDecidingSetIsMinimal holds the deciding operations of random routes and calls against their definition, worked out
// by regular expressions and by comparing what templates match one by one.
func TestDecidingSetIsMinimal(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 1))
	pieces := []string{"{p}", "{p}", "a", "b", "ab"}
	segment := func() string {
		text := ""
		for range 1 + random.IntN(3) {
			piece := pieces[random.IntN(len(pieces))]
			if text += piece; len(strings.ReplaceAll(text, "{p}", "c")) > 5 {
				return "a" // the texts tell no longer ones apart
			}
		}
		return text
	}
	type oracle struct {
		operation string
		languages [2][]bool
	}
	for range 400 {
		var all []oracle
		var operations []string
		for range 2 + random.IntN(6) {
			first, second := segment(), segment()
			o := oracle{operation: []string{"GET", "GET", "HEAD"}[random.IntN(3)] + " /" + first + "/" + second, languages: [2][]bool{language(first), language(second)}}
			all, operations = append(all, o), append(operations, o.operation)
		}
		same := func(a, b oracle) bool {
			return slices.Equal(a.languages[0], b.languages[0]) && slices.Equal(a.languages[1], b.languages[1])
		}
		contained := func(a, b oracle) bool {
			return subset(a.languages[0], b.languages[0]) && subset(a.languages[1], b.languages[1])
		}
		r := routeOf(t, operations...)
		for range 40 {
			i, j := random.IntN(len(texts)), random.IntN(len(texts))
			for _, method := range []string{"GET", "HEAD"} {
				var matched []oracle
				for _, o := range all {
					if !o.languages[0][i] || !o.languages[1][j] {
						continue
					}
					serves := strings.HasPrefix(o.operation, method)
					if method == "HEAD" && !serves {
						serves = !slices.ContainsFunc(all, func(h oracle) bool { return strings.HasPrefix(h.operation, "HEAD") && same(h, o) })
					}
					if serves {
						matched = append(matched, o)
					}
				}
				var want []string
				for _, o := range matched {
					if !slices.ContainsFunc(matched, func(m oracle) bool { return contained(m, o) && !contained(o, m) }) {
						want = append(want, o.operation)
					}
				}
				found, answer := r.Find(method, "/"+texts[i]+"/"+texts[j])
				var got []string
				for _, o := range found {
					got = append(got, o.Method+" "+o.Path)
				}
				slices.Sort(got)
				if slices.Sort(want); !slices.Equal(got, want) || (answer == Matched) != (len(want) > 0) {
					t.Fatalf("M1 seed %d: %v: %s /%s/%s is decided by %v, want %v", seed, operations, method, texts[i], texts[j], got, want)
				}
			}
		}
		for _, a := range all {
			for _, b := range all {
				x, y := ParseTemplate(a.operation[strings.IndexByte(a.operation, '/'):]), ParseTemplate(b.operation[strings.IndexByte(b.operation, '/'):])
				common := false
				for s := range 2 {
					shared := false
					for i := range texts {
						shared = shared || a.languages[s][i] && b.languages[s][i]
					}
					common = shared && (s == 0 || common)
				}
				if common && !x.Overlaps(&y) || x.MoreSpecific(&y) != (contained(a, b) && !contained(b, a)) {
					t.Fatalf("M1 seed %d: %s and %s: overlap %v, want %v; more specific %v", seed, a.operation, b.operation, x.Overlaps(&y), common, x.MoreSpecific(&y))
				}
			}
		}
	}
}
