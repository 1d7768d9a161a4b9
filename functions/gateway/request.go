package main

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/httpapi"
)

// pseudonym is how the gateway names itself in Via (RFC 9110 §7.6.3).
const pseudonym = "1.1 guichet"

// rewriteHeader turns the header of a consumer's request, from which hop-by-hop headers are removed already, into the one
// that the backend gets: what identifies the consumer or pretends to come from a proxy goes, then ours is added (GW-03 to
// GW-07).
func rewriteHeader(h http.Header, d *decision, platform *events.APIGatewayProxyRequestContext, to *destination) {
	credential := folded(to.credentialName)
	for name := range h {
		if f := folded(name); withheld(f) || f == credential {
			delete(h, name)
		}
	}
	if to.credentialName != "" {
		h.Set(to.credentialName, to.credentialValue)
	}
	h.Set(httpapi.CorrelationHeader, platform.RequestID)
	h.Set("X-Consumer-Application", d.application)
	h.Set("X-Consumer-Organisation", d.organisation)
	h.Set("X-Consumer-Scopes", d.scopes)
	// Rebuilt from what API Gateway says of the connection; it speaks https only.
	h.Set("X-Forwarded-For", platform.Identity.SourceIP)
	h.Set("X-Forwarded-Host", platform.DomainName)
	h.Set("X-Forwarded-Proto", "https")
	h.Set("X-Forwarded-Prefix", stage(platform)+to.route.BasePath) // so that links which the backend builds have the base path
	h.Set("Via", strings.Join(append(h.Values("Via"), pseudonym), ", "))
	// net/http repeats a request that carries one of these when a kept connection breaks, unless it is spelled otherwise.
	for _, name := range [...]string{"Idempotency-Key", "X-Idempotency-Key"} {
		if values, ok := h[name]; ok {
			delete(h, name)
			h[strings.ToLower(name)] = values
		}
	}
}

// folded returns a header's name as servers see it that hand headers to programs: in one case, every other sign taken for
// the same one. X_Consumer.ID reaches a CGI program as X-Consumer-Id does (GW-04).
func folded(name string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case 'A' <= c && c <= 'Z':
			return c + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			return c
		}
		return '-'
	}, name)
}

// withheldPrefixes and withheld name, folded, what never reaches a backend as a consumer sent it.
var withheldPrefixes = [...]string{"x-consumer-", "x-forwarded-", "x-original-", "x-rewrite-"}

func withheld(name string) bool {
	switch name {
	case "authorization", "cookie", "cookie2", "keyid", "x-api-key", "proxy-authorization": // GW-06: they are ours to check
		return true
	case "x-consumer", "x-forwarded", "forwarded", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-remote-ip", "x-remote-addr",
		"true-client-ip", "cf-connecting-ip", "fastly-client-ip", "x-host", "proxy": // GW-05; proxy: httpoxy
		return true
	case "x-http-method-override", "x-http-method", "x-method-override": // GW-05, GW-09
		return true
	}
	for _, prefix := range withheldPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return ours(name)
}

// ours tells, of a folded name, whether only the gateway itself may send it: what frames a message (GW-10), and what it
// says of the call.
func ours(name string) bool {
	switch name {
	case "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "keep-alive", "expect",
		"http2-settings", "proxy-connection":
		return true
	case "x-correlationid", "x-correlation-id", "x-consumer-application", "x-consumer-organisation", "x-consumer-scopes",
		"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-prefix":
		return true
	}
	return false
}

// validHeader reports whether a header can be written to a connection as it is (GW-10): names are tokens, values hold no
// control character but the tab.
func validHeader(h http.Header) bool {
	for name, values := range h {
		if !httpapi.IsToken(name) {
			return false
		}
		for _, value := range values {
			if !utf8.ValidString(value) || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
				return false
			}
		}
	}
	return true
}
