package main

import (
	"fmt"
	"slices"
	"testing"

	"guichet/shared/account"
)

func TestSiteFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.organisation("Zone", true)
	w.organisation("Fermée", false)
	w.organisation("agence", true)
	w.disable(w.organisation("Éteinte", true))
	var names []string
	for _, o := range w.must(w.do(ask{method: "GET", path: "/organisations"}), 200).document()["items"].([]any) {
		names = append(names, fmt.Sprint(o.(map[string]any)["name"]))
	}
	if !slices.Equal(names, []string{"Universelle", "agence", "Zone"}) {
		t.Errorf("B13 the organisations to choose are %v", names)
	}
	if a := w.do(ask{method: "GET", path: "/openapi.yaml"}); a.status != 200 || string(a.body) != string(document) {
		t.Error("the document is not served byte for byte")
	}
	configuration, err := account.GetConfiguration(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	configuration.Product.Name = "Passerelle"
	if err := account.SetConfiguration(t.Context(), w.db, configuration); err != nil {
		t.Fatal(err)
	}
	if d := w.do(ask{method: "GET", path: "/configuration"}).document(); d["product"].(map[string]any)["name"] != "Passerelle" {
		t.Errorf("the configuration is %v", d)
	}
	configuration.Accent = "red"
	if err := account.SetConfiguration(t.Context(), w.db, configuration); err == nil {
		t.Error("a colour that is none is taken")
	}
}
