package publication

import (
	"slices"
	"strings"
)

// Limits of a document's security. They bound what shared YAML nodes can stand for, and what the authorizer goes through.
const (
	maxSchemes           = 200
	maxAlternatives      = 30
	maxSchemesTogether   = 10
	maxScopesTogether    = 20
	maxReferences        = 16
	maxFlows             = 20
	maxScopeDescriptions = 2_000
)

// openID is the scope that asks for a credential and for no right (design §4).
const openID = "openid"

// Alternative is one way to be entitled to an operation: a credential of one of the kinds, with all of the scopes.
type Alternative struct {
	// Bearer and APIKey are the kinds of credential that serve; at least one is set.
	Bearer bool `json:"bearer"`
	APIKey bool `json:"apiKey"`
	// Scopes are sorted, without openid. Empty means that no scope is needed.
	Scopes []string `json:"scopes,omitempty"`
}

// anyCredential is the alternative of "{}" and of openid alone.
func (a Alternative) anyCredential() bool { return a.Bearer && a.APIKey && len(a.Scopes) == 0 }

func (a Alternative) equal(b Alternative) bool {
	return a.Bearer == b.Bearer && a.APIKey == b.APIKey && slices.Equal(a.Scopes, b.Scopes)
}

// Scope is a right that a document declares or asks for.
type Scope struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// scheme is a security scheme as far as the platform can tell callers apart by it.
type scheme struct {
	bearer, apiKey bool
	// scoped says that the requirement's list holds scopes by the specification (OAuth 2.0, OpenID Connect).
	scoped bool
	scopes []Scope
}

// anything serves where a scheme asks for what only the backend can check: the platform's own credential stands for it.
var anything = scheme{bearer: true, apiKey: true}

// schemes reads securityDefinitions (Swagger 2.0) or components.securitySchemes. A scheme that cannot be understood is
// refused when it is used, because leaving it out would open what it protects.
func (r *reader) readSchemes() error {
	r.schemes = map[string]scheme{}
	at, defined := root.in("securityDefinitions"), r.tree.root.get("securityDefinitions")
	if r.document.Version != "2.0" {
		at, defined = root.in("components").in("securitySchemes"), r.tree.root.get("components").get("securitySchemes")
	}
	if defined == nil || defined.kind == null {
		return nil
	}
	if err := r.mapping(defined, at, maxSchemes); err != nil {
		return err
	}
	for i, name := range defined.keys {
		if strings.HasPrefix(name, "x-") {
			continue
		}
		s, err := r.scheme(defined.items[i], at.in(name))
		if err != nil {
			return err
		}
		r.schemes[name] = s
		for _, declared := range s.scopes {
			r.mention(declared, defined.items[i].line)
		}
	}
	return nil
}

func (r *reader) scheme(n *node, at place) (scheme, error) {
	n, err := r.resolve(n, at)
	if err != nil {
		return scheme{}, err
	}
	if err := r.mapping(n, at, maxFields); err != nil {
		return scheme{}, err
	}
	switch kind := strings.ToLower(n.get("type").text()); kind {
	case "oauth2":
		s := scheme{bearer: true, scoped: true}
		flows := []*node{n} // Swagger 2.0 has one flow, in the scheme itself
		if of := n.get("flows"); of != nil && of.kind == mapping {
			flows = append(flows, of.items[:min(len(of.items), maxFlows)]...)
		}
		for _, flow := range flows {
			if len(flow.keys) > maxFields {
				continue
			}
			s.scopes = append(s.scopes, scopesOf(flow.get("scopes"))...)
			if len(s.scopes) > maxScopeDescriptions {
				return scheme{}, refuse(n.line, "A security scheme declares more than %d scopes.", maxScopeDescriptions)
			}
		}
		return s, nil
	case "openidconnect":
		return scheme{bearer: true, scoped: true}, nil
	case "apikey":
		if in := n.get("in").text(); in != "header" {
			r.add(Warning, SchemeElsewhere, at, n.line, "The document expects an API key in %q: the platform takes it from a header (KeyId).", in)
		} else if name := n.get("name").text(); !strings.EqualFold(name, "KeyId") && !strings.EqualFold(name, "X-Api-Key") {
			r.add(Notice, SchemeElsewhere, at, n.line, "The document expects an API key in the header %q: the platform takes it from KeyId.", name)
		}
		return scheme{apiKey: true}, nil
	case "http":
		if strings.EqualFold(n.get("scheme").text(), "bearer") {
			return scheme{bearer: true}, nil
		}
		r.add(Warning, SchemeUnsupported, at, n.line, "The platform does not check the scheme %q: its own credential is asked for instead.", n.get("scheme").text())
		return anything, nil
	default:
		r.add(Warning, SchemeUnsupported, at, n.line, "The platform does not check security of the type %q: its own credential is asked for instead.", kind)
		return anything, nil
	}
}

// scopesOf reads the declared scopes of a flow: name → description, or, against the specification, a list of names.
func scopesOf(n *node) []Scope {
	if n == nil {
		return nil
	}
	scopes := make([]Scope, 0, min(len(n.items), maxScopeDescriptions+1))
	for i, item := range n.items {
		if i > maxScopeDescriptions {
			break
		}
		switch n.kind {
		case mapping:
			scopes = append(scopes, Scope{n.keys[i], cut(item.text(), maxDescriptionBytes)})
		case list:
			scopes = append(scopes, Scope{Name: item.text()})
		}
	}
	return scopes
}

// security reads a list of security requirements: an OR of ANDs. Nil means any credential and no scope, as an empty list
// does, and "{}", and openid alone. found is false where nothing is said, so that the document's own security holds.
func (r *reader) security(parent *node, at place) (alternatives []Alternative, found bool, err error) {
	n := parent.get("security")
	if n == nil {
		return nil, false, nil
	}
	if known, ok := r.secured[n]; ok {
		return known, true, nil
	}
	at = at.in("security")
	if n.kind == null {
		r.add(Warning, RequirementMended, at, n.line, "The security is empty: it is read as if it was not there.")
		return nil, false, nil
	}
	alternatives, err = r.alternatives(n, at)
	if err == nil {
		r.secured[n] = alternatives
	}
	return alternatives, true, err
}

func (r *reader) alternatives(n *node, at place) ([]Alternative, error) {
	switch {
	case n.kind != list:
		return nil, refuse(n.line, "The security at %s is no list.", at)
	case len(n.items) > maxAlternatives:
		return nil, refuse(n.line, "The security at %s has more than %d alternatives.", at, maxAlternatives)
	}
	var alternatives []Alternative
	free := len(n.items) == 0
	for i, requirement := range n.items {
		a, err := r.requirement(requirement, at.of(i))
		if err != nil {
			return nil, err
		}
		if a.anyCredential() {
			free = true // whoever has a credential is served, so that the rest says nothing more
		}
		if !slices.ContainsFunc(alternatives, a.equal) {
			alternatives = append(alternatives, a)
		}
	}
	if free {
		return nil, nil
	}
	return alternatives, nil
}

// requirement reads schemes that must all be satisfied.
func (r *reader) requirement(n *node, at place) (Alternative, error) {
	if err := r.mapping(n, at, maxSchemesTogether); err != nil {
		return Alternative{}, err
	}
	a := Alternative{Bearer: true, APIKey: true}
	for i, name := range n.keys {
		s, known := r.schemes[name]
		if !known {
			s = anything
			s.scoped = true
			r.add(Warning, SchemeUnknown, at, n.line, "The security scheme %q is not defined: a credential of the platform is asked for, with the scopes named here.", name)
		}
		listed, err := r.listedScopes(n.items[i], at.in(name))
		if err != nil {
			return Alternative{}, err
		}
		if s.scoped && len(listed) > 0 && !slices.ContainsFunc(listed, isRight) {
			continue // openid alone: a credential of either kind
		}
		for _, scope := range slices.DeleteFunc(listed, func(scope string) bool { return !isRight(scope) }) {
			r.require(scope, s, known, at.in(name), n.items[i].line)
			a.Scopes = append(a.Scopes, scope)
		}
		a.Bearer, a.APIKey = a.Bearer && s.bearer, a.APIKey && s.apiKey
	}
	if len(a.Scopes) > maxScopesTogether {
		return Alternative{}, refuse(n.line, "The security at %s needs more than %d scopes at once.", at, maxScopesTogether)
	}
	slices.Sort(a.Scopes)
	a.Scopes = slices.Compact(a.Scopes)
	if !a.Bearer && !a.APIKey {
		// Both credentials name the same application, and the token is the one that can be narrowed and ends.
		r.add(Warning, CredentialsCombined, at, n.line, "A token and an API key are asked for together: the platform asks for the token.")
		a.Bearer = true
	}
	return a, nil
}

// isRight tells whether a scope is a right, and not just a sign that a credential is asked for.
func isRight(scope string) bool { return scope != openID }

// listedScopes reads the list beside a scheme's name.
func (r *reader) listedScopes(n *node, at place) ([]string, error) {
	var listed []string
	switch n.kind {
	case null:
		r.add(Notice, RequirementMended, at, n.line, "Scopes are a list: nothing is read as an empty one.")
	case text:
		r.add(Notice, RequirementMended, at, n.line, "Scopes are a list: a text is read as a list of one.")
		listed = []string{n.value}
	case list:
		if len(n.items) > maxScopesTogether {
			return nil, refuse(n.line, "The security at %s needs more than %d scopes at once.", at, maxScopesTogether)
		}
		for _, item := range n.items {
			if item.kind != text {
				return nil, refuse(item.line, "A scope at %s is no text.", at)
			}
			listed = append(listed, item.value)
		}
	default:
		return nil, refuse(n.line, "The scopes at %s are no list.", at)
	}
	var scopes []string
	for _, entry := range listed {
		names := strings.Fields(entry)
		if len(names) == 0 {
			return nil, refuse(n.line, "A scope at %s is empty.", at)
		}
		if len(names) > 1 {
			r.add(Notice, RequirementMended, at, n.line, "%q is read as %d scopes that are all needed.", entry, len(names))
		}
		if scopes = append(scopes, names...); len(scopes) > maxScopesTogether {
			return nil, refuse(n.line, "The security at %s needs more than %d scopes at once.", at, maxScopesTogether)
		}
	}
	return scopes, nil
}

// require notes a scope that is asked for. A name that stands beside a scheme without scopes is taken for one, too: the
// document means to restrict.
func (r *reader) require(name string, s scheme, known bool, at place, line int32) {
	switch {
	case known && !s.scoped:
		r.add(Warning, ScopeOnOtherScheme, at, line, "The scheme has no scopes: %q is asked for all the same.", name)
	case known && !slices.ContainsFunc(s.scopes, func(d Scope) bool { return d.Name == name }):
		r.add(Notice, ScopeUndeclared, at, line, "The scope %q is not declared by its security scheme.", name)
	}
	r.mention(Scope{Name: name}, line)
}
