package main

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"guichet/shared/account"
	"guichet/shared/organisation"
	"guichet/shared/portal"
)

// document describes the whole API of the portal: made by `make generate` of every function's openapi.yaml.
//
//go:embed document.yaml
var document []byte

// getDocument serves it, byte for byte.
func getDocument(*portal.Call) (portal.Answer, error) {
	return portal.File("application/yaml", document).Cached(), nil
}

// version of the platform, set when it is built: -ldflags "-X main.version=…".
var version = "development"

type shownConfiguration struct {
	account.Configuration
	Version string `json:"version"`
}

// getConfiguration shows what is this installation's own: the same for everybody.
func (a *api) getConfiguration(c *portal.Call) (portal.Answer, error) {
	configuration, err := a.configuration.Get(c.Context(), c.DB)
	return portal.OK(shownConfiguration{configuration, version}).Cached().With("Vary", ""), err
}

type openOrganisation struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Default bool   `json:"default"`
}

// compare is the order of the list: the default organisation, then by name.
func (o openOrganisation) compare(other openOrganisation) int {
	if o.Default != other.Default {
		if o.Default {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(strings.ToLower(o.Name), strings.ToLower(other.Name)), cmp.Compare(o.ID, other.ID))
}

// listOpenOrganisations shows what a new user may choose (B13): closed organisations are joined by their code and never
// listed.
func listOpenOrganisations(c *portal.Call) (portal.Answer, error) {
	var last openOrganisation
	limit, begun, err := c.Part(&last)
	if err != nil {
		return portal.Answer{}, err
	}
	all, err := organisation.All(c.Context(), c.DB)
	if err != nil {
		return portal.Answer{}, err
	}
	shown := portal.List[openOrganisation]{Items: []openOrganisation{}}
	for _, o := range all {
		one := openOrganisation{o.ID, o.Name, o.ID == organisation.Default}
		if o.Open && o.Enabled && (!begun || one.compare(last) > 0) {
			shown.Items = append(shown.Items, one)
		}
	}
	slices.SortFunc(shown.Items, openOrganisation.compare)
	if len(shown.Items) > limit {
		shown.Items = shown.Items[:limit]
		next, err := c.Seal(shown.Items[limit-1])
		if err != nil {
			return portal.Answer{}, err
		}
		shown.Next = &next
	}
	return portal.OK(shown), nil
}
