package httpapi

import "strings"

// Bounds of what a preflight may ask for.
const (
	maxRequestedHeaders = 64
	maxRequestedBytes   = 2048
)

// RequestedHeaders returns the names that a preflight asks for (Access-Control-Request-Headers, Fetch standard) in lower
// case and in one list, or nothing when they are not a well-formed list of bounded size.
func RequestedHeaders(values []string) string {
	var names []string
	bytes := 0
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.ToLower(strings.TrimSpace(name))
			if bytes += len(name); !IsToken(name) || len(names) == maxRequestedHeaders || bytes > maxRequestedBytes {
				return ""
			}
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// IsToken reports whether a text is a token (RFC 9110 §5.6.2), as the name of a header must be. httpguts would link the
// tables of internationalised domain names into the gateway.
func IsToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return text != ""
}
