package publication

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// kind of a value in a document, as JSON knows them.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	mapping
)

// node is one value of a document. YAML's aliases make nodes shared, so that a tree of n nodes can stand for 2^n values:
// whoever walks it follows what he needs, under a limit, and never the whole.
type node struct {
	kind kind
	// shared is set on nodes that an alias refers to.
	shared bool
	// repeated is set on mappings that hold a key twice.
	repeated bool
	// height is the depth of what lies below, aliases followed; 1 for a scalar.
	height uint16
	line   int32
	// value is a scalar's text: numbers as they are written, booleans as true or false.
	value string
	// keys are a mapping's, in the order of the document, each with its value in items. A list has items only.
	keys  []string
	items []*node
}

// get returns the first value under a key; nil when the node is nil, no mapping, or has no such key.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	if i := slices.Index(n.keys, key); i >= 0 {
		return n.items[i]
	}
	return nil
}

// text returns the text of a scalar that stands for text; numbers count, because versions are often written as such.
func (n *node) text() string {
	if n == nil || n.kind != text && n.kind != number {
		return ""
	}
	return n.value
}

// tree is a parsed document.
type tree struct {
	root *node
	// repeated are the keys that stand twice in a mapping.
	repeated []located
	// indexes of large mappings that references lead through, made at the first one.
	indexes map[*node]map[string]*node
}

// located is a text of the document with its line.
type located struct {
	text string
	line int32
}

// maxCollected bounds references and repeated keys that are kept for findings.
const maxCollected = 10_000

// finish checks a mapping that is complete.
func (t *tree) finish(n *node) {
	if key, line, found := repeatedKey(n); found {
		n.repeated = true
		if len(t.repeated) < maxCollected {
			t.repeated = append(t.repeated, located{key, line})
		}
	}
}

// repeatedKey returns the first key that stands twice. Small mappings are compared pairwise: most are small.
func repeatedKey(n *node) (string, int32, bool) {
	const small = 12
	if len(n.keys) <= small {
		for i, key := range n.keys {
			if slices.Contains(n.keys[:i], key) {
				return key, n.items[i].line, true
			}
		}
		return "", 0, false
	}
	seen := make(map[string]struct{}, len(n.keys))
	for i, key := range n.keys {
		if _, ok := seen[key]; ok {
			return key, n.items[i].line, true
		}
		seen[key] = struct{}{}
	}
	return "", 0, false
}

// pointer follows a local reference ("#/…", RFC 6901 in a URI fragment) from the root. Nil when it leads nowhere.
func (t *tree) pointer(ref string) *node {
	path, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil
	}
	if path == "" {
		return t.root
	}
	path, ok = strings.CutPrefix(path, "/")
	if !ok {
		return nil
	}
	n := t.root
	for step := range strings.SplitSeq(path, "/") {
		step = unescapePointer(step)
		switch {
		case n == nil:
			return nil
		case n.kind == mapping:
			n = t.lookup(n, step)
		case n.kind == list:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
		default:
			return nil
		}
	}
	return n
}

// lookup is get for mappings that many references lead through.
func (t *tree) lookup(n *node, key string) *node {
	const large = 32
	if len(n.keys) <= large {
		return n.get(key)
	}
	index, ok := t.indexes[n]
	if !ok {
		index = make(map[string]*node, len(n.keys))
		for i, k := range n.keys {
			if _, repeated := index[k]; !repeated {
				index[k] = n.items[i]
			}
		}
		if t.indexes == nil {
			t.indexes = map[*node]map[string]*node{}
		}
		t.indexes[n] = index
	}
	return index[key]
}

func unescapePointer(step string) string {
	if strings.IndexByte(step, '%') >= 0 {
		if decoded, ok := decodePercent(step); ok {
			step = decoded
		}
	}
	if strings.IndexByte(step, '~') < 0 {
		return step
	}
	return unescapes.Replace(step)
}

// escapePointer writes a key as a step of a JSON pointer.
func escapePointer(step string) string { return escapes.Replace(step) }

var (
	escapes   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapes = strings.NewReplacer("~1", "/", "~0", "~")
)

type digest = [sha256.Size]byte

// canonical hashes what a document says and not how it is written: keys in any order, any white space, any spelling of
// strings and numbers, JSON or YAML give the same hash. Lists keep their order.
//
// Each container is hashed by itself, so that a shared node is hashed once however often it is referred to.
func canonical(root *node) digest {
	return digester{known: map[*node]digest{}}.of(root)
}

type digester struct{ known map[*node]digest }

func (d digester) of(n *node) digest {
	if n.shared {
		if sum, ok := d.known[n]; ok {
			return sum
		}
	}
	b := make([]byte, 0, 64+sha256.Size*len(n.items))
	switch n.kind {
	case list:
		b = append(b, 'l')
		for _, item := range n.items {
			b = d.append(b, item)
		}
	case mapping:
		b = append(b, 'm')
		order := make([]int, len(n.keys))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return strings.Compare(n.keys[i], n.keys[j]) })
		for _, i := range order {
			b = appendText(b, n.keys[i])
			b = d.append(b, n.items[i])
		}
	default:
		b = d.append(b, n)
	}
	sum := sha256.Sum256(b)
	if n.shared {
		d.known[n] = sum
	}
	return sum
}

func (d digester) append(b []byte, n *node) []byte {
	switch n.kind {
	case list, mapping:
		sum := d.of(n)
		return append(append(b, 'c'), sum[:]...)
	case number:
		return appendText(append(b, 'n'), canonicalNumber(n.value))
	case boolean:
		return appendText(append(b, 'b'), n.value)
	case text:
		return appendText(append(b, 't'), n.value)
	default:
		return append(b, '0')
	}
}

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// canonicalNumber spells equal decimal numbers equally, without computing them: 1e1000000000 is 13 bytes of text, and
// 2^53+1 is no float64.
func canonicalNumber(s string) string {
	t := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(s, "+")), "_", "")
	if strings.HasPrefix(t, "0x") || strings.HasPrefix(t, "0o") || strings.HasPrefix(t, "0b") {
		if i, err := strconv.ParseInt(t, 0, 64); err == nil {
			t = strconv.FormatInt(i, 10)
		}
	}
	t, negative := strings.CutPrefix(t, "-")
	mantissa, exponent := t, 0
	if before, after, ok := strings.Cut(t, "e"); ok {
		e, err := strconv.Atoi(after)
		if err != nil || e > 1<<30 || e < -1<<30 {
			return s
		}
		mantissa, exponent = before, e
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	exponent -= len(fraction)
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return s
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0"
	}
	short := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(short)
	if negative {
		short = "-" + short
	}
	return short + "e" + strconv.Itoa(exponent)
}
