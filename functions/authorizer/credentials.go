package main

import (
	"context"
	"slices"
	"strings"

	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/token"
)

// credentials is who calls: one application, by an access token, an API key, or both.
type credentials struct {
	application    token.ApplicationID
	numbers        []uint16
	bearer, apiKey bool
	// narrowed holds the scopes that the access token was narrowed to; nil when it was not.
	narrowed []token.ScopeID
}

// maxAuthorization bounds the Authorization header (RS-01).
const maxAuthorization = 4096

// Challenges of a 401 (RFC 6750 §3): without error when no token was sent.
const (
	bareChallenge    = `Bearer realm="guichet"`
	invalidChallenge = `Bearer realm="guichet", error="invalid_token"`
)

// queryCredentials are names under which credentials are sent in query strings; refused, because logs keep queries.
var queryCredentials = [...]string{"access_token", "keyid", "x-api-key", "client_secret"}

// authenticate reads and verifies what the call carries, without a store.
func (a *authorizer) authenticate(ctx context.Context, r *request, d *decision) (credentials, problem.Code) {
	for name := range r.MultiValueQueryStringParameters {
		if slices.Contains(queryCredentials[:], strings.ToLower(name)) {
			return credentials{}, problem.CredentialInQuery
		}
	}
	bearer, code := bearerToken(r.header("Authorization"))
	if code != "" {
		return credentials{}, code
	}
	key, code := apiKey(append(r.header("KeyId"), r.header("X-Api-Key")...))
	if code != "" {
		return credentials{}, code
	}
	if bearer == "" && key == "" {
		d.challenge = bareChallenge
		return credentials{}, problem.TokenMissing
	}
	d.challenge = bareChallenge
	var c credentials
	if key != "" {
		claims, err := a.keys.Verify(ctx, key)
		if err == nil && claims.Kind != token.APIKey {
			err = token.ErrInvalid
		}
		if code := verified(err); code != "" {
			d.cause = cause(code, err)
			return credentials{}, code
		}
		c = credentials{application: claims.Application, numbers: []uint16{claims.Credential}, apiKey: true}
	}
	if bearer != "" {
		d.challenge = invalidChallenge
		claims, err := a.keys.Verify(ctx, bearer)
		if err == nil && claims.Kind != token.Access {
			err = token.ErrInvalid
		}
		if code := verified(err); code != "" {
			d.cause = cause(code, err)
			return credentials{}, code
		}
		if c.apiKey && c.application != claims.Application {
			return credentials{}, problem.CredentialsMismatch
		}
		c.application, c.bearer = claims.Application, true
		if !slices.Contains(c.numbers, claims.Credential) {
			c.numbers = append(c.numbers, claims.Credential)
		}
		c.narrowed = claims.Scopes
	}
	return c, ""
}

// cause keeps the private reason where it is a failure of ours.
func cause(code problem.Code, err error) error {
	if code == problem.Unavailable {
		return err
	}
	return nil
}

// bearerToken reads the Authorization headers: none, or exactly one. Another scheme than Bearer carries no credential of
// ours.
func bearerToken(values []string) (string, problem.Code) {
	switch {
	case len(values) == 0:
		return "", ""
	case len(values) > 1, len(values[0]) > maxAuthorization:
		return "", problem.AuthorizationInvalid
	}
	scheme, credential, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", ""
	}
	credential = strings.TrimLeft(credential, " ") // RFC 9110 §11.4: one space or more
	if credential == "" || strings.ContainsAny(credential, ", ") {
		return "", problem.AuthorizationInvalid
	}
	return credential, ""
}

// apiKey reads the headers of an API key: none, or one value however often it is repeated under both names.
func apiKey(values []string) (string, problem.Code) {
	if len(values) == 0 {
		return "", ""
	}
	for _, value := range values {
		if value == "" || value != values[0] || len(value) > maxAuthorization {
			return "", problem.AuthorizationInvalid
		}
	}
	return values[0], ""
}

// covers reports whether the credentials that the API accepts include all the scopes, granted or not: an API key does,
// an access token unless it was narrowed to others.
func (c credentials) covers(r *route.Route, scopes []string) bool {
	if c.narrowed == nil || c.apiKey && r.APIKey {
		return true
	}
	for _, scope := range scopes {
		if id, err := token.ParseScopeID(scope); err != nil || !slices.Contains(c.narrowed, id) {
			return false
		}
	}
	return true
}

// granted names the API's scopes that the call has: those that the application is granted and the credentials cover.
// Sorted.
func (c credentials) granted(r *route.Route, access []string) []string {
	whole := slices.Contains(access, quota.Whole(r.ID))
	var names []string
	for name, id := range r.Scopes {
		if (whole || slices.Contains(access, quota.Scoped(r.ID, id))) && c.covers(r, []string{id}) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
