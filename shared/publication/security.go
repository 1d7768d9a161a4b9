package publication

import (
	"slices"
	"strings"

	"guichet/shared/quota"
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
	// maxOperators and maxConditionBytes bound what the scopes add to the condition of a call's write, of which DynamoDB
	// takes 300 operators and 4 KB.
	maxOperators      = 200
	maxConditionBytes = 3 << 10
)

// openID is the scope that asks for a credential and for no right (design §4).
const openID = "openid"

// Scope is a right that a document declares or asks for.
type Scope struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// scheme is a security scheme as far as the platform asks callers for it.
type scheme struct {
	// scoped says that the requirement's list holds scopes by the specification (OAuth 2.0, OpenID Connect). Other schemes
	// describe how the provider's own server knows its callers: they restrict nobody here.
	scoped bool
	scopes []Scope
}

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
		if strings.HasPrefix(name, "x-") && defined.items[i].kind != mapping {
			continue // an extension; a scheme may have such a name, too
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
		s := scheme{scoped: true}
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
		return scheme{scoped: true}, nil
	default:
		r.add(Notice, SchemeIgnored, at, n.line, "Security of the type %q is the provider's own and restricts nobody on the platform: which credentials the API accepts is a setting of the API.", kind)
		return scheme{}, nil
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

// security reads a list of security requirements: an OR of ANDs. Nil means any credential that the API accepts and no
// scope, as an empty list does, and "{}", and openid alone. found is false where nothing is said, so that the document's
// own security holds.
func (r *reader) security(parent *node, at place) (alternatives [][]string, found bool, err error) {
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

func (r *reader) alternatives(n *node, at place) ([][]string, error) {
	switch {
	case n.kind != list:
		return nil, refuse(n.line, "The security at %s is no list.", at)
	case len(n.items) > maxAlternatives:
		return nil, refuse(n.line, "The security at %s has more than %d alternatives.", at, maxAlternatives)
	}
	var alternatives [][]string
	free, ignored := false, false
	for i, requirement := range n.items {
		scopes, foreign, err := r.requirement(requirement, at.of(i))
		switch {
		case err != nil:
			return nil, err
		case foreign:
			ignored = true
		case len(scopes) == 0:
			free = true // whoever has a credential is served, so that the rest says nothing more
		case !slices.ContainsFunc(alternatives, func(known []string) bool { return slices.Equal(known, scopes) }):
			alternatives = append(alternatives, scopes)
		}
	}
	if free {
		return nil, nil
	}
	if ignored && len(alternatives) > 0 {
		r.add(Notice, SchemeIgnored, at, n.line, "An alternative has only schemes of the provider's own: it is left out, and the scopes of the others are asked for.")
	}
	if operators, bytes := quota.Requirement(alternatives).Size(); operators > maxOperators || bytes > maxConditionBytes {
		return nil, refuse(n.line, "The security at %s names scopes more than %d times.", at, maxOperators/2)
	}
	return alternatives, nil
}

// requirement reads schemes that must all be satisfied. scopes are sorted, without openid. foreign is set where there are
// only schemes that restrict nobody, and no scope beside them.
func (r *reader) requirement(n *node, at place) (scopes []string, foreign bool, err error) {
	if err := r.mapping(n, at, maxSchemesTogether); err != nil {
		return nil, false, err
	}
	foreign = len(n.keys) > 0
	for i, name := range n.keys {
		s, known := r.schemes[name]
		if !known {
			r.add(Warning, SchemeUnknown, at, n.line, "The security scheme %q is not defined: it restricts nobody, but for the scopes named here.", name)
		}
		listed, err := r.listedScopes(n.items[i], at.in(name))
		if err != nil {
			return nil, false, err
		}
		foreign = foreign && !s.scoped
		for _, scope := range listed {
			if scope == openID {
				continue
			}
			r.require(scope, s, known, at.in(name), n.items[i].line)
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) > maxScopesTogether {
		return nil, false, refuse(n.line, "The security at %s needs more than %d scopes at once.", at, maxScopesTogether)
	}
	slices.Sort(scopes)
	return slices.Compact(scopes), foreign && len(scopes) == 0, nil
}

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
