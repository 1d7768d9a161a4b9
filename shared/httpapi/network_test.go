package httpapi_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"guichet/shared/httpapi"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, source, forwarded string
		proxies                 int
		want                    string
	}{
		{"RG-13 the address that the platform tells", "192.0.2.1", "", 0, "192.0.2.1"},
		{"RG-13 a forged header without a proxy", "192.0.2.1", "198.51.100.9, 192.0.2.1", 0, "192.0.2.1"},
		{"RG-13 what our proxy saw", "203.0.113.1", "192.0.2.1, 203.0.113.1", 1, "192.0.2.1"},
		{"RG-13 a forged header before our proxy", "203.0.113.1", "198.51.100.9, 192.0.2.1, 203.0.113.1", 1, "192.0.2.1"},
		{"RG-13 nothing of a proxy", "203.0.113.1", "203.0.113.1", 1, "203.0.113.1"},
		{"RG-13 no address at all", "203.0.113.1", "rubbish, 203.0.113.1", 1, "203.0.113.1"},
		{"M76 IPv6 by its subscriber", "2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"},
		{"M76 IPv6 with a zone", "fe80::1%eth0", "", 0, "fe80::/64"},
		{"M76 IPv4 written as IPv6", "::ffff:192.0.2.1", "", 0, "192.0.2.1"},
		{"M76 a caller without an address", "rubbish", "", 0, "::/64"},
	} {
		r := httptest.NewRequest(http.MethodGet, "https://portal.example/", nil)
		r.RemoteAddr = net.JoinHostPort(c.source, "4711")
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := httpapi.Network(r, c.proxies); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
