package publication

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/route"
)

const declared = `
name: Registre des jardins
basePath: /jardins/v1
organisation: Ministère des jardins
visibility: [Office des plantes]
documentedOnly: true
accepts: key
scopes:
  jardins.lire: Tout lire
sandbox:
  document: registre.json
  backend: https://registre.jardins.fr
  authentication: {header: X-Gateway, environment: GARDENS}
  healthPath: /health
  cors: true
  quotas: {perSecond: 5}
  approvalNeeded: true
production:
  version: "1.4"
  document: registre.json
  backend: https://registre.jardins.fr
  authentication:
    basic: true
    value: u:p
  terms: terms.pdf
`

func sources(t testing.TB, text string) Sources {
	t.Helper()
	document, err := os.ReadFile("testdata/documents/registre.swagger2.json")
	if err != nil {
		t.Fatal(err)
	}
	return Sources{
		Files: fstest.MapFS{
			"demo/api.yaml":      {Data: []byte(text)},
			"demo/registre.json": {Data: document},
			"demo/terms.pdf":     {Data: []byte("%PDF-1.7")},
			"large.json":         {Data: make([]byte, MaxDocumentBytes+1)},
		},
		Organisation: func(_ context.Context, name string) (string, error) {
			if id, ok := map[string]string{"Ministère des jardins": "o1", "Office des plantes": "o2"}[name]; ok {
				return id, nil
			}
			return "", problem.New(problem.NotFound)
		},
		Environment: func(name string) (string, bool) {
			return map[string]string{"GARDENS": "sesame"}[name], name == "GARDENS"
		},
	}
}

func TestReadDeclaration(t *testing.T) {
	t.Parallel()
	p, err := ReadDeclaration(t.Context(), sources(t, declared), "demo/api.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "Registre des jardins" || p.BasePath != "/jardins/v1" || p.Organisation != "o1" || p.Visibility.Public || p.Visibility.Organisations[0] != "o2" ||
		!p.DocumentedOnly || p.Accepts != (catalogue.Credentials{APIKey: true}) || p.Scopes[0] != (Scope{"jardins.lire", "Tout lire"}) {
		t.Errorf("got %+v", p)
	}
	s := p.Channels[channel.Sandbox]
	if s.Version != "" || !s.CORS || !s.ApprovalNeeded || s.HealthPath != "/health" || *s.Quotas.PerSecond != 5 || s.Quotas.PerDay != nil ||
		s.Backend.Kind != route.SecretHeader || s.Backend.Header != "X-Gateway" || s.Backend.Value.Reveal() != "sesame" || s.Terms != nil {
		t.Errorf("sandbox: %+v", s)
	}
	s = p.Channels[channel.Production]
	if s.Version != "1.4" || s.CORS || s.Backend.Kind != route.Basic || s.Backend.Value.Reveal() != "u:p" || string(s.Terms) != "%PDF-1.7" {
		t.Errorf("production: %+v", s)
	}
	if _, err := p.read(); err != nil {
		t.Error(err)
	}
}

func TestReadDeclarationRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, from, to, field, says string }{
		{"an unknown field", "documentedOnly:", "documentedOnli:", "file", "line 6: field documentedOnli not found"},
		{"an unknown field of a channel", "  cors:", "  corse:", "file", "line 15: field corse not found"},
		{"an unknown quota", "perSecond", "perMinute", "file", "field perMinute not found"},
		{"a field twice", "name:", "name: x\nname:", "file", "line 3"},
		{"a value of the wrong kind", "documentedOnly: true", "documentedOnly: 7", "file", "line 6"},
		{"a visibility that is neither", "visibility: [Office des plantes]", "visibility: some", "file", "line 5"},
		{"text that is no YAML", "name:", "\tname", "file", "demo/api.yaml"},
		{"a second document", "name:", "---\n---\nname:", "file", "more than one"},
		{"an organisation that is missing", "organisation: Ministère des jardins\n", "", "organisation", "missing"},
		{"an organisation that does not exist", "organisation: Ministère des jardins", "organisation: Personne", "organisation", "Personne"},
		{"a listed organisation that does not exist", "[Office des plantes]", "[Personne]", "visibility", "Personne"},
		{"a kind of credential that does not exist", "accepts: key", "accepts: cookie", "accepts", "cookie"},
		{"a document that does not exist", "registre.json\n  backend: https://registre.jardins.fr\n  authentication: {", "nothing.json\n  backend: https://registre.jardins.fr\n  authentication: {", "sandbox.document", "demo/nothing.json"},
		{"a document above the file", "registre.json\n  backend: https://registre.jardins.fr\n  authentication: {", "../../etc/passwd\n  backend: https://registre.jardins.fr\n  authentication: {", "sandbox.document", "does not lie"},
		{"a document that is too large", "registre.json\n  backend: https://registre.jardins.fr\n  authentication: {", "../large.json\n  backend: https://registre.jardins.fr\n  authentication: {", "sandbox.document", "larger"},
		{"no document", "  document: registre.json\n  backend: https://registre.jardins.fr\n  authentication: {", "  backend: https://registre.jardins.fr\n  authentication: {", "sandbox.document", "cannot be read"},
		{"a variable that is not set", "environment: GARDENS", "environment: NOTHING", "sandbox.authentication", "NOTHING is not set"},
		{"a value twice", "environment: GARDENS", "environment: GARDENS, value: x", "sandbox.authentication", "not in both"},
		{"two kinds of authentication", "header: X-Gateway", "basic: true, header: X-Gateway", "sandbox.authentication", "or is basic"},
	} {
		t.Run(test.name+" is refused", func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(declared, test.from, test.to, 1)
			if text == declared {
				t.Fatal("the test changes nothing")
			}
			_, err := ReadDeclaration(t.Context(), sources(t, text), "demo/api.yaml")
			e := problem.From(err)
			if e == nil || e.Code != problem.Validation || e.Field != test.field || !strings.Contains(e.Detail, test.says) {
				t.Errorf("got %v, want %q on %s", err, test.says, test.field)
			}
			if e != nil && strings.Contains(e.Detail, "sesame") {
				t.Errorf("the refusal holds a secret: %v", err)
			}
		})
	}
}
