package publication

import (
	"net/url"
	"slices"
	"strings"

	"guichet/shared/route"
)

// maxSampleBytes bounds the address of a first call: it stands in a command that people copy.
const maxSampleBytes = 300

// sample is the path and query of a call to an operation as the document itself shows it: every parameter that a call must
// have takes the document's example, or its default. Empty when one has neither, or what comes of it is not canonical.
func (r *reader) sample(t template, item, n *node) string {
	values := map[string]string{} // by place and name; an operation's own stand before those of its path
	var query []string
	for _, parameters := range [...]*node{n.get("parameters"), item.get("parameters")} {
		if parameters == nil {
			continue
		}
		if parameters.kind != list || len(parameters.items) > maxParameters {
			return ""
		}
		for _, p := range parameters.items {
			p := r.parameter(p)
			if p == nil {
				return ""
			}
			in, name := p.get("in").text(), p.get("name").text()
			key := in + " " + name
			if _, known := values[key]; known || !p.get("required").isTrue() && in != "path" {
				continue
			}
			value := exampleOf(p)
			if value == "" || in != "path" && in != "query" {
				return ""
			}
			values[key] = value
			if in == "query" {
				query = append(query, url.QueryEscape(name)+"="+url.QueryEscape(value))
			}
		}
	}
	path := t.path
	for _, name := range t.parameters {
		value, ok := values["path "+name]
		if !ok {
			return ""
		}
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	if canonical, err := route.Canonical(path); err != nil || canonical != path {
		return ""
	}
	slices.Sort(query)
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	if len(path) > maxSampleBytes {
		return ""
	}
	return path
}

// parameter follows a parameter's references; nil when it cannot be read.
func (r *reader) parameter(p *node) *node {
	for range maxReferences {
		ref := p.get("$ref")
		if ref == nil {
			break
		}
		if p = r.tree.pointer(ref.value); p == nil {
			return nil
		}
	}
	if p == nil || p.kind != mapping || len(p.keys) > maxFields || p.get("$ref") != nil {
		return nil
	}
	return p
}

// exampleOf is a parameter's example as a text; empty for none, and for one that is no single value.
func exampleOf(p *node) string {
	schema := p.get("schema")
	candidates := []*node{p.get("example"), p.get("x-example"), schema.get("example"), schema.get("default"), p.get("default")}
	if examples := p.get("examples"); examples != nil && examples.kind == mapping && len(examples.items) > 0 {
		candidates = append(candidates, examples.items[0].get("value"))
	}
	if examples := schema.get("examples"); examples != nil && examples.kind == list && len(examples.items) > 0 {
		candidates = append(candidates, examples.items[0])
	}
	for _, candidate := range candidates {
		if value := candidate.text(); value != "" {
			return value
		}
	}
	return ""
}

// isTrue tells a scalar that says true.
func (n *node) isTrue() bool { return n != nil && n.value == "true" }
