package topology

import (
	"strings"
	"testing"
)

// Q7: a page is answered as it was prerendered in the reader's language; any other address has the file that renders in the browser.
func TestSiteFile(t *testing.T) {
	site := Platform().Site
	for name, c := range map[string]struct{ path, language, want string }{
		"home in English":                          {"/", "en-GB,en;q=0.9", "pages/en/index.html"},
		"home in French":                           {"/", "fr-FR,fr;q=0.9,en;q=0.8", "pages/fr/index.html"},
		"a page behind sign-in renders itself":     {"/profile/password", "en", "index.html"},
		"no language is French":                    {"/sign-up", "", "pages/fr/sign-up.html"},
		"of unknown languages the first known one": {"/sign-up", "de, es-MX;q=0.9, EN;q=0.1", "pages/en/sign-up.html"},
		"an unknown language is French":            {"/sign-up", "de", "pages/fr/sign-up.html"},
		"rubbish is French":                        {"/sign-up", ", ;;q=,x", "pages/fr/sign-up.html"},
		"a link's address renders itself":          {"/confirm/AAAA", "en", "index.html"},
		"an unknown address renders itself":        {"/no-such-page", "en", "index.html"},
		"a file is itself":                         {"/assets/base-1.js", "en", "assets/base-1.js"},
		"no way out of the folder":                 {"/../../secret.txt", "en", "secret.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := site.File(c.path, c.language); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

// PS-06: pages may call the portal and the installation's channels, and nothing else.
func TestSiteHeadersFor(t *testing.T) {
	site := Platform().Site
	policy := site.HeadersFor([]string{"https://api.guichet.example", "https://oauth.guichet.example"})["Content-Security-Policy"]
	if want := "; connect-src 'self' https://api.guichet.example https://oauth.guichet.example;"; !strings.Contains(policy, want) {
		t.Errorf("%q does not have %q", policy, want)
	}
	if policy := site.HeadersFor(nil)["Content-Security-Policy"]; !strings.Contains(policy, "; connect-src 'self';") || policy != site.Headers["Content-Security-Policy"] {
		t.Errorf("without channels: %q", policy)
	}
}
