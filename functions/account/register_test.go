package main

import (
	"slices"
	"testing"

	"guichet/events"
	"guichet/shared/account"
)

func TestRegisterConfirmSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.registered("Camille.Martin@Example.org")
	if u.Status != account.Unconfirmed || u.Email != "Camille.Martin@example.org" || u.Name != "Camille Martin" || !u.Preferences.Surveys || u.Preferences.News ||
		!u.Preferences.Requests || u.Ticked == nil || u.Ticked.Hash != w.terms.Hash || u.Terms != nil {
		t.Fatalf("B2 to B17 are stored as %+v", u)
	}
	w.expect("RG-12 an unconfirmed account cannot sign in", w.signIn(u.Email, goodPassword, ""), "sign_in_failed")
	token := w.mailed(u.ID, account.Confirm)
	w.expect("Z43 the link alone does not confirm", w.post("/confirmations", map[string]any{"token": token, "password": "Another-47 galet"}), "password_wrong")
	a := w.post("/confirmations", map[string]any{"token": token, "password": goodPassword})
	w.must(a, 201)
	if d := a.document(); d["signedIn"] != true || d["termsPending"] != true || !w.alive(a.cookie()) {
		t.Errorf("Z43 confirming does not sign in: %s", a.body)
	}
	w.expect("RG-04 a link confirms once", w.post("/confirmations", map[string]any{"token": token, "password": goodPassword}), "link_invalid")
	w.expect("C1 a confirmed account signs in", w.signIn("camille.MARTIN@example.ORG", goodPassword, ""), "201")
	var names []string
	for _, e := range w.acts(u.ID) {
		switch e.Act.(type) {
		case events.AccountRegistered:
			names = append(names, "registered")
		case events.AccountConfirmed:
			names = append(names, "confirmed")
		default:
			names = append(names, "other")
		}
	}
	if !slices.Equal(names, []string{"registered", "confirmed"}) {
		t.Errorf("the acts of a registration are %v", names)
	}
}
