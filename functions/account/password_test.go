package main

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/organisation"
)

const otherPassword = "Loutre-galet 12 brume"

func (w *world) resetLink(u account.User) string {
	w.t.Helper()
	w.must(w.do(ask{method: "POST", path: "/password-resets", body: map[string]any{"email": u.Email, "captcha": w.captcha(formReset)}, address: address(len(u.ID))}), 202)
	return w.mailed(u.ID, account.Reset)
}

func (w *world) reset(token, password string) answer {
	w.t.Helper()
	return w.post("/password-resets/"+token, map[string]any{"newPassword": canary(password)})
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	token := w.resetLink(u)
	w.expect("RG-07 a weak password", w.reset(token, "Password123!"), "validation")
	w.expect("RG-07 a password with the person's name", w.reset(token, "Martin-galet 12"), "validation")
	w.must(w.reset(token, otherPassword), 204)
	if w.alive(cookie) {
		t.Error("Z34 a session outlives the new password")
	}
	w.expect("RG-04 a link works once", w.reset(token, goodPassword), "link_invalid")
	w.expect("Z1 the old password", w.signIn(u.Email, goodPassword, ""), "sign_in_failed")
	w.expect("Z1 the new password", w.signIn(u.Email, otherPassword, ""), "201")
	last := w.acts(u.ID)[len(w.acts(u.ID))-1]
	if act, ok := last.Act.(events.PasswordChanged); !ok || act.By != "reset" {
		t.Errorf("P3 the person is told %+v", last.Act)
	}

	w.clock.advance(time.Hour)
	first := w.resetLink(u)
	second := w.resetLink(u)
	w.expect("RG-04 a link before a newer one", w.reset(first, goodPassword), "link_invalid")
	w.must(w.signIn(u.Email, otherPassword, ""), 201)
	w.expect("RG-04 a link before a sign-in", w.reset(second, goodPassword), "link_invalid")
	w.clock.advance(time.Hour)
	third := w.resetLink(u)
	cookie = w.signIn(u.Email, otherPassword, "").cookie()
	_ = cookie
	w.expect("RG-04 a link before a sign-in, again", w.reset(third, goodPassword), "link_invalid")
	fourth := w.resetLink(u)
	w.clock.advance(30 * time.Minute)
	w.expect("RG-04 a link after 30 minutes", w.reset(fourth, goodPassword), "link_invalid")
	w.expect("RG-04 a link after 30 minutes, looked at", w.do(ask{method: "GET", path: "/password-resets/" + fourth}), "link_invalid")
	w.expect("RG-04 a made-up link", w.reset("A"+fourth[1:], goodPassword), "link_invalid")
	w.expect("RG-04 something that is no token", w.reset("short", goodPassword), "link_invalid")
	w.expect("RG-04 a confirmation by it", w.post("/confirmations", map[string]any{"token": fourth, "password": otherPassword}), "link_invalid")

	w.clock.advance(time.Hour)
	race := w.resetLink(u)
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i := range 20 {
		group.Go(func() {
			a := w.reset(race, fmt.Sprintf("Galet-brume %d loutre", 40+i))
			mu.Lock()
			defer mu.Unlock()
			if a.status == 204 {
				done++
			} else if a.code() != "link_invalid" {
				t.Errorf("RG-04 one of twenty at once: %s", a.body)
			}
		})
	}
	group.Wait()
	if done != 1 {
		t.Errorf("RG-04 a link used 20 times at once works %d times", done)
	}
}

// RG-05: mail scanners open links before people do. Whatever a link leads to is looked at as often as they like; sending
// the form uses it up. The link to confirm has nothing to look at: its page is static.
func TestRG05OpeningALinkUsesNothingUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, _ := w.member("camille@example.org")
	invitation, err := account.Bootstrap(t.Context(), w.db, w.keys, "admin@example.org", "Paul Platform", account.English)
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"reset": w.resetLink(u), "invitation": canary(invitation.Token.Reveal())} {
		before := w.dump()
		for range 5 {
			for _, method := range []string{"GET", "HEAD"} {
				w.must(w.do(ask{method: method, path: "/password-resets/" + token}), 200)
			}
		}
		w.unchanged("RG-05 opening the link of a "+name, before)
		w.must(w.reset(token, otherPassword), 204)
		w.expect("RG-05 after the form the link of a "+name, w.do(ask{method: "GET", path: "/password-resets/" + token}), "link_invalid")
	}
	fresh := w.registered("fresh@example.org")
	token := w.mailed(fresh.ID, account.Confirm)
	before := w.dump()
	for range 5 {
		w.expect("RG-05 there is nothing to open at the API", w.do(ask{method: "GET", path: "/confirmations"}), "method_not_allowed")
		w.expect("RG-05 a link to confirm, opened as one to reset", w.do(ask{method: "GET", path: "/password-resets/" + token}), "link_invalid")
	}
	w.unchanged("RG-05 opening the link to confirm", before)
	w.must(w.post("/confirmations", map[string]any{"token": token, "password": goodPassword}), 201)
}

func TestZ43AForgottenPasswordConfirmsToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.organisation("Ouverte", true)
	form := w.registration("camille@example.org")
	form["organisationId"] = o.ID
	w.must(w.post("/registrations", form), 202)
	u := w.user("camille@example.org")
	confirm := w.mailed(u.ID, account.Confirm)
	w.must(w.reset(w.resetLink(u), otherPassword), 204)
	p, err := account.GetPerson(t.Context(), w.db, u.ID)
	if err != nil || p.Status != account.Confirmed || p.Confirmed.IsZero() || len(p.Memberships) != 1 || p.Memberships[0].Role != organisation.Developer {
		t.Errorf("Z43 a forgotten password leaves the account as %+v, %v", p, err)
	}
	w.expect("Z43 the link to confirm is dead with it", w.post("/confirmations", map[string]any{"token": confirm, "password": goodPassword}), "link_invalid")
	w.expect("Z43 the chosen password", w.signIn(u.Email, otherPassword, ""), "201")
}

// ML-03, F15: the mark of an address that mails came back from says so to the person, and ends with the next link that
// arrived.
func TestAMailThatArrivedEndsTheMarkOfItsAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bounced := &types.AttributeValueMemberBOOL{Value: true}
	u := w.registered("camille@example.org")
	w.setUser(u.ID, "emailUndeliverable", bounced)
	a := w.must(w.post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201)
	if w.user(u.Email).EmailUndeliverable {
		t.Error("ML-03 the address stays marked after the link to confirm arrived there")
	}
	w.setUser(u.ID, "emailUndeliverable", bounced)
	if d := w.must(w.do(ask{method: "GET", path: "/me", cookie: a.cookie()}), 200).document(); d["emailUndeliverable"] != true {
		t.Errorf("F15 the person is not told: %v", d)
	}
	w.must(w.reset(w.resetLink(u), otherPassword), 204)
	if w.user(u.Email).EmailUndeliverable {
		t.Error("ML-03 the address stays marked after the link to a new password arrived there")
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	other := w.signIn(u.Email, goodPassword, "").cookie()
	change := func(current, wanted string) answer {
		return w.do(ask{method: "POST", path: "/me/password", cookie: cookie, body: map[string]any{"currentPassword": canary(current), "newPassword": canary(wanted)}})
	}
	w.expect("C15 without the current password", change("wrong-password", otherPassword), "password_wrong")
	for _, c := range []struct{ name, wanted, fault string }{
		{"RG-07 too short", "Short-1 x", "newPassword password_too_short"},
		{"RG-07 common", "Motdepasse-2026", "newPassword password_common"},
		{"RG-07 the person's address", "example-galet 12 Camille", "newPassword password_personal"},
		{"the current one", goodPassword, "newPassword password_unchanged"},
	} {
		if a := change(goodPassword, c.wanted); len(a.faults()) != 1 || a.faults()[0] != c.fault {
			t.Errorf("%s: %s", c.name, a.body)
		}
	}
	a := w.must(change(goodPassword, otherPassword), 204)
	if w.alive(cookie) || w.alive(other) || a.cookie() != "" || a.header.Get("Set-Cookie") == "" {
		t.Error("C16 a session outlives the change of the password")
	}
	cookie = w.must(w.signIn(u.Email, otherPassword, ""), 201).cookie()
	var last answer
	for range maxOwnFailures + 1 {
		last = change("wrong-password", goodPassword)
	}
	w.expect("RG-13 an eleventh wrong password by an open browser", last, "too_many_attempts")
	w.expect("RG-13 with which the person still signs in elsewhere", w.signIn(u.Email, otherPassword, ""), "201")
}

func TestOP05TheFirstPlatformAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bootstrap := func(email string) (account.Invitation, error) {
		i, err := account.Bootstrap(t.Context(), w.db, w.keys, email, "Paul Platform", account.English)
		canary(i.Token.Reveal())
		return i, err
	}
	w.member("known@example.org")
	if _, err := bootstrap("known@example.org"); err == nil {
		t.Error("OP-05 an account that exists becomes an administrator")
	}
	early, err := bootstrap("typo@example.org")
	if err != nil {
		t.Fatal(err)
	}
	invitation, err := bootstrap("admin@example.org")
	if err != nil {
		t.Fatalf("OP-05 a second bootstrap before the first was used: %v", err)
	}
	w.expect("OP-05 the invitation that was replaced", w.reset(early.Token.Reveal(), otherPassword), "link_invalid")
	if invitation.Token.Reveal() != w.mailed(invitation.User, account.Invite) || invitation.Path.Reveal() != "/reset/"+invitation.Token.Reveal() {
		t.Error("F13 the mail has another link than the one handed over")
	}
	w.expect("OP-05 before a password is chosen", w.signIn("admin@example.org", "", ""), "validation")
	w.expect("OP-05 before a password is chosen", w.signIn("admin@example.org", "anything", ""), "sign_in_failed")
	w.must(w.do(ask{method: "POST", path: "/registrations", body: w.registration("admin@example.org"), address: "192.0.2.66"}), 202)
	if u := w.user("admin@example.org"); u.ID != invitation.User {
		t.Error("OP-05 a registration takes the place of the invited administrator")
	}
	w.clock.advance(71 * time.Hour)
	w.must(w.reset(invitation.Token.Reveal(), otherPassword), 204)
	a := w.must(w.signIn("admin@example.org", otherPassword, ""), 201)
	if a.document()["platformAdministrator"] != true {
		t.Errorf("OP-05 the invited person is no administrator: %s", a.body)
	}
	if _, err := bootstrap("second@example.org"); err == nil {
		t.Error("OP-05 there is a second first administrator")
	}
	w.must(w.do(ask{method: "POST", path: "/terms/acceptances", cookie: a.cookie(), body: map[string]any{"hash": w.terms.Hash}}), 204)
	w.must(w.do(ask{method: "DELETE", path: "/me", cookie: a.cookie(), body: map[string]any{"password": otherPassword}}), 204)
	if _, err := bootstrap("second@example.org"); err != nil {
		t.Errorf("OP-05 a platform whose administrator is gone cannot be bootstrapped: %v", err)
	}
}
