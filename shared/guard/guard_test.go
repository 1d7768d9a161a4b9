package guard

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Addresses that are not the public Internet, with what they are.
var specialAddresses = map[string]string{
	"0.0.0.0":                         "unspecified",
	"0.1.2.3":                         "this network",
	"10.0.0.1":                        "private",
	"10.255.255.255":                  "private",
	"100.64.0.1":                      "carrier-grade NAT",
	"100.127.255.254":                 "carrier-grade NAT",
	"127.0.0.1":                       "loopback and Lambda's Runtime API",
	"127.8.8.8":                       "loopback",
	"169.254.169.254":                 "instance metadata",
	"169.254.170.2":                   "container credentials",
	"169.254.100.1":                   "Lambda telemetry",
	"172.16.0.1":                      "private",
	"172.31.255.255":                  "private",
	"192.0.0.1":                       "IETF protocol assignments",
	"192.0.0.192":                     "metadata of another cloud",
	"192.0.2.1":                       "documentation",
	"192.31.196.1":                    "AS112",
	"192.52.193.1":                    "AMT",
	"192.88.99.1":                     "6to4 relay",
	"192.168.0.1":                     "private",
	"192.175.48.1":                    "AS112",
	"198.18.0.1":                      "benchmarking",
	"198.19.255.255":                  "benchmarking",
	"198.51.100.7":                    "documentation",
	"203.0.113.1":                     "documentation",
	"224.0.0.1":                       "multicast",
	"239.255.255.250":                 "multicast",
	"240.0.0.1":                       "reserved",
	"255.255.255.255":                 "broadcast",
	"::":                              "unspecified",
	"::1":                             "loopback",
	"::7f00:1":                        "IPv4-compatible loopback",
	"::ffff:127.0.0.1":                "IPv4-mapped loopback",
	"::ffff:169.254.169.254":          "IPv4-mapped metadata",
	"::ffff:10.0.0.1":                 "IPv4-mapped private",
	"::ffff:0:127.0.0.1":              "IPv4-translated loopback",
	"64:ff9b::a00:1":                  "NAT64 of a private address",
	"64:ff9b::a9fe:a9fe":              "NAT64 of metadata",
	"64:ff9b:1::1":                    "local NAT64",
	"100::1":                          "discard only",
	"100:0:0:1::1":                    "dummy prefix",
	"2001::1":                         "Teredo",
	"2001:0:a00:1::1":                 "Teredo with a private server",
	"2001:2::1":                       "benchmarking",
	"2001:10::1":                      "ORCHID",
	"2001:20::1":                      "ORCHIDv2",
	"2001:db8::1":                     "documentation",
	"2002:a00:1::":                    "6to4 of a private address",
	"2002:7f00:1::1":                  "6to4 of loopback",
	"2620:4f:8000::1":                 "AS112",
	"3fff::1":                         "documentation",
	"4000::1":                         "not allocated",
	"5f00::1":                         "segment routing",
	"fc00::1":                         "unique local",
	"fd00:ec2::254":                   "instance metadata",
	"fd12:3456:789a::1":               "unique local",
	"fe80::1":                         "link local",
	"fec0::1":                         "site local",
	"ff02::1":                         "multicast",
	"ffff:ffff:ffff:ffff:ffff:ffff::": "not allocated",
}

var publicAddresses = []string{
	"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
	"172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
	"223.255.255.255", "2001:200::1", "2606:4700:4700::1111", "2a01:e0a::1", "3ffe::1", "::ffff:8.8.8.8",
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	if len(specialAddresses) < 60 {
		t.Fatalf("%d special addresses, want 60", len(specialAddresses))
	}
	for text, what := range specialAddresses {
		if Public(netip.MustParseAddr(text)) {
			t.Errorf("GW-01 %s (%s) is taken for a public address", text, what)
		}
	}
	for _, text := range publicAddresses {
		if !Public(netip.MustParseAddr(text)) {
			t.Errorf("GW-01 the public address %s is refused", text)
		}
	}
	if Public(netip.MustParseAddr("2606:4700::1%eth0")) || Public(netip.Addr{}) {
		t.Error("GW-01 an address with a zone, or none, is taken for a public one")
	}
}

// registries are all rows of the IANA IPv4 and IPv6 Special-Purpose Address Registries as updated on 2025-10-09, those within
// another one too, and after them what has a registry of its own: multicast.
var registries = []string{
	"0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.0.0/29",
	"192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/32", "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
	"192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"255.255.255.255/32",
	"::1/128", "::/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001::/32", "2001:1::1/128",
	"2001:1::2/128", "2001:1::3/128", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32",
	"2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
	"224.0.0.0/4", "ff00::/8",
}

// Every row is refused from its first address to its last, and what lies beside it is not: the table is neither narrower
// than the registries nor wider. Of IPv6 all outside 2000::/3 is refused, allocated or not.
func TestRegistries(t *testing.T) {
	t.Parallel()
	var rows []netip.Prefix
	for _, text := range registries {
		rows = append(rows, netip.MustParsePrefix(text))
	}
	global := netip.MustParsePrefix("2000::/3")
	refused := func(a netip.Addr) bool {
		return a.Is6() && !global.Contains(a) || slices.ContainsFunc(rows, func(row netip.Prefix) bool { return row.Contains(a) })
	}
	for _, row := range rows {
		first := row.Masked().Addr()
		bytes := first.AsSlice()
		for i := row.Bits(); i < len(bytes)*8; i++ {
			bytes[i/8] |= 0x80 >> (i % 8)
		}
		last, _ := netip.AddrFromSlice(bytes)
		for _, a := range []netip.Addr{first, last} {
			if row.String() != "::ffff:0:0/96" && Public(a) { // a mapped address is what it maps
				t.Errorf("GW-01 %s of %s is taken for a public address", a, row)
			}
		}
		for _, a := range []netip.Addr{first.Prev(), last.Next()} {
			if a.IsValid() && !a.Is4In6() && Public(a) == refused(a) {
				t.Errorf("GW-01 %s, beside %s, is taken for a public address: %v", a, row, Public(a))
			}
		}
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	g := newGuard(t, Options{Exceptions: "127.0.0.1:9443, localhost:8085,[::1]:8086"})
	refused := map[string]string{
		"GW-01 http":              "http://api.gouv.fr/",
		"GW-01 file":              "file:///etc/passwd",
		"GW-01 unix socket":       "unix:///var/run/docker.sock",
		"GW-01 gopher":            "gopher://api.gouv.fr:443/_x",
		"GW-01 ftp":               "ftp://api.gouv.fr/",
		"GW-01 javascript":        "javascript:alert(1)",
		"GW-01 no scheme":         "//api.gouv.fr/",
		"GW-01 opaque":            "https:api.gouv.fr",
		"GW-01 no host":           "https:///path",
		"GW-01 user":              "https://me@api.gouv.fr/",
		"GW-01 user and password": "https://me:secret@api.gouv.fr/",
		"GW-01 public host as user of a private one": "https://api.gouv.fr@127.0.0.1/",
		"GW-01 port 80":                                  "https://api.gouv.fr:80/",
		"GW-01 port 22":                                  "https://api.gouv.fr:22/",
		"GW-01 port 9001":                                "https://api.gouv.fr:9001/",
		"GW-01 port 0443":                                "https://api.gouv.fr:0443/",
		"GW-01 empty port":                               "https://api.gouv.fr:/",
		"GW-01 runtime API":                              "https://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
		"GW-01 runtime API over http":                    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
		"GW-01 metadata":                                 "https://169.254.169.254/latest/meta-data/",
		"GW-01 metadata over http":                       "http://169.254.169.254/latest/meta-data/",
		"GW-01 IPv6 metadata":                            "https://[fd00:ec2::254]/latest/",
		"GW-01 IPv6 loopback":                            "https://[::1]/",
		"GW-01 IPv6 mapped":                              "https://[::ffff:127.0.0.1]/",
		"GW-01 IPv6 zone":                                "https://[fe80::1%25eth0]/",
		"GW-01 public IPv4 literal":                      "https://8.8.8.8/",
		"GW-01 public IPv6 literal":                      "https://[2606:4700:4700::1111]/",
		"GW-01 decimal IPv4":                             "https://2130706433/",
		"GW-01 hexadecimal IPv4":                         "https://0x7f000001/",
		"GW-01 octal IPv4":                               "https://017700000001/",
		"GW-01 short IPv4":                               "https://127.1/",
		"GW-01 hexadecimal parts":                        "https://0x7f.0x0.0x0.0x1/",
		"GW-01 octal parts":                              "https://0177.0.0.01/",
		"GW-01 IPv4 with a trailing dot":                 "https://127.0.0.1./",
		"GW-01 full-width digits":                        "https://１２７.０.０.１/",
		"GW-01 circled digits":                           "https://①②⑦.⓪.⓪.①/",
		"GW-01 ideographic dots":                         "https://127。0。0。1/",
		"GW-01 localhost":                                "https://localhost/",
		"GW-01 localhost below a name":                   "https://api.localhost/",
		"GW-01 single label":                             "https://metadata/",
		"GW-01 internal name":                            "https://metadata.google.internal/",
		"GW-01 AWS internal name":                        "https://ip-10-0-0-1.eu-west-3.compute.internal/",
		"GW-01 mDNS name":                                "https://printer.local/",
		"GW-01 reverse name":                             "https://1.0.0.127.in-addr.arpa/",
		"GW-01 onion":                                    "https://abcdefghijklmnop.onion/",
		"GW-01 test name":                                "https://api.test/",
		"GW-01 trailing dot":                             "https://api.gouv.fr./",
		"GW-01 empty label":                              "https://api..gouv.fr/",
		"GW-01 leading hyphen":                           "https://-api.gouv.fr/",
		"GW-01 underscore":                               "https://api_v1.gouv.fr/",
		"GW-01 escaped host":                             "https://api%2egouv.fr/",
		"GW-01 non-ASCII name":                           "https://éducation.gouv.fr/",
		"GW-01 long label":                               "https://" + strings.Repeat("a", 64) + ".fr/",
		"GW-01 long name":                                "https://" + strings.Repeat("a.", 130) + "fr/",
		"GW-01 an exception's host at another port":      "http://127.0.0.1:9001/",
		"GW-01 an exception's port at another host":      "http://127.0.0.2:9443/",
		"GW-01 an exception in decimal":                  "http://2130706433:9443/",
		"GW-01 an exception with a user":                 "http://me@127.0.0.1:9443/",
		"GW-01 an exception as a user":                   "https://127.0.0.1:9443@10.0.0.1/",
		"GW-01 an exception over another scheme":         "ftp://127.0.0.1:9443/",
		"GW-01 an exception below another name":          "http://localhost.evil.fr:8085/",
		"GW-01 an exception's prefix":                    "http://localhost:80851/",
		"GW-01 the exception as part of a longer host":   "http://xlocalhost:8085/",
		"GW-01 http to a public name on an allowed port": "http://api.gouv.fr:443/",
	}
	if len(refused) < 60 {
		t.Errorf("%d URLs, want 60", len(refused))
	}
	for name, text := range refused {
		u, err := url.Parse(text)
		if err != nil {
			continue // not even a URL
		}
		if err := g.Check(u); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %s is admitted: %v", name, text, err)
		}
	}
	for _, text := range []string{
		"https://api.gouv.fr", "https://api.gouv.fr/v1?x=y", "https://API.Gouv.FR:443/", "https://api.gouv.fr:8443/v1",
		"https://xn--ducation-90a.gouv.fr/", "https://1.api.fr/", "https://3com.com/",
		"http://127.0.0.1:9443/", "https://127.0.0.1:9443/", "http://LocalHost:8085/x", "http://[::1]:8086/",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Check(u); err != nil {
			t.Errorf("%s is refused: %v", text, err)
		}
	}
}

func TestExceptionsAreExactPairs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"localhost", "localhost:", ":8080", "localhost:0", "localhost:http", "localhost:65536", "10.0.0.0/8", "*", "http://localhost:80", "a:1,b"} {
		if _, err := New(Options{Exceptions: text}); err == nil {
			t.Errorf("GW-01 the exception %q is accepted", text)
		}
	}
	if g := newGuard(t, Options{Exceptions: " , "}); len(g.exceptions) != 0 {
		t.Errorf("blanks make exceptions: %q", g.exceptions)
	}
}

func newGuard(t *testing.T, o Options) *Guard {
	t.Helper()
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// names answers lookups with the addresses that stand for a name: the first set the first time, the last one ever after.
type names struct {
	mu    sync.Mutex
	sets  [][]string
	asked int
}

func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go n.serve(theirs)
		return ours, nil
	}}
}

// addresses returns those of one family; A and AAAA are asked for separately, A is taken to count.
func (n *names) addresses(v4 bool) (found []netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	set := n.sets[min(n.asked/2, len(n.sets)-1)]
	n.asked++
	for _, text := range set {
		if a := netip.MustParseAddr(text); a.Is4() == v4 {
			found = append(found, a)
		}
	}
	return found
}

// serve speaks DNS over TCP framing (RFC 1035 §4.2.2) until the other side closes.
func (n *names) serve(conn net.Conn) {
	defer conn.Close()
	var length [2]byte
	for {
		if _, err := readFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := readFull(conn, query); err != nil {
			return
		}
		end := 12
		for query[end] != 0 {
			end += int(query[end]) + 1
		}
		question := query[12 : end+5]
		kind := binary.BigEndian.Uint16(query[end+1:])
		found := n.addresses(kind == 1)
		answer := append([]byte{}, query[:2]...)
		answer = append(answer, 0x81, 0x80, 0, 1, 0, byte(len(found)), 0, 0, 0, 0)
		answer = append(answer, question...)
		for _, a := range found {
			answer = append(answer, 0xc0, 12)
			answer = binary.BigEndian.AppendUint16(answer, kind)
			answer = append(answer, 0, 1, 0, 0, 0, 0, 0, byte(a.BitLen()/8))
			answer = append(answer, a.AsSlice()...)
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

func readFull(conn net.Conn, into []byte) (int, error) {
	for read := 0; read < len(into); {
		n, err := conn.Read(into[read:])
		if err != nil {
			return read, err
		}
		read += n
	}
	return len(into), nil
}

var errCounted = errors.New("counted instead of dialled")

// counting returns a guard whose admitted dials are counted instead of made.
func counting(t *testing.T, n *names) (*Guard, *atomic.Int64) {
	t.Helper()
	g := newGuard(t, Options{Resolver: n.resolver()})
	var dials atomic.Int64
	g.admitted = func(netip.AddrPort) error {
		dials.Add(1)
		return errCounted
	}
	return g, &dials
}

func get(t *testing.T, g *Guard, to string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := g.Transport().RoundTrip(request)
	if err == nil {
		response.Body.Close()
	}
	return err
}

func TestNamesThatLeadInside(t *testing.T) {
	t.Parallel()
	for text, what := range specialAddresses {
		address := netip.MustParseAddr(text)
		if address.Is4In6() {
			continue // a resolver gives it as its IPv4 address, which is a case of its own
		}
		g, dials := counting(t, &names{sets: [][]string{{text}}})
		if err := get(t, g, "https://api.provider.fr/"); !errors.Is(err, ErrForbidden) {
			t.Errorf("GW-01 a name that means %s (%s): %v", text, what, err)
		}
		if n := dials.Load(); n != 0 {
			t.Errorf("GW-01 %s (%s) was dialled %d times", text, what, n)
		}
	}
}

func TestNamesThatLeadOutside(t *testing.T) {
	t.Parallel()
	for _, set := range [][]string{{"8.8.8.8"}, {"2606:4700:4700::1111"}, {"10.0.0.1", "8.8.8.8"}} {
		g, dials := counting(t, &names{sets: [][]string{set}})
		_ = get(t, g, "https://api.provider.fr/")
		if n := dials.Load(); n != 1 {
			t.Errorf("GW-01 a name that means %v: %d dials, want 1, to the public address", set, n)
		}
	}
}

func TestRebinding(t *testing.T) {
	t.Parallel()
	n := &names{sets: [][]string{{"8.8.8.8"}, {"169.254.169.254"}}}
	g, dials := counting(t, n)
	if err := get(t, g, "https://api.provider.fr/"); !errors.Is(err, errCounted) {
		t.Fatalf("the first, public address is not dialled: %v", err)
	}
	for range 3 {
		if err := get(t, g, "https://api.provider.fr/"); !errors.Is(err, ErrForbidden) {
			t.Errorf("GW-01 a name that means metadata the second time: %v", err)
		}
	}
	if n := dials.Load(); n != 1 {
		t.Errorf("GW-01 %d dials, want only the first, public one", n)
	}
}

func TestProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	g, dials := counting(t, &names{sets: [][]string{{"8.8.8.8"}}})
	if err := get(t, g, "https://api.provider.fr/"); !errors.Is(err, errCounted) || dials.Load() != 1 || asked.Load() != 0 {
		t.Errorf("GW-01 HTTPS_PROXY is used: %v, %d dials, proxy asked %d times", err, dials.Load(), asked.Load())
	}
}

func TestExceptionsAreReached(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "https://169.254.169.254/", http.StatusFound)
		}
	}))
	defer backend.Close()
	g := newGuard(t, Options{Exceptions: strings.TrimPrefix(backend.URL, "http://")})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, backend.URL+"/away", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := g.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusFound {
		t.Errorf("GW-02 a redirect is followed: %d", response.StatusCode)
	}
}

func TestDialsEndInTime(t *testing.T) {
	t.Parallel()
	silent := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, _ := net.Pipe()
		return ours, nil
	}}
	g := newGuard(t, Options{Resolver: silent})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.provider.fr/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Transport().RoundTrip(request); !errors.Is(err, context.DeadlineExceeded) { //nolint:bodyclose // there is none
		t.Errorf("a resolver that never answers: %v", err)
	}
}
