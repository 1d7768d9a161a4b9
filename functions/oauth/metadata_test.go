package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"guichet/shared/channel"
	"guichet/shared/problem"
)

// TestTK09MetadataTellsTheTruth tries every value that RFC 8414 and its registry know: the listed ones work, the others
// fail.
func TestTK09MetadataTellsTheTruth(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI)
	id, password := p.addClient(t, live("AAAA"))
	got := p.do(t, call{method: "GET", path: metadataPath, contentType: "-"})
	var m metadata
	if err := json.Unmarshal([]byte(got.body), &m); err != nil || got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if slash := p.do(t, call{method: "GET", path: metadataPath + "/", contentType: "-"}); slash.status != 200 || slash.body != got.body {
		t.Errorf("M10 the metadata with a slash at its end: %d %s", slash.status, slash.body)
	}
	if m.Issuer != p.config.IssuerURL || m.TokenEndpoint != p.config.IssuerURL+"/api/oauth/token" {
		t.Errorf("RFC 8414 §3.3: issuer %q, token endpoint %q", m.Issuer, m.TokenEndpoint)
	}
	if m.ResponseTypesSupported == nil || len(m.ResponseTypesSupported) != 0 {
		t.Errorf("RFC 8414 §2: response types %q without an authorization endpoint", m.ResponseTypesSupported)
	}

	for _, method := range []string{"none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth"} {
		c := call{body: grantOnly, address: "198.51.100.1"}
		switch method {
		case "none":
			c.body = formOf("grant_type", "client_credentials", "client_id", id)
		case "client_secret_basic":
			c.header = basic(id, password)
		case "client_secret_post":
			c.body = formOf("grant_type", "client_credentials", "client_id", id, "client_secret", password)
		case "client_secret_jwt", "private_key_jwt":
			c.body = formOf("grant_type", "client_credentials", "client_id", id, "client_assertion", "e30.e30.e30",
				"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		case "tls_client_auth":
			c.body = formOf("grant_type", "client_credentials", "client_id", id)
		}
		if works, listed := p.do(t, c).status == 200, slices.Contains(m.TokenEndpointAuthMethodsSupported, method); works != listed {
			t.Errorf("TK-09 %s: listed %v, works %v", method, listed, works)
		}
	}
	for _, method := range m.TokenEndpointAuthMethodsSupported {
		if !slices.Contains([]string{"client_secret_basic", "client_secret_post"}, method) {
			t.Errorf("TK-09 %s is listed and not tried", method)
		}
	}

	grantTypes := []string{"authorization_code", "implicit", "password", "client_credentials", "refresh_token",
		"urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer",
		"urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange"}
	for _, grantType := range append(grantTypes, m.GrantTypesSupported...) {
		got := p.do(t, call{body: formOf("grant_type", grantType, "client_id", id, "client_secret", password)})
		if listed := slices.Contains(m.GrantTypesSupported, grantType); (got.status == 200) != listed || !listed && got.Error != unsupportedGrantType {
			t.Errorf("TK-09 %s: listed %v, answer %s", grantType, listed, got.body)
		}
	}
	for _, scope := range m.ScopesSupported {
		strict := live()
		strict.Strict = true
		id, password := p.addClient(t, strict)
		if got := p.ask(t, id, password, scope); got.status != 200 || got.Scope != scope {
			t.Errorf("TK-09 scope %s: %s", scope, got.body)
		}
	}
}

// TestRefusals holds what every refusal must be, listed or not yet used.
func TestRefusals(t *testing.T) {
	t.Parallel()
	statuses := map[string][]int{ // RFC 6749 §5.2, design §5
		invalidRequest: {400, 405, 413}, invalidClient: {401}, unauthorizedClient: {400}, unsupportedGrantType: {400}, invalidScope: {400},
		temporarilyUnavailable: {429, 503}, serverError: {500},
	}
	for _, r := range []*refusal{
		refusedMethod, refusedQuery, refusedMediaType, refusedTooLarge, refusedTooMany, refusedBody, refusedTwice, refusedHeader, refusedTwoMethods,
		refusedTwoClients, refusedNoClientID, refusedNoGrant, refusedGrantType, refusedNoAuthentication, refusedAuthentication, refusedClient,
		refusedGrantForClient, refusedOrigin, refusedScopeForm, refusedScopeCount, refusedScopeTotal, refusedScopeUnknown, refusedAttempts, refusedUnavailable, refusedInternal,
	} {
		if !slices.Contains(statuses[r.code], r.status) {
			t.Errorf("%s with status %d", r.code, r.status)
		}
		if r.page != "" {
			if entry, ok := problem.Lookup(r.page); !ok || entry.Status != r.status && r.page != problem.OriginNotAllowed {
				t.Errorf("%q links the page of %s", r.description, r.page)
			}
		}
		for i := range len(r.description) {
			if c := r.description[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
				t.Errorf("RFC 6749 §5.2: description %q", r.description)
			}
		}
	}
	if !reflect.DeepEqual(refusedClient.because(errUnknown).challenged(false), refusedClient.because(errUnknown)) {
		t.Error("a copy of a refusal differs")
	}
}
