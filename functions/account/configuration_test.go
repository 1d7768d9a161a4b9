package main

import (
	"fmt"
	"slices"
	"testing"

	"guichet/shared/account"
	"guichet/shared/portal/portaltest"
)

func TestSiteFacts(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	w.Organisation("Zone", true)
	w.Organisation("Fermée", false)
	w.Organisation("agence", true)
	w.disable(w.Organisation("Éteinte", true))
	var names []string
	for _, o := range w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/organisations"}), 200).Document()["items"].([]any) {
		names = append(names, fmt.Sprint(o.(map[string]any)["name"]))
	}
	if !slices.Equal(names, []string{"Universelle", "agence", "Zone"}) {
		t.Errorf("B13 the organisations to choose are %v", names)
	}
	if a := w.Do(portaltest.Request{Method: "GET", Path: "/openapi.yaml"}); a.Status != 200 || string(a.Body) != string(document) {
		t.Error("the document is not served byte for byte")
	}
	configuration, err := account.GetConfiguration(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	configuration.Product.Name = "Passerelle"
	if err := account.SetConfiguration(t.Context(), w.DB, configuration); err != nil {
		t.Fatal(err)
	}
	if d := w.Do(portaltest.Request{Method: "GET", Path: "/configuration"}).Document(); d["product"].(map[string]any)["name"] != "Passerelle" {
		t.Errorf("the configuration is %v", d)
	}
	configuration.Accent = "red"
	if err := account.SetConfiguration(t.Context(), w.DB, configuration); err == nil {
		t.Error("a colour that is none is taken")
	}
}
