package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// methods that may be passed on: those that API Gateway knows, without OPTIONS, which is never authorised.
var methods = [...]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}

// maxBody bounds the body of a request, in bytes: what base64 leaves of the 6 MB of a Lambda event.
const maxBody = 4_500_000

// call answers a request that came through the authorizer: it refuses what was refused, answers the health check, and
// forwards the rest.
func (g *gateway) call(w http.ResponseWriter, r *http.Request) error {
	d := decided(r)
	d.dress(w.Header())
	httpapi.Log(r, slog.String(httpapi.KeyApplication, d.application), slog.String(httpapi.KeyAPI, d.api))
	if !d.allowed {
		return d.refusal()
	}
	if err := d.matches(r); err != nil {
		return err
	}
	if d.path == route.HealthCheck {
		return alive(w, r)
	}
	if err := passable(w, r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), g.budget)
	defer cancel()
	r = r.WithContext(ctx)
	to, err := g.destination(ctx, &d)
	if err != nil {
		return err
	}
	name, value, err := g.credentials.of(ctx, to.route.Backend.Authentication)
	if err != nil {
		return problem.Wrap(problem.Unavailable, err) // never sent without (features Z54)
	}
	to.credentialName, to.credentialValue = name, value
	return g.forward(w, r, &d, to)
}

// matches holds the request against what was authorised (GW-08): the same path, whose authorised form is what will be sent,
// and the same method.
func (d *decision) matches(r *http.Request) error {
	path, err := route.Canonical(d.path)
	switch {
	case err != nil || path != d.path || !route.Same(httpapi.RawPath(r), d.path):
		return problem.Wrap(problem.Internal, errors.New("gateway: the path is not the authorised one"))
	case !strings.EqualFold(d.method, r.Method):
		return problem.Wrap(problem.Internal, errors.New("gateway: the method is not the authorised one"))
	case d.application == "":
		return problem.Wrap(problem.Internal, errors.New("gateway: a call of nobody was allowed"))
	}
	return nil
}

// alive is the built-in resource that answers every live credential (guide I11).
func alive(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return problem.New(problem.MethodNotAllowed)
	}
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Cache-Control", "private, no-store")
	_, err := io.WriteString(w, "<status>ok</status>")
	return err
}

// passable refuses what the gateway does not pass on, whatever was authorised.
func passable(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodTrace || r.Method == http.MethodConnect || route.Upgrades(r.Header.Values("Upgrade")) {
		return problem.New(problem.UpgradeRefused) // GW-09, GW-19
	}
	if !slices.Contains(methods[:], r.Method) {
		w.Header().Set("Allow", strings.Join(methods[:], ", "))
		return problem.New(problem.MethodNotAllowed)
	}
	if r.ContentLength > maxBody {
		return problem.New(problem.BodyTooLarge)
	}
	if !validHeader(r.Header) {
		return problem.Newf(problem.BadRequest, "A header holds a character that is not allowed there.")
	}
	return passableQuery(r.URL.RawQuery)
}

// maxQuery bounds the rebuilt query, in bytes. API Gateway refuses a request line and headers of more than 10 KB; each
// byte of it can become three.
const maxQuery = 32 << 10

// passableQuery admits a query whose names and values arrived whole (GW-11). API Gateway hands it over decoded, in JSON,
// where bytes that are not UTF-8 become U+FFFD; nobody can tell any more what was sent, so that character is refused too.
// NUL is refused because some backends end the text there; other control characters are data in a value, which is sent
// escaped, and refused in a name. The query itself was rebuilt by httpapi: names sorted, the order of each name's values
// kept.
func passableQuery(query string) error {
	refused := problem.New(problem.QueryInvalid)
	if len(query) > maxQuery {
		return refused
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, badName := url.QueryUnescape(name)
		value, badValue := url.QueryUnescape(value)
		if badName != nil || badValue != nil || !utf8.ValidString(name) || !utf8.ValidString(value) ||
			strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name+value, "\x00\uFFFD") {
			return refused
		}
	}
	return nil
}

// destination is where a call goes.
type destination struct {
	route *route.Route
	table *route.Table // that the route is from
	url   *url.URL     // of the backend, with the path that is sent
	// The header by which the backend knows us; no name, no header.
	credentialName, credentialValue string
}

// destination looks up the backend of what was authorised, in the gateway's own table, which may be some seconds older or
// newer than the authorizer's.
func (g *gateway) destination(ctx context.Context, d *decision) (*destination, error) {
	table, err := g.routes.Table(ctx)
	if err != nil {
		return nil, problem.Wrap(problem.Unavailable, err)
	}
	found := table.Match(d.path)
	switch {
	case found == nil:
		return nil, problem.New(problem.RouteUnknown)
	case found.BasePath != d.basePath || found.API != d.api:
		return nil, problem.Wrap(problem.Unavailable, errors.New("gateway: the route has changed since it was authorised"))
	case found.State == route.Retired:
		return nil, problem.New(problem.VersionRetired)
	}
	base, err := url.Parse(found.Backend.URL)
	if err != nil || base.Opaque != "" || base.User != nil {
		return nil, problem.Wrap(problem.Internal, errors.New("gateway: the backend's URL is unusable"))
	}
	to, err := sentURL(base, d.path[len(found.BasePath):])
	if err != nil {
		return nil, problem.Wrap(problem.Internal, err)
	}
	return &destination{route: found, table: table, url: to}, nil
}

// sentURL appends what lies below the base path to the backend's URL. Both are escaped and stay as they are, byte for
// byte: path and raw path are set together, and what will be written is compared with what is meant.
func sentURL(base *url.URL, below string) (*url.URL, error) {
	raw := strings.TrimSuffix(base.EscapedPath(), "/") + below
	path, err := url.PathUnescape(raw)
	if err != nil {
		return nil, errors.New("gateway: the backend's path is unusable")
	}
	to := &url.URL{Scheme: base.Scheme, Host: base.Host, Path: path, RawPath: raw}
	want := raw
	if want == "" {
		want = "/" // RFC 9112 §3.2.1
	}
	if to.RequestURI() != want || strings.HasPrefix(want, "//") { // some servers take what follows for a host
		return nil, errors.New("gateway: the path that would be sent is not the authorised one")
	}
	return to, nil
}
