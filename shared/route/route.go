package route

import (
	"cmp"
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
	// Public APIs may be known to everybody, others to the Organisations (by id, the API's own included) and to applications
	// that have a right on them (features Z51).
	Public        bool     `json:"public,omitempty"`
	Organisations []string `json:"organisations,omitempty"`
	// Bearer and APIKey say which kinds of credential the API accepts, all its operations alike.
	Bearer bool `json:"bearer"`
	APIKey bool `json:"apiKey"`
	// CORS answers preflights of browsers.
	CORS bool `json:"cors,omitempty"`
	// DocumentedOnly refuses what is no documented operation.
	DocumentedOnly bool `json:"documentedOnly,omitempty"`
	// Scopes maps the API's scope names to their short ids of 4 characters.
	Scopes map[string]string `json:"scopes,omitempty"`
	// Operations are listed where DocumentedOnly is set, as it is where one of them needs a scope.
	Operations []Operation `json:"operations,omitempty"`
	// Limits replace the application's for calls to this API, each application counted by itself. Nil when the API sets none.
	Limits  *quota.Limits `json:"limits,omitempty"`
	Backend Backend       `json:"backend"`

	// digest names the rows that hold Scopes and Operations, in bytes; empty where there are none.
	digest string
	// changes is the version of the route's row.
	changes int64
	// unreadable says why the row could not be read. Such a route accepts no credential and has no backend.
	unreadable error
}

// VisibleTo reports whether an organisation may know of the API.
func (r *Route) VisibleTo(organisation string) bool {
	return r.Public || organisation != "" && slices.Contains(r.Organisations, organisation)
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
	// Path is relative to the base path, in canonical form; {name} stands for one non-empty segment or a part of one.
	Path string `json:"path"`
	// Alternatives are the sets of short scope ids of which a call needs one whole. None: a credential is enough.
	Alternatives [][]string `json:"alternatives,omitempty"`

	template Template
	// ownHead tells that HEAD is documented for the same paths.
	ownHead bool
}

// compile prepares the operations for Find.
func (r *Route) compile() {
	heads := map[string]bool{}
	for i := range r.Operations {
		o := &r.Operations[i]
		o.template = ParseTemplate(o.Path)
		if o.Method == "HEAD" {
			heads[o.template.Shape()] = true
		}
	}
	for i := range r.Operations {
		o := &r.Operations[i]
		o.ownHead = heads[o.template.Shape()]
	}
	slices.SortStableFunc(r.Operations, func(a, b Operation) int {
		return cmp.Or(a.template.compare(&b.template), strings.Compare(a.Path, b.Path))
	})
}

// Found is the answer to which operation a call means.
type Found int

// Answers of Find.
const (
	NoPath    Found = iota // no documented operation has this path
	NoMethod               // one has, with other methods
	Ambiguous              // some servers would take the path for another one
	Matched
)

// Find returns the documented operations that decide on a call, by its method and the canonical path below the base path:
// of those that match, all that no other one is more specific than (GW-09). A call must satisfy each of them.
func (r *Route) Find(method, below string) ([]*Operation, Found) {
	segments := split(below)
	if r.ambiguous(segments) {
		return nil, Ambiguous
	}
	var deciding []*Operation
	found := NoPath
	for i := range r.Operations {
		o := &r.Operations[i]
		if !o.template.matches(segments) {
			continue
		}
		if !o.serves(method) {
			found = max(found, NoMethod)
			continue
		}
		found = Matched
		// More specific operations came before.
		if !slices.ContainsFunc(deciding, func(d *Operation) bool { return d.template.MoreSpecific(&o.template) }) {
			deciding = append(deciding, o)
		}
	}
	return deciding, found
}

// serves reports whether the operation says something of calls with a method: HEAD means GET where the same paths have no
// HEAD of their own.
func (o *Operation) serves(method string) bool {
	return o.Method == method || method == "HEAD" && o.Method == "GET" && !o.ownHead
}

// ambiguous reports whether a segment ends in dots without which it would match a template that it does not match now:
// some servers drop them.
func (r *Route) ambiguous(segments []string) bool {
	for i, s := range segments {
		if !strings.HasSuffix(s, ".") {
			continue
		}
		bare := strings.TrimRight(s, ". ")
		for _, o := range r.Operations {
			if i < len(o.template.segments) && o.template.segments[i].matches(bare) && !o.template.segments[i].matches(s) {
				return true
			}
		}
	}
	return false
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
