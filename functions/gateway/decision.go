package main

import (
	"net/http"
	"strings"

	"guichet/shared/httpapi"
	"guichet/shared/problem"
)

// decision is what the authorizer said of a call. The zero decision admits nothing.
type decision struct {
	allowed      bool
	code         problem.Code
	path         string // canonical, as authorised
	method       string
	basePath     string
	api          string
	application  string
	organisation string
	scopes       string // names, separated by blanks
	origin       string // for Access-Control-Allow-Origin

	// Values of headers; some are empty.
	rateLimitPolicy string
	rateLimit       string
	retryAfter      string
	challenge       string
	allow           string

	successor string // base path
}

// decided reads the authorizer's context, which only API Gateway can set (OP-08). Values of another type than text are
// none of ours and count as absent.
func decided(r *http.Request) decision {
	said := httpapi.RequestContext(r).Authorizer
	text := func(name string) string {
		value, _ := said[name].(string)
		return value
	}
	return decision{
		allowed:         text("decision") == "allow",
		code:            problem.Code(text("code")),
		path:            text("path"),
		method:          text("method"),
		basePath:        text("basePath"),
		api:             text("api"),
		application:     text("application"),
		organisation:    text("organisation"),
		scopes:          text("scopes"),
		origin:          text("origin"),
		rateLimitPolicy: text("rateLimitPolicy"),
		rateLimit:       text("rateLimit"),
		retryAfter:      text("retryAfter"),
		challenge:       text("challenge"),
		allow:           text("allow"),
		successor:       text("successor"),
	}
}

// refusal is the problem of a call that was not allowed. A decision without a known code is our own mistake.
func (d *decision) refusal() *problem.Error {
	if _, known := problem.Lookup(d.code); !known || d.allowed {
		return problem.Newf(problem.Internal, "no decision")
	}
	if d.code == problem.VersionRetired && d.successor != "" {
		return problem.Newf(d.code, "This version of the API was retired. Its successor is %s.", d.successor)
	}
	return problem.New(d.code)
}

// exposed are the headers of ours that scripts of an allowed origin may read.
const exposed = "RateLimit, RateLimit-Policy, Retry-After, X-CorrelationID, Deprecation, Sunset"

// dress sets the headers that every answer to a call has, a refusal as well as a backend's answer. CORS is ours alone
// (GW-12, GW-15): the origin that the authorizer found allowed, no credentials.
func (d *decision) dress(h http.Header) {
	addVary(h, "Origin")
	if d.origin == "*" || wellFormedOrigin(d.origin) {
		h.Set("Access-Control-Allow-Origin", d.origin)
		h.Set("Access-Control-Expose-Headers", exposed)
	}
	for _, header := range [...][2]string{
		{"RateLimit-Policy", d.rateLimitPolicy},
		{"RateLimit", d.rateLimit},
		{"Retry-After", d.retryAfter},
		{"WWW-Authenticate", d.challenge},
		{"Allow", d.allow},
	} {
		if header[1] != "" {
			h.Set(header[0], header[1])
		}
	}
	if d.successor != "" {
		h.Add("Link", "<"+d.successor+`>; rel="successor-version"`) // RFC 5829 §3.5
	}
}

// addVary names a header that the answer depends on, once.
func addVary(h http.Header, name string) {
	for _, value := range h.Values("Vary") {
		for listed := range strings.SplitSeq(value, ",") {
			if listed = strings.TrimSpace(listed); listed == "*" || strings.EqualFold(listed, name) {
				return
			}
		}
	}
	h.Add("Vary", name)
}
