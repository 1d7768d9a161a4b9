//go:build cdk

package main

import (
	"encoding/json"
	"os/exec"
	"testing"

	"guichet/shared/topology"
)

// The function at the edge and the local cloud choose the same file for every path and language.
func TestEdgeRoutesAsTopology(t *testing.T) {
	site := topology.Platform().Site
	type request struct{ Path, Language string }
	var requests []request
	paths := append([]string{"/no-such-page", "/confirm/AAAA", "/sign-up/", "/boot.js", "/assets/a.b.css", "/profile/x.y"}, site.Pages...)
	for _, path := range paths {
		for _, language := range []string{"", "fr", "en", "EN-us", "de", "de-DE, en-GB;q=0.8,fr;q=0.5", " fr-CA , en", "*", "e", ",,"} {
			requests = append(requests, request{path, language})
		}
	}
	input, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	script := edgeRoutes(site) + `
console.log(JSON.stringify(JSON.parse(process.argv[1]).map(({ Path, Language }) =>
  handler({ request: { uri: Path, headers: Language === '' ? {} : { 'accept-language': { value: Language } } } }).uri)))`
	out, err := exec.Command("node", "-e", script, string(input)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(requests) {
		t.Fatalf("%d answers for %d requests, %v", len(got), len(requests), err)
	}
	for i, r := range requests {
		if want := "/" + site.File(r.Path, r.Language); got[i] != want {
			t.Errorf("%s for %q: %s at the edge, %s by the topology", r.Path, r.Language, got[i], want)
		}
	}
	if n := len(script); n > 10<<10 {
		t.Errorf("%d bytes: CloudFront takes 10 KB", n)
	}
}
