package main

import (
	"fmt"
	"slices"
	"testing"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/organisation"
)

func TestProfileAndPreferences(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	o := w.organisation("Agence", false)
	if err := organisation.Enrol(t.Context(), w.db, organisation.Membership{User: u.ID, Organisation: o.ID, Role: organisation.Developer, Name: u.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	patch := func(body map[string]any) answer {
		return w.do(ask{method: "PATCH", path: "/me", cookie: cookie, body: body})
	}
	w.expect("C9 nothing to change", patch(map[string]any{}), "validation")
	if d := w.must(patch(map[string]any{"fullName": "  Camille   Durand "}), 200).document(); d["fullName"] != "Camille Durand" || d["email"] != u.Email {
		t.Errorf("C9 the profile is %v", d)
	}
	p, err := account.GetPerson(t.Context(), w.db, u.ID)
	if err != nil || p.Name != "Camille Durand" || p.Memberships[0].Name != "Camille Durand" {
		t.Errorf("C9 the copies of the name: %+v %v", p, err)
	}
	w.must(patch(map[string]any{"language": "en"}), 200)
	if d := w.do(ask{method: "GET", path: "/me", cookie: cookie}).document(); d["language"] != "en" || len(d["memberships"].([]any)) != 2 {
		t.Errorf("C12 the profile is %v", d)
	}
	w.publishTerms("2")
	w.must(patch(map[string]any{"language": "fr"}), 200)
	w.expect("Z37 a name before the terms", patch(map[string]any{"fullName": "Camille"}), "portal_terms_not_accepted")
	w.must(w.do(ask{method: "POST", path: "/terms/acceptances", cookie: cookie, body: map[string]any{"hash": w.terms.Hash}}), 204)

	preferences := w.must(w.do(ask{method: "GET", path: "/me/preferences", cookie: cookie}), 200).document()
	if fmt.Sprint(preferences) != "map[lifecycle:true news:false quotaAlerts:true requests:true surveys:true]" {
		t.Errorf("Z2 the preferences of a new account are %v", preferences)
	}
	preferences["surveys"], preferences["news"] = false, true
	w.must(w.do(ask{method: "PUT", path: "/me/preferences", cookie: cookie, body: preferences}), 200)
	if got := w.user(u.Email).Preferences; got.Surveys || !got.News || !got.Requests {
		t.Errorf("C13 the preferences are stored as %+v", got)
	}
	before := w.dump()
	w.must(w.do(ask{method: "PUT", path: "/me/preferences", cookie: cookie, body: preferences}), 200)
	w.unchanged("Z2 the same preferences again", before)
	var fields []string
	for _, e := range w.acts(u.ID) {
		switch act := e.Act.(type) {
		case events.ProfileChanged:
			fields = append(fields, act.Fields...)
		case events.PreferencesChanged:
			fields = append(fields, act.Fields...)
		}
	}
	if !slices.Equal(fields, []string{"name", "language", "language", "news", "surveys"}) {
		t.Errorf("Z35 the acts name %v", fields)
	}
}
