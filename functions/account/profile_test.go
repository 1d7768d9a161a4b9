package main

import (
	"fmt"
	"slices"
	"testing"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/organisation"
	"guichet/shared/portal/portaltest"
)

func TestProfileAndPreferences(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	o := w.Organisation("Agence", false)
	if err := organisation.Enrol(t.Context(), w.DB, organisation.Membership{User: u.ID, Organisation: o.ID, Role: organisation.Developer, Name: u.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	patch := func(body map[string]any) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "PATCH", Path: "/me", Cookie: cookie, Body: body})
	}
	w.Expect("C9 nothing to change", patch(map[string]any{}), "validation")
	if d := w.Must(patch(map[string]any{"fullName": "  Camille   Durand "}), 200).Document(); d["fullName"] != "Camille Durand" || d["email"] != u.Email {
		t.Errorf("C9 the profile is %v", d)
	}
	p, err := account.GetPerson(t.Context(), w.DB, u.ID)
	if err != nil || p.Name != "Camille Durand" || p.Memberships[0].Name != "Camille Durand" {
		t.Errorf("C9 the copies of the name: %+v %v", p, err)
	}
	w.Must(patch(map[string]any{"language": "en"}), 200)
	if d := w.Do(portaltest.Request{Method: "GET", Path: "/me", Cookie: cookie}).Document(); d["language"] != "en" || len(d["memberships"].([]any)) != 2 {
		t.Errorf("C12 the profile is %v", d)
	}
	w.PublishTerms("2")
	w.Must(patch(map[string]any{"language": "fr"}), 200)
	w.Expect("Z37 a name before the terms", patch(map[string]any{"fullName": "Camille"}), "portal_terms_not_accepted")
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/terms/acceptances", Cookie: cookie, Body: map[string]any{"hash": w.Terms.Hash}}), 204)

	preferences := w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/me/preferences", Cookie: cookie}), 200).Document()
	if fmt.Sprint(preferences) != "map[lifecycle:true news:false quotaAlerts:true requests:true surveys:true]" {
		t.Errorf("Z2 the preferences of a new account are %v", preferences)
	}
	preferences["surveys"], preferences["news"] = false, true
	w.Must(w.Do(portaltest.Request{Method: "PUT", Path: "/me/preferences", Cookie: cookie, Body: preferences}), 200)
	if got := w.user(u.Email).Preferences; got.Surveys || !got.News || !got.Requests {
		t.Errorf("C13 the preferences are stored as %+v", got)
	}
	before := w.Dump()
	w.Must(w.Do(portaltest.Request{Method: "PUT", Path: "/me/preferences", Cookie: cookie, Body: preferences}), 200)
	w.Unchanged("Z2 the same preferences again", before)
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
