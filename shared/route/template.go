package route

import (
	"cmp"
	"net/url"
	"strings"
)

// Template is a path template, compiled: {name} stands for one non-empty segment or for a part of one. It is compared with
// decoded segments, so that %3A in a call does not pass by a colon in a template.
type Template struct {
	segments []segment
	// instance is the template with each parameter replaced by one foreign character.
	instance []string
	// literal is the number of bytes outside parameters.
	literal, parameters int
}

// foreign is a character that no template and no canonical path holds.
const foreign = "\x00"

// segment of a path template: literal text, or text before, between and after parameters.
type segment struct {
	literals []string // n parameters have n+1 literals, some of them empty
}

// ParseTemplate compiles the path of an Operation.
func ParseTemplate(path string) Template {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	t := Template{segments: make([]segment, len(parts)), instance: make([]string, len(parts))}
	for i, part := range parts {
		s := &t.segments[i]
		for {
			before, rest, found := strings.Cut(part, "{")
			if !found {
				break
			}
			_, after, closed := strings.Cut(rest, "}")
			if !closed {
				break
			}
			s.literals = append(s.literals, decodeSegment(before))
			part = after
		}
		s.literals = append(s.literals, decodeSegment(part))
		t.instance[i] = strings.Join(s.literals, foreign)
		t.parameters += len(s.literals) - 1
		t.literal += len(t.instance[i]) - (len(s.literals) - 1)
	}
	return t
}

// decodeSegment undoes the escapes of a segment in canonical form.
func decodeSegment(text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return text
	}
	return decoded
}

// split returns the decoded segments of a canonical path below a base path.
func split(below string) []string {
	segments := strings.Split(strings.TrimPrefix(below, "/"), "/")
	for i, s := range segments {
		segments[i] = decodeSegment(s)
	}
	return segments
}

func (s segment) matches(text string) bool {
	if len(s.literals) == 1 {
		return text == s.literals[0]
	}
	last := len(s.literals) - 1
	rest, ok := strings.CutPrefix(text, s.literals[0])
	if !ok {
		return false
	}
	for _, literal := range s.literals[1:last] {
		i := -1
		if len(rest) > 1 {
			i = strings.Index(rest[1:], literal) // a parameter is never empty
		}
		if i < 0 {
			return false
		}
		rest = rest[1+i+len(literal):]
	}
	return len(rest) > len(s.literals[last]) && strings.HasSuffix(rest, s.literals[last])
}

func (t *Template) matches(segments []string) bool {
	if len(segments) != len(t.segments) {
		return false
	}
	for i, s := range segments {
		if !t.segments[i].matches(s) {
			return false
		}
	}
	return true
}

// Shape is the same text for two templates that match the same paths, and for no others.
func (t *Template) Shape() string { return strings.Join(t.instance, "/") }

// MoreSpecific reports whether every path that t matches is matched by other too, and not the other way round.
func (t *Template) MoreSpecific(other *Template) bool {
	return other.matches(t.instance) && !t.matches(other.instance)
}

// Overlaps reports whether a path can match both templates.
func (t *Template) Overlaps(other *Template) bool {
	if len(t.segments) != len(other.segments) {
		return false
	}
	for i := range t.segments {
		if !t.segments[i].overlaps(other.segments[i]) {
			return false
		}
	}
	return true
}

// Common returns the shape of the template that matches what both of two overlapping templates do; ok is false where none
// does so exactly.
func (t *Template) Common(other *Template) (shape string, ok bool) {
	common := Template{instance: make([]string, len(t.segments))}
	for i := range t.segments {
		switch {
		case other.segments[i].matches(t.instance[i]):
			common.instance[i] = t.instance[i]
		case t.segments[i].matches(other.instance[i]):
			common.instance[i] = other.instance[i]
		default:
			return "", false
		}
	}
	return common.Shape(), true
}

// overlaps needs no look at what lies between two parameters: a text can hold the one's literals and then the other's.
func (s segment) overlaps(other segment) bool {
	switch a, b := s.literals, other.literals; {
	case len(a) == 1:
		return other.matches(a[0])
	case len(b) == 1:
		return s.matches(b[0])
	default:
		first, last := a[len(a)-1], b[len(b)-1]
		return (strings.HasPrefix(a[0], b[0]) || strings.HasPrefix(b[0], a[0])) &&
			(strings.HasSuffix(first, last) || strings.HasSuffix(last, first))
	}
}

// Loose returns the template as a backend may read it that ignores letter case and a trailing slash.
func (t *Template) Loose() Template {
	loose := Template{}
	for i, s := range t.segments {
		if i > 0 && i == len(t.segments)-1 && len(s.literals) == 1 && s.literals[0] == "" {
			break
		}
		literals := make([]string, len(s.literals))
		for j, literal := range s.literals {
			literals[j] = strings.ToLower(literal)
		}
		loose.segments = append(loose.segments, segment{literals})
		loose.instance = append(loose.instance, strings.ToLower(t.instance[i]))
	}
	return loose
}

// compare orders templates so that a more specific one comes first. If every path of t matches other, other's literals
// lie within t's, one beside the other; with as much literal text, other's parameters each take one or more of t's.
func (t *Template) compare(other *Template) int {
	return cmp.Or(other.literal-t.literal, other.parameters-t.parameters)
}
