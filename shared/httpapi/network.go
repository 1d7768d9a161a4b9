package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Network is the caller's network as counters of attempts know it: an IPv4 address, or the /64 of an IPv6 one, which one
// subscriber has whole. The platform tells the address; of X-Forwarded-For only what our own proxies appended is read, from
// the right, so that callers cannot choose another one (RG-13).
func Network(r *http.Request, proxies int) string {
	address := sourceAddress(r, proxies)
	if address.Is6() && !address.Is4In6() {
		return netip.PrefixFrom(address.WithZone(""), 64).Masked().String()
	}
	return address.Unmap().String()
}

func sourceAddress(r *http.Request, proxies int) netip.Addr {
	source := RequestContext(r).Identity.SourceIP
	if source == "" {
		source, _, _ = net.SplitHostPort(r.RemoteAddr)
	}
	// API Gateway appends the address that it saw: the last entry is source, the one before it what the proxy saw.
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	if i := len(forwarded) - 1 - proxies; proxies > 0 && i >= 0 {
		if address, err := netip.ParseAddr(strings.TrimSpace(forwarded[i])); err == nil {
			return address
		}
	}
	address, err := netip.ParseAddr(source)
	if err != nil {
		return netip.IPv6Unspecified() // all who have no address are counted together
	}
	return address
}
