package main

import (
	"net/http"
	"strings"

	"guichet/shared/channel"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// allMethods is what an API that lists no operations allows.
const allMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

// maxAge is how long a browser may remember a preflight, in seconds. Short: an API may lose its CORS setting.
const maxAge = "600"

// preflight answers OPTIONS, which carries no credential (Fetch standard) and never reaches a backend. Whether a browser
// may go on depends on the API's setting; which origins may then really call is the credential's matter (features Z52).
func (g *gateway) preflight(w http.ResponseWriter, r *http.Request) error {
	path, err := route.Canonical(httpapi.RawPath(r))
	if err != nil {
		return problem.New(problem.PathInvalid)
	}
	allowed, cors := allMethods, true
	if path == route.HealthCheck {
		allowed = "GET, HEAD, OPTIONS"
	} else {
		table, err := g.routes.Table(r.Context())
		if err != nil {
			return problem.Wrap(problem.Unavailable, err)
		}
		// Who asks is not known: an API that is not public is answered as a path that does not exist is (M71), and the call
		// itself decides.
		if found := table.Match(path); found != nil && found.Public {
			if found, err = g.routes.Load(r.Context(), found); err != nil {
				return problem.Wrap(problem.Unavailable, err)
			}
			if _, answer := found.Find(r.Method, path[len(found.BasePath):]); answer == route.Ambiguous {
				return problem.New(problem.PathInvalid)
			}
			cors = found.CORS
			if allowed = documented(found, path[len(found.BasePath):]); allowed == "" {
				return problem.New(problem.OperationUnknown)
			}
		}
	}

	h := w.Header()
	h.Set("Allow", allowed)
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
	origin := r.Header.Get("Origin")
	own := g.channel == channel.Sandbox && g.portal != "" && origin == g.portal
	if r.Header.Get("Access-Control-Request-Method") != "" && len(r.Header.Values("Origin")) == 1 && (cors || own) && wellFormedOrigin(origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Methods", allowed)
		h.Set("Access-Control-Max-Age", maxAge)
		if requested := httpapi.RequestedHeaders(r.Header.Values("Access-Control-Request-Headers")); requested != "" {
			h.Set("Access-Control-Allow-Headers", requested)
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// documented lists the methods that may be tried below a base path; empty when the API admits documented paths only and
// this is none.
func documented(found *route.Route, below string) string {
	if !found.DocumentedOnly {
		return allMethods
	}
	methods := found.Methods(below)
	if methods == "" || strings.Contains(methods, http.MethodOptions) {
		return methods
	}
	return methods + ", OPTIONS"
}

// wellFormedOrigin reports whether text is the origin of a web page as browsers send it (RFC 6454 §6.2): scheme, lower-case
// host, and a port at most; never null.
func wellFormedOrigin(text string) bool {
	rest, https := strings.CutPrefix(text, "https://")
	if !https {
		var plain bool
		if rest, plain = strings.CutPrefix(text, "http://"); !plain {
			return false
		}
	}
	if len(rest) == 0 || len(rest) > 262 {
		return false
	}
	host, port := rest, ""
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, ']') {
		host, port = rest[:i], rest[i+1:]
		if port == "" || len(port) > 5 || port[0] == '0' || strings.ContainsFunc(port, func(c rune) bool { return c < '0' || c > '9' }) {
			return false
		}
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		return closed && inner != "" && !strings.ContainsFunc(inner, func(c rune) bool {
			return !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || c == ':' || c == '.')
		})
	}
	return host != "" && !strings.ContainsFunc(host, func(c rune) bool {
		return !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_')
	})
}
