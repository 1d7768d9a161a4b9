package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/route"
)

// relocate turns addresses in a backend's header into addresses on the gateway (GW-02, M6), and removes what still holds
// the backend's own name, under which no consumer can reach it (M73). Bodies stay as they are: a backend that builds links
// is told the public host and base path in X-Forwarded-Host and X-Forwarded-Prefix.
func relocate(h http.Header, to *destination, platform *events.APIGatewayProxyRequestContext) {
	p := newPlace(to, platform)
	for _, name := range [...]string{"Location", "Content-Location"} {
		if value := h.Get(name); value != "" {
			h.Set(name, p.address(value))
		}
	}
	links := h.Values("Link")
	h.Del("Link")
	for _, value := range links {
		var kept []string
		for _, link := range splitLinks(value) { // one that cannot be reached is left out, the others of its list stay
			if link = p.link(link); !p.leaks(link) {
				kept = append(kept, link)
			}
		}
		if len(kept) > 0 {
			h.Add("Link", strings.Join(kept, ", "))
		}
	}
	for name, values := range h {
		if kept := slices.DeleteFunc(slices.Clone(values), p.leaks); len(kept) == 0 {
			delete(h, name)
		} else {
			h[name] = kept
		}
	}
}

// place is where an API is: behind the backend's address, and under its base path on the gateway's host.
type place struct {
	table      *route.Table
	backend    *url.URL // its path without a slash at the end
	gateway    string   // host
	stage      string
	publicBase string // stage and base path
}

func newPlace(to *destination, platform *events.APIGatewayProxyRequestContext) place {
	p := place{table: to.table, backend: to.url, gateway: platform.DomainName, stage: stage(platform)}
	p.publicBase = p.stage + to.route.BasePath
	if base, err := url.Parse(to.route.Backend.URL); err == nil {
		p.backend = base
	}
	return p
}

// address returns the path on the gateway that stands for an address of the backend; other addresses as they are. None is
// ever followed (GW-02).
func (p place) address(value string) string {
	target, err := url.Parse(value)
	if err != nil || target.Opaque != "" || target.User != nil || target.Scheme != "" && target.Scheme != "http" && target.Scheme != "https" {
		return value
	}
	path := target.EscapedPath()
	if path == "" && target.Host != "" {
		path = "/"
	}
	if !strings.HasPrefix(path, "/") {
		return value // relative to what was called: that stays true
	}
	below, inside := cutPath(path, strings.TrimSuffix(p.backend.EscapedPath(), "/"))
	switch ofBackend := sameHost(target, p.backend); {
	case target.Host == "" || ofBackend:
		if _, public := cutPath(path, p.publicBase); public { // built with X-Forwarded-Prefix
			inside, below = true, path[len(p.publicBase):]
		}
		if !inside {
			return value // elsewhere on the backend
		}
	case strings.EqualFold(target.Hostname(), p.gateway) && defaultPort(target):
		if p.taken(path) {
			return value
		}
		if !inside { // the backend does not know of the path that its own proxy puts in front
			below = path
		}
	default:
		return value
	}
	here := url.URL{Path: "/", RawQuery: target.RawQuery, ForceQuery: target.ForceQuery, Fragment: target.Fragment, RawFragment: target.RawFragment}
	return p.publicBase + below + strings.TrimPrefix(here.String(), "/")
}

// taken reports whether a path on the gateway's host is the platform's, or is below a published base path.
func (p place) taken(path string) bool {
	if rest, under := cutPath(path, p.stage); p.stage != "" && under {
		path = rest
	}
	return p.table.Match(path) != nil || slices.ContainsFunc(route.Reserved[:], func(own string) bool {
		_, under := cutPath(path, own)
		return under
	})
}

// link turns the address of one member of a Link header (RFC 8288 §3).
func (p place) link(member string) string {
	rest, opened := strings.CutPrefix(member, "<")
	address, parameters, closed := strings.Cut(rest, ">")
	if !opened || !closed {
		return member
	}
	return "<" + p.address(address) + ">" + parameters
}

// splitLinks splits the value of a Link header at its commas, but for those within addresses and quoted strings.
func splitLinks(value string) (links []string) {
	start, within := 0, byte(0)
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case within == '"' && c == '\\':
			i++
		case within != 0:
			if c == within {
				within = 0
			}
		case c == '<':
			within = '>'
		case c == '"':
			within = '"'
		case c == ',':
			links = append(links, strings.TrimSpace(value[start:i]))
			start = i + 1
		}
	}
	return append(links, strings.TrimSpace(value[start:]))
}

// leaks reports whether a value names the backend's host, in an escaped address too. A host that is the gateway's own
// tells nothing.
func (p place) leaks(value string) bool {
	host := strings.ToLower(p.backend.Hostname())
	if host == "" || host == strings.ToLower(p.gateway) {
		return false
	}
	if unescaped, err := url.PathUnescape(value); err == nil {
		value = unescaped
	}
	value = strings.ToLower(value)
	for start := 0; ; {
		i := strings.Index(value[start:], host)
		if i < 0 {
			return false
		}
		before, after := value[:start+i], strings.TrimPrefix(value[start+i+len(host):], ".")
		if !strings.HasSuffix(before, ".") && !longerName(before[max(0, len(before)-1):]) && !longerName(after) {
			return true
		}
		start += i + 1
	}
}

// longerName reports whether text begins with a character of a host name: a name beside it is part of a longer one.
func longerName(text string) bool {
	return text != "" && ('a' <= text[0] && text[0] <= 'z' || '0' <= text[0] && text[0] <= '9' || text[0] == '-' || text[0] == '_')
}

// sameHost reports whether an address is on the backend's host, over either scheme and its default port (M6).
func sameHost(target, backend *url.URL) bool {
	return strings.EqualFold(target.Hostname(), backend.Hostname()) &&
		(target.Port() == backend.Port() || defaultPort(target) && defaultPort(backend))
}

func defaultPort(u *url.URL) bool {
	return u.Port() == "" || u.Port() == "80" || u.Port() == "443"
}

// cutPath returns what follows base in a path, whole segments only.
func cutPath(path, base string) (below string, under bool) {
	below, under = strings.CutPrefix(path, base)
	return below, under && (below == "" || below[0] == '/')
}

// stage is the part of the path that API Gateway takes off when it is reached under its own name.
func stage(platform *events.APIGatewayProxyRequestContext) string {
	if platform.Stage != "" && strings.HasPrefix(platform.Path, "/"+platform.Stage+"/") {
		return "/" + platform.Stage
	}
	return ""
}
