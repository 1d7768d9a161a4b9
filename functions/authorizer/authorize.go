package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/token"
)

// authorizer decides on calls of one channel.
type authorizer struct {
	channel channel.Channel
	keys    *token.Source
	routes  *route.Source
	counter *counter
	// portal is the portal's base URL: its own origin may use SANDBOX from a browser (features Z52).
	portal string
	// pages is the base URL of the pages that explain codes, with a trailing slash.
	pages string
	// now is the clock that the store's answers correct (ddb.Clock).
	now func() time.Time
}

// decision is what is known of a call when it is decided, filled on the way. The zero decision admits nothing.
type decision struct {
	admitted    bool
	code        problem.Code // of the refusal
	challenge   string       // WWW-Authenticate of a refusal
	application string
	path        string // canonical; as it may be logged where it is not known to be
	route       *route.Route
	// concealedAPI is the API of a route that the caller may not know of; for the log.
	concealedAPI string
	scopes       []string // names of the API's scopes that the call has
	allow        string   // methods, for a 405
	origin       string   // for Access-Control-Allow-Origin
	usage        *quota.Usage
	cause        error // private, for the log
}

// decide takes the call through the steps, in the order that design fixes: credential, path, route, then the one write.
func (a *authorizer) decide(ctx context.Context, r *request) decision {
	d := decision{
		origin: "*", // a refusal may be read by any page: it holds nothing
		path:   loggable(r.Path),
	}
	credentials, code := a.authenticate(ctx, r, &d)
	if code != "" {
		return d.refuse(code)
	}
	d.application = ulid.ULID(credentials.application).String()

	path, err := route.Canonical(r.Path)
	if err != nil {
		return d.refuse(problem.PathInvalid)
	}
	d.path = path
	if r.HTTPMethod == http.MethodTrace || r.HTTPMethod == http.MethodConnect || route.Upgrades(r.header("Upgrade")) {
		return d.refuse(problem.UpgradeRefused)
	}
	call := quota.Call{Credentials: credentials.numbers}
	if path == route.HealthCheck {
		if r.HTTPMethod != http.MethodGet && r.HTTPMethod != http.MethodHead {
			d.allow = "GET, HEAD"
			return d.refuse(problem.MethodNotAllowed)
		}
	} else if code := a.aim(ctx, r, credentials, &call, &d); code != "" {
		return a.refuseUncounted(ctx, d, call, code)
	}
	origin, own, code := a.originOf(r)
	if code != "" {
		return a.refuseUncounted(ctx, d, call, code)
	}
	if !own {
		call.Origin = origin
	}

	call.Now = a.now() // after the routes were read, if they were: an answer of the store corrects the clock
	outcome := a.counter.count(ctx, d.application, call)
	d.usage, d.cause = outcome.usage, outcome.err
	if outcome.code != "" {
		return d.refuse(outcome.code)
	}
	d.admitted = true
	if d.route != nil {
		d.scopes = credentials.granted(d.route, outcome.usage.Access)
	}
	d.origin = ""
	if own || d.route == nil || d.route.CORS {
		d.origin = origin
	}
	return d
}

// loggable escapes what the access log would not (M72): everything that is not a character of a path (RFC 3986 §3.3).
func loggable(path string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range min(len(path), route.MaxPath) {
		c := path[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("/%-._~!$&'()*+,;=:@", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// originOf returns the web origin that a browser names. own is set for the portal's test console, which may use SANDBOX
// whatever API and credential say (features Z52).
func (a *authorizer) originOf(r *request) (origin string, own bool, code problem.Code) {
	switch origins := r.header("Origin"); len(origins) {
	case 0:
		return "", false, ""
	case 1:
		return origins[0], a.channel == channel.Sandbox && a.portal != "" && origins[0] == a.portal, ""
	}
	return "", false, problem.OriginNotAllowed
}

// aim finds the API and the operation that the call means, and what they ask for.
func (a *authorizer) aim(ctx context.Context, r *request, c credentials, call *quota.Call, d *decision) problem.Code {
	table, err := a.routes.Table(ctx)
	if err != nil {
		d.cause = err
		return problem.Unavailable
	}
	indexed := table.Match(d.path)
	if indexed == nil {
		return problem.RouteUnknown
	}
	if d.route, err = a.routes.Load(ctx, indexed); err != nil {
		d.route, d.cause = indexed, err
		return problem.Unavailable
	}
	if d.route.State == route.Retired {
		return problem.VersionRetired
	}
	if !(c.bearer && d.route.Bearer || c.apiKey && d.route.APIKey) {
		return problem.CredentialNotAccepted
	}
	call.API, call.Limits = d.route.ID, d.route.Limits
	if len(d.route.Operations) == 0 {
		if d.route.DocumentedOnly {
			return problem.OperationUnknown
		}
		return ""
	}
	operations, found := d.route.Find(r.HTTPMethod, d.path[len(d.route.BasePath):])
	switch found {
	case route.Ambiguous:
		return problem.PathInvalid
	case route.NoPath:
		if d.route.DocumentedOnly {
			return problem.OperationUnknown
		}
		return ""
	case route.NoMethod:
		if d.route.DocumentedOnly {
			d.allow = d.route.Methods(d.path[len(d.route.BasePath):])
			return problem.MethodNotAllowed
		}
		return ""
	}
	return c.requireScopes(operations, call, d)
}

// requireScopes takes from each of the operations that decide the alternatives that this caller's credentials can serve.
// What the token was narrowed to is decided here, what the application is granted by the write.
func (c credentials) requireScopes(operations []*route.Operation, call *quota.Call, d *decision) problem.Code {
	var wanted []string
	for _, operation := range operations {
		if len(operation.Alternatives) == 0 {
			continue
		}
		var served quota.Requirement
		for _, scopes := range operation.Alternatives {
			wanted = append(wanted, scopes...)
			if c.covers(d.route, scopes) {
				served = append(served, scopes)
			}
		}
		if !slices.ContainsFunc(call.Requirements, func(r quota.Requirement) bool { return slices.EqualFunc(r, served, slices.Equal) }) {
			call.Requirements = append(call.Requirements, served)
		}
	}
	if len(call.Requirements) == 0 {
		return ""
	}
	d.scopes = d.route.ScopeNames(wanted) // for the challenge, should the write refuse
	if slices.ContainsFunc(call.Requirements, func(r quota.Requirement) bool { return len(r) == 0 }) {
		return problem.ScopeMissing
	}
	return ""
}

// refuseUncounted ends the decision before the call is counted. Whether an API that is not public may be known is then
// asked with a write of its own, because nothing else tells the organisation.
func (a *authorizer) refuseUncounted(ctx context.Context, d decision, call quota.Call, code problem.Code) decision {
	if d.route == nil || d.route.Public || code == problem.Unavailable {
		return d.refuse(code)
	}
	call.Now = a.now()
	usage, err := a.counter.look(ctx, d.application, call)
	if err != nil {
		d.cause = err
		return d.refuse(problem.Unavailable)
	}
	d.usage = usage
	d = d.refuse(code)
	d.usage = nil // of the application's item, which need not be the one that this call would be counted on
	return d
}

// concealed reports whether a call that is refused with a code must not tell that there is an API (M71): its route is not
// public, the organisation may not know of it, and the application has no right on it and never asked for one.
func (d *decision) concealed(code problem.Code) bool {
	if d.route == nil || d.usage == nil {
		return false
	}
	switch code {
	case problem.RequestPending, problem.RequestRefused, problem.AccessRevoked, problem.TermsNotAccepted:
		return false
	}
	return !d.route.VisibleTo(d.usage.Organisation) && !d.usage.Subscribed(d.route.ID)
}

// refuse ends the decision with a code.
func (d decision) refuse(code problem.Code) decision {
	if d.concealed(code) { // as an unknown path is refused
		d.concealedAPI, d.route, d.usage, d.allow = d.route.API, nil, nil, ""
		code = problem.RouteUnknown
	}
	d.admitted, d.code = false, code
	if code == problem.OriginNotAllowed {
		d.origin = ""
	}
	if code == problem.ScopeMissing {
		d.challenge = `Bearer realm="guichet", error="insufficient_scope", scope="` + strings.Join(d.scopes, " ") + `"`
	}
	return d
}

// log writes the one line of a refusal; whoever explains calls reads it. No secret ever is in a decision.
func (d *decision) log(ctx context.Context, r *request) {
	attributes := []slog.Attr{
		slog.String("correlationId", r.RequestContext.RequestID),
		slog.String("code", string(d.code)),
		slog.String("application", d.application),
		slog.String("method", r.HTTPMethod),
	}
	if d.route != nil {
		attributes = append(attributes, slog.String("api", d.route.API), slog.String("basePath", d.route.BasePath))
	}
	if d.concealedAPI != "" {
		attributes = append(attributes, slog.String("concealedAPI", d.concealedAPI))
	}
	level := slog.LevelInfo
	if d.cause != nil {
		attributes = append(attributes, slog.String("error", d.cause.Error()))
		level = slog.LevelError
	}
	slog.LogAttrs(ctx, level, "refused", attributes...)
}

// verified maps what a credential is refused for to the code of the refusal.
func verified(err error) problem.Code {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, token.ErrExpired):
		return problem.TokenExpired
	case errors.Is(err, token.ErrWrongChannel):
		return problem.WrongChannel
	case errors.Is(err, token.ErrInvalid), errors.Is(err, token.ErrUnknownKey):
		return problem.TokenInvalid
	}
	return problem.Unavailable // the keys could not be read: nothing is known of the credential
}
