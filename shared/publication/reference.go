package publication

import (
	"slices"
	"strings"
)

// What a key holds, as far as it matters for finding references.
var (
	// dataKeys hold values that the API sends or receives: a "$ref" in them is data.
	dataKeys = [...]string{"example", "default", "enum", "const", "value"}
	// nameKeys hold mappings whose keys are names, and no keywords of OpenAPI: a property may be called "example".
	nameKeys = [...]string{
		"properties", "patternProperties", "dependentSchemas", "definitions", "$defs", "paths", "webhooks", "pathItems", "callbacks",
		"schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "securityDefinitions",
		"links", "content", "encoding", "variables", "mapping", "scopes",
	}
)

// references returns the targets of "$ref" with their lines, wherever the specification has them: not in examples and
// other data, nor in extensions. Each node is visited once for each meaning of its keys, however often aliases share it.
func (t *tree) references(version string) []located {
	w := referenceWalk{swagger: version == "2.0", seen: map[*node][2]bool{}}
	w.visit(t.root, false)
	return w.found
}

type referenceWalk struct {
	swagger bool
	seen    map[*node][2]bool // shared nodes, by whether their keys are names
	found   []located
}

func (w *referenceWalk) visit(n *node, names bool) {
	if n.kind != list && n.kind != mapping || len(w.found) == maxCollected {
		return
	}
	if n.shared {
		seen, which := w.seen[n], 0
		if names {
			which = 1
		}
		if seen[which] {
			return
		}
		seen[which] = true
		w.seen[n] = seen
	}
	for i, item := range n.items {
		if n.kind == list {
			w.visit(item, false)
			continue
		}
		switch key := n.keys[i]; {
		case key == "$ref" && item.kind == text:
			if len(w.found) < maxCollected {
				w.found = append(w.found, located{item.value, item.line})
			}
		case names:
			w.visit(item, false)
		case slices.Contains(dataKeys[:], key), strings.HasPrefix(key, "x-"):
		case key == "examples" && (w.swagger || item.kind == list):
			// Values by media type in Swagger 2.0, a list of values in a schema. Elsewhere they are objects by name.
		default:
			w.visit(item, slices.Contains(nameKeys[:], key))
		}
	}
}
