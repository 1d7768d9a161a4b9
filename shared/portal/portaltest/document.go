package portaltest

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

	"guichet/shared/portal"
	"guichet/shared/portal/openapi"
	"guichet/shared/problem"
)

// contract is a function's part of the OpenAPI document.
type contract struct {
	function Function
	Paths    map[string]map[string]operationObject
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
	// Cached operations answer the same to everybody, for five minutes.
	Cached      bool `json:"x-cached"`
	hasSecurity bool
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

// contracts are those of the functions under test, by name: one in each test binary.
var contracts sync.Map

func contractOf(t testing.TB, f Function) *contract {
	t.Helper()
	c, err := readContract(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func readContract(f Function) (*contract, error) {
	read, _ := contracts.LoadOrStore(f.Name, sync.OnceValues(func() (*contract, error) { return parseContract(f) }))
	return read.(func() (*contract, error))()
}

// parseContract reads the function's part, which lies in the folder of the test, with what all parts have in common.
func parseContract(f Function) (*contract, error) {
	document, err := openapi.BundleFiles([]string{"openapi.yaml"})
	if err != nil {
		return nil, err
	}
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
	c := &contract{function: f, compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
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
}

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
func unobserved(f Function) []string {
	c, err := readContract(f)
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
func (c *contract) validate(method, sent string, a Answer) error {
	if err := secured(a); err != nil {
		return err
	}
	mediaType, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	if a.Status >= 400 {
		if mediaType != problem.ContentType {
			return fmt.Errorf("a %d of type %q", a.Status, mediaType)
		}
		if method == http.MethodHead {
			return nil
		}
		if err := c.check("/components/responses/Problem/content/application~1problem+json/schema", a.Body); err != nil {
			return err
		}
		_, o, ok := c.find(method, sent)
		if err := o.cached(a); err != nil {
			return err
		}
		if code := a.Code(); ok && !slices.Contains(o.Codes, code) && !slices.Contains(c.Everywhere, code) {
			return fmt.Errorf("%s does not document the code %s", o.OperationID, code)
		}
		if a.Header.Get("Retry-After") == "" && (a.Status == 429 || a.Status == 503) {
			return fmt.Errorf("a %d without Retry-After", a.Status)
		}
		observed.Store(o.OperationID+" "+a.Code(), true)
		return nil
	}
	path, o, ok := c.find(method, sent)
	if !ok {
		return fmt.Errorf("not documented, and answered %d", a.Status)
	}
	if err := o.cached(a); err != nil {
		return err
	}
	observed.Store(o.OperationID+" "+fmt.Sprint(a.Status), true)
	declared, ok := o.Responses[fmt.Sprint(a.Status)]
	if !ok {
		return fmt.Errorf("%s does not document a %d", o.OperationID, a.Status)
	}
	segments := []string{"paths", path, strings.ToLower(method), "responses", fmt.Sprint(a.Status)}
	if declared.Ref != "" {
		segments = strings.Split(strings.TrimPrefix(declared.Ref, "#/"), "/")
	}
	content, _ := c.at(append(slices.Clone(segments), "content")...).(map[string]any)
	if content == nil {
		if len(a.Body) > 0 {
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
	return c.check(pointer, a.Body)
}

// secured holds every answer to PS-02, PS-06 and PS-09.
func secured(a Answer) error {
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := a.Header.Get(name); got != want {
			return fmt.Errorf("PS-06 %s: %q", name, got)
		}
	}
	return nil
}

// cached reports whether an answer may be kept: of a public operation that says so in the document, and without a cookie.
func (o operationObject) cached(a Answer) error {
	want := "no-store"
	if o.Cached && a.Status == http.StatusOK {
		want = "public, max-age=300"
	}
	if got := a.Header.Get("Cache-Control"); got != want || o.Cached && (!o.hasSecurity || len(o.Security) > 0) {
		return fmt.Errorf("PS-09 Cache-Control: %q", got)
	}
	for _, cookie := range (&http.Response{Header: a.Header}).Cookies() {
		if o.Cached || cookie.Name != portal.SessionCookie || cookie.Path != "/" || cookie.Domain != "" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
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
