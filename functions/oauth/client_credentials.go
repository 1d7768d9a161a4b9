package main

import (
	"context"
	"strings"

	"github.com/oklog/ulid/v2"

	"guichet/shared/client"
	"guichet/shared/token"
)

// clientCredentials is the grant of RFC 6749 §4.4: for confidential clients, which have proved who they are. Nothing is
// stored: the token says whose it is, and the authorizer asks whether that still lives.
func (s *service) clientCredentials(ctx context.Context, c client.Client, scopes scopes) (*answer, error) {
	if !c.Confidential {
		return nil, refusedGrantForClient
	}
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
