package guard

import (
	"net/netip"
	"sync"
)

// special lists what the IANA IPv4 and IPv6 Special-Purpose Address Registries hold
// (https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry; RFC 6890), both as updated on
// 2025-10-09, also the few blocks that they call globally reachable: no provider's system lives in one. Blocks inside
// another are left out here; the test has every row.
//
// Go's own predicates are no substitute: IsGlobalUnicast and not private, loopback or link-local lets a dozen of these
// through.
var special = [...]string{
	"0.0.0.0/8",         // this network
	"10.0.0.0/8",        // private use
	"100.64.0.0/10",     // shared address space (carriers, AWS internals)
	"127.0.0.0/8",       // loopback; Lambda's Runtime API listens on 127.0.0.1:9001
	"169.254.0.0/16",    // link local; instance and container metadata
	"172.16.0.0/12",     // private use
	"192.0.0.0/24",      // IETF protocol assignments
	"192.0.2.0/24",      // documentation
	"192.31.196.0/24",   // AS112
	"192.52.193.0/24",   // AMT
	"192.88.99.0/24",    // 6to4 relays, deprecated; 6a44 relays
	"192.168.0.0/16",    // private use
	"192.175.48.0/24",   // AS112
	"198.18.0.0/15",     // benchmarking
	"198.51.100.0/24",   // documentation
	"203.0.113.0/24",    // documentation
	"224.0.0.0/4",       // multicast (a registry of its own)
	"240.0.0.0/4",       // reserved, and limited broadcast
	"2001::/23",         // IETF protocol assignments: Teredo, ORCHIDv2, drones, AMT, AS112, benchmarking, ...
	"2001:db8::/32",     // documentation
	"2002::/16",         // 6to4
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation
	"::/3",              // unspecified, loopback, IPv4-mapped and -compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard-only (100::/64), dummy (100:0:0:1::/64)
	"4000::/2",          // not allocated; 5f00::/16 segment routing
	"8000::/1",          // not allocated; unique local (fd00:ec2::254), link local, site local, multicast
}

var prefixes = sync.OnceValue(func() []netip.Prefix {
	parsed := make([]netip.Prefix, len(special))
	for i, text := range special {
		parsed[i] = netip.MustParsePrefix(text)
	}
	return parsed
})

// Public tells whether an address is one that the public Internet routes: of IPv6, global unicast (2000::/3) only. An
// IPv4 address within an IPv6 one is judged as that IPv4 address when it is mapped, and refused in every other wrapping.
func Public(address netip.Addr) bool {
	if !address.IsValid() || address.Zone() != "" {
		return false
	}
	address = address.Unmap()
	for _, prefix := range prefixes() {
		if prefix.Contains(address) {
			return false
		}
	}
	return true
}
