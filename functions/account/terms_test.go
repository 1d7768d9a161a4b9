package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/events"
	"guichet/shared/account"
)

func TestTermsOfThePortal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.signedUp("camille@example.org")
	accept := func(hash string) answer {
		return w.do(ask{method: "POST", path: "/terms/acceptances", cookie: cookie, body: map[string]any{"hash": hash}})
	}
	shown := w.must(w.do(ask{method: "GET", path: "/terms"}), 200).document()
	if shown["hash"] != w.terms.Hash || shown["version"] != "1" || fmt.Sprint(shown["markdown"]) != "map[en:Terms 1 fr:Conditions 1]" {
		t.Errorf("C4 the terms are shown as %v", shown)
	}
	w.expect("C4 other terms than the current ones", accept(strings.Repeat("0", 64)), "terms_outdated")
	w.must(accept(w.terms.Hash), 204)
	w.must(accept(w.terms.Hash), 204)
	first := w.terms
	u = w.user(u.Email)
	if u.Terms == nil || u.Terms.Hash != first.Hash || u.Terms.Version != "1" || !u.Terms.At.Equal(w.clock.now()) {
		t.Errorf("PS-08 what is kept of the acceptance is %+v", u.Terms)
	}
	w.clock.advance(time.Minute)
	w.publishTerms("2")
	if d := w.do(ask{method: "GET", path: "/session", cookie: cookie}).document(); d["termsPending"] != true {
		t.Error("C5 new terms are not asked for")
	}
	w.expect("C5 the older terms", accept(first.Hash), "terms_outdated")
	w.must(accept(w.terms.Hash), 204)
	w.clock.advance(time.Minute)
	second := w.terms
	w.publishTerms("2")
	if w.terms != second {
		t.Error("Z37 the same terms published again are new ones")
	}
	kept, err := account.Acceptances(t.Context(), w.db, u.ID)
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
