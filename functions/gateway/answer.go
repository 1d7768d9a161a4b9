package main

import (
	"net/http"
	"net/url"
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
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") || strings.HasSuffix(name, "-Cache-Control") {
			delete(h, name)
		}
	}
	h.Set("Cache-Control", private(h.Values("Cache-Control")))
	for i, cookie := range h["Set-Cookie"] {
		h["Set-Cookie"][i] = withoutDomain(cookie)
	}
	for _, name := range [...]string{"Location", "Content-Location"} {
		if value := h.Get(name); value != "" {
			h.Set(name, relocated(value, to, stage(platform)))
		}
	}
	h.Set("Via", strings.Join(append(h.Values("Via"), pseudonym), ", "))
	h.Set(httpapi.CorrelationHeader, platform.RequestID)
	d.dress(h)
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

// relocated turns the address of something under the backend's URL into its address on the gateway, as a path: the
// consumer cannot reach the backend itself. Other addresses stay; none is ever followed (GW-02).
func relocated(value string, to *destination, prefix string) string {
	target, err := url.Parse(value)
	if err != nil || target.Opaque != "" || target.User != nil {
		return value
	}
	if target.Host != "" && (!strings.EqualFold(target.Host, to.url.Host) || target.Scheme != "" && target.Scheme != to.url.Scheme) {
		return value
	}
	base, err := url.Parse(to.route.Backend.URL)
	if err != nil {
		return value
	}
	path := target.EscapedPath()
	if path == "" && target.Host != "" {
		path = "/"
	}
	below, inside := strings.CutPrefix(path, strings.TrimSuffix(base.EscapedPath(), "/"))
	if !inside || !strings.HasPrefix(path, "/") || below != "" && below[0] != '/' {
		return value // elsewhere on the backend, or relative to what was called: that stays true
	}
	here := url.URL{Path: "/", RawQuery: target.RawQuery, ForceQuery: target.ForceQuery, Fragment: target.Fragment, RawFragment: target.RawFragment}
	return prefix + to.route.BasePath + below + strings.TrimPrefix(here.String(), "/")
}

// stage is the part of the path that API Gateway takes off when it is reached under its own name.
func stage(platform *events.APIGatewayProxyRequestContext) string {
	if platform.Stage != "" && strings.HasPrefix(platform.Path, "/"+platform.Stage+"/") {
		return "/" + platform.Stage
	}
	return ""
}
