package portal

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// Prefix of every path: what the portal's site passes on to this API.
const Prefix = "/api"

// Access says who may call a route. The zero value is the strictest.
type Access int

const (
	// SignedIn routes want a session; the two gates apply.
	SignedIn Access = iota
	// Visitor routes are for everybody and use a session when there is one.
	Visitor
	// Public routes are for everybody; a session is not looked at.
	Public
)

// Route is one operation of the API. The part of the OpenAPI document beside the function says the same; portaltest
// compares the two.
type Route struct {
	// Pattern is a method and a path below Prefix as net/http.ServeMux reads them: "DELETE /sessions/{session}".
	Pattern string
	Access  Access
	// BeforeTerms and BeforePassword open a SignedIn route to people who have not accepted the current terms (features
	// Z37), or whose password was made by somebody else (features Z28).
	BeforeTerms, BeforePassword bool
	// Idempotent routes want an Idempotency-Key and answer its second use with the first answer. Their handler puts
	// Call.Remember into its transaction.
	Idempotent bool
	// MaxBody bounds the body of a request, in bytes; 0 means DefaultMaxBody.
	MaxBody int
	Handler Handler
}

// DefaultMaxBody bounds a body, before anything else is done for it (RG-08).
const DefaultMaxBody = 4 << 10

// Method of the route.
func (r Route) Method() string {
	method, _, _ := strings.Cut(r.Pattern, " ")
	return method
}

// Path of the route below Prefix, with its parameters in braces.
func (r Route) Path() string {
	_, path, _ := strings.Cut(r.Pattern, " ")
	return path
}

// Changes reports whether the route may change something.
func (r Route) Changes() bool { return r.Method() != http.MethodGet }

// ReadsBody reports whether the route has a body.
func (r Route) ReadsBody() bool { return r.Handler.readsBody }

// BodyLimit is the most bytes that the body of a request may have.
func (r Route) BodyLimit() int {
	if r.MaxBody == 0 {
		return DefaultMaxBody
	}
	return r.MaxBody
}

// Handler serves a route: Handle and HandleBody make one.
type Handler struct {
	readsBody bool
	// prepare reads what the request says; the returned function acts on it.
	prepare func(*Call) (func() (Answer, error), error)
}

// Handle serves a route without a body.
func Handle(serve func(*Call) (Answer, error)) Handler {
	return Handler{prepare: func(c *Call) (func() (Answer, error), error) {
		return func() (Answer, error) { return serve(c) }, nil
	}}
}

// HandleBody serves a route whose body is a JSON object of the struct T, which Decode reads. It panics when T is not
// something that Decode can read.
func HandleBody[T any](serve func(*Call, T) (Answer, error)) Handler {
	mustDecode(reflect.TypeFor[T]())
	return Handler{readsBody: true, prepare: func(c *Call) (func() (Answer, error), error) {
		var body T
		if err := Decode(c.body, &body); err != nil {
			return nil, err
		}
		return func() (Answer, error) { return serve(c, body) }, nil
	}}
}

// mux leads a request to its route's handler.
func mux(routes []Route, serve func(Route) http.HandlerFunc) *http.ServeMux {
	m := http.NewServeMux()
	for _, route := range routes {
		if route.Handler.prepare == nil || !strings.HasPrefix(route.Path(), "/") {
			panic(fmt.Sprintf("portal: the route %q has no handler or no path", route.Pattern))
		}
		m.HandleFunc(route.Method()+" "+Prefix+route.Path(), serve(route))
	}
	return m
}
