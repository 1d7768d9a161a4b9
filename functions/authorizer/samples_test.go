package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/shared/topology"
)

// The samples are what `make invoke` sends; their REPLACED credentials become the world's here.
func TestSamples(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.link(orders, nil)
	expected := map[string]string{
		"authorizer-bearer.json": "", "authorizer-api-key.json": "", "authorizer-both.json": "",
		"authorizer-no-credential.json": "token_missing", "authorizer-query-credential.json": "credential_in_query",
	}
	files, err := filepath.Glob("../../events/samples/authorizer-*.json")
	w.must(err)
	if len(files) != len(expected) {
		t.Errorf("%d samples, %d expectations", len(files), len(expected))
	}
	for _, file := range files {
		r := sample(t, filepath.Base(file))
		for name, values := range r.MultiValueHeaders {
			for i, value := range values {
				with := w.token
				if strings.EqualFold(name, "KeyId") {
					with = w.apiKey
				}
				values[i] = strings.Replace(value, "REPLACED", with, 1)
			}
		}
		want, known := expected[filepath.Base(file)]
		if got := w.ask(w.authorizer, r); got != want || !known {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

// The function reads the variables that the topology gives it, and no others.
func TestEnvironmentIsTheTopologys(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, match := range regexp.MustCompile(`os\.Getenv\("(\w+)"\)`).FindAllStringSubmatch(string(source), -1) {
		read = append(read, match[1])
	}
	plan := topology.Platform()
	declared, _ := plan.Function("authorizer")
	for name := range declared.Environment {
		if name != "GOMAXPROCS" && !slices.Contains(read, name) {
			t.Errorf("%s is declared and not read", name)
		}
	}
	for _, name := range read {
		if _, ok := declared.Environment[name]; !ok {
			t.Errorf("%s is read and not declared", name)
		}
	}
}
