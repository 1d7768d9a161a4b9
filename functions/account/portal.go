package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"guichet/shared/account"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/token"
)

// portal serves the API. Safe for concurrent use.
type portal struct {
	db     ddb.Database
	hasher *account.Hasher
	links  *account.LinkKeySource
	tokens map[channel.Channel]*token.Source
	facts  facts
	routes []operation

	// origin of the portal's pages, base of the pages that explain codes.
	origin, pages string
	places        places
	proxies       int
	captchaCost   int // rounds
}

const (
	// maxBody bounds the body of a request, before anything is hashed (RG-08).
	maxBody = 4 << 10
	// deadline of a request, well before the function's own.
	deadline = 10 * time.Second
)

// ServeHTTP implements http.Handler.
func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), deadline)
	defer cancel()
	c := &call{w: w, r: r.WithContext(ctx), portal: p, now: p.db.Now(), language: accepted(r)}
	secure(w.Header())
	if err := c.serve(); err != nil {
		c.refuse(err)
	}
}

// secure sets what every answer carries (PS-06). Nothing here is a page, so the policy allows nothing.
func secure(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("X-Content-Type-Options", "nosniff")
}

// call is one request on its way.
type call struct {
	w        http.ResponseWriter
	r        *http.Request
	portal   *portal
	now      time.Time
	language account.Language

	operation operation
	path      map[string]string // parameters
	body      []byte
	// session and person are set where the route asks for a person and there is one.
	session account.Session
	person  account.Person
	terms   account.Terms // the current ones; read with the session
}

// ctx of the request.
func (c *call) ctx() context.Context { return c.r.Context() }

// serve takes the request through the steps in their order.
func (c *call) serve() error {
	for _, step := range [...]func() error{c.find, c.checkOrigin, c.readBody, c.checkIdempotencyKey, c.identify, c.checkGates} {
		if err := step(); err != nil {
			return err
		}
	}
	return c.operation.serve(c)
}

// noRoute stands in the log for a path that leads nowhere.
const noRoute = "(no route)"

// find looks the route up. What lies under no route is not found, what lies under one by another method is told so.
func (c *call) find() error {
	requested := c.r.URL.Path
	httpapi.Log(c.r, slog.String(httpapi.KeyPath, noRoute)) // never the path itself: it may be a link's secret (OP-01)
	if path.Clean(requested) != requested {
		return problem.New(problem.NotFound)
	}
	var allowed []string
	for _, candidate := range c.portal.routes {
		parameters, ok := candidate.match(requested)
		if !ok {
			continue
		}
		if candidate.method == c.r.Method || candidate.method == http.MethodGet && c.r.Method == http.MethodHead {
			c.operation, c.path = candidate, parameters
			httpapi.Log(c.r, slog.String(httpapi.KeyPath, prefix+candidate.path))
			return nil
		}
		allowed = append(allowed, candidate.method)
	}
	if allowed == nil {
		return problem.New(problem.NotFound)
	}
	c.w.Header().Set("Allow", strings.Join(allowed, ", "))
	return problem.New(problem.MethodNotAllowed)
}

// checkOrigin refuses what changes something and does not come from a page of the portal (PS-03). Browsers send Origin
// with every such request of their own; whoever is no browser says where he would be.
func (c *call) checkOrigin() error {
	if !c.operation.changes() {
		return nil
	}
	if origins := c.r.Header.Values("Origin"); len(origins) != 1 || origins[0] != c.portal.origin {
		return problem.New(problem.OriginRefused)
	}
	if site := c.r.Header.Values("Sec-Fetch-Site"); len(site) > 1 || len(site) == 1 && site[0] != "same-origin" {
		return problem.New(problem.OriginRefused)
	}
	return nil
}

// readBody reads the body where the route has one; JSON only, which no form of a foreign page can send.
func (c *call) readBody() error {
	if !c.operation.body {
		return nil
	}
	mediaType, parameter, _ := strings.Cut(c.r.Header.Get("Content-Type"), ";")
	parameter = strings.ToLower(strings.ReplaceAll(parameter, " ", ""))
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") || parameter != "" && parameter != "charset=utf-8" {
		return problem.New(problem.Unsupported)
	}
	body, err := io.ReadAll(io.LimitReader(c.r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return problem.Wrap(problem.BadRequest, errors.Join(err, errors.New("account: the body is too large or broken off")))
	}
	c.body = body
	return nil
}

// identify finds the session and the person, with two requests (session and terms; person).
func (c *call) identify() error {
	if c.operation.access == public {
		return nil
	}
	err := c.resume()
	if err != nil || c.person.ID != "" || c.operation.access == visitor {
		return err
	}
	return problem.New(problem.SignInRequired)
}

// checkGates closes the site until the person has a password of his own, and then until the terms are accepted (PS-08). What
// leads through the first gate is not closed by the second.
func (c *call) checkGates() error {
	if c.operation.access != signedIn {
		return nil
	}
	if c.person.PasswordMustChange && !c.operation.beforePassword {
		return problem.New(problem.PasswordChangeRequired)
	}
	if !c.person.Accepted(c.terms) && !c.operation.beforeTerms && !(c.person.PasswordMustChange && c.operation.beforePassword) {
		return problem.New(problem.PortalTermsNotAccepted)
	}
	return nil
}

// refuse answers an error as a problem in the request's language, and notes its cause in the log.
func (c *call) refuse(err error) {
	e := problem.From(unavailable(err))
	if cause := e.Unwrap(); cause != nil {
		httpapi.Log(c.r, slog.String(httpapi.KeyError, cause.Error()))
	}
	correlation := httpapi.RequestContext(c.r).RequestID
	document := e.Document(c.portal.pages, correlation)
	if c.language == account.French {
		document = e.FrenchDocument(c.portal.pages, correlation)
	}
	httpapi.Log(c.r, slog.String(httpapi.KeyCode, string(document.Code)))
	h := c.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", string(c.language))
	if e.RetryAfter > 0 {
		h.Set("Retry-After", httpapi.RetryAfter(e.RetryAfter))
	}
	c.write(document.Status, problem.ContentType, document)
}

// unavailable tells a store that could not answer from a mistake of ours: the first may be tried again.
func unavailable(err error) error {
	var refused *problem.Error
	var operation *smithy.OperationError
	if errors.As(err, &refused) || !errors.As(err, &operation) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && answer.HTTPStatusCode()/100 == 4 && !ddb.IsThrottled(err) && !isCanceled(err) {
		return err
	}
	return problem.Wrap(problem.Unavailable, err).After(time.Second)
}
