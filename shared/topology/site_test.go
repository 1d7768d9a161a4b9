package topology

import "testing"

// Q7: a page is answered as it was drawn in the reader's language; what is no page has the one that draws itself.
func TestSiteFile(t *testing.T) {
	site := Platform().Site
	for name, c := range map[string]struct{ path, language, want string }{
		"home in English":                          {"/", "en-GB,en;q=0.9", "pages/en/index.html"},
		"home in French":                           {"/", "fr-FR,fr;q=0.9,en;q=0.8", "pages/fr/index.html"},
		"a page below another":                     {"/profile/password", "en", "pages/en/profile/password.html"},
		"no language is French":                    {"/sign-up", "", "pages/fr/sign-up.html"},
		"of unknown languages the first known one": {"/sign-up", "de, es-MX;q=0.9, EN;q=0.1", "pages/en/sign-up.html"},
		"an unknown language is French":            {"/sign-up", "de", "pages/fr/sign-up.html"},
		"rubbish is French":                        {"/sign-up", ", ;;q=,x", "pages/fr/sign-up.html"},
		"a link's address draws itself":            {"/confirm/AAAA", "en", "index.html"},
		"an unknown address draws itself":          {"/no-such-page", "en", "index.html"},
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
