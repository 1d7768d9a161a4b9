package topology

import (
	_ "embed"
	"encoding/json"
	"maps"
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
	// Pages are the addresses that the build renders, below Prerendered and in each language: whoever opens one sees it before any
	// script has run. The first language is for those who ask for none of them.
	Pages       []string
	Prerendered string
	Languages   []string
	// API answers below APIPath.
	API, APIPath string
	// Headers go with every file (PS-06); HeadersFor completes them. The API sends its own.
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

// pagesJSON is what web/src/pages.ts declares as prerendered; `make generate` writes it.
//
//go:embed pages.json
var pagesJSON []byte

func prerenderedPages() []string {
	var pages []string
	if err := json.Unmarshal(pagesJSON, &pages); err != nil {
		panic("topology: pages.json: " + err.Error()) // generated, and read by every test
	}
	return pages
}

// portalSite is the portal. Its policy allows nothing from anywhere else. Styles may stand in the page, because the
// component library puts them there; scripts may not.
func portalSite() Site {
	return Site{
		Folder: "web/dist", Fallback: "index.html", API: PortalAPI, APIPath: "/api/", Lasting: "/assets/",
		Pages: prerenderedPages(), Prerendered: "pages/", Languages: []string{"fr", "en"},
		Headers: map[string]string{
			"Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
				"connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
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

// HeadersFor returns the headers for an installation whose channels have these base URLs: its pages may call them, too.
func (s Site) HeadersFor(channels []string) map[string]string {
	headers := maps.Clone(s.Headers)
	const policy, own = "Content-Security-Policy", "connect-src 'self'"
	headers[policy] = strings.Replace(headers[policy], own, strings.Join(append([]string{own}, channels...), " "), 1)
	return headers
}

// File is what answers a path: the file that it names when its last segment has a dot, else the page that is prerendered for it, else
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
	return s.Prerendered + s.language(acceptLanguage) + "/" + name + ".html"
}

func (s Site) language(acceptLanguage string) string {
	for wanted := range strings.SplitSeq(acceptLanguage, ",") {
		if wanted = strings.TrimSpace(wanted); len(wanted) >= 2 && slices.Contains(s.Languages, strings.ToLower(wanted[:2])) {
			return strings.ToLower(wanted[:2])
		}
	}
	return s.Languages[0]
}
