// Package portal is the frame of every function of the portal's API: a function declares its routes, the frame does what
// is the same for all of them, and a handler reads a request, asks the rules of its noun, and answers.
//
// A request passes, in this order: route, origin, media type and size, idempotency key, session, the two gates (password
// made by somebody else, terms not accepted), the fields of its body, the answer remembered under its idempotency key,
// then its handler. A handler gets a Call and returns an Answer or an error; the frame renders errors as problem
// documents in the caller's language. Package portaltest holds a function to all of this.
//
// The package knows people and their sessions and no other noun.
package portal

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path"
	"time"

	"github.com/caarlos0/env/v11"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/amazon"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// Configuration is what shared/topology gives every function of the portal; a function embeds it in its own.
type Configuration struct {
	RegistryTable string `env:"REGISTRY_TABLE,required,notEmpty"`
	EventsTable   string `env:"EVENTS_TABLE,required,notEmpty"`
	SessionsTable string `env:"SESSIONS_TABLE,required,notEmpty"`
	LinkKeys      string `env:"LINK_KEYS,required,notEmpty"`
	// PortalURL is the one origin from which the portal's pages call.
	PortalURL    string `env:"PORTAL_URL,required,notEmpty"`
	ProblemPages string `env:"PROBLEM_PAGES,required,notEmpty"`
	// TrustedProxies is how many of our own proxies stand before API Gateway, each of which appends to X-Forwarded-For.
	TrustedProxies int `env:"TRUSTED_PROXIES,required,notEmpty"`
}

// Options are what a Server is made of.
type Options struct {
	DB ddb.Database
	// Keys seal cursors, hash idempotency keys and sign captchas, beside the links of mails.
	Keys *account.LinkKeySource
	// Origin of the portal's pages.
	Origin string
	// ProblemPages is the base URL of the pages that explain codes, with a trailing slash.
	ProblemPages   string
	TrustedProxies int
	// CaptchaCost is the rounds of a captcha's key derivation; 0 means the cost of production.
	CaptchaCost int
}

// Open returns the options of a deployed function.
func (c Configuration) Open(aws amazon.Environment, now func() time.Time) Options {
	return Options{
		DB:     ddb.Open(aws, ddb.Tables{Registry: c.RegistryTable, Events: c.EventsTable, Sessions: c.SessionsTable}, now, events.NewID),
		Keys:   account.NewLinkKeySource(secret.NewManager(aws), c.LinkKeys, now),
		Origin: c.PortalURL, ProblemPages: c.ProblemPages, TrustedProxies: c.TrustedProxies,
	}
}

// Server serves routes. Safe for concurrent use.
type Server struct {
	options Options
	mux     *http.ServeMux
}

// New returns a server of routes. It panics when two of them are the same or one cannot be served.
func New(o Options, routes []Route) *Server {
	if o.CaptchaCost == 0 {
		o.CaptchaCost = captchaCost
	}
	s := &Server{options: o}
	s.mux = mux(routes, func(route Route) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route) }
	})
	return s
}

// deadline of a request, well before the function's own.
const deadline = 10 * time.Second

// noRoute stands in the log for a path that has no route.
const noRoute = "(no route)"

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), deadline)
	defer cancel()
	r = r.WithContext(ctx)
	setSecurityHeaders(w.Header())
	httpapi.Log(r, slog.String(httpapi.KeyPath, noRoute)) // never the path itself: it may be a link's secret (OP-01)
	if path.Clean(r.URL.Path) != r.URL.Path {
		s.refuse(w, r, accepted(r), problem.New(problem.NotFound))
		return
	}
	if handler, pattern := s.mux.Handler(r); pattern == "" {
		s.refuseRoute(w, r, handler)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// refuseRoute answers what has no route: not found, or found under other methods only.
func (s *Server) refuseRoute(w http.ResponseWriter, r *http.Request, fallback http.Handler) {
	answer := &headersOnly{header: http.Header{}}
	fallback.ServeHTTP(answer, r)
	err := problem.New(problem.NotFound)
	if answer.status == http.StatusMethodNotAllowed {
		w.Header()["Allow"] = answer.header["Allow"]
		err = problem.New(problem.MethodNotAllowed)
	}
	s.refuse(w, r, accepted(r), err)
}

// headersOnly records the status and the headers of an answer.
type headersOnly struct {
	header http.Header
	status int
}

func (h *headersOnly) Header() http.Header         { return h.header }
func (h *headersOnly) Write(b []byte) (int, error) { return len(b), nil }
func (h *headersOnly) WriteHeader(status int)      { h.status = status }

// setSecurityHeaders sets what every answer carries (PS-06). None is a page, so the policy allows nothing.
func setSecurityHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("X-Content-Type-Options", "nosniff")
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, route Route) {
	httpapi.Log(r, slog.String(httpapi.KeyPath, Prefix+route.Path()))
	c := &Call{Now: s.options.DB.Now(), Language: accepted(r), DB: s.options.DB, server: s, route: route, r: r}
	answer, err := c.run()
	if err == nil {
		err = answer.err
	}
	if err != nil {
		s.refuse(w, r, c.Language, err)
		return
	}
	answer.write(w)
}

// refuse answers an error as a problem in the request's language.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, language account.Language, err error) {
	var refused *problem.Error
	if !errors.As(err, &refused) && ddb.IsTransient(err) {
		err = problem.Wrap(problem.Unavailable, err).After(time.Second)
	}
	e := problem.From(err)
	correlation := httpapi.RequestContext(r).RequestID
	document := e.Document(s.options.ProblemPages, correlation)
	if language == account.French {
		document = e.FrenchDocument(s.options.ProblemPages, correlation)
	}
	w.Header().Set("Content-Language", string(language))
	httpapi.WriteDocument(w, r, e, document)
}

// Parse returns the function's configuration from its environment, and ends the process when it lacks something.
func Parse[C any]() C {
	slog.SetDefault(httpapi.NewLogger(os.Stdout))
	c, err := env.ParseAs[C]()
	if err != nil {
		slog.Error("configuration", "error", err.Error())
		os.Exit(1)
	}
	return c
}

// Start serves routes until Lambda ends the process; it does not return.
func Start(o Options, routes []Route) { httpapi.Start(New(o, routes), o.ProblemPages) }
