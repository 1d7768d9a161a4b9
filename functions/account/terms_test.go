package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/portal/portaltest"
)

func TestTermsOfThePortal(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.signedUp("camille@example.org")
	accept := func(hash string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "POST", Path: "/terms/acceptances", Cookie: cookie, Body: map[string]any{"hash": hash}})
	}
	shown := w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/terms"}), 200).Document()
	if shown["hash"] != w.Terms.Hash || shown["version"] != "1" || fmt.Sprint(shown["markdown"]) != "map[en:Terms 1 fr:Conditions 1]" {
		t.Errorf("C4 the terms are shown as %v", shown)
	}
	w.Expect("C4 other terms than the current ones", accept(strings.Repeat("0", 64)), "terms_outdated")
	w.Must(accept(w.Terms.Hash), 204)
	w.Must(accept(w.Terms.Hash), 204)
	first := w.Terms
	u = w.user(u.Email)
	if u.Terms == nil || u.Terms.Hash != first.Hash || u.Terms.Version != "1" || !u.Terms.At.Equal(w.Clock.Now()) {
		t.Errorf("PS-08 what is kept of the acceptance is %+v", u.Terms)
	}
	w.Clock.Advance(time.Minute)
	w.PublishTerms("2")
	if d := w.Do(portaltest.Request{Method: "GET", Path: "/session", Cookie: cookie}).Document(); d["termsPending"] != true {
		t.Error("C5 new terms are not asked for")
	}
	w.Expect("C5 the older terms", accept(first.Hash), "terms_outdated")
	w.Must(accept(w.Terms.Hash), 204)
	w.Clock.Advance(time.Minute)
	second := w.Terms
	w.PublishTerms("2")
	if w.Terms != second {
		t.Error("Z37 the same terms published again are new ones")
	}
	kept, err := account.Acceptances(t.Context(), w.DB, u.ID)
	if err != nil || len(kept) != 2 {
		t.Errorf("PS-08 of two acceptances are kept %+v, %v", kept, err)
	}
	accepted := 0
	for _, e := range w.acts(u.ID) {
		if _, ok := e.Act.(events.TermsAccepted); ok {
			accepted++
		}
	}
	if accepted != 2 {
		t.Errorf("PS-08 two acceptances are %d acts", accepted)
	}
}
