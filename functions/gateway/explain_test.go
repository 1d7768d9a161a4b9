package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guichet/shared/problem"
)

func TestExplanationPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	public := func(path string) answer { return w.do(call{path: path, authorizer: map[string]any{}}) }
	for _, row := range problem.Table() {
		a := public("/api/problems/" + string(row.Code))
		page := string(a.body)
		wellFormed(t, "Z30 "+string(row.Code), a)
		french := problem.French(row.Code)
		for _, want := range []string{
			`lang="en"`, row.Title, row.What, row.Advice, `lang="fr"`, french.Title, french.What, french.Advice,
			"&#34;code&#34;: &#34;" + string(row.Code),
		} {
			if !strings.Contains(page, strings.ReplaceAll(want, "'", "&#39;")) {
				t.Errorf("Z30 the page of %s lacks %q", row.Code, want)
			}
		}
	}
	for _, path := range []string{"/api/problems", "/api/problems/"} {
		a := public(path)
		wellFormed(t, "Z30 "+path, a)
		for _, row := range problem.Table() {
			if !strings.Contains(string(a.body), `href="`+pages+string(row.Code)+`"`) {
				t.Errorf("Z3 the list lacks %s", row.Code)
			}
		}
	}
	for _, path := range []string{"/api/problems/nothing", "/api/problems/token_missing/x", "/api/problems/TOKEN_MISSING", "/api/problems/%3Cscript%3E", "/api/problems/../problems/busy"} {
		a := public(path)
		if a.document().Code != problem.NotFound && a.document().Code != problem.PathInvalid {
			t.Errorf("Z30 %s: %d %s", path, a.status, a.body)
		}
		if strings.Contains(string(a.body), "script") {
			t.Errorf("Z30 %s comes back in the answer: %s", path, a.body)
		}
	}
	for _, path := range []string{"/api/problems", "/api/problems/busy"} {
		get, head := public(path), w.do(call{method: "HEAD", path: path, authorizer: map[string]any{}})
		if head.status != http.StatusOK || len(head.body) != 0 || !maps.EqualFunc(head.header, get.header, slices.Equal[[]string]) {
			t.Errorf("M74 HEAD %s: %d %v, want what GET has: %v", path, head.status, head.header, get.header)
		}
	}

	refused(t, "Z30 POST", w.do(call{method: "POST", path: "/api/problems/busy", authorizer: map[string]any{}}), problem.Internal)
}

// wellFormed checks what every page has: closed markup, languages, and a policy that admits its style and nothing else.
func wellFormed(t *testing.T, name string, a answer) {
	t.Helper()
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%s: %d %q", name, a.status, a.header.Get("Content-Type"))
		return
	}
	page := string(a.body)
	begin, end := strings.Index(page, "<style>")+len("<style>"), strings.Index(page, "</style>")
	sum := sha256.Sum256([]byte(page[begin:end]))
	policy := a.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") ||
		!strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: the policy is %s", name, policy)
	}
	if strings.Contains(page, "<script") || strings.Contains(page, " style=") || strings.Contains(page, " on") && strings.Contains(page, "=\"javascript") {
		t.Errorf("%s: the page holds script", name)
	}
	if !strings.Contains(page, "<title>") || !strings.Contains(page, "<main>") || strings.Count(page, "<h1>") != 1 {
		t.Errorf("%s: the page lacks title, main or one heading", name)
	}
	d := xml.NewDecoder(strings.NewReader(page[:begin] + page[end:]))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Errorf("%s: the markup is broken: %v", name, err)
			}
			return
		}
	}
}
