package main

import (
	"maps"
	"net/http"
	"slices"
)

// metadata is the document by which clients find the service (RFC 8414 §2). It lists what works and nothing else (TK-09).
type metadata struct {
	Issuer                            string   `json:"issuer"`
	TokenEndpoint                     string   `json:"token_endpoint"`
	TokenEndpointAuthMethodsSupported []string `json:"token_endpoint_auth_methods_supported"`
	GrantTypesSupported               []string `json:"grant_types_supported"`
	// ResponseTypesSupported must be there, and is empty without an authorization endpoint.
	ResponseTypesSupported []string `json:"response_types_supported"`
	// ScopesSupported names openid only: which APIs exist is for those who may see them.
	ScopesSupported      []string `json:"scopes_supported"`
	ServiceDocumentation string   `json:"service_documentation"`
}

func (s *service) serveMetadata(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Access-Control-Allow-Origin", "*")
	writeJSON(w, r, http.StatusOK, metadata{
		Issuer:                            s.issuer,
		TokenEndpoint:                     s.issuer + tokenPath,
		TokenEndpointAuthMethodsSupported: []string{"client_secret_basic", "client_secret_post"},
		GrantTypesSupported:               slices.Sorted(maps.Keys(grants)),
		ResponseTypesSupported:            []string{},
		ScopesSupported:                   []string{openID},
		ServiceDocumentation:              s.portal,
	})
}
