package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"guichet/shared/client"
	"guichet/shared/quota"
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

// maxNames bounds the scopes that a request asks for; beside them it may name openid.
const maxNames = 64

// maxListed bounds the names in an answer, in bytes. An application that is granted more is told of openid alone.
const maxListed = 256 << 10

// requestedScopes decides on the scope parameter of a request.
func (s *service) requestedScopes(ctx context.Context, parameter string, c client.Client) (scopes, error) {
	asked, err := parseScope(parameter)
	if err != nil {
		return scopes{}, err
	}
	table, err := s.routes.Table(ctx)
	if err != nil {
		return scopes{}, refusedUnavailable.because(err)
	}
	names, unreadable, err := s.routes.ScopeNames(ctx, subscribed(table, c.Access))
	if err != nil {
		return scopes{}, refusedUnavailable.because(err)
	}
	if unreadable != nil { // these APIs' scopes count as not granted
		slog.ErrorContext(ctx, "scope names unreadable", "error", unreadable.Error())
	}
	return decideScopes(asked, grantedScopes(names, c.Access), c.Strict)
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
		if len(asked) > maxNames {
			return nil, refusedScopeCount
		}
		asked = append(asked, name)
	}
	if len(asked) > maxNames && !slices.Contains(asked, openID) {
		return nil, refusedScopeCount
	}
	return asked, nil
}

// isScope reports whether a text is a scope-token (RFC 6749 §3.3).
func isScope(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return name != ""
}

// Lengths of rights, in the forms of quota.Whole and quota.Scoped; quota.Partial only says that there are some of these.
const (
	wholeLength  = 4
	scopedLength = 8
)

// subscribed returns the routes of the APIs that rights are on. What is not in the channel's routes any more is nothing.
func subscribed(table *route.Table, access []string) []*route.Route {
	var routes []*route.Route
	seen := map[string]bool{}
	for _, right := range access {
		if len(right) != wholeLength && len(right) != scopedLength || seen[right[:wholeLength]] {
			continue
		}
		api := right[:wholeLength]
		seen[api] = true
		if r := table.ByID(api); r != nil {
			routes = append(routes, r)
		}
	}
	return routes
}

// grantedScopes returns the short ids of what the application may use, by name: all scopes of an API that it is granted
// whole, else those that it is granted one by one. A name stands for the scope of every API that has it. names are those
// of each API, to short ids.
func grantedScopes(names map[string]map[string]string, access []string) map[string][]string {
	granted := map[string][]string{}
	rights := make(map[string]bool, len(access))
	for _, right := range access {
		rights[right] = true
	}
	for _, api := range slices.Sorted(maps.Keys(names)) {
		for name, id := range names[api] {
			if rights[quota.Whole(api)] || rights[quota.Scoped(api, id)] {
				granted[name] = append(granted[name], id)
			}
		}
	}
	return granted
}

// decideScopes gives what was asked for and is granted; all that is granted, under openid, when that is nothing (features
// Z24). A strict client may ask for nothing that it does not get; unknown scopes and those of others are not told apart.
// A narrowed token stays valid for APIs that ask for no scope.
func decideScopes(asked []string, granted map[string][]string, strict bool) (scopes, error) {
	var s scopes
	for _, name := range asked {
		if name == openID {
			continue
		}
		ids, ok := granted[name]
		if !ok {
			if strict {
				return scopes{}, refusedScopeUnknown
			}
			continue
		}
		s.names = append(s.names, name)
		for _, text := range ids {
			id, err := token.ParseScopeID(text)
			if err != nil {
				return scopes{}, fmt.Errorf("scope %s: %w", name, err)
			}
			s.narrowed = append(s.narrowed, id)
		}
	}
	switch {
	case len(s.narrowed) > token.MaxScopes:
		return scopes{}, refusedScopeTotal
	case s.narrowed == nil:
		s.names = append([]string{openID}, listed(granted)...)
	case slices.Contains(asked, openID):
		s.names = append([]string{openID}, s.names...) // guide I5: "openid resource.READ"
	}
	return s, nil
}

// listed returns the names in order, none when they are too long for an answer.
func listed(granted map[string][]string) []string {
	bytes := 0
	for name := range granted {
		bytes += len(name) + 1
	}
	if bytes > maxListed {
		return nil
	}
	return slices.Sorted(maps.Keys(granted))
}
