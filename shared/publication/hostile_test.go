package publication

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// hostile documents (UP-06). want is a part of the refusal's sentence; empty means that the document is read, because
// what is hostile in it is never touched.
type hostile struct{ name, text, want string }

func yamlBomb(levels int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.0.0\npaths: {}\nx-0: &x0 [a,b,c,d,e,f,g,h,i]\n")
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&b, "x-%d: &x%d [%s*x%d]\n", i, i, strings.Repeat(fmt.Sprintf("*x%d,", i-1), 8), i-1)
	}
	return b.String()
}

// doubling refers from each schema twice to the next: 2^n when expanded.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString(`{"openapi":"3.0.0","paths":{},"components":{"schemas":{`)
	for i := range n {
		fmt.Fprintf(&b, `"s%d":{"allOf":[{"$ref":"#/components/schemas/s%d"},{"$ref":"#/components/schemas/s%d"}]},`, i, i+1, i+1)
	}
	fmt.Fprintf(&b, `"s%d":{}}}}`, n)
	return b.String()
}

// sharedOperations lets aliases multiply one operation with as much security as is allowed.
func sharedOperations(paths int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\nx-o: &o\n  get: &g\n    security:\n")
	for i := range maxAlternatives {
		fmt.Fprintf(&b, "      - {s0: [z%d]", i)
		for j := 1; j < maxSchemesTogether; j++ {
			fmt.Fprintf(&b, ", s%d: [a, b]", j)
		}
		b.WriteString("}\n")
	}
	b.WriteString("    parameters: [")
	for j := range maxParameters {
		fmt.Fprintf(&b, "{$ref: '#/x-p/p%d'},", 14_000-j)
	}
	b.WriteString("]\n  post: *g\n  put: *g\n  delete: *g\n  patch: *g\npaths:\n")
	for i := range paths {
		fmt.Fprintf(&b, "  /%d/{a}/{b}/{c}: *o\n", i)
	}
	b.WriteString("x-p:\n")
	for i := range 15_000 {
		fmt.Fprintf(&b, "  p%d: {in: path, name: z}\n", i)
	}
	return b.String()
}

// sharedPath lets references multiply one path item.
func sharedPath(paths int) string {
	var b strings.Builder
	b.WriteString(`{"openapi":"3.1.0","components":{"pathItems":{"p":{"parameters":[`)
	for j := range maxParameters {
		fmt.Fprintf(&b, `{"$ref":"#/x-p/p%d"},`, 100_000-j)
	}
	b.WriteString(`{}],"get":{"security":[`)
	for i := range maxAlternatives {
		fmt.Fprintf(&b, `{"s":["a","b","c%d"]},`, i%30)
	}
	fmt.Fprintf(&b, `]}}}},"x-p":{%s"":{}},"paths":{%s"/":{}}}`, many(`"p%d":{"in":"path"},`, 100_001), many(`"/%d/{a}/{b}/{c}":{"$ref":"#/components/pathItems/p"},`, paths))
	return strings.Replace(b.String(), "},]", "}]", 1)
}

func mergeChain(n int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.0.0\npaths: {}\nx-0: &x0 {k0: 1}\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "x-%d: &x%d {<<: *x%d, k%d: 1}\n", i, i, i-1, i)
	}
	return b.String()
}

func operationWith(security string) string {
	return `{"openapi":"3.1.0","paths":{"/p":{"get":` + security + `}},"components":{"securitySchemes":{"o":{"type":"oauth2","flows":{}},"k":{"type":"apiKey","in":"header","name":"KeyId"}}}}`
}

func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// crossing are operations with two scopes each of which one path can match all: none is more specific than another.
func crossing(n int) string {
	return `{"swagger":"2.0","paths":{` + strings.TrimSuffix(manyPaths(n), ",") + `}}`
}

func manyPaths(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"/p/{x}-%d-{y}":{"get":{"security":[{"o":["s%d","t%d"]}]}},`, i, i%6, i/6)
	}
	return b.String()
}

// crossingGrid are operations of which many, but not all, cross.
func crossingGrid(n int) string {
	var b strings.Builder
	for i := range n {
		place := i % 10
		path := strings.Repeat("/{p}", place) + fmt.Sprintf("/v%d", i/10) + strings.Repeat("/{p}", 9-place)
		fmt.Fprintf(&b, `"%s":{"get":{"security":[{"o":["s%d","t%d","u%d"]},{"o":["s%d","t%d","u%d"]},{"o":["t%d"]},{"o":["u%d"]}]}},`, path, i%10, i/10%10, i/100, i/100, i%10, i/10%10, i%10, i%10)
	}
	return `{"swagger":"2.0","paths":{` + strings.TrimSuffix(b.String(), ",") + `}}`
}

func hostileDocuments(server, file string) []hostile {
	const open, end = `{"openapi":"3.0.0","paths":{"/p":`, `}}`
	extension := func(v string) string { return `{"openapi":"3.0.0","paths":{},"x":` + v + `}` }
	return []hostile{
		{"nothing", "", "empty"},
		{"white space only", " \n\t ", "empty"},
		{"a comment only", "# nothing\n", "empty"},
		{"a byte more than allowed", strings.Repeat(" ", MaxDocumentBytes+1), "larger than 4500000 bytes"},
		{"text that is not UTF-8", "openapi: \xff\xfe", "not UTF-8"},
		{"UTF-16", "\xff\xfeo\x00p\x00", "not UTF-8"},
		{"control characters in YAML", "openapi: 3.0.0\npaths: {}\nx: \x00", "cannot be understood"},
		{"a list", "[1,2]", "no OpenAPI document"},
		{"a text", "hello", "no OpenAPI document"},
		{"HTML", "<html><body>Not found</body></html>", "no OpenAPI document"},
		{"JSON of something else", `{"name":"x"}`, "neither"},
		{"JSON that breaks off", `{"openapi":"3.0.0","paths":{`, "cannot be understood"},
		{"JSON with text behind it", `{"openapi":"3.0.0","paths":{}} {"openapi":"3.0.0"}`, "more than one"},
		{"two YAML documents", "openapi: 3.0.0\npaths: {}\n---\nopenapi: 3.0.0\npaths: {}\n", "more than one"},
		{"two versions", `{"openapi":"3.0.0","swagger":"2.0","paths":{}}`, "both"},
		{"a version of another time", `{"swagger":"1.2","paths":{}}`, "not supported"},
		{"a version to come", `{"openapi":"4.0.0","paths":{}}`, "not supported"},
		{"a version that only starts like one", `{"openapi":"3.01","paths":{}}`, "not supported"},
		{"no paths", `{"openapi":"3.0.0"}`, "no \"paths\""},
		{"Swagger without paths", `{"swagger":"2.0","components":{}}`, "no \"paths\""},
		{"paths in a list", `{"openapi":"3.0.0","paths":[]}`, "no mapping"},
		{"paths in a text", `{"openapi":"3.0.0","paths":"x"}`, "no mapping"},

		{"an external reference over http in a schema", extension(`{"$ref":"` + server + `/schema.json"}`), ""},
		{"an external reference over https in a schema", extension(`{"$ref":"https://localhost:1/x"}`), ""},
		{"an external reference to a file in a schema", extension(`{"$ref":"file://` + file + `"}`), ""},
		{"an external reference to a path of the machine", extension(`{"$ref":"` + file + `"}`), ""},
		{"an external reference without a scheme", extension(`{"$ref":"//169.254.169.254/latest/meta-data"}`), ""},
		{"a relative reference in a schema", extension(`{"$ref":"../../../../etc/passwd"}`), ""},
		{"an external reference as a path", open + `{"$ref":"` + server + `/path.json"}` + end, "leads out of the document"},
		{"a reference to a file as a path", open + `{"$ref":"file://` + file + `"}` + end, "leads out of the document"},
		{"a reference without a scheme as a path", open + `{"$ref":"//localhost/x"}` + end, "leads out of the document"},
		{"a relative reference as a path", open + `{"$ref":"paths.yaml#/p"}` + end, "leads out of the document"},
		{"an external reference as an operation", open + `{"get":{"$ref":"` + server + `/get.json"}}` + end, "leads out of the document"},
		{"an external reference as a security scheme", `{"openapi":"3.0.0","paths":{},"components":{"securitySchemes":{"o":{"$ref":"` + server + `/o"}}}}`, "leads out of the document"},
		{"a reference that is no text", open + `{"$ref":{"$ref":"#"}}` + end, "leads out of the document"},
		{"a path that refers to nothing", open + `{"$ref":"#/nowhere"}` + end, "not in the document"},
		{"a path that refers to itself", open + `{"$ref":"#/paths/~1p"}` + end, "without an end"},
		{"paths that refer to each other", `{"openapi":"3.0.0","paths":{"/a":{"$ref":"#/paths/~1b"},"/b":{"$ref":"#/paths/~1a"}}}`, "without an end"},
		{"a schema that refers to itself", extension(`{"a":{"$ref":"#/x/a"}}`), ""},
		{"schemas that double 60 times", doubling(60), ""},
		{"schemas that double 20,000 times", doubling(20_000), ""},

		{"a YAML bomb of 9^30 values", yamlBomb(30), ""},
		{"a YAML bomb deeper than allowed", yamlBomb(300), "deeper"},
		{"a YAML value that contains itself", "openapi: 3.0.0\npaths: &p\n  /a: *p\n", "part of"},
		{"a YAML list that contains itself", "openapi: 3.0.0\npaths: {}\nx: &x [*x]\n", "part of"},
		{"a YAML alias to nothing", "openapi: 3.0.0\npaths: *nothing\n", "cannot be understood"},
		{"YAML merge keys in a chain", mergeChain(3_000), "merge keys copy"},
		{"a YAML merge key that merges a text", "openapi: 3.0.0\npaths: {<<: x}\n", "merges no mapping"},
		{"YAML directives by the thousand", many("%%TAG !a%d! tag:x\n", 20_000) + "---\nopenapi: 3.0.0\npaths: {}\n", "directives"},
		{"a YAML key that is a mapping", "openapi: 3.0.0\npaths: {? {a: b} : c}\n", "no text"},
		{"YAML comments by the thousand", "openapi: 3.0.0\npaths: {}\n" + strings.Repeat("# \n", 200_000), "more than"},
		{"YAML tags of other languages", "openapi: 3.0.0\npaths: {}\nx: !!python/object/apply:os.system ['id']\n", ""},
		{"operations multiplied by YAML aliases", sharedOperations(399), ""},
		{"more operations than allowed, by YAML aliases", sharedOperations(401), "more than 2000 operations"},

		{"a path multiplied by references", sharedPath(MaxOperations), ""},

		{"JSON nested 100,000 deep", extension(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)), "deeper"},
		{"JSON objects nested 100,000 deep", extension(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)), "deeper"},
		{"JSON opened 4,000,000 times", `{"openapi":` + strings.Repeat("[", 4_000_000), "deeper"},
		{"YAML nested 100,000 deep in brackets", "openapi: 3.0.0\npaths: {}\nx: " + strings.Repeat("[", 100_000), "cannot be understood"},
		{"YAML nested 100,000 deep in dashes", "openapi: 3.0.0\npaths: {}\nx:\n  " + strings.Repeat("- ", 100_000), "cannot be understood"},
		{"YAML nested 1,000 deep", "openapi: 3.0.0\npaths: {}\nx: " + strings.Repeat("[", 1_000) + strings.Repeat("]", 1_000), "deeper"},
		{"JSON of 1,000,000 values", extension("[" + strings.Repeat("1,", 1_000_000) + "1]"), "more than 500000 values"},
		{"YAML of 1,000,000 values", "openapi: 3.0.0\npaths: {}\nx:\n" + strings.Repeat("- a\n", 1_000_000), "more than 500000 values"},
		{"JSON just below all limits", extension("[" + strings.Repeat(`{"a":1},`, 249_000) + "1]"), ""},
		{"YAML just below all limits", "openapi: 3.0.0\npaths: {}\nx:\n" + strings.Repeat("- a: bbbbbbbbbbbb\n", 166_000), ""},
		{"a key of 4 MB", extension(`{"` + strings.Repeat("k", 4_000_000) + `":1}`), ""},
		{"a path of 4 MB", `{"openapi":"3.0.0","paths":{"/` + strings.Repeat("{p}", 1_300_000) + `":{"get":{}}}}`, ""},
		{"a title of 4 MB", `{"openapi":"3.0.0","info":{"title":"` + strings.Repeat("é", 2_000_000) + `"},"paths":{}}`, ""},
		{"a number of 4,000,000 digits", extension(strings.Repeat("1", 4_000_000)), ""},
		{"a number with an exponent of 1,000,000,000", extension("1e1000000000"), ""},
		{"paths by the thousand", `{"openapi":"3.0.0","paths":{` + strings.TrimSuffix(many(`"/p%d":{},`, maxPaths+1), ",") + `}}`, "more than 5000 keys"},
		{"security schemes by the thousand", `{"openapi":"3.0.0","paths":{},"components":{"securitySchemes":{` + strings.TrimSuffix(many(`"s%d":{"type":"apiKey"},`, 1_000), ",") + `}}}`, "more than 200 keys"},
		{"M5 scopes by the hundred that operations ask for", `{"openapi":"3.0.0","paths":{` + strings.TrimSuffix(many(`"/p%[1]d":{"get":{"security":[{"o":["s%[1]d"]}]}},`, MaxScopes+1), ",") + `}}`, "more than 200 scopes"},
		{"M5 as many scopes as there may be, and others that nothing asks for", `{"swagger":"2.0","paths":{` + strings.TrimSuffix(many(`"/p%[1]d":{"get":{"security":[{"o":["s%[1]d"]}]}},`, MaxScopes), ",") +
			`},"securityDefinitions":{"o":{"type":"oauth2","scopes":{` + strings.TrimSuffix(many(`"s%d":"",`, 1_000), ",") + `}}}}`, ""},
		{"M5 a declared scope that no request could carry", `{"swagger":"2.0","paths":{"/a":{"get":{"security":[{"o":["a"]}]}}},"securityDefinitions":{"o":{"type":"oauth2","scopes":{"a":"","not one":"","é":""}}}}`, ""},
		{"alternatives by the hundred", operationWith(`{"security":[` + strings.TrimSuffix(many(`{"o":["s%d"]},`, 100), ",") + `]}`), "more than 30 alternatives"},

		{"M1 an operation with more scopes than a condition holds", operationWith(`{"security":[` + strings.TrimSuffix(many(`{"o":["a","b","c","s%d"]},`, 26), ",") + `]}`), "more than 100 times"},
		{"M1 operations that ask together for more scopes than a condition holds", crossing(51), "more scopes than one call"},
		{"M1 operations that ask together for as many as it holds", crossing(50), ""},
		{"M1 a thousand operations that cross in every way", crossingGrid(1_000), "match the same calls"},

		{"a path twice", `{"openapi":"3.0.0","paths":{"/a":{},"/a":{"get":{}}}}`, "twice"},
		{"a method twice", open + `{"get":{"security":[{"o":["a"]}]},"get":{}}` + end, "twice"},
		{"a method twice, in two cases", open + `{"get":{"security":[{"o":["a"]}]},"GET":{}}` + end, "differ in their security"},
		{"security twice", operationWith(`{"security":[{"o":["a"]}],"security":[]}`), "twice"},
		{"a scheme twice", `{"openapi":"3.0.0","paths":{},"components":{"securitySchemes":{"o":{"type":"oauth2"},"o":{"type":"http"}}}}`, "twice"},
		{"a type of a scheme twice", `{"openapi":"3.0.0","paths":{},"components":{"securitySchemes":{"o":{"type":"oauth2","type":"http"}}}}`, "twice"},
		{"a root key twice", `{"openapi":"3.0.0","paths":{},"security":[],"security":[{"o":["a"]}]}`, "twice"},
		{"a key twice in a schema", extension(`{"a":1,"a":2}`), ""},
		{"two templates of one shape with other security", `{"openapi":"3.0.0","paths":{"/a/{x}":{"get":{"security":[{"o":["a"]}]}},"/a/{y}":{"get":{}}}}`, "differ in their security"},
		{"two templates of one shape with the same security", `{"openapi":"3.0.0","paths":{"/a/{x}":{"get":{}},"/a/{y}":{"get":{}}}}`, ""},

		{"security that is a text", operationWith(`{"security":"none"}`), "no list"},
		{"security that is a mapping", operationWith(`{"security":{"o":["a"]}}`), "no list"},
		{"a requirement that is a text", operationWith(`{"security":["o"]}`), "no mapping"},
		{"a requirement that is null", operationWith(`{"security":[null]}`), "no mapping"},
		{"scopes that are a mapping", operationWith(`{"security":[{"o":{"a":true}}]}`), "no list"},
		{"a scope that is a mapping", operationWith(`{"security":[{"o":[{"a":true}]}]}`), "no text"},
		{"a scope that is empty", operationWith(`{"security":[{"o":[" "]}]}`), "empty"},
		{"a scope with a quote", operationWith(`{"security":[{"o":["a\"b"]}]}`), "RFC 6749"},
		{"a scope with an accent", operationWith(`{"security":[{"o":["é"]}]}`), "RFC 6749"},
		{"a scope of 4 KB", operationWith(`{"security":[{"o":["` + strings.Repeat("s", 4_000) + `"]}]}`), "RFC 6749"},
		{"an operation that is a list", operationWith(`[]`), "no mapping"},
		{"a path item that is a text", open + `"x"` + end, "no mapping"},
		{"a scheme that is a text", `{"openapi":"3.0.0","paths":{},"components":{"securitySchemes":{"o":"oauth2"}}}`, "no mapping"},
		{"schemes in a list", `{"openapi":"3.0.0","paths":{},"components":{"securitySchemes":[]}}`, "no mapping"},
		{"everything of the wrong kind", `{"openapi":"3.0.0","info":[],"servers":{},"tags":"x","host":{},"components":[],"paths":{"/a":{"parameters":{},"get":{"tags":{},"responses":[],"parameters":"x","operationId":{}}}}}`, ""},
	}
}

// maxAllocated bounds what reading allocates in all, garbage included: UP-06 asks for less than 256 MB at once.
const maxAllocated = 256 << 20

// TestHostileDocuments is not parallel: it counts the bytes that each document costs.
func TestHostileDocuments(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(file, []byte(`{"get":{"summary":"taken from a file"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range hostileDocuments(server.URL, file) {
		t.Run("UP-06 "+test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			raw := []byte(test.text)
			runtime.ReadMemStats(&before)
			d, err := ReadDocument(raw)
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > maxAllocated {
				t.Errorf("%d MB allocated", got>>20)
			}
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				checkInvariants(t, d)
				for _, o := range d.Operations {
					if strings.Contains(o.Summary, "taken from a file") {
						t.Error("a file was read")
					}
				}
				return
			}
			if err == nil {
				t.Fatal("the document was read")
			}
			if !refused(err) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a refusal that says %q", err, test.want)
			}
		})
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// FuzzReadDocument holds that no document brings the reader down, and that what it reads is fit for the route table.
func FuzzReadDocument(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "documents", "*"))
	if err != nil || len(files) == 0 {
		f.Fatal("no documents in testdata", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, h := range hostileDocuments("http://127.0.0.1:1", "/nowhere") {
		if len(h.text) < 10_000 {
			f.Add([]byte(h.text))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ReadDocument(raw)
		if err != nil {
			if !refused(err) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		checkInvariants(t, d)
		again, err := ReadDocument(bytes.Clone(raw))
		if err != nil || again.CanonicalHash != d.CanonicalHash {
			t.Fatalf("read twice, the document differs: %v", err)
		}
	})
}
