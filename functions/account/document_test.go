package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"guichet/shared/problem"
	"guichet/shared/topology"
)

// contract is openapi.yaml, read.
type contract struct {
	Paths map[string]map[string]operationObject
	// Everywhere are the codes that any operation may answer.
	Everywhere []string
	compiler   *jsonschema.Compiler
	document   map[string]any

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema
}

type operationObject struct {
	OperationID  string              `json:"operationId"`
	BeforeTerms  bool                `json:"x-before-terms"`
	BeforeChange bool                `json:"x-before-password-change"`
	Codes        []string            `json:"x-problem-codes"`
	Security     []map[string]any    `json:"security"`
	Parameters   []parameterObject   `json:"parameters"`
	RequestBody  *bodyObject         `json:"requestBody"`
	Responses    map[string]response `json:"responses"`
	hasSecurity  bool
}

type parameterObject struct {
	Ref string `json:"$ref"`
}

type bodyObject struct {
	Content map[string]struct {
		Schema map[string]any `json:"schema"`
	} `json:"content"`
}

type response struct {
	Ref     string         `json:"$ref"`
	Content map[string]any `json:"content"`
}

var readContract = sync.OnceValues(func() (*contract, error) {
	var tree any
	if err := yaml.Unmarshal(document, &tree); err != nil {
		return nil, err
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	generic, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	c := &contract{compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	c.document = generic.(map[string]any)
	c.compiler.DefaultDraft(jsonschema.Draft2020) // OpenAPI 3.1's dialect
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("openapi.json", generic); err != nil {
		return nil, err
	}
	var read struct {
		Everywhere []string                              `json:"-"`
		Info       map[string]any                        `json:"info"`
		Paths      map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return nil, err
	}
	for _, code := range read.Info["x-problem-codes-everywhere"].([]any) {
		c.Everywhere = append(c.Everywhere, code.(string))
	}
	c.Paths = map[string]map[string]operationObject{}
	for path, methods := range read.Paths {
		c.Paths[path] = map[string]operationObject{}
		for method, raw := range methods {
			if method == "parameters" {
				continue
			}
			var o operationObject
			if err := json.Unmarshal(raw, &o); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			o.hasSecurity = strings.Contains(string(raw), `"security"`)
			c.Paths[path][strings.ToUpper(method)] = o
		}
	}
	return c, nil
})

// schema compiles the schema at a JSON pointer of the document.
func (c *contract) schema(pointer string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.schemas[pointer]; ok {
		return s, nil
	}
	s, err := c.compiler.Compile("openapi.json#" + pointer)
	if err != nil {
		return nil, err
	}
	c.schemas[pointer] = s
	return s, nil
}

// at reads the document at a pointer.
func (c *contract) at(segments ...string) any {
	var here any = c.document
	for _, segment := range segments {
		object, ok := here.(map[string]any)
		if !ok {
			return nil
		}
		here = object[segment]
	}
	return here
}

// find returns the documented operation of a path as sent.
func (c *contract) find(method, sent string) (path string, o operationObject, ok bool) {
	sent, _, _ = strings.Cut(sent, "?")
	if method == "HEAD" {
		method = "GET"
	}
	actual := strings.Split(sent, "/")
	var best string
	for candidate, methods := range c.Paths {
		template := strings.Split(candidate, "/")
		if len(template) != len(actual) || methods[method].OperationID == "" {
			continue
		}
		fits := true
		for i := range template {
			fits = fits && (template[i] == actual[i] || strings.HasPrefix(template[i], "{") && actual[i] != "")
		}
		if fits && (best == "" || strings.Count(candidate, "{") < strings.Count(best, "{")) {
			best = candidate
		}
	}
	return best, c.Paths[best][method], best != ""
}

func escape(segment string) string {
	return url.PathEscape(strings.ReplaceAll(strings.ReplaceAll(segment, "~", "~0"), "/", "~1"))
}

// observed are the codes and the statuses of success that operations answered in all tests.
var observed sync.Map // "operationId code" → true

// unobserved lists what the document promises and no test has seen.
func unobserved() []string {
	c, err := readContract()
	if err != nil {
		return []string{err.Error()}
	}
	var missing []string
	for _, methods := range c.Paths {
		for _, o := range methods {
			wanted := slices.Clone(o.Codes)
			for status := range o.Responses {
				if status != "default" {
					wanted = append(wanted, status)
				}
			}
			for _, code := range wanted {
				if _, ok := observed.Load(o.OperationID + " " + code); !ok {
					missing = append(missing, o.OperationID+" "+code)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// validate holds an answer against the document: its status, media type, schema, and the code of a problem.
func validate(method, sent string, a answer) error {
	c, err := readContract()
	if err != nil {
		return err
	}
	if err := secured(sent, a); err != nil {
		return err
	}
	mediaType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if a.status >= 400 {
		if mediaType != problem.ContentType {
			return fmt.Errorf("a %d of type %q", a.status, mediaType)
		}
		if err := c.check("/components/responses/Problem/content/application~1problem+json/schema", a.body); err != nil {
			return err
		}
		_, o, ok := c.find(method, sent)
		if code := a.code(); ok && !slices.Contains(o.Codes, code) && !slices.Contains(c.Everywhere, code) {
			return fmt.Errorf("%s does not document the code %s", o.OperationID, code)
		}
		if a.header.Get("Retry-After") == "" && (a.status == 429 || a.status == 503) {
			return fmt.Errorf("a %d without Retry-After", a.status)
		}
		observed.Store(o.OperationID+" "+a.code(), true)
		return nil
	}
	path, o, ok := c.find(method, sent)
	if !ok {
		return fmt.Errorf("not documented, and answered %d", a.status)
	}
	observed.Store(o.OperationID+" "+fmt.Sprint(a.status), true)
	declared, ok := o.Responses[fmt.Sprint(a.status)]
	if !ok {
		return fmt.Errorf("%s does not document a %d", o.OperationID, a.status)
	}
	segments := []string{"paths", path, strings.ToLower(method), "responses", fmt.Sprint(a.status)}
	if declared.Ref != "" {
		segments = strings.Split(strings.TrimPrefix(declared.Ref, "#/"), "/")
	}
	content, _ := c.at(append(slices.Clone(segments), "content")...).(map[string]any)
	if content == nil {
		if len(a.body) > 0 {
			return fmt.Errorf("%s documents no body", o.OperationID)
		}
		return nil
	}
	if content[mediaType] == nil {
		return fmt.Errorf("%s does not document the type %q", o.OperationID, mediaType)
	}
	if mediaType != "application/json" || method == "HEAD" {
		return nil
	}
	pointer := ""
	for _, segment := range append(segments, "content", mediaType, "schema") {
		pointer += "/" + escape(segment)
	}
	return c.check(pointer, a.body)
}

// secured holds every answer to PS-02, PS-06 and PS-09.
func secured(sent string, a answer) error {
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := a.header.Get(name); got != want {
			return fmt.Errorf("PS-06 %s: %q", name, got)
		}
	}
	public := a.status == 200 && (sent == "/configuration" || sent == "/openapi.yaml")
	if got := a.header.Get("Cache-Control"); got != "no-store" && !public {
		return fmt.Errorf("PS-09 Cache-Control: %q", got)
	}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		if cookie.Name != cookieName || cookie.Path != "/" || cookie.Domain != "" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
			return fmt.Errorf("PS-02 the cookie %s is not kept to this host", cookie.Name)
		}
	}
	return nil
}

func (c *contract) check(pointer string, body []byte) error {
	schema, err := c.schema(pointer)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func contractOf(t *testing.T) *contract {
	t.Helper()
	c, err := readContract()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The router, the document and the topology describe one API.
func TestRouterDocumentAndTopologyAgree(t *testing.T) {
	t.Parallel()
	c := contractOf(t)
	p := &portal{}
	served := map[string]bool{}
	for _, o := range p.table() {
		served[o.method+" "+o.path] = true
		described, ok := c.Paths[o.path][o.method]
		if !ok {
			t.Errorf("%s %s is served and not documented", o.method, o.path)
			continue
		}
		if described.BeforeTerms != o.beforeTerms || described.BeforeChange != o.beforePassword {
			t.Errorf("Z37 %s is open before terms %t and before the password's change %t, documented as %t and %t", described.OperationID, o.beforeTerms, o.beforePassword, described.BeforeTerms, described.BeforeChange)
		}
		if want := described.RequestBody != nil; o.body != want {
			t.Errorf("%s reads a body: %t, documented: %t", described.OperationID, o.body, want)
		}
		creating := slices.ContainsFunc(described.Parameters, func(p parameterObject) bool { return strings.HasSuffix(p.Ref, "/IdempotencyKey") })
		if o.creating != creating {
			t.Errorf("%s wants an idempotency key: %t, documented: %t", described.OperationID, o.creating, creating)
		}
		if got := accessOf(described); got != o.access {
			t.Errorf("%s has access %d, documented as %d", described.OperationID, o.access, got)
		}
		if o.access == signedIn && !o.beforeTerms && !slices.Contains(described.Codes, string(problem.PortalTermsNotAccepted)) {
			t.Errorf("PS-08 %s does not document the gate of the terms", described.OperationID)
		}
		if o.changes() && !slices.Contains(described.Codes, string(problem.OriginRefused)) {
			t.Errorf("PS-03 %s changes something and does not document origin_refused", described.OperationID)
		}
	}
	for path, methods := range c.Paths {
		for method := range methods {
			if !served[method+" "+path] {
				t.Errorf("%s %s is documented and not served", method, path)
			}
		}
	}
	compareWithTopology(t, c)
}

func accessOf(o operationObject) access {
	switch {
	case !o.hasSecurity:
		return signedIn
	case len(o.Security) == 0:
		return public
	}
	return visitor
}

// compareWithTopology asks that every documented path is led to this function, and that no route leads here for nothing.
func compareWithTopology(t *testing.T, c *contract) {
	t.Helper()
	plan := topology.Platform()
	api, ok := plan.API(topology.PortalAPI)
	if !ok {
		t.Fatal("the topology has no portal API")
	}
	covers := func(declared, path string) bool {
		stem, greedy := strings.CutSuffix(declared, "{proxy+}")
		return declared == path || greedy && strings.HasPrefix(path, stem)
	}
	for path := range c.Paths {
		if !slices.ContainsFunc(api.Routes, func(r topology.Route) bool { return r.Function == "account" && covers(r.Path, prefix+path) }) {
			t.Errorf("%s is documented and leads nowhere", path)
		}
	}
	for _, r := range api.Routes {
		needed := false
		for path := range c.Paths {
			needed = needed || covers(r.Path, prefix+path)
		}
		if r.Function == "account" && !needed {
			t.Errorf("the topology leads %s here for nothing", r.Path)
		}
	}
}

// The document's examples are what it says.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	c := contractOf(t)
	held := 0
	for name, schema := range c.at("components", "schemas").(map[string]any) {
		examples, _ := schema.(map[string]any)["examples"].([]any)
		for _, example := range examples {
			text, err := json.Marshal(example)
			if err == nil {
				err = c.check("/components/schemas/"+escape(name), text)
			}
			if err != nil {
				t.Errorf("the example of %s: %v", name, err)
			}
			held++
		}
	}
	if held < 7 {
		t.Errorf("the document has %d examples", held)
	}
}

// The codes of the document are those of the table, one for one.
func TestDocumentedCodes(t *testing.T) {
	t.Parallel()
	c := contractOf(t)
	compare := func(what string, documented any, want []string) {
		t.Helper()
		var got []string
		for _, code := range documented.([]any) {
			got = append(got, code.(string))
		}
		for _, code := range want {
			if !slices.Contains(got, code) {
				t.Errorf("Z3 the document's %s lacks %s", what, code)
			}
		}
		for _, code := range got {
			if !slices.Contains(want, code) {
				t.Errorf("Z3 the document's %s has %s, which does not exist", what, code)
			}
		}
	}
	var codes []string
	for _, row := range problem.Table() {
		codes = append(codes, string(row.Code))
	}
	compare("ProblemCode", c.at("components", "schemas", "ProblemCode", "enum"), codes)
	var fields []string
	for _, row := range problem.FieldTable() {
		fields = append(fields, string(row.Code))
	}
	compare("FieldCode", c.at("components", "schemas", "FieldCode", "enum"), fields)
	for path, methods := range c.Paths {
		for method, o := range methods {
			for _, code := range append(slices.Clone(o.Codes), c.Everywhere...) {
				if !slices.Contains(codes, code) {
					t.Errorf("Z3 %s %s documents %s, which does not exist", method, path, code)
				}
			}
		}
	}
}
