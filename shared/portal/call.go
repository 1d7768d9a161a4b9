package portal

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"

	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
)

// Call is one request, as its handler sees it.
type Call struct {
	// Now is when the request began.
	Now      time.Time
	Language account.Language
	DB       ddb.Database
	// Person and Session are who calls; zero values on a Public route, and for a visitor.
	Person  account.Person
	Session account.Session
	// Terms are the current terms of the portal; they are read with the session.
	Terms account.Terms

	server *Server
	route  Route
	r      *http.Request
	body   []byte
	intent intent
	// remembered is set when the handler made the row of its idempotency key.
	remembered bool
	// repeated is set when the same request may have been answered at the same moment.
	repeated bool
}

// Context of the request; it ends with its deadline.
func (c *Call) Context() context.Context { return c.r.Context() }

// Parameter returns a parameter of the route's path, unescaped. It is text of the caller.
func (c *Call) Parameter(name string) string { return c.r.PathValue(name) }

// Query returns the parameters of the query.
func (c *Call) Query() url.Values { return c.r.URL.Query() }

// Network is the caller's network as counters of attempts know it (RG-13).
func (c *Call) Network() string { return httpapi.Network(c.r, c.server.options.TrustedProxies) }

// UserAgent is what the caller's program calls itself.
func (c *Call) UserAgent() string { return c.r.UserAgent() }

// Keys of links, cursors, idempotency keys and captchas.
func (c *Call) Keys() (*account.LinkKeys, error) { return c.server.options.Keys.Keys(c.Context()) }

// Note puts a failure that the answer does not depend on into the request's log line.
func (c *Call) Note(err error) { httpapi.Log(c.r, slog.String(httpapi.KeyError, err.Error())) }

var errNotRemembered = errors.New("portal: the handler of an idempotent route did not remember its answer")

// run takes the request through its steps.
func (c *Call) run() (Answer, error) {
	for _, step := range [...]func() error{c.checkOrigin, c.readBody, c.checkIdempotencyKey, c.identify, c.checkGates} {
		if err := step(); err != nil {
			return Answer{}, err
		}
	}
	act, err := c.route.Handler.prepare(c)
	if err != nil || !c.route.Idempotent {
		if err != nil {
			return Answer{}, err
		}
		return act()
	}
	if err := c.readIntent(); err != nil {
		return Answer{}, err
	}
	if first, known, err := c.firstAnswer(); known || err != nil {
		return first, err
	}
	answer, err := act()
	if err == nil && !c.remembered {
		return Answer{}, errNotRemembered
	}
	if err != nil && c.repeated {
		if first, known, again := c.firstAnswer(); known {
			return first, again
		}
	}
	return answer, err
}

// checkOrigin refuses what changes something and does not come from a page of the portal (PS-03). Browsers send Origin
// with each such request of their own; any other client sets it.
func (c *Call) checkOrigin() error {
	if !c.route.Changes() {
		return nil
	}
	if origins := c.r.Header.Values("Origin"); len(origins) != 1 || origins[0] != c.server.options.Origin {
		return problem.New(problem.OriginRefused)
	}
	if site := c.r.Header.Values("Sec-Fetch-Site"); len(site) > 1 || len(site) == 1 && site[0] != "same-origin" {
		return problem.New(problem.OriginRefused)
	}
	return nil
}

// readBody reads the body where the route has one; JSON only, which no form of another origin's page can send.
func (c *Call) readBody() error {
	if !c.route.ReadsBody() {
		return nil
	}
	mediaType, parameter, _ := strings.Cut(c.r.Header.Get("Content-Type"), ";")
	parameter = strings.ToLower(strings.ReplaceAll(parameter, " ", ""))
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") || parameter != "" && parameter != "charset=utf-8" {
		return problem.New(problem.Unsupported)
	}
	limit := c.route.BodyLimit()
	body, err := io.ReadAll(io.LimitReader(c.r.Body, int64(limit)+1))
	if err != nil || len(body) > limit {
		return problem.Wrap(problem.BadRequest, errors.Join(err, errors.New("portal: the body is too large or truncated")))
	}
	c.body = body
	return nil
}

// checkGates closes the site until people have a password of their own, and then until they accept the terms (PS-08).
// What leads through the first gate is not closed by the second.
func (c *Call) checkGates() error {
	if c.route.Access != SignedIn {
		return nil
	}
	if c.Person.PasswordMustChange && !c.route.BeforePassword {
		return problem.New(problem.PasswordChangeRequired)
	}
	if !c.Person.Accepted(c.Terms) && !c.route.BeforeTerms && !(c.Person.PasswordMustChange && c.route.BeforePassword) {
		return problem.New(problem.PortalTermsNotAccepted)
	}
	return nil
}

// languages in the order of preference when a request names none.
var languages = language.NewMatcher([]language.Tag{language.French, language.English})

// maxAcceptLanguage bounds the header that is parsed, in bytes.
const maxAcceptLanguage = 200

// accepted is the language of the request (RFC 9110 §12.5.4).
func accepted(r *http.Request) account.Language {
	header := r.Header.Get("Accept-Language")
	if len(header) > maxAcceptLanguage {
		return account.French
	}
	_, i := language.MatchStrings(languages, header)
	if i == 1 {
		return account.English
	}
	return account.French
}
