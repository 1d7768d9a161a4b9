package publication

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"guichet/shared/problem"
)

// Limits of a document (UP-06). They bound time and memory by counts, before and while it is read: the largest real
// documents have 22 bytes per value, so that 4.5 MB hold some 200,000.
const (
	// MaxDocumentBytes is what base64 leaves of the 6 MB of a Lambda event (features Z25).
	MaxDocumentBytes = 4_500_000

	// maxValues bounds the values (in YAML: and keys) of a document: 180 bytes and 1.2 µs each in the YAML parser.
	maxValues = 500_000
	// maxDepth bounds nesting, aliases followed.
	maxDepth = 200
	// maxMerged bounds the entries that YAML merge keys copy: a chain of them is quadratic.
	maxMerged = 10_000
	// maxDirectives bounds YAML's directives, which the parser compares pairwise.
	maxDirectives = 16
)

// refuse says why a document is not read. line is 0 where it makes no sense.
func refuse(line int32, format string, args ...any) *problem.Error {
	sentence := Printable(fmt.Sprintf(format, args...))
	if line > 0 {
		return problem.Invalid("document", "%s (line %d)", sentence, line)
	}
	return problem.Invalid("document", "%s", sentence)
}

// parse reads JSON or YAML. asYAML tells that a text that looks like JSON is only YAML.
func parse(raw []byte) (t *tree, format Format, asYAML bool, err error) {
	switch {
	case len(raw) > MaxDocumentBytes:
		return nil, "", false, refuse(0, "The document is larger than %d bytes.", MaxDocumentBytes)
	case !utf8.Valid(raw):
		return nil, "", false, refuse(0, "The document is not UTF-8 text.")
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if len(trimmed) == 0 {
		return nil, "", false, refuse(0, "The document is empty.")
	}
	var notJSON, notYAML *syntaxError
	if trimmed[0] == '{' {
		t, err = parseJSON(raw)
		if asYAML = errors.As(err, &notJSON); !asYAML {
			return t, JSON, false, err
		}
	}
	t, err = parseYAML(raw)
	switch {
	case !errors.As(err, &notYAML):
		return t, YAML, asYAML, err
	case asYAML:
		return nil, "", false, refuse(notJSON.line, "The document cannot be understood: it looks like JSON, and is not: %s. Nor is it YAML: %s.", notJSON.reason, notYAML.reason)
	}
	return nil, "", false, refuse(notYAML.line, "The document cannot be understood: %s.", notYAML.reason)
}

// syntaxError says that a text is not JSON, or not YAML.
type syntaxError struct {
	line   int32
	reason string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("publication: line %d: %s", e.line, e.reason)
}

// parseJSON reads token by token: encoding/json limits neither depth nor keys that stand twice there.
func parseJSON(raw []byte) (*tree, error) {
	r := &jsonReader{tree: &tree{}, names: map[string]string{}, line: 1}
	if err := r.readAll(raw); err != nil {
		return nil, err
	}
	return r.tree, nil
}

func (r *jsonReader) readAll(raw []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var offset int64
	for {
		token, err := decoder.Token()
		if err != nil {
			if errors.Is(err, io.EOF) && len(r.open) == 0 && r.tree.root != nil {
				return nil
			}
			return r.fault(raw[offset:])
		}
		next := decoder.InputOffset()
		r.line += int32(bytes.Count(raw[offset:next], []byte("\n"))) //nolint:gosec // at most 4.5 million
		offset = next
		if err := r.read(token); err != nil {
			return err
		}
	}
}

// jsonReader builds a tree from tokens.
type jsonReader struct {
	tree   *tree
	open   []*node // the containers around the next token
	key    string  // read, its value still to come where keyed is set
	keyed  bool
	names  map[string]string
	values int
	line   int32
}

func (r *jsonReader) read(token json.Token) error {
	if r.tree.root != nil && len(r.open) == 0 {
		return &syntaxError{r.line, "there is text after its end"}
	}
	if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
		n := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		if n.kind == mapping {
			r.tree.finish(n)
		}
		return nil
	}
	if len(r.open) > 0 && r.open[len(r.open)-1].kind == mapping && !r.keyed {
		name, _ := token.(string) // the decoder gives nothing else in this place
		r.key, r.keyed = r.intern(name), true
		return nil
	}
	if r.values++; r.values > maxValues {
		return refuse(r.line, "The document has more than %d values.", maxValues)
	}
	n := &node{line: r.line}
	switch v := token.(type) {
	case json.Delim:
		n.kind = list
		if v == '{' {
			n.kind = mapping
		}
	case string:
		n.kind, n.value = text, v
	case json.Number:
		n.kind, n.value = number, v.String()
	case bool:
		n.kind, n.value = boolean, strconv.FormatBool(v)
	}
	return r.add(n)
}

func (r *jsonReader) add(n *node) error {
	if len(r.open) == 0 {
		r.tree.root = n
	} else {
		parent := r.open[len(r.open)-1]
		if parent.kind == mapping {
			parent.keys = append(parent.keys, r.key)
			r.keyed = false
		}
		parent.items = append(parent.items, n)
	}
	if n.kind == list || n.kind == mapping {
		if len(r.open) == maxDepth {
			return tooDeep(r.line)
		}
		r.open = append(r.open, n)
	}
	return nil
}

// fault says why the rest of a text is not JSON's.
func (r *jsonReader) fault(rest []byte) error {
	next := bytes.TrimLeft(rest, " \t\r\n,:")
	line := r.line + int32(bytes.Count(rest[:len(rest)-len(next)], []byte("\n"))) //nolint:gosec // at most 4.5 million
	switch {
	case len(next) == 0:
		return &syntaxError{line, "it ends too early"}
	case bytes.HasPrefix(next, []byte("//")) || bytes.HasPrefix(next, []byte("/*")):
		return &syntaxError{line, "it has a comment, and JSON has none"}
	}
	return &syntaxError{line, "something else is expected here"}
}

// maxNames bounds the keys that are kept once: the same few recur in every schema. One that is met after so many others is
// no such name, and a table of all keys of a large mapping would cost more than reading it.
const maxNames = 4096

// intern keeps a key once.
func (r *jsonReader) intern(name string) string {
	if known, ok := r.names[name]; ok {
		return known
	}
	if len(r.names) < maxNames {
		r.names[name] = name
	}
	return name
}

// parseYAML reads exactly one document. The parser keeps aliases as such, so that a bomb stays as small as its text.
func parseYAML(raw []byte) (*tree, error) {
	if err := weigh(raw); err != nil {
		return nil, err
	}
	document, err := decodeYAML(raw)
	if err != nil {
		return nil, err
	}
	c := &converter{tree: &tree{}, anchored: map[*yaml.Node]*node{}}
	c.tree.root, err = c.convert(document, 0)
	return c.tree, err
}

// weigh refuses a text from which the YAML parser could make more than maxValues nodes, before it does: every node but
// the first owes its existence to one of these bytes. Those that are mere text are counted too.
func weigh(raw []byte) error {
	nodes, directives := 2, 0
	for i, c := range raw {
		switch c {
		case ':', '?', ',':
			nodes += 2
		case '[', '{':
			nodes++
		case '-':
			// An entry's dash stands before white space, of which YAML knows some that is not ASCII.
			if i+1 == len(raw) || raw[i+1] <= ' ' || raw[i+1] >= utf8.RuneSelf {
				nodes++
			}
		case '#':
			// The parser keeps comments, at the price of a few nodes each.
			if i == 0 || raw[i-1] <= ' ' || raw[i-1] >= utf8.RuneSelf {
				nodes += 3
			}
		case '%':
			if i == 0 || raw[i-1] == '\n' || raw[i-1] == '\r' {
				directives++
			}
		}
	}
	switch {
	case nodes > maxValues:
		return refuse(0, "The document has more than %d values and keys.", maxValues)
	case directives > maxDirectives:
		return refuse(0, "The document has more than %d YAML directives.", maxDirectives)
	}
	return nil
}

// decodeYAML calls the library. A panic there is a document that cannot be understood, not an end of the process.
func decodeYAML(raw []byte) (document *yaml.Node, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			document, err = nil, refuse(0, "The document cannot be understood as YAML.")
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(version11(raw)))
	document = new(yaml.Node)
	if err := decoder.Decode(document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, refuse(0, "The document is empty.")
		}
		return nil, yamlFault(err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, refuse(0, "The file holds more than one YAML document.")
	}
	return document, nil
}

var (
	// versionDirective is the line that says of which version of YAML a document is, among the directives and comments
	// before its start.
	versionDirective = regexp.MustCompile(`^(?:(?:[ \t]*(?:#[^\n]*)?|%[^\n]*)\n)*?%YAML[ \t]+1\.([0-9]{1,3})[ \t\r]*(?:#[^\n]*)?\n`)
	yamlLine         = regexp.MustCompile(`^(?:yaml: )?(?:line ([0-9]+): )?(.*)`)
)

// version11 makes a document that says that it is of YAML 1.2, or of a later 1.x, one of 1.1, the only version that the
// library takes; its own reading lies between the two. A reader of YAML 1.2 must take the line (YAML 1.2.2 §6.8.1). Places
// in the text stay as they are, but for what follows on the same line.
func version11(raw []byte) []byte {
	at := versionDirective.FindSubmatchIndex(raw)
	if at == nil || string(raw[at[2]:at[3]]) == "1" {
		return raw
	}
	return slices.Concat(raw[:at[2]], []byte("1"), raw[at[3]:])
}

// yamlFault says what the YAML library's error means.
func yamlFault(err error) error {
	found := yamlLine.FindStringSubmatch(strings.Join(strings.Fields(err.Error()), " "))
	line, _ := strconv.ParseInt(found[1], 10, 32) // 0 where it names none
	reason := shorten(found[2], 200)
	switch reason {
	case "did not find expected alphabetic or numeric character": // YAML 1.2.2 §6.9.2 allows more
		reason = "a text that begins with & or * is the name of an anchor or alias, in which only letters, digits, - and _ are supported: rename it, or quote the text"
		line = max(line, 1) // of the first line the library names none
	case "found incompatible YAML document":
		reason = "its %YAML line names a version that is not supported: 1.1 and 1.2 are"
		line++ // of this error the library counts lines from 0
	}
	return &syntaxError{int32(line), reason}
}

// converter makes a tree of the YAML library's nodes, and lets go of them on the way.
type converter struct {
	tree     *tree
	anchored map[*yaml.Node]*node // nil while the node is being converted
	merged   int
}

func (c *converter) convert(y *yaml.Node, depth int) (*node, error) {
	line := int32(y.Line) //nolint:gosec // at most 4.5 million
	if depth > maxDepth {
		return nil, tooDeep(line)
	}
	if y.Anchor != "" {
		c.anchored[y] = nil
	}
	n := &node{line: line, height: 1}
	var err error
	switch y.Kind {
	case yaml.DocumentNode:
		if len(y.Content) != 1 {
			return nil, refuse(0, "The document is empty.")
		}
		return c.convert(y.Content[0], depth)
	case yaml.AliasNode:
		return c.alias(y)
	case yaml.ScalarNode:
		n.kind, n.value = scalar(y)
	case yaml.SequenceNode:
		n.kind = list
		n.items = make([]*node, 0, len(y.Content))
		for _, item := range y.Content {
			if err = c.add(n, item, depth); err != nil {
				return nil, err
			}
		}
	case yaml.MappingNode:
		n.kind = mapping
		if err = c.entries(n, y, depth); err != nil {
			return nil, err
		}
		c.tree.finish(n)
	default:
		return nil, refuse(line, "The document cannot be understood as YAML.")
	}
	y.Content = nil
	if y.Anchor != "" {
		c.anchored[y] = n
	}
	return n, nil
}

func (c *converter) add(parent *node, y *yaml.Node, depth int) error {
	n, err := c.convert(y, depth+1)
	if err != nil {
		return err
	}
	parent.items = append(parent.items, n)
	if parent.height = max(parent.height, n.height+1); parent.height > maxDepth {
		return tooDeep(n.line)
	}
	return nil
}

func tooDeep(line int32) error {
	return refuse(line, "The document is nested deeper than %d levels.", maxDepth)
}

func (c *converter) alias(y *yaml.Node) (*node, error) {
	n, known := c.anchored[y.Alias]
	if !known || n == nil {
		return nil, refuse(int32(y.Line), "The YAML alias %s refers to a value that it is part of.", shorten(y.Value, 40)) //nolint:gosec // at most 4.5 million
	}
	n.shared = true
	return n, nil
}

// entries reads a mapping. Merge keys ("<<") add what the mapping does not say itself.
func (c *converter) entries(n *node, y *yaml.Node, depth int) error {
	n.keys = make([]string, 0, len(y.Content)/2)
	n.items = make([]*node, 0, len(y.Content)/2)
	var merges []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return refuse(int32(key.Line), "A key of the document is no text.") //nolint:gosec // at most 4.5 million
		}
		if err := c.add(n, value, depth); err != nil {
			return err
		}
		if key.ShortTag() == "!!merge" {
			merges = append(merges, n.items[len(n.items)-1])
			n.items = n.items[:len(n.items)-1]
			continue
		}
		n.keys = append(n.keys, key.Value)
	}
	for _, from := range merges {
		if err := c.merge(n, from); err != nil {
			return err
		}
	}
	return nil
}

func (c *converter) merge(n, from *node) error {
	sources := []*node{from}
	if from.kind == list {
		sources = from.items
	}
	for _, source := range sources {
		if source.kind != mapping {
			return refuse(source.line, "A YAML merge key merges no mapping.")
		}
		own := make(map[string]struct{}, len(n.keys))
		for _, key := range n.keys {
			own[key] = struct{}{}
		}
		// What the mapping holds is counted too, for the set that was just made of it.
		if c.merged += len(source.keys) + len(n.keys); c.merged > maxMerged {
			return refuse(n.line, "The document's YAML merge keys copy more than %d entries.", maxMerged)
		}
		for i, key := range source.keys {
			if _, ok := own[key]; !ok {
				n.keys = append(n.keys, key)
				n.items = append(n.items, source.items[i])
				source.items[i].shared = true
			}
		}
	}
	return nil
}

// scalar returns what JSON would call a YAML scalar. Dates and binaries are text there.
func scalar(y *yaml.Node) (kind, string) {
	switch y.ShortTag() {
	case "!!null":
		return null, ""
	case "!!bool":
		return boolean, strings.ToLower(y.Value)
	case "!!int", "!!float":
		return number, y.Value
	}
	return text, y.Value
}

// shorten cuts a text of the document before it enters a sentence.
func shorten(s string, runes int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	for i := range s {
		if runes--; runes < 0 {
			return s[:i] + "…"
		}
	}
	return s
}
