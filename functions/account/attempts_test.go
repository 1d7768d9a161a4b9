package main

import "testing"

func TestCallersAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, source, forwarded string
		proxies                 int
		want                    string
	}{
		{"RG-13 the platform's word", "192.0.2.1", "", 0, "192.0.2.1"},
		{"RG-13 a forged header without a proxy", "192.0.2.1", "198.51.100.9, 192.0.2.1", 0, "192.0.2.1"},
		{"RG-13 what our proxy saw", "203.0.113.1", "192.0.2.1, 203.0.113.1", 1, "192.0.2.1"},
		{"RG-13 a forged header before our proxy", "203.0.113.1", "198.51.100.9, 192.0.2.1, 203.0.113.1", 1, "192.0.2.1"},
		{"RG-13 nothing of a proxy", "203.0.113.1", "203.0.113.1", 1, "203.0.113.1"},
		{"RG-13 no address at all", "203.0.113.1", "rubbish, 203.0.113.1", 1, "203.0.113.1"},
		{"RG-13 IPv6 by its subscriber", "2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"},
		{"RG-13 IPv4 written as IPv6", "::ffff:192.0.2.1", "", 0, "192.0.2.1"},
	} {
		r := requestFrom(c.source, c.forwarded)
		call := &call{r: r, portal: &portal{proxies: c.proxies}}
		if got := call.network(); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
