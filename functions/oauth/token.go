package main

import (
	"context"
	"log/slog"
	"net/http"

	"guichet/shared/client"
	"guichet/shared/httpapi"
)

// serveToken is the token endpoint (RFC 6749 §3.2).
func (s *service) serveToken(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store") // RFC 6749 §5.1; errors too (TE-13)
	h.Set("Pragma", "no-cache")
	h.Set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
	h.Set("Access-Control-Expose-Headers", "Retry-After, X-CorrelationID")
	if r.Method == http.MethodOptions {
		servePreflight(w, r)
		return
	}
	if r.Method != http.MethodPost {
		h.Set("Allow", allowedMethods)
		s.writeRefusal(w, r, refusedMethod)
		return
	}
	answer, err := s.token(r)
	if err != nil {
		s.writeRefusal(w, r, err)
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", origin) // allowed, or there were no answer
	}
	writeJSON(w, r, http.StatusOK, answer)
}

// answer is a token response (RFC 6749 §5.1).
type answer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	// ExpiresIn in seconds.
	ExpiresIn int64 `json:"expires_in"`
	// Scope is always there (RFC 6749 §3.3, features Z24).
	Scope string `json:"scope"`
}

// token goes the way of every token request. Errors are refusals; anything else is unexpected.
func (s *service) token(r *http.Request) (*answer, error) {
	form, err := parse(r)
	if err != nil {
		return nil, err
	}
	g, err := grantFor(form)
	if err != nil {
		return nil, err
	}
	credentials, err := readCredentials(r.Header.Values("Authorization"), form)
	if err != nil {
		return nil, err
	}
	c, err := s.authenticate(r, credentials)
	if err != nil {
		return nil, err
	}
	httpapi.Log(r, slog.String(httpapi.KeyApplication, c.Application), slog.Int(httpapi.KeyCredential, int(c.Number)))
	if err := s.checkOrigin(r.Header.Values("Origin"), c); err != nil {
		return nil, err
	}
	if g.confidential && !c.Confidential {
		return nil, refusedGrantForClient
	}
	scopes, err := g.scopes(s, r.Context(), form, c)
	if err != nil {
		return nil, err
	}
	return g.issue(s, r.Context(), c, scopes)
}

// grant is a way to get a token: what differs between grants in the one pipeline that they share. Each has a file of its
// own, named by its grant_type.
type grant struct {
	// confidential grants are for clients that have authenticated with their secret; the others also serve public clients,
	// which are only identified (RFC 6749 §3.2.1).
	confidential bool
	// scopes decides what the token will carry: from the request's scope parameter, or from what the grant presents (a
	// code, a refresh token, an assertion).
	scopes func(s *service, ctx context.Context, f *form, c client.Client) (scopes, error)
	// issue makes the tokens.
	issue func(s *service, ctx context.Context, c client.Client, scopes scopes) (*answer, error)
}

// grants lists what the service supports by grant_type; the metadata lists the same.
var grants = map[string]grant{
	"client_credentials": clientCredentials,
}

// grantFor finds the grant that is asked for (TE-08).
func grantFor(f *form) (grant, error) {
	name := f.value("grant_type")
	if name == "" {
		return grant{}, refusedNoGrant
	}
	g, ok := grants[name]
	if !ok {
		return grant{}, refusedGrantType
	}
	return g, nil
}
