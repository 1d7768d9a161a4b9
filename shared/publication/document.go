package publication

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Format is how a document is written.
type Format string

// Formats of documents.
const (
	JSON Format = "json"
	YAML Format = "yaml"
)

// Limits of what is kept of a document beside its bytes. Texts are cut, counts refuse.
const (
	// MaxOperations bounds the operations of a document. The largest public ones have about 1,000.
	MaxOperations       = 2_000
	maxPaths            = 5_000
	maxTitleBytes       = 300
	maxDescriptionBytes = 20_000
	maxNameBytes        = 200
	maxTags             = 100
	maxTagsOfOperation  = 20
	maxServers          = 20
	maxURLBytes         = 2_048
	maxParameters       = 200
	// maxFields bounds the keys of every mapping that is read many times when YAML aliases share it.
	maxFields = 500
)

// Document is what the platform understands of an OpenAPI document: enough to publish and to find it. The document
// itself stays as it is, byte for byte.
type Document struct {
	Format Format `json:"format"`
	// Version is the version of the specification as the document gives it: "2.0" for Swagger, "3.0.x", "3.1.x", "3.2.x".
	Version string `json:"version"`

	Title       string `json:"title"`
	InfoVersion string `json:"infoVersion"`
	Description string `json:"description,omitempty"` // Markdown, cut at 20,000 bytes
	Tags        []Tag  `json:"tags,omitempty"`        // those of the document, then those of operations alone

	// Origin is where the document says that the API lives. Stale as often as not: shown to nobody but the publisher.
	Origin Origin `json:"origin,omitzero"`

	// Operations are sorted by path and method; no two of them match the same method and paths.
	Operations []Operation `json:"operations"`
	// Sample is the path, with its query, of the first GET that can be called as the document shows it; empty for none.
	Sample string `json:"sample,omitempty"`
	// Scopes are those declared and those asked for, in the order of the document, without openid.
	Scopes []Scope `json:"scopes,omitempty"`

	Findings []Finding `json:"findings,omitempty"`

	// Bytes and Hash are of the document as it came: SHA-256 in hexadecimal.
	Bytes int    `json:"bytes"`
	Hash  string `json:"hash"`
	// CanonicalHash is the same for documents that differ in their bytes only: order of keys, white space, spelling of
	// strings and numbers, JSON or YAML.
	CanonicalHash string `json:"canonicalHash"`
}

// Origin is the address in a document, as found.
type Origin struct {
	Servers  []string `json:"servers,omitempty"`  // OpenAPI 3
	Host     string   `json:"host,omitempty"`     // Swagger 2.0
	BasePath string   `json:"basePath,omitempty"` // Swagger 2.0
	Schemes  []string `json:"schemes,omitempty"`  // Swagger 2.0
}

// Tag groups operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// Operation is a method on a path template.
type Operation struct {
	// Path is relative to the base path and starts with a slash. Literal text is canonical; {name} stands for one
	// non-empty segment or a part of one.
	Path string `json:"path"`
	// Method is upper case.
	Method     string   `json:"method"`
	ID         string   `json:"operationId,omitempty"`
	Summary    string   `json:"summary,omitempty"`
	Deprecated bool     `json:"deprecated,omitempty"`
	Tags       []string `json:"tags,omitempty"`
	// Alternatives are sets of scopes, sorted, of which a call needs one whole; nil means any credential that the API
	// accepts, and no scope.
	Alternatives [][]string `json:"alternatives,omitempty"`
}

// NeedsScope reports whether calls need a scope.
func (o Operation) NeedsScope() bool { return len(o.Alternatives) > 0 }

// NeedsScope reports whether one of the operations needs a scope: such an API admits its documented operations only.
func (d *Document) NeedsScope() bool { return slices.ContainsFunc(d.Operations, Operation.NeedsScope) }

// ReadDocument reads an OpenAPI document: Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2, JSON or YAML, up to MaxDocumentBytes.
//
// It takes the documents of the real world, most of which no strict validator accepts, and reports what it makes of them
// as findings (features Z25). Refused, with code validation on the field "document", is what is hostile (UP-06) and what
// cannot be understood: above all whatever hides which security an operation has. References are never fetched and never
// expanded; time and memory are bounded by counts (see the limits of this package), below one second and 256 MB.
func ReadDocument(raw []byte) (*Document, error) {
	tree, format, asYAML, err := parse(raw)
	if err != nil {
		return nil, err
	}
	r := &reader{
		tree: tree, document: &Document{Format: format, Bytes: len(raw)}, mentionAt: map[string]int{},
		secured: map[*node][][]string{}, parameters: map[*node][]string{},
		places: map[string]operationPlace{},
	}
	if asYAML {
		r.add(Notice, NotJSON, root, 0, "The document looks like JSON and is none: it is read as YAML.")
	}
	for _, step := range []func() error{r.readVersion, r.readInfo, r.readSchemes, r.readOperations, r.readScopes, r.readOverlaps, r.readReferences} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	d := r.document
	slices.SortFunc(d.Operations, func(a, b Operation) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	d.Findings = r.all()
	sum := sha256.Sum256(raw)
	d.Hash = hex.EncodeToString(sum[:])
	sum = canonical(tree.root)
	d.CanonicalHash = hex.EncodeToString(sum[:])
	return d, nil
}

// reader goes through a parsed document once.
type reader struct {
	findings
	tree     *tree
	document *Document
	schemes  map[string]scheme
	// mentions are the scopes that are declared or asked for, in the order of the document, and their index by name.
	mentions  []mention
	mentionAt map[string]int
	// Read once, however often aliases and references lead there: security, and the path parameters of operations and path items.
	secured    map[*node][][]string
	parameters map[*node][]string
	// places of the operations in the document, by method and path.
	places map[string]operationPlace
}

// mapping refuses what must be a mapping with unique keys: where readers differ on which of two values counts, the
// gateway must not guess.
func (r *reader) mapping(n *node, at place, most int) error {
	switch {
	case n.kind != mapping:
		return refuse(n.line, "%s is no mapping (JSON object).", at)
	case len(n.keys) > most:
		return refuse(n.line, "%s holds more than %d keys.", at, most)
	case n.repeated:
		return refuse(n.line, "%s holds a key twice.", at)
	}
	return nil
}

// resolve follows references within the document, from a place where what they lead to decides on security.
func (r *reader) resolve(n *node, at place) (*node, error) {
	for range maxReferences {
		if n.kind != mapping || n.repeated || len(n.keys) > maxFields {
			return n, nil // for mapping to refuse
		}
		ref := n.get("$ref")
		if ref == nil {
			return n, nil
		}
		if ref.kind != text || external(ref.value) {
			return nil, refuse(ref.line, "%s leads out of the document, into %q, which is never fetched: put it into the document.", at, shorten(ref.value, maxFindingTextInRunes))
		}
		target := r.tree.pointer(ref.value)
		if target == nil {
			return nil, refuse(ref.line, "%s leads to %q, which is not in the document.", at, shorten(ref.value, maxFindingTextInRunes))
		}
		n = target
	}
	return nil, refuse(n.line, "%s leads from reference to reference without an end.", at)
}

func (r *reader) readVersion() error {
	n := r.tree.root
	if n.kind != mapping {
		return refuse(n.line, "The document is no OpenAPI document: it is no mapping (JSON object).")
	}
	if err := r.mapping(n, root, maxFields); err != nil {
		return err
	}
	swagger, openapi := n.get("swagger").text(), n.get("openapi").text()
	switch {
	case swagger != "" && openapi != "":
		return refuse(n.line, "The document says that it is both Swagger and OpenAPI.")
	case swagger == "2.0" || swagger == "2":
		r.document.Version = "2.0"
	case supported(openapi):
		r.document.Version = cut(openapi, 20)
	case swagger == "" && openapi == "":
		return refuse(n.line, "The document is no OpenAPI document: it has neither \"openapi\" nor \"swagger\".")
	case openapi == "3":
		return refuse(n.get("openapi").line, "\"openapi\" is \"3\", which may mean 3.0, 3.1 or 3.2: write the whole version, such as 3.0.3.")
	case strings.HasPrefix(swagger, "3"):
		return refuse(n.get("swagger").line, "\"swagger\" is %q: a document of version 3 has \"openapi\" in its place.", shorten(swagger, 40))
	case strings.HasPrefix(openapi, "2"):
		return refuse(n.get("openapi").line, "\"openapi\" is %q: a document of version 2 has \"swagger\" in its place.", shorten(openapi, 40))
	default:
		return refuse(n.line, "Version %q is not supported: Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are.", shorten(swagger+openapi, 40))
	}
	return nil
}

// supported reports whether a version of OpenAPI is one whose paths, methods and security are read.
func supported(openapi string) bool {
	for _, version := range [...]string{"3.0", "3.1", "3.2"} {
		if openapi == version || strings.HasPrefix(openapi, version+".") {
			return true
		}
	}
	return false
}

func (r *reader) readInfo() error {
	n, d := r.tree.root, r.document
	info := n.get("info")
	d.Title = cut(strings.TrimSpace(info.get("title").text()), maxTitleBytes)
	d.InfoVersion = cut(strings.TrimSpace(info.get("version").text()), maxNameBytes)
	d.Description = cut(info.get("description").text(), maxDescriptionBytes)
	for _, field := range []string{"title", "version"} {
		if info.get(field).text() == "" {
			r.add(Notice, FieldInvalid, root.in("info"), n.line, "The document has no %q.", field)
		}
	}
	d.Origin.Host = cut(n.get("host").text(), maxURLBytes)
	d.Origin.BasePath = cut(n.get("basePath").text(), maxURLBytes)
	d.Origin.Schemes = texts(n.get("schemes"), maxServers)
	if servers := n.get("servers"); servers != nil && servers.kind == list {
		for _, server := range servers.items[:min(len(servers.items), maxServers)] {
			if url := server.get("url").text(); url != "" {
				d.Origin.Servers = append(d.Origin.Servers, cut(url, maxURLBytes))
			}
		}
	}
	if tags := n.get("tags"); tags != nil && tags.kind == list {
		for _, tag := range tags.items[:min(len(tags.items), maxTags)] {
			r.tag(Tag{tag.get("name").text(), cut(tag.get("description").text(), maxDescriptionBytes)})
		}
	}
	return nil
}

// tag adds a tag once.
func (r *reader) tag(t Tag) {
	t.Name = cut(t.Name, maxNameBytes)
	known := slices.ContainsFunc(r.document.Tags, func(have Tag) bool { return have.Name == t.Name })
	if t.Name != "" && !known && len(r.document.Tags) < maxTags {
		r.document.Tags = append(r.document.Tags, t)
	}
}

// texts reads a list of short texts.
func texts(n *node, most int) []string {
	if n == nil || n.kind != list {
		return nil
	}
	var out []string
	for _, item := range n.items[:min(len(n.items), most)] {
		if s := item.text(); s != "" {
			out = append(out, cut(s, maxNameBytes))
		}
	}
	return out
}

// readReferences reports references that lead out of the document or nowhere, and keys that stand twice where it does no
// harm. Nothing is followed.
func (r *reader) readReferences() error {
	seen := map[string]bool{}
	for _, ref := range r.tree.references(r.document.Version) {
		if seen[ref.text] {
			continue
		}
		seen[ref.text] = true
		switch {
		case external(ref.text):
			r.add(Warning, ReferenceExternal, root, ref.line, "%q leads out of the document. It is never fetched: what it describes is missing from the documentation.", ref.text)
		case r.tree.pointer(ref.text) == nil:
			r.add(Notice, ReferenceUnresolved, root, ref.line, "%q is not in the document.", ref.text)
		}
	}
	for _, key := range r.tree.repeated {
		r.add(Notice, KeyRepeated, root, key.line, "The key %q stands twice in one mapping.", key.text)
	}
	return nil
}
