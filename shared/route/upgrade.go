package route

import "strings"

// Upgrades reports whether the values of a request's Upgrade header ask for a protocol that refuses to go on without it,
// such as websocket: such a call is refused (GW-19). An offer of h2c is ignored, as RFC 9110 §7.8 allows: clients that make
// it, Java's among them, take an answer over HTTP/1.1 as well.
func Upgrades(values []string) bool {
	for _, value := range values {
		for protocol := range strings.SplitSeq(value, ",") {
			if protocol = strings.TrimSpace(protocol); protocol != "" && !strings.EqualFold(protocol, "h2c") {
				return true
			}
		}
	}
	return false
}
