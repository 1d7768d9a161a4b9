package publication

import "testing"

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
