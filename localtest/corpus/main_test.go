package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/shared/publication"
)

// The two readings agree on documents with everything that the corpus has, and a difference is told: make corpus would say
// nothing at all if it compared nothing.
func TestTheReadingsAreCompared(t *testing.T) {
	t.Parallel()
	const schemes = `"securityDefinitions":{"o":{"type":"oauth2","scopes":{"a":"","b":""}},"k":{"type":"apiKey","in":"header","name":"Authorization"}}`
	for _, test := range []struct{ name, here, there, difference string }{
		{"security of every kind is read alike", `{"swagger":"2.0",` + schemes + `,"security":[{"o":["a"]},{"k":[]}],"paths":{
			"/root":{"get":{}},"/own":{"post":{"security":[{"o":["b","a"]},{"o":["b"],"k":[]}]}},"/open":{"get":{"security":[]}},"/key":{"get":{"security":[{"k":[]}]}},
			"/or":{"get":{"security":[{"o":["a"]},{}]}},"/id":{"get":{"security":[{"o":["openid"]}]}},"/roles":{"get":{"security":[{"k":["admin"]}]}}}}`, "", ""},
		{"paths of every kind are read alike", `{"swagger":"2.0","paths":{"a//b":{"get":{}},"/é/{x}.{y}?q={z}":{"get":{}},"/a;b":{"get":{}},"/{a b}/c d":{"put":{},"trace":{}},
			"/e%40f/%61":{"get":{}},"/../x":{"get":{}},"/same/{p}":{"get":{}},"/same/{q}":{"get":{}},"/x-y":{"head":{}},"x-z":{"get":{}}}}`, "", ""},
		{"a scope less is a difference", `{"swagger":"2.0",` + schemes + `,"paths":{"/p":{"get":{"security":[{"o":["a","b"]}]}}}}`, `{"swagger":"2.0",` + schemes + `,"paths":{"/p":{"get":{"security":[{"o":["a"]}]}}}}`, "GET /p asks for [[a b]] here, for [[a]] there"},
		{"an operation less is a difference", `{"swagger":"2.0","paths":{"/p":{}}}`, `{"swagger":"2.0","paths":{"/p":{"get":{}}}}`, "GET /p is read there only"},
		{"an operation more is a difference", `{"swagger":"2.0","paths":{"/p":{"get":{}}}}`, `{"swagger":"2.0","paths":{}}`, "GET /p is read here only"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.there == "" {
				test.there = test.here
			}
			file := filepath.Join(t.TempDir(), "document.json")
			if err := os.WriteFile(file, []byte(test.there), 0o600); err != nil {
				t.Fatal(err)
			}
			others, err := independent(t.Context(), "read.mjs", []string{file})
			if err != nil {
				t.Fatal(err)
			}
			document, err := publication.ReadDocument([]byte(test.here))
			if err != nil {
				t.Fatal(err)
			}
			if found := strings.Join(compare(document, others[file]), "\n"); found != test.difference {
				t.Errorf("%q, want %q", found, test.difference)
			}
		})
	}
}
