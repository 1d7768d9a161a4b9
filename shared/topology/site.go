package topology

// Site is the portal's pages: static files, and the portal's API on the same origin.
type Site struct {
	// Folder of the built files, from the top of the repository.
	Folder string
	// Fallback is the file that answers every path without a file of its own: the pages' routes are the browser's affair.
	Fallback string
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
