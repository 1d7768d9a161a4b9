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

// MaxPath bounds a path, in bytes. API Gateway answers 414 itself where the ARN of a method, which holds the path and some
// 90 bytes more, has more than 1,600 bytes.
const MaxPath = 1500

// Canonical returns the form of a raw (still escaped) request path in which it is authorised and sent. It normalises, then
// checks (features Z26). Normalised are empty segments, which are folded, escapes of unreserved characters, which are
// decoded, and hexadecimal digits, which become upper-case. Refused is, after that (GW-08): segments of dots only, which
// are never resolved; escapes of slash, backslash, semicolon, control characters or bytes that are not UTF-8; an escaped
// percent sign before two hexadecimal digits, which a second decoding would read; and raw characters that must be escaped,
// or a semicolon. Escapes of other reserved characters are legal and stay. Whoever canonicalises the result again gets the
// same bytes.
func Canonical(raw string) (string, error) {
	if raw == "" || raw[0] != '/' || len(raw) > MaxPath {
		return "", ErrPath
	}
	path := raw
	if strings.Contains(raw, "//") || strings.IndexByte(raw, '%') >= 0 {
		var ok bool
		if path, ok = normalise(raw); !ok {
			return "", ErrPath
		}
	}
	for rest := path[1:]; ; {
		segment, tail, more := strings.Cut(rest, "/")
		if err := checkSegment(segment); err != nil {
			return "", err
		}
		if !more {
			return path, nil
		}
		rest = tail
	}
}

// normalise folds empty segments and rewrites escapes. ok is false where a percent sign begins no escape.
func normalise(raw string) (path string, ok bool) {
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '/' && i > 0 && raw[i-1] == '/':
		case c != '%':
			b.WriteByte(c)
		default:
			decoded, ok := escaped(raw[i:])
			if !ok {
				return "", false
			}
			if unreserved(decoded) {
				b.WriteByte(decoded)
			} else {
				const digits = "0123456789ABCDEF"
				b.WriteByte('%')
				b.WriteByte(digits[decoded>>4])
				b.WriteByte(digits[decoded&15])
			}
			i += 2
		}
	}
	return b.String(), true
}

// escaped reads the escape that text begins with.
func escaped(text string) (decoded byte, ok bool) {
	if len(text) < 3 {
		return 0, false
	}
	high, low := hex(text[1]), hex(text[2])
	if high < 0 || low < 0 {
		return 0, false
	}
	return byte(high<<4 | low), true
}

// checkSegment holds a segment in which escapes are normalised against what Canonical refuses.
func checkSegment(segment string) error {
	if segment != "" && strings.Trim(segment, ".") == "" {
		return ErrPath
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
		decoded, ok := escaped(segment[i:])
		if !ok {
			return ErrPath
		}
		i += 2
		switch {
		case decoded >= 0x80:
			if !pending.accept(decoded) {
				return ErrPath
			}
		case pending.open(), forbidden(decoded):
			return ErrPath
		case decoded == '%':
			if _, again := escaped(segment[i:]); again {
				return ErrPath
			}
		}
	}
	if pending.open() {
		return ErrPath
	}
	return nil
}

// Same reports whether a path is another spelling of the canonical one: with other escapes, or none. Which of them API
// Gateway hands to an authorizer and which to a function is not documented.
func Same(path, canonical string) bool {
	return spelled(path) == spelled(canonical)
}

// spelled decodes what can be decoded, once, and folds empty segments. A canonical path has the same result decoded or not,
// because no escape is left in it.
func spelled(path string) string {
	var b strings.Builder
	b.Grow(len(path))
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && i > 0 && path[i-1] == '/' {
			continue
		}
		if path[i] == '%' {
			if decoded, ok := escaped(path[i:]); ok && decoded != '/' {
				b.WriteByte(decoded)
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

// unreserved reports whether a character means the same escaped or not (RFC 3986 §2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// plain reports whether a byte may stand for itself in a segment: RFC 3986 §3.3 pchar without the semicolon, which some
// servers take for a parameter.
func plain(c byte) bool {
	return unreserved(c) || strings.IndexByte("!$&'()*+,=:@", c) >= 0
}

// forbidden reports whether a byte may not be meant even when escaped.
func forbidden(c byte) bool {
	return c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == ';'
}

// hex reads a hexadecimal digit; -1 for anything else.
func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
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
