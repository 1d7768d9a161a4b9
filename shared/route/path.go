// Package route knows which APIs are published in a channel: the table that authorizer, gateway and token service read,
// and the one canonical form of a path that is authorised and sent.
//
// It holds what the hot path needs and no more; what an API is to people stands in the catalogue.
//
// A channel's table is an index with one small row per API, in 16 parts, and rows with an API's operations and scope
// names, which are large, never change, and are read when a call or a token needs them: so that no API's document slows
// down another's calls. Publishing stores the latter and then names them in the index, in one transaction.
package route

import (
	"errors"
	"strings"
)

// ErrPath says that a path is not in canonical form.
var ErrPath = errors.New("route: the path is not in canonical form")

// MaxPath bounds a path, in bytes.
const MaxPath = 4096

// Canonical returns the form of a raw (still escaped) request path in which it is authorised and sent. Empty segments
// are folded (features Z26); everything else that is not canonical already is refused (GW-08): dot segments and segments
// that end in a dot, escapes of characters that need none, of slash, backslash, percent, semicolon, control characters or
// bytes that are not UTF-8, lower-case hexadecimal digits, and raw characters that must be escaped. Whoever canonicalises
// the result again gets the same bytes.
func Canonical(raw string) (string, error) {
	if raw == "" || raw[0] != '/' || len(raw) > MaxPath {
		return "", ErrPath
	}
	path := raw
	if strings.Contains(raw, "//") {
		path = fold(raw)
	}
	for rest := path[1:]; ; {
		segment, tail, more := strings.Cut(rest, "/")
		if err := canonicalSegment(segment); err != nil {
			return "", err
		}
		if !more {
			return path, nil
		}
		rest = tail
	}
}

func fold(raw string) string {
	var b strings.Builder
	b.Grow(len(raw))
	for i := range len(raw) {
		if raw[i] == '/' && i > 0 && raw[i-1] == '/' {
			continue
		}
		b.WriteByte(raw[i])
	}
	return b.String()
}

func canonicalSegment(segment string) error {
	if strings.HasSuffix(segment, ".") {
		return ErrPath // "." and ".." too
	}
	var pending utf8State
	for i := 0; i < len(segment); i++ {
		c := segment[i]
		if c != '%' {
			if pending.open() || !plain(c) {
				return ErrPath
			}
			continue
		}
		if i+2 >= len(segment) {
			return ErrPath
		}
		high, low := hex(segment[i+1]), hex(segment[i+2])
		if high < 0 || low < 0 {
			return ErrPath
		}
		i += 2
		decoded := byte(high<<4 | low)
		if decoded < 0x80 && (pending.open() || plain(decoded) || forbidden(decoded)) || decoded >= 0x80 && !pending.accept(decoded) {
			return ErrPath
		}
	}
	if pending.open() {
		return ErrPath
	}
	return nil
}

// plain tells whether a byte stands for itself in a segment: RFC 3986 §3.3 pchar without the semicolon, which some
// servers take for a parameter.
func plain(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("-._~!$&'()*+,=:@", c) >= 0
}

// forbidden tells whether a byte may not be meant even when escaped.
func forbidden(c byte) bool {
	return c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == '%' || c == ';'
}

// hex reads an upper-case hexadecimal digit; -1 for anything else.
func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// utf8State checks escaped bytes above 0x7f: overlong forms, surrogates and stray bytes are refused (Unicode table 3-7).
type utf8State struct {
	left     int
	min, max byte
}

func (s *utf8State) open() bool { return s.left > 0 }

func (s *utf8State) accept(c byte) bool {
	if s.left > 0 {
		if c < s.min || c > s.max {
			return false
		}
		s.left--
		s.min, s.max = 0x80, 0xbf
		return true
	}
	s.min, s.max = 0x80, 0xbf
	switch {
	case 0xc2 <= c && c <= 0xdf:
		s.left = 1
	case 0xe0 <= c && c <= 0xef:
		s.left = 2
		if c == 0xe0 {
			s.min = 0xa0
		} else if c == 0xed {
			s.max = 0x9f
		}
	case 0xf0 <= c && c <= 0xf4:
		s.left = 3
		if c == 0xf0 {
			s.min = 0x90
		} else if c == 0xf4 {
			s.max = 0x8f
		}
	default:
		return false
	}
	return true
}
