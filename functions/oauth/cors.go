package main

import (
	"net/http"
	"slices"

	"guichet/shared/channel"
	"guichet/shared/client"
	"guichet/shared/httpapi"
)

// allowedMethods is the header Allow of the token endpoint.
const allowedMethods = "POST, OPTIONS"

// servePreflight answers what a browser asks before a request (Fetch standard). It names no client, so that only the
// request itself can be held to the client's origins.
func servePreflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Allow", allowedMethods)
	if r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != "" {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Methods", http.MethodPost)
		if requested := httpapi.RequestedHeaders(r.Header.Values("Access-Control-Request-Headers")); requested != "" {
			h.Set("Access-Control-Allow-Headers", requested) // pages send what their monitoring adds, too
		}
		h.Set("Access-Control-Max-Age", "600")
	}
	w.WriteHeader(http.StatusNoContent)
}

// checkOrigin holds a browser's request to the JavaScript origins of the client (features Z52): without any, no browser;
// the portal's own origin always passes on SANDBOX. An opaque origin is nobody's, also where any is allowed (GW-15).
func (s *service) checkOrigin(origins []string, c client.Client) error {
	switch {
	case len(origins) == 0:
		return nil
	case len(origins) > 1 || origins[0] == "" || origins[0] == "null":
		return refusedOrigin
	case s.channel == channel.Sandbox && origins[0] == s.portal,
		slices.Contains(c.Origins, origins[0]), slices.Contains(c.Origins, "*"):
		return nil
	}
	return refusedOrigin
}
