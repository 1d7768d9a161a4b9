package topology

import (
	"path"
	"slices"
	"strings"
)

// Site is the portal's pages: static files, and the portal's API on the same origin.
type Site struct {
	// Folder of the built files, from the top of the repository.
	Folder string
	// Fallback is the file that answers every path without a file of its own: the pages' routes are the browser's affair.
	Fallback string
	// Pages are the addresses whose first state the build draws, below Drawn and in each language: who opens one sees it before
	// any script has run. The first language is for who asks for none of them.
	Pages     []string
	Drawn     string
	Languages []string
	// API answers below APIPath.
	API, APIPath string
	// Headers go with every file (PS-06). The API sends its own.
	Headers map[string]string
	// Lasting is the folder of files whose names change with their content; they may be kept for a year, the others are asked
	// for again each time.
	Lasting string
}

// Values of Cache-Control for a site's files.
const (
	KeepLasting = "public, max-age=31536000, immutable"
	AskAgain    = "no-cache"
)

// portalSite is the portal. Its policy allows nothing from anywhere else. Styles may stand in the page, because the
// component library puts them there; scripts may not.
func portalSite() Site {
	return Site{
		Folder: "web/dist", Fallback: "index.html", API: PortalAPI, APIPath: "/api/", Lasting: "/assets/",
		Pages: []string{
			"/", "/sign-up", "/sign-in", "/confirm", "/forgotten", "/problems", "/search", "/conditions", "/legal", "/accessibility", "/cookies", "/sitemap",
			"/applications", "/profile", "/profile/preferences", "/profile/password", "/profile/sessions", "/profile/organisations", "/profile/data",
		},
		Drawn: "pages/", Languages: []string{"fr", "en"},
		Headers: map[string]string{
			"Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
				"worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
			"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		},
	}
}

// File is what answers a path: the file that it names when its last segment has a dot, else the page that is drawn for it, else
// the fallback. acceptLanguage is the header's value; of the languages in it the first that the site has counts, as in the
// browser, which sends them in the order of its preferences.
func (s Site) File(requested, acceptLanguage string) string {
	if strings.Contains(path.Base(requested), ".") {
		return strings.TrimPrefix(path.Clean(requested), "/")
	}
	if !slices.Contains(s.Pages, requested) {
		return s.Fallback
	}
	name := strings.TrimPrefix(requested, "/")
	if name == "" {
		name = "index"
	}
	return s.Drawn + s.language(acceptLanguage) + "/" + name + ".html"
}

func (s Site) language(acceptLanguage string) string {
	for wanted := range strings.SplitSeq(acceptLanguage, ",") {
		if wanted = strings.TrimSpace(wanted); len(wanted) >= 2 && slices.Contains(s.Languages, strings.ToLower(wanted[:2])) {
			return strings.ToLower(wanted[:2])
		}
	}
	return s.Languages[0]
}
