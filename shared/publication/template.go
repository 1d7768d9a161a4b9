package publication

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"guichet/shared/route"
)

// Limits of a path template.
const (
	maxTemplateBytes    = 1024
	maxTemplateSegments = 64
)

// template is a document's path, ready to be matched by segment against canonical paths.
type template struct {
	// path starts with a slash. Literal text is in canonical form (escaped once, where needed), {name} stands for one
	// non-empty segment or for a part of one: "/{a}.{b}".
	path string
	// shape is path without the names: two templates of the same shape match the same paths.
	shape      string
	parameters []string
}

// parseTemplate reads the path of an operation, relative to the base path. notes say what was mended. ok is false when no
// canonical path can ever match: such an operation cannot be called through the gateway, whatever its security.
func parseTemplate(key string) (t template, notes []string, ok bool) {
	note := func(sentence string) { notes = append(notes, sentence) }
	path := key
	if i := strings.IndexAny(outsideBraces(path), "?#"); i >= 0 {
		note("A path has no query and no fragment: what follows it was left out.")
		path = path[:i]
	}
	if !strings.HasPrefix(path, "/") {
		note("A path starts with a slash: one was added.")
		path = "/" + path
	}
	if strings.Contains(path, "//") {
		note("Empty segments are folded.")
		for strings.Contains(path, "//") {
			path = strings.ReplaceAll(path, "//", "/")
		}
	}
	if len(path) > maxTemplateBytes || strings.Count(path, "/") > maxTemplateSegments {
		return template{}, append(notes, "The path is too long."), false
	}
	var full, shape, sample strings.Builder
	rest := path
	for rest != "" {
		literal, name, after, isParameter := nextParameter(rest)
		escaped := escapeLiteral(literal)
		full.WriteString(escaped)
		shape.WriteString(escaped)
		sample.WriteString(escaped)
		if strings.ContainsAny(literal, "{}") {
			note("A brace without its partner is taken as text.")
		}
		if isParameter {
			full.WriteString("{" + name + "}")
			shape.WriteString("{}")
			sample.WriteString("x")
			t.parameters = append(t.parameters, name)
			if strings.ContainsAny(name, "*+") {
				note("A parameter stands for one segment, never for several.")
			}
		}
		rest = after
	}
	t.path, t.shape = full.String(), shape.String()
	canonical, err := route.Canonical(sample.String())
	if err != nil || canonical != sample.String() {
		return template{}, append(notes, "The gateway passes on no such path: it is not canonical."), false
	}
	return t, notes, true
}

// foreignParameter returns the first segment of a path that is a parameter in other notations than OpenAPI's: :id, <id>,
// [id], *. Empty for none.
func foreignParameter(key string) string {
	for segment := range strings.SplitSeq(key, "/") {
		if foreignForm.MatchString(segment) {
			return segment
		}
	}
	return ""
}

// A colon behind text is a method of its own, as in /tasks/{id}:purge.
var foreignForm = regexp.MustCompile(`^(?::[A-Za-z_]\w*[?*+]?|[^{]*<[^<>]+>.*|\[\[?(\.\.\.)?[\w-]+\]?\]|\*+)$`)

// outsideBraces blanks what stands in braces, byte for byte.
func outsideBraces(path string) string {
	b, inside := []byte(path), false
	for i, c := range b {
		switch {
		case c == '{':
			inside = true
		case c == '}':
			inside = false
		case inside:
			b[i] = ' '
		}
	}
	return string(b)
}

// nextParameter splits at the first parameter: braces within one segment around a name that is not empty.
func nextParameter(path string) (literal, name, rest string, found bool) {
	for from := 0; ; {
		open := strings.IndexByte(path[from:], '{')
		if open < 0 {
			return path, "", "", false
		}
		open += from
		end := strings.IndexAny(path[open+1:], "{}/")
		if end > 0 && path[open+1+end] == '}' {
			return path[:open], path[open+1 : open+1+end], path[open+2+end:], true
		}
		from = open + 1
	}
}

// escapeLiteral writes text of a template as it stands in a canonical path. What is escaped already stays so, once.
func escapeLiteral(literal string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,=:@/"
	var b strings.Builder
	for i := 0; i < len(literal); i++ {
		c, escaped := literal[i], false
		if c == '%' && i+2 < len(literal) {
			if decoded, ok := decodePercent(literal[i : i+3]); ok {
				c, escaped = decoded[0], true
				i += 2
			}
		}
		// An escaped slash stays one, and makes the template one that the gateway refuses.
		if strings.IndexByte(plain, c) >= 0 && (!escaped || c != '/') {
			b.WriteByte(c)
			continue
		}
		const digits = "0123456789ABCDEF"
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// decodePercent undoes percent-encoding. ok is false when a percent sign stands before no two hexadecimal digits.
func decodePercent(s string) (decoded string, ok bool) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
		if high < 0 || low < 0 {
			return "", false
		}
		b = append(b, byte(high<<4|low)) //nolint:gosec // two digits
		i += 2
	}
	return string(b), len(b) > 0 || s == ""
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// cut shortens text from a document for storage, at a rune's boundary.
func cut(s string, maxBytes int) string {
	if len(s) <= maxBytes {
		return s
	}
	for maxBytes > 0 && !utf8.RuneStart(s[maxBytes]) {
		maxBytes--
	}
	return s[:maxBytes]
}
