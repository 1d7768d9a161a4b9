package route

import (
	"slices"
	"strings"

	"guichet/shared/quota"
)

// HealthCheck is the built-in resource that answers any live credential (guide I11).
const HealthCheck = "/piste/healthcheck"

// Reserved lists the paths that no API may take or lie under: the platform's own, and those that API Gateway keeps for
// itself on custom domains.
var Reserved = [...]string{"/api", "/.well-known", "/ping", "/sping", HealthCheck}

// State of the version that a base path leads to in a channel (features Z41). Drafts have no route.
type State string

// States in which a version has a route.
const (
	Published  State = "published"
	Deprecated State = "deprecated"
	Retired    State = "retired"
)

// Route is what a base path leads to in one channel. A Table's have neither Scopes nor Operations: Source.Load adds them.
type Route struct {
	// BasePath starts with a slash, ends without one, and is canonical. No base path is a prefix of another, by segment.
	BasePath string `json:"basePath"`
	// API is the API's ULID, ID its short id of 4 characters.
	API string `json:"api"`
	ID  string `json:"id"`
	// Version is the provider's version text.
	Version string `json:"version"`
	State   State  `json:"state"`
	// Successor is the base path that replaces a retired version; may be empty.
	Successor string `json:"successor,omitempty"`
	// Bearer and APIKey say which kinds of credential the API accepts.
	Bearer bool `json:"bearer"`
	APIKey bool `json:"apiKey"`
	// CORS answers preflights of browsers.
	CORS bool `json:"cors,omitempty"`
	// DocumentedOnly refuses what is no documented operation.
	DocumentedOnly bool `json:"documentedOnly,omitempty"`
	// Scopes maps the API's scope names to their short ids of 4 characters.
	Scopes map[string]string `json:"scopes,omitempty"`
	// Operations are listed where one of them needs a scope, a kind of credential, or DocumentedOnly is set.
	Operations []Operation `json:"operations,omitempty"`
	// Limits replace the application's for calls to this API, each application counted by itself. Nil when the API sets none.
	Limits  *quota.Limits `json:"limits,omitempty"`
	Backend Backend       `json:"backend"`

	// digest names the rows that hold Scopes and Operations; empty where there are none.
	digest string
	// changes is the version of the route's row.
	changes int64
	// unreadable says why the row could not be read. Such a route accepts no credential and has no backend.
	unreadable error
}

// Backend is where the gateway sends admitted calls.
type Backend struct {
	// URL has scheme and host, and may have a path that replaces the base path; no query, no trailing slash.
	URL string `json:"url"`
	// Authentication is how the backend knows the gateway (features Z54).
	Authentication Authentication `json:"authentication,omitzero"`
}

// Authentication of the gateway at a backend. The value itself lies in the secret store.
type Authentication struct {
	// Kind is "" (none), "header" or "basic".
	Kind string `json:"kind,omitempty"`
	// Header is the header's name for kind "header".
	Header string `json:"header,omitempty"`
	// Secret is the name of the secret: the header's value, or user:password for kind "basic".
	Secret string `json:"secret,omitempty"`
}

// Kinds of Authentication.
const (
	SecretHeader = "header"
	Basic        = "basic"
)

// Operation is a documented method and path template.
type Operation struct {
	// Method is upper case.
	Method string `json:"method"`
	// Path is relative to the base path; {name} stands for one non-empty segment or a part of one.
	Path string `json:"path"`
	// Alternatives is the document's security: an OR of ANDs. Empty means any credential that the API accepts, no scope.
	Alternatives []Alternative `json:"alternatives,omitempty"`

	segments []segment
}

// Alternative is one way in which a call may be entitled to an operation.
type Alternative struct {
	// Bearer and APIKey tell which credentials it serves.
	Bearer bool `json:"bearer,omitempty"`
	APIKey bool `json:"apiKey,omitempty"`
	// Scopes are the short ids that are all needed.
	Scopes []string `json:"scopes,omitempty"`
}

// segment of a path template: literal text, or text before, between and after parameters.
type segment struct {
	literals []string // n parameters have n+1 literals, some of them empty
}

// compile prepares the operations for Find.
func (r *Route) compile() {
	for i := range r.Operations {
		r.Operations[i].segments = compileTemplate(r.Operations[i].Path)
	}
	// A literal segment wins over a parameter (OpenAPI 3.1 §4.8.8.2): most literal text first, then a fixed order.
	slices.SortStableFunc(r.Operations, func(a, b Operation) int {
		for i := range min(len(a.segments), len(b.segments)) {
			if d := len(a.segments[i].literals) - len(b.segments[i].literals); d != 0 {
				return d
			}
		}
		return strings.Compare(a.Path, b.Path)
	})
}

func compileTemplate(path string) []segment {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	segments := make([]segment, len(parts))
	for i, part := range parts {
		for {
			before, rest, found := strings.Cut(part, "{")
			if !found {
				break
			}
			_, after, closed := strings.Cut(rest, "}")
			if !closed {
				break
			}
			segments[i].literals = append(segments[i].literals, before)
			part = after
		}
		segments[i].literals = append(segments[i].literals, part)
	}
	return segments
}

func (s segment) matches(text string) bool {
	if len(s.literals) == 1 {
		return text == s.literals[0]
	}
	last := len(s.literals) - 1
	rest, ok := strings.CutPrefix(text, s.literals[0])
	if !ok {
		return false
	}
	for _, literal := range s.literals[1:last] {
		i := -1
		if len(rest) > 1 {
			i = strings.Index(rest[1:], literal) // a parameter is never empty
		}
		if i < 0 {
			return false
		}
		rest = rest[1+i+len(literal):]
	}
	return len(rest) > len(s.literals[last]) && strings.HasSuffix(rest, s.literals[last])
}

func (o *Operation) matches(parts []string) bool {
	if len(parts) != len(o.segments) {
		return false
	}
	for i, part := range parts {
		if !o.segments[i].matches(part) {
			return false
		}
	}
	return true
}

// Found is the answer to which operation a call means.
type Found int

// Answers of Find.
const (
	NoPath   Found = iota // no documented operation has this path
	NoMethod              // one has, with other methods
	Matched
)

// Find returns the documented operation for a method and the canonical path below the base path. HEAD means GET where it
// is not documented itself (GW-09).
func (r *Route) Find(method, below string) (*Operation, Found) {
	if below == "" {
		below = "/"
	}
	parts := strings.Split(below[1:], "/")
	var get *Operation
	found := NoPath
	for i := range r.Operations {
		o := &r.Operations[i]
		if !o.matches(parts) {
			continue
		}
		if o.Method == method {
			return o, Matched
		}
		if o.Method == "GET" && get == nil {
			get = o
		}
		found = NoMethod
	}
	if method == "HEAD" && get != nil {
		return get, Matched
	}
	return nil, found
}

// Methods lists the documented methods of a canonical path below the base path, for an Allow header (RFC 9110 §10.2.1).
func (r *Route) Methods(below string) string {
	var methods []string
	for _, method := range [...]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		if _, found := r.Find(method, below); found == Matched {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}

// ScopeNames returns the names of the API's scopes with these short ids, sorted, each once.
func (r *Route) ScopeNames(ids []string) []string {
	var names []string
	for name, id := range r.Scopes {
		if slices.Contains(ids, id) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
