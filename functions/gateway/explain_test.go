package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"guichet/shared/problem"
)

func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	seen := map[problem.Code]bool{}
	for _, e := range explanations {
		if seen[e.code] {
			t.Errorf("Z30 %s is explained twice", e.code)
		}
		seen[e.code] = true
		for what, text := range map[string]string{
			"French title": e.title, "French cause": e.causeFR, "French advice": e.adviceFR, "English cause": e.causeEN, "English advice": e.adviceEN,
		} {
			if len(text) < 8 || strings.TrimSpace(text) != text {
				t.Errorf("Z30 %s: the %s is %q", e.code, what, text)
			}
		}
		for _, sentence := range []string{e.causeFR, e.adviceFR, e.causeEN, e.adviceEN} {
			if !strings.HasSuffix(sentence, ".") {
				t.Errorf("Z30 %s: %q ends in the middle", e.code, sentence)
			}
		}
		if _, known := problem.Lookup(e.code); !known {
			t.Errorf("Z30 %s is explained, but no code", e.code)
		}
	}
	for _, row := range problem.Table() {
		if !seen[row.Code] {
			t.Errorf("Z30 %s is not explained", row.Code)
		}
		if row.Code == problem.SignInRequired {
			break // what follows is the portal's, which explains its own
		}
	}
}

func TestExplanationPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	public := func(path string) answer { return w.do(call{path: path, authorizer: map[string]any{}}) }
	for _, row := range problem.Table() {
		a := public("/api/problems/" + string(row.Code))
		page := string(a.body)
		wellFormed(t, "Z30 "+string(row.Code), a)
		wants := []string{row.Title, `lang="en"`, "&#34;code&#34;: &#34;" + string(row.Code)}
		if text, found := explained(row.Code); found {
			wants = append(wants, text.title, text.causeFR, text.adviceFR, text.causeEN, text.adviceEN)
		}
		for _, want := range wants {
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
