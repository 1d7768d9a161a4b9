package main

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/httpapi"
)

// hostWide are headers of a backend that would speak for everything under our host name, or that are ours to set
// (GW-12). Access-Control-* and *-Cache-Control go too.
var hostWide = [...]string{
	"Clear-Site-Data", "Service-Worker-Allowed", "Strict-Transport-Security", "Public-Key-Pins", "Public-Key-Pins-Report-Only",
	"Alt-Svc", "Nel", "Report-To", "Reporting-Endpoints", "Surrogate-Control", "Set-Cookie2",
	"X-Correlationid", "Ratelimit", "Ratelimit-Policy",
	"Date", "Server", // API Gateway sends its own, and would pass these on under other names
}

// rewriteAnswer turns the header of a backend's answer into ours. Hop-by-hop headers are removed already.
func rewriteAnswer(h http.Header, d *decision, to *destination, platform *events.APIGatewayProxyRequestContext) {
	for _, name := range hostWide {
		h.Del(name)
	}
	exposed := h.Values("Access-Control-Expose-Headers")
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") || strings.HasSuffix(name, "-Cache-Control") {
			delete(h, name)
		}
	}
	h.Set("Cache-Control", private(h.Values("Cache-Control")))
	for i, cookie := range h["Set-Cookie"] {
		h["Set-Cookie"][i] = withoutDomain(cookie)
	}
	relocate(h, to, platform)
	h.Set("Via", pseudonym) // in the place of the names of hosts behind us (RFC 9110 §7.6.3)
	h.Set(httpapi.CorrelationHeader, platform.RequestID)
	d.dress(h)
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Expose-Headers", exposing(exposed))
	}
}

// Bounds of what a script may be told to read.
const (
	maxExposed      = 64
	maxExposedBytes = 2048
)

// exposing adds the names of headers that a backend exposes to scripts to the gateway's own (M7). What
// is not a name is left out, and cookies are for no script (Fetch standard).
func exposing(values []string) string {
	names := strings.Split(exposed, ", ")
	bytes := 0
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.TrimSpace(name)
			if !httpapi.IsToken(name) || strings.EqualFold(name, "Set-Cookie") || strings.EqualFold(name, "Set-Cookie2") ||
				slices.ContainsFunc(names, func(listed string) bool { return strings.EqualFold(listed, name) }) {
				continue
			}
			if bytes += len(name); len(names) == maxExposed || bytes > maxExposedBytes {
				return strings.Join(names, ", ")
			}
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// private makes an answer's caching that of one consumer (GW-16): no shared cache may keep it, whatever the backend says.
// KeyId is no Authorization header, so silence is not enough.
func private(values []string) string {
	kept := []string{"private"}
	for _, value := range values {
		for _, directive := range directives(value) {
			name, _, _ := strings.Cut(strings.ToLower(directive), "=")
			switch name = strings.TrimSpace(name); name {
			case "", "public", "private", "s-maxage", "proxy-revalidate":
			default:
				kept = append(kept, directive)
			}
		}
	}
	return strings.Join(kept, ", ")
}

// directives splits a list at its commas, but for those within quoted strings.
func directives(value string) (found []string) {
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			found = append(found, strings.TrimSpace(value[start:i]))
			start = i + 1
		}
	}
	return append(found, strings.TrimSpace(value[start:]))
}

// withoutDomain leaves a cookie to the host that it came from: ours. The gateway passes no cookie to a backend, so one is
// of use to scripts only; with a domain it would reach the portal and other hosts (GW-12).
func withoutDomain(cookie string) string {
	parts := strings.Split(cookie, ";")
	kept := parts[:1]
	for _, part := range parts[1:] {
		if name, _, _ := strings.Cut(part, "="); !strings.EqualFold(strings.TrimSpace(name), "domain") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ";")
}
