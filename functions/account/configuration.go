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

// maxOpen bounds the list of organisations that can be chosen.
const maxOpen = 100

// listOpenOrganisations shows what a new user may choose (B13): closed organisations are joined by their code and named to
// nobody.
func listOpenOrganisations(c *call) error {
	all, err := organisation.All(c.ctx(), c.portal.db)
	if err != nil {
		return err
	}
	shown := []openOrganisation{}
	for _, o := range all {
		if o.Open && o.Enabled {
			shown = append(shown, openOrganisation{o.ID, o.Name, o.ID == organisation.Default})
		}
	}
	slices.SortFunc(shown, func(a, b openOrganisation) int {
		if a.Default != b.Default {
			if a.Default {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return c.answer(http.StatusOK, list[openOrganisation]{shown[:min(len(shown), maxOpen)]})
}
