package main

import (
	"context"
	"strings"

	"github.com/oklog/ulid/v2"

	"guichet/shared/client"
	"guichet/shared/token"
)

// clientCredentials is the grant of RFC 6749 §4.4.
var clientCredentials = grant{
	confidential: true,
	scopes: func(s *service, ctx context.Context, f *form, c client.Client) (scopes, error) {
		return s.requestedScopes(ctx, f.value("scope"), c)
	},
	issue: (*service).accessToken,
}

// accessToken issues an access token of the application. Nothing is stored: the token names the credential that it was
// obtained with, and the authorizer checks at each call that the credential is active.
func (s *service) accessToken(ctx context.Context, c client.Client, scopes scopes) (*answer, error) {
	application, err := ulid.ParseStrict(c.Application)
	if err != nil {
		return nil, err
	}
	keys, err := s.keys.Keys(ctx)
	if err != nil {
		return nil, refusedUnavailable.because(err)
	}
	text, err := keys.Mint(token.Claims{
		Kind: token.Access, Application: token.ApplicationID(application), Credential: c.Number,
		Expires: s.now().Add(token.Lifetime), Scopes: scopes.narrowed,
	})
	if err != nil {
		return nil, err
	}
	return &answer{AccessToken: text, TokenType: "Bearer", ExpiresIn: int64(token.Lifetime.Seconds()), Scope: strings.Join(scopes.names, " ")}, nil
}
