package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"guichet/shared/client"
	"guichet/shared/route"
	"guichet/shared/token"
)

// openID is the scope that stands for all that the application is granted (features Z24).
const openID = "openid"

// scopes are what a token will carry.
type scopes struct {
	// names as the answer shows them.
	names []string
	// narrowed are the short ids of a token that carries less than the application is granted; nil for all of it.
	narrowed []token.ScopeID
}

// scopes decides on the scope parameter of a request.
func (s *service) scopes(ctx context.Context, parameter string, c client.Client) (scopes, error) {
	asked, err := parseScope(parameter)
	if err != nil {
		return scopes{}, err
	}
	table, err := s.routes.Table(ctx)
	if err != nil {
		return scopes{}, refusedUnavailable.because(err)
	}
	return decideScopes(asked, grantedScopes(table, c.Access), c.Strict)
}

// parseScope splits a scope parameter (RFC 6749 §3.3); absent is none. Names are returned once each, in the order in which
// they were asked for.
func parseScope(parameter string) ([]string, error) {
	if parameter == "" {
		return nil, nil
	}
	var asked []string
	for name := range strings.SplitSeq(parameter, " ") {
		if !isScope(name) {
			return nil, refusedScopeForm
		}
		if slices.Contains(asked, name) {
			continue
		}
		if len(asked) > token.MaxScopes { // openid beside as many as a token carries
			return nil, refusedScopeCount
		}
		asked = append(asked, name)
	}
	if len(asked) > token.MaxScopes && !slices.Contains(asked, openID) {
		return nil, refusedScopeCount
	}
	return asked, nil
}

// isScope tells whether a text is a scope-token (RFC 6749 §3.3).
func isScope(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return name != ""
}

// grantedScopes returns what the application may use, by name: all scopes of an API that it is granted whole, else those
// that it is granted one by one. What is not in the channel's routes any more is nothing.
func grantedScopes(table *route.Table, access []string) map[string]route.Scope {
	granted := map[string]route.Scope{}
	for _, right := range access { // in the forms of quota.Whole, quota.Partial and quota.Scoped
		if len(right) != 4 && len(right) != 8 {
			continue
		}
		for _, scope := range table.ScopesOf(right[:4]) {
			if len(right) == 4 || right[4:] == scope.ID {
				granted[scope.Name] = scope
			}
		}
	}
	return granted
}

// decideScopes gives what was asked for and is granted; all that is granted, under openid, when that is nothing (features
// Z24). A strict client may ask for nothing that it does not get; unknown scopes and those of others are not told apart.
func decideScopes(asked []string, granted map[string]route.Scope, strict bool) (scopes, error) {
	var s scopes
	for _, name := range asked {
		if name == openID {
			continue
		}
		scope, ok := granted[name]
		if !ok {
			if strict {
				return scopes{}, refusedScopeUnknown
			}
			continue
		}
		id, err := token.ParseScopeID(scope.ID)
		if err != nil {
			return scopes{}, fmt.Errorf("scope %s: %w", name, err)
		}
		s.names, s.narrowed = append(s.names, name), append(s.narrowed, id)
	}
	if s.narrowed == nil {
		s.names = append([]string{openID}, slices.Sorted(maps.Keys(granted))...)
	} else if slices.Contains(asked, openID) {
		s.names = append([]string{openID}, s.names...) // guide I5: "openid resource.READ"
	}
	return s, nil
}
