package publication

import (
	"slices"
	"strings"
)

// methods that a document can describe, by their key. OpenAPI 3.2 adds query and additionalOperations.
var methods = [...]string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

// unsupported are the methods that the gateway passes on for no API (GW-09), or that API Gateway does not know.
var unsupported = [...]string{"TRACE", "CONNECT", "QUERY"}

// operations collects while the paths are read.
type operations struct {
	// security is the document's own.
	security [][]string
	// byShape finds an operation that matches the same method and paths.
	byShape map[string]int
	ids     map[string]bool
}

// readOperations reads root security and paths.
func (r *reader) readOperations() error {
	n := r.tree.root
	security, _, err := r.security(n, root)
	if err != nil {
		return err
	}
	o := &operations{security: security, byShape: map[string]int{}, ids: map[string]bool{}}
	paths, at := n.get("paths"), root.in("paths")
	switch {
	case paths == nil && n.get("openapi") != nil && (n.get("webhooks") != nil || n.get("components") != nil):
		// OpenAPI 3.1 allows documents without paths.
	case paths == nil:
		return refuse(n.line, "The document has no \"paths\".")
	case paths.kind == null:
		// "paths:" with nothing below, in YAML.
	default:
		if err := r.readPaths(o, paths, at); err != nil {
			return err
		}
	}
	if len(r.document.Operations) == 0 {
		r.add(Warning, NoOperation, at, n.line, "The document describes no operation that can be called.")
	}
	return nil
}

func (r *reader) readPaths(o *operations, paths *node, at place) error {
	if err := r.mapping(paths, at, maxPaths); err != nil {
		return err
	}
	for i, key := range paths.keys {
		if strings.HasPrefix(key, "x-") {
			continue
		}
		t, notes, reachable := parseTemplate(key)
		code := PathMended
		if !reachable {
			code = PathUnreachable
		}
		for _, sentence := range notes {
			r.add(Warning, code, at.in(key), paths.items[i].line, "%s", sentence)
		}
		if strange := foreignParameter(key); strange != "" {
			r.add(Warning, ParameterForm, at.in(key), paths.items[i].line, "%q is taken as text, and calls match it as it stands: a parameter is written {name}.", strange)
		}
		if !reachable {
			continue
		}
		if err := r.readPath(o, t, paths.items[i], at.in(key)); err != nil {
			return err
		}
	}
	return nil
}

// readPath reads a path item, and the one that it refers to: the specification leaves open which of two says what, so
// both count and must not contradict each other.
func (r *reader) readPath(o *operations, t template, item *node, at place) error {
	if item.kind == null {
		return nil
	}
	if err := r.mapping(item, at, maxFields); err != nil {
		return err
	}
	if item.get("$ref") != nil {
		target, err := r.resolve(item, at)
		if err != nil {
			return err
		}
		if err := r.mapping(target, at, maxFields); err != nil {
			return err
		}
		if err := r.readMethods(o, t, target, at); err != nil {
			return err
		}
	}
	return r.readMethods(o, t, item, at)
}

func (r *reader) readMethods(o *operations, t template, item *node, at place) error {
	r.ignored(item, at)
	if n := item.get("security"); n != nil {
		r.add(Warning, SecurityIgnored, at.in("security"), n.line, "Security beside the methods of a path is no part of OpenAPI, and protects nothing: each operation asks for what it says itself, or for what the document says.")
	}
	for i, key := range item.keys {
		if key == "additionalOperations" {
			if err := r.mapping(item.items[i], at.in(key), maxFields); err != nil {
				return err
			}
			for j, method := range item.items[i].keys {
				if err := r.readOperation(o, t, item, item.items[i].items[j], strings.ToUpper(method), at.in(key).in(method)); err != nil {
					return err
				}
			}
			continue
		}
		method := strings.ToLower(key)
		if !slices.Contains(methods[:], method) {
			continue
		}
		if key != method {
			r.add(Warning, MethodCase, at.in(key), item.items[i].line, "Methods are written in lower case: %q is read as one.", key)
		}
		if err := r.readOperation(o, t, item, item.items[i], strings.ToUpper(method), at.in(key)); err != nil {
			return err
		}
	}
	return nil
}

// ignored reports servers of a path or an operation.
func (r *reader) ignored(n *node, at place) {
	servers := n.get("servers")
	if servers == nil || servers.kind != list || len(servers.items) == 0 {
		return
	}
	r.add(Warning, ServersIgnored, at.in("servers"), servers.line, "Servers of a single path or operation are not called: all calls go to the API's one backend, not to %q.", servers.items[0].get("url").text())
}

func (r *reader) readOperation(o *operations, t template, item, n *node, method string, at place) error {
	if n.kind == null {
		// "get:" with nothing below, in YAML, describes an operation all the same.
		n = &node{kind: mapping, line: n.line}
	}
	n, err := r.resolve(n, at)
	if err != nil {
		return err
	}
	if err := r.mapping(n, at, maxFields); err != nil {
		return err
	}
	if slices.Contains(unsupported[:], method) || !isMethod(method) {
		r.add(Warning, MethodUnsupported, at, n.line, "The platform does not pass on %q.", method)
		return nil
	}
	r.ignored(n, at)
	alternatives, found, err := r.security(n, at)
	if err != nil {
		return err
	}
	if !found {
		alternatives = o.security
	}
	op := Operation{
		Path: t.path, Method: method, Alternatives: alternatives,
		ID:         cut(n.get("operationId").text(), maxNameBytes),
		Summary:    cut(n.get("summary").text(), maxTitleBytes),
		Deprecated: n.get("deprecated") != nil && n.get("deprecated").value == "true",
		Tags:       texts(n.get("tags"), maxTagsOfOperation),
	}
	for _, name := range op.Tags {
		r.tag(Tag{Name: name})
	}
	if r.document.Sample == "" && method == "GET" && !op.Deprecated {
		r.document.Sample = r.sample(t, item, n)
	}
	r.remark(o, t, item, n, op, at)
	return r.keep(o, t, op, n, at)
}

// keep adds an operation, unless another one answers the same calls. Two that differ in their security are refused:
// nobody could say which of them holds.
func (r *reader) keep(o *operations, t template, op Operation, n *node, at place) error {
	key := op.Method + " " + t.shape
	if i, ok := o.byShape[key]; ok {
		if !slices.EqualFunc(r.document.Operations[i].Alternatives, op.Alternatives, slices.Equal) {
			return refuse(n.line, "%s and another operation (%s %s) match the same calls and differ in their security.", at, op.Method, shorten(r.document.Operations[i].Path, maxFindingTextInRunes))
		}
		r.add(Warning, OperationRepeated, at, n.line, "Another operation matches the same calls: this one adds nothing.")
		return nil
	}
	if len(r.document.Operations) == MaxOperations {
		return refuse(n.line, "The document has more than %d operations.", MaxOperations)
	}
	o.byShape[key] = len(r.document.Operations)
	r.places[op.Method+" "+op.Path] = operationPlace{at, n.line}
	r.document.Operations = append(r.document.Operations, op)
	return nil
}

// remark reports what validators would, as far as readers of the documentation may stumble over it.
func (r *reader) remark(o *operations, t template, item, n *node, op Operation, at place) {
	if op.ID != "" && o.ids[op.ID] {
		r.add(Notice, OperationIDRepeated, at, n.line, "The operationId %q stands for several operations.", op.ID)
	}
	o.ids[op.ID] = true
	if responses := n.get("responses"); responses == nil || len(responses.items) == 0 {
		r.add(Notice, ResponsesMissing, at, n.line, "The operation describes no response.")
	}
	if len(t.parameters) == 0 {
		return
	}
	own, common := r.pathParameters(n), r.pathParameters(item)
	for _, name := range t.parameters {
		if !slices.Contains(own, name) && !slices.Contains(common, name) {
			r.add(Notice, ParameterUndeclared, at, n.line, "The path's parameter %q is not declared.", name)
		}
	}
}

func (r *reader) pathParameters(n *node) []string {
	parameters := n.get("parameters")
	if parameters == nil || parameters.kind != list {
		return nil
	}
	if known, ok := r.parameters[parameters]; ok {
		return known
	}
	var names []string
	for _, p := range parameters.items[:min(len(parameters.items), maxParameters)] {
		if len(p.keys) > maxFields {
			continue
		}
		if ref := p.get("$ref"); ref != nil {
			p = r.tree.pointer(ref.text())
		}
		if p != nil && len(p.keys) <= maxFields && p.get("in").text() == "path" {
			names = append(names, p.get("name").text())
		}
	}
	r.parameters[parameters] = names
	return names
}

// isMethod reports whether text is one of the methods that the gateway knows.
func isMethod(method string) bool {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return true
	}
	return false
}
