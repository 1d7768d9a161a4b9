package publication

import (
	"maps"
	"slices"

	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/problem"
)

// Limits of scopes.
const (
	// MaxScopes bounds the scopes of an API: those that an operation asks for, and those that the settings name.
	MaxScopes = 200
	// maxScopeBytes bounds the name of a scope, maxAllScopesBytes names and descriptions together: they are in the API's one
	// row.
	maxScopeBytes     = 128
	maxAllScopesBytes = 250_000
	// maxEarlierScopes bounds the scopes of earlier versions whose short ids are kept for when they come back.
	maxEarlierScopes = 800
)

// mention is a scope as the document first mentions it.
type mention struct {
	Scope
	line int32
}

// mention notes a scope that is declared or asked for, or its description when it had none.
func (r *reader) mention(s Scope, line int32) {
	if s.Name == openID || s.Name == "" {
		return
	}
	if i, known := r.mentionAt[s.Name]; !known {
		r.mentionAt[s.Name] = len(r.mentions)
		r.mentions = append(r.mentions, mention{s, line})
	} else if r.mentions[i].Description == "" {
		r.mentions[i].Description = s.Description
	}
}

// readScopes takes the scopes that operations ask for. One that is only declared protects nothing, so that it needs no
// name that can be asked for, and does not count.
func (r *reader) readScopes() error {
	used := map[string]bool{}
	for _, o := range r.document.Operations {
		for _, scopes := range o.Alternatives {
			for _, name := range scopes {
				used[name] = true
			}
		}
	}
	unused := 0
	for _, m := range r.mentions {
		valid := ValidScope(m.Name)
		switch {
		case used[m.Name] && !valid:
			return refuse(m.line, "The scope %q cannot be asked for in a token request: it must be 1 to %d printable ASCII characters without blanks, quotes and backslashes (RFC 6749 §3.3).",
				shorten(m.Name, maxFindingTextInRunes), maxScopeBytes)
		case used[m.Name] && len(r.document.Scopes) == MaxScopes:
			return refuse(m.line, "The operations ask for more than %d scopes.", MaxScopes)
		case used[m.Name]:
			r.document.Scopes = append(r.document.Scopes, m.Scope)
		case !valid:
			r.add(Warning, ScopeUnusable, root, m.line, "The scope %q cannot be asked for in a token request (RFC 6749 §3.3): it is left out, no operation needs it.", shorten(m.Name, maxFindingTextInRunes))
		default:
			unused++
		}
	}
	if unused > 0 {
		r.add(Notice, ScopeUnused, root, 0, "The document declares scopes that no operation asks for (%d): they are left out, unless the settings of the API name them.", unused)
	}
	return nil
}

// ValidScope reports whether a name is a scope-token of RFC 6749 §3.3 of at most 128 bytes.
func ValidScope(name string) bool {
	for i := range len(name) {
		if c := name[i]; c < 0x21 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return name != "" && len(name) <= maxScopeBytes
}

// addScopes adds the scopes of the documents and of the settings, with their descriptions. New ones have no short id yet.
// Scopes that only earlier versions have keep their short ids and do not count.
func addScopes(a *catalogue.Aggregate, e edition) error {
	scopes := map[string]catalogue.ScopeSetting{}
	for name, s := range a.Scopes {
		s.Declared = false
		scopes[name] = s
	}
	describe := func(s Scope, declared bool) {
		setting := scopes[s.Name]
		if s.Description != "" {
			setting.Description = shorten(s.Description, maxScopeSettingRunes)
		}
		setting.Declared = setting.Declared || declared
		scopes[s.Name] = setting
	}
	for _, c := range channel.All {
		if d := e.documents[c]; d != nil {
			for _, s := range d.Scopes {
				describe(s, false)
			}
		}
	}
	for _, s := range e.Scopes {
		describe(s, true) // the provider's word after the document's
	}
	a.Scopes = scopes
	current := map[string]bool{}
	for c := range a.Channels {
		for name := range a.ScopesIn(c) {
			current[name] = true
		}
	}
	if len(current) > MaxScopes {
		return problem.Invalid("scopes", "An API has at most %d scopes: these are %d.", MaxScopes, len(current))
	}
	bytes := 0
	for name := range current {
		bytes += len(name) + len(scopes[name].Description)
	}
	if bytes > maxAllScopesBytes {
		return problem.Invalid("scopes", "The names and descriptions of the scopes take %d bytes: at most %d are possible.", bytes, maxAllScopesBytes)
	}
	keepEarlier(a, current)
	if len(scopes) == 0 {
		a.Scopes = nil
	}
	return nil
}

// keepEarlier keeps the short ids of scopes that are not current any more, first of those that a version still has. A
// scope whose short id is gone gets another one should it come back: rights on the old one are then worth nothing.
func keepEarlier(a *catalogue.Aggregate, current map[string]bool) {
	ofVersions := map[string]bool{}
	for _, v := range a.Versions {
		for _, name := range v.Scopes {
			ofVersions[name] = true
		}
	}
	earlier := slices.DeleteFunc(slices.Sorted(maps.Keys(a.Scopes)), func(name string) bool { return current[name] })
	slices.SortStableFunc(earlier, func(x, y string) int {
		switch {
		case ofVersions[x] == ofVersions[y]:
			return 0
		case ofVersions[x]:
			return -1
		}
		return 1
	})
	for i, name := range earlier {
		if i >= maxEarlierScopes {
			delete(a.Scopes, name)
			continue
		}
		s := a.Scopes[name]
		s.Description = ""
		a.Scopes[name] = s
	}
}
