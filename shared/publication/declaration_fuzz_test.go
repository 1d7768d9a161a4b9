package publication

import (
	"strings"
	"testing"
	"testing/fstest"

	"guichet/shared/problem"
)

// FuzzReadDeclaration holds that no declarative file brings the reader down, leads out of its folder, or fails without a
// sentence for the person who wrote it.
func FuzzReadDeclaration(f *testing.F) {
	f.Add(declared)
	for _, text := range []string{
		"", "name:", "- a", "a: &a [*a]", "visibility: [a, b]", "sandbox: {document: ../../etc/passwd}", "sandbox: {document: /etc/passwd, backend: x}",
		"sandbox: &s {quotas: {perSecond: 50, perDay: 100000}}\nproduction: *s", "scopes: {a: b}\naccepts: [bearer, apiKey]", "---\n---\n", "name: 1\nname: 2",
		"production: {authentication: {header: X, environment: GARDENS}, healthPath: /h, cors: true, approvalNeeded: true, terms: terms.pdf}",
	} {
		f.Add(text)
	}
	from := sources(f, "")
	files := from.Files.(fstest.MapFS)
	f.Fuzz(func(t *testing.T, text string) {
		here := fstest.MapFS{"demo/api.yaml": {Data: []byte(text)}, "demo/registre.json": files["demo/registre.json"], "demo/terms.pdf": files["demo/terms.pdf"], "outside.json": files["demo/registre.json"]}
		from := from
		from.Files = here
		p, err := ReadDeclaration(t.Context(), from, "demo/api.yaml")
		if err != nil {
			if !problem.Is(err, problem.Validation) {
				t.Errorf("not a refusal: %v", err)
			}
			return
		}
		for _, c := range p.Channels {
			if len(c.Document) > 0 && !strings.Contains(text, "registre.json") && !strings.Contains(text, "terms.pdf") && !strings.Contains(text, "api.yaml") {
				t.Error("a document that the file does not name")
			}
		}
	})
}
