// Package guard keeps requests that providers' settings cause away from what is not theirs: the platform's own network,
// the function's runtime, the cloud's metadata (GW-01, HP-01).
//
// Two walls. Check looks at a URL and says early what is wrong with it. The dialler looks at the address that is really
// dialled, at every dial, after every lookup: a name that means another address the second time gains nothing. Neither
// can be switched off for an API; exceptions are exact host:port pairs, which only the local cloud has.
package guard

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrForbidden says that a URL, or the address behind it, is none that the platform connects to. What wraps it names the
// host: for the log and for the provider who set it, not for consumers.
var ErrForbidden = errors.New("guard: forbidden")

// Ports that providers' systems may listen on.
var Ports = [...]string{"443", "8443"}

// Options of a Guard. The zero value is right for AWS.
type Options struct {
	// Exceptions are host:port pairs, comma separated, as they stand in URLs. They are reached over http too, at any
	// address.
	Exceptions string
	// Roots are the authorities that certificates are checked against; nil for the system's.
	Roots *x509.CertPool
	// Resolver looks names up; nil for the system's.
	Resolver *net.Resolver
}

// Guard decides what may be connected to. Safe for concurrent use.
type Guard struct {
	exceptions []string
	roots      *x509.CertPool
	dialer     net.Dialer
	free       net.Dialer // for exceptions
	// admitted is told of every address just before it is dialled; tests count with it.
	admitted func(netip.AddrPort) error
}

// New returns a guard. It fails when an exception is no host:port pair.
func New(o Options) (*Guard, error) {
	g := &Guard{roots: o.Roots, admitted: func(netip.AddrPort) error { return nil }}
	for pair := range strings.SplitSeq(o.Exceptions, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		host, port, err := net.SplitHostPort(pair)
		if number, failed := strconv.ParseUint(port, 10, 16); err != nil || failed != nil || number == 0 || host == "" {
			return nil, fmt.Errorf("guard: the exception %q is no host:port pair", pair)
		}
		g.exceptions = append(g.exceptions, net.JoinHostPort(strings.ToLower(host), port))
	}
	g.free = net.Dialer{Timeout: connectWithin, KeepAlive: 30 * time.Second, Resolver: o.Resolver}
	g.dialer = g.free
	g.dialer.Control = g.control
	return g, nil
}

// connectWithin bounds lookup and connection, so that an address that never answers leaves time to say so.
const connectWithin = 5 * time.Second

// Check refuses what no provider's system can be reached by: a scheme other than https, user information, a port that is
// not in Ports, an IP address in whatever notation, a name that is not a public one. It looks nothing up.
func (g *Guard) Check(u *url.URL) error {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" && !strings.HasSuffix(u.Host, ":") {
		if port = "443"; u.Scheme == "http" {
			port = "80"
		}
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http", u.Opaque != "":
		return forbid(u, "https only")
	case u.User != nil:
		return forbid(u, "no user information")
	case slices.Contains(g.exceptions, net.JoinHostPort(host, port)):
		return nil
	case u.Scheme != "https":
		return forbid(u, "https only")
	case !slices.Contains(Ports[:], port):
		return forbid(u, "ports 443 and 8443 only")
	}
	return publicName(u, host)
}

func forbid(u *url.URL, reason string) error {
	return fmt.Errorf("%w: %s://%s: %s", ErrForbidden, u.Scheme, u.Host, reason)
}

// reserved are the top-level names that never lead to the public Internet (RFC 6761, 6762, 7686, 8375; ICANN's internal).
var reserved = [...]string{"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}

// publicName admits names of letters, digits and hyphens with a top-level name that is not a number: every notation of
// an IPv4 address that any parser knows (127.1, 0x7f000001, 017700000001) ends in a number.
func publicName(u *url.URL, host string) error {
	labels := strings.Split(host, ".")
	if len(host) > 253 || len(labels) < 2 {
		return forbid(u, "no public name")
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return forbid(u, "no public name")
		}
		for i := range len(label) {
			if c := label[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return forbid(u, "no public name; names with other letters are given in their ASCII form")
			}
		}
	}
	last := labels[len(labels)-1]
	if last[0] >= '0' && last[0] <= '9' {
		return forbid(u, "no IP address")
	}
	if slices.Contains(reserved[:], last) {
		return forbid(u, "no public name")
	}
	return nil
}

// control runs between lookup and connection, for each address that is tried.
func (g *Guard) control(network, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil || (network != "tcp4" && network != "tcp6") || !Public(target.Addr()) {
		return fmt.Errorf("%w: %s %s is no public address", ErrForbidden, network, address)
	}
	return g.admitted(target)
}

func (g *Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if slices.Contains(g.exceptions, strings.ToLower(address)) {
		return g.free.DialContext(ctx, network, address)
	}
	return g.dialer.DialContext(ctx, network, address)
}

// Transport returns the one transport through which a function reaches providers' systems. It checks each request's URL,
// speaks HTTP/1.1, passes bytes as they are, ignores proxies of the environment, and follows no redirect. Certificates
// are checked against the system's authorities; there is no switch for it (GW-14).
func (g *Guard) Transport() http.RoundTripper {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &checked{guard: g, transport: &http.Transport{
		Proxy:                  nil,
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{RootCAs: g.roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    connectWithin,
		DisableCompression:     true,
		Protocols:              protocols,
		MaxResponseHeaderBytes: 32 << 10,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    16,
		// Shorter than the 5 seconds for which many servers (Node, Apache) keep an idle connection: a function that is
		// frozen meanwhile does not see it closed, and a request that is lost on it cannot be sent again.
		IdleConnTimeout: 4 * time.Second,
	}}
}

type checked struct {
	guard     *Guard
	transport *http.Transport
}

// RoundTrip implements http.RoundTripper.
func (c *checked) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := c.guard.Check(r.URL); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // RoundTrippers close it; the refusal is what matters
		}
		return nil, err
	}
	return c.transport.RoundTrip(r)
}

// CloseIdleConnections lets http.Client.CloseIdleConnections work.
func (c *checked) CloseIdleConnections() { c.transport.CloseIdleConnections() }
