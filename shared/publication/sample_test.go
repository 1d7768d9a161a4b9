package publication

import (
	"strings"
	"testing"
)

func TestSample(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, paths, want string }{
		{"the first GET without parameters", `"/a/{id}": {"get": {}}, "/b": {"post": {}}, "/c": {"get": {}}, "/d": {"get": {}}`, "/c"},
		{"optional parameters do not count", `"/a": {"get": {"parameters": [{"name": "q", "in": "query"}]}}`, "/a"},
		{"a needed parameter", `"/a": {"get": {"parameters": [{"name": "q", "in": "query", "required": true}]}}`, ""},
		{"a needed parameter of the path item", `"/a": {"parameters": [{"name": "q", "in": "query", "required": true}], "get": {}}`, ""},
		{"a needed parameter by reference", `"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/q"}]}}`, ""},
		{"a reference to itself", `"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/r"}]}}`, ""},
		{"a deprecated operation", `"/a": {"get": {"deprecated": true}}`, ""},
		{"only templates", `"/a/{id}": {"get": {}}`, ""},
		{"a path's parameter has an example", `"/a/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "required": true, "example": 2026}]}}`, "/a/2026"},
		{"a parameter of the path item has an example", `"/a/{id}": {"parameters": [{"name": "id", "in": "path", "example": "x"}], "get": {}}`, "/a/x"},
		{"the operation's own example stands before its path's", `"/a/{id}": {"parameters": [{"name": "id", "in": "path", "example": "x"}], "get": {"parameters": [{"name": "id", "in": "path", "example": "y"}]}}`, "/a/y"},
		{"a needed query has examples", `"/a": {"get": {"parameters": [{"name": "q", "in": "query", "required": true, "examples": {"one": {"value": "é &"}}}, {"name": "b", "in": "query", "required": true, "schema": {"default": 1}}]}}`, "/a?b=1&q=%C3%A9+%26"},
		{"an example of the schema", `"/a/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "schema": {"examples": ["z"]}}]}}`, "/a/z"},
		{"Swagger 2.0 has x-example", `"/a/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "type": "string", "x-example": "s"}]}}`, "/a/s"},
		{"an example that is no single value", `"/a/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "example": ["x"]}]}}`, ""},
		{"an example that would be another path", `"/a/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "example": "../b"}]}}`, ""},
		{"a needed header", `"/a": {"get": {"parameters": [{"name": "h", "in": "header", "required": true, "example": "x"}]}}`, ""},
		{"an address that nobody would copy", `"/a/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "example": "` + strings.Repeat("x", 400) + `"}]}}`, ""},
		{"the first one that has all examples", `"/a/{id}": {"get": {}}, "/b/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "example": 1}]}}`, "/b/1"},
	} {
		d, err := ReadDocument([]byte(`{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {` + c.paths + `},
			"components": {"parameters": {"q": {"name": "q", "in": "query", "required": true}, "r": {"$ref": "#/components/parameters/r"}}}}`))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d.Sample != c.want {
			t.Errorf("%s: %q instead of %q", c.name, d.Sample, c.want)
		}
	}
}
