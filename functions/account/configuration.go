package main

import (
	"cmp"
	_ "embed"
	"net/http"
	"slices"
	"strings"

	"guichet/shared/account"
	"guichet/shared/organisation"
)

// document is the contract of this API.
//
//go:embed openapi.yaml
var document []byte

// getDocument serves it, byte for byte.
func getDocument(c *call) error {
	c.w.Header().Set("Content-Type", "application/yaml")
	c.w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = c.w.Write(document) // a caller who is gone cannot be told
	return nil
}

// version of the platform, set when it is built: -ldflags "-X main.version=…".
var version = "development"

type shownConfiguration struct {
	account.Configuration
	Version string `json:"version"`
}

// getConfiguration shows what is this installation's own: the same for everybody.
func getConfiguration(c *call) error {
	configuration, err := c.portal.facts.configuration(c.ctx(), c.portal.db)
	if err != nil {
		return err
	}
	c.w.Header().Set("Cache-Control", "public, max-age=300")
	c.w.Header().Del("Vary")
	return c.answer(http.StatusOK, shownConfiguration{configuration, version})
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

// listOpenOrganisations shows what a new user may choose (B13): closed organisations are joined by their code and named to
// nobody.
func listOpenOrganisations(c *call) error {
	var last openOrganisation
	limit, begun, err := c.part(&last)
	if err != nil {
		return err
	}
	all, err := organisation.All(c.ctx(), c.portal.db)
	if err != nil {
		return err
	}
	shown := list[openOrganisation]{Items: []openOrganisation{}}
	for _, o := range all {
		one := openOrganisation{o.ID, o.Name, o.ID == organisation.Default}
		if o.Open && o.Enabled && (!begun || one.compare(last) > 0) {
			shown.Items = append(shown.Items, one)
		}
	}
	slices.SortFunc(shown.Items, openOrganisation.compare)
	if len(shown.Items) > limit {
		shown.Items = shown.Items[:limit]
		next, err := c.seal(shown.Items[limit-1])
		if err != nil {
			return err
		}
		shown.Next = &next
	}
	return c.answer(http.StatusOK, shown)
}
