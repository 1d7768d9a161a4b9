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
	"guichet/shared/portal/portaltest"
)

const otherPassword = "Loutre-galet 12 brume"

func (w *fixture) resetLink(u account.User) string {
	w.T.Helper()
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/password-resets", Body: map[string]any{"email": u.Email, "captcha": w.captcha(formReset)}, Address: address(len(u.ID))}), 202)
	return w.mailed(u.ID, account.Reset)
}

func (w *fixture) reset(token, password string) portaltest.Answer {
	w.T.Helper()
	return w.Post("/password-resets/"+token, map[string]any{"newPassword": portaltest.Canary(password)})
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	token := w.resetLink(u)
	w.Expect("RG-07 a weak password", w.reset(token, "Password123!"), "validation")
	w.Expect("RG-07 a password with the person's name", w.reset(token, "Martin-galet 12"), "validation")
	w.Must(w.reset(token, otherPassword), 204)
	if w.alive(cookie) {
		t.Error("Z34 a session outlives the new password")
	}
	w.Expect("RG-04 a link works once", w.reset(token, goodPassword), "link_invalid")
	w.Expect("Z1 the old password", w.signIn(u.Email, goodPassword, ""), "sign_in_failed")
	w.Expect("Z1 the new password", w.signIn(u.Email, otherPassword, ""), "201")
	last := w.acts(u.ID)[len(w.acts(u.ID))-1]
	if act, ok := last.Act.(events.PasswordChanged); !ok || act.By != "reset" {
		t.Errorf("P3 the person is told %+v", last.Act)
	}

	w.Clock.Advance(time.Hour)
	first := w.resetLink(u)
	second := w.resetLink(u)
	w.Expect("RG-04 a link before a newer one", w.reset(first, goodPassword), "link_invalid")
	w.Must(w.signIn(u.Email, otherPassword, ""), 201)
	w.Expect("RG-04 a link before a sign-in", w.reset(second, goodPassword), "link_invalid")
	w.Clock.Advance(time.Hour)
	third := w.resetLink(u)
	cookie = w.signIn(u.Email, otherPassword, "").Cookie()
	_ = cookie
	w.Expect("RG-04 a link before a sign-in, again", w.reset(third, goodPassword), "link_invalid")
	fourth := w.resetLink(u)
	w.Clock.Advance(30 * time.Minute)
	w.Expect("RG-04 a link after 30 minutes", w.reset(fourth, goodPassword), "link_invalid")
	w.Expect("RG-04 a link after 30 minutes, looked at", w.Do(portaltest.Request{Method: "GET", Path: "/password-resets/" + fourth}), "link_invalid")
	w.Expect("RG-04 a made-up link", w.reset("A"+fourth[1:], goodPassword), "link_invalid")
	w.Expect("RG-04 something that is no token", w.reset("short", goodPassword), "link_invalid")
	w.Expect("RG-04 a confirmation by it", w.Post("/confirmations", map[string]any{"token": fourth, "password": otherPassword}), "link_invalid")

	w.Clock.Advance(time.Hour)
	race := w.resetLink(u)
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i := range 20 {
		group.Go(func() {
			a := w.reset(race, fmt.Sprintf("Galet-brume %d loutre", 40+i))
			mu.Lock()
			defer mu.Unlock()
			if a.Status == 204 {
				done++
			} else if a.Code() != "link_invalid" {
				t.Errorf("RG-04 one of twenty at once: %s", a.Body)
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
	w := newFixture(t)
	u, _ := w.member("camille@example.org")
	invitation, err := account.Bootstrap(t.Context(), w.DB, w.Keys, "admin@example.org", "Paul Platform", account.English)
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"reset": w.resetLink(u), "invitation": portaltest.Canary(invitation.Token.Reveal())} {
		before := w.Dump()
		for range 5 {
			for _, method := range []string{"GET", "HEAD"} {
				w.Must(w.Do(portaltest.Request{Method: method, Path: "/password-resets/" + token}), 200)
			}
		}
		w.Unchanged("RG-05 opening the link of a "+name, before)
		w.Must(w.reset(token, otherPassword), 204)
		w.Expect("RG-05 after the form the link of a "+name, w.Do(portaltest.Request{Method: "GET", Path: "/password-resets/" + token}), "link_invalid")
	}
	fresh := w.registered("fresh@example.org")
	token := w.mailed(fresh.ID, account.Confirm)
	before := w.Dump()
	for range 5 {
		w.Expect("RG-05 there is nothing to open at the API", w.Do(portaltest.Request{Method: "GET", Path: "/confirmations"}), "method_not_allowed")
		w.Expect("RG-05 a link to confirm, opened as one to reset", w.Do(portaltest.Request{Method: "GET", Path: "/password-resets/" + token}), "link_invalid")
	}
	w.Unchanged("RG-05 opening the link to confirm", before)
	w.Must(w.Post("/confirmations", map[string]any{"token": token, "password": goodPassword}), 201)
}

func TestZ43AForgottenPasswordConfirmsToo(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	o := w.Organisation("Ouverte", true)
	form := w.registration("camille@example.org")
	form["organisationId"] = o.ID
	w.Must(w.Post("/registrations", form), 202)
	u := w.user("camille@example.org")
	confirm := w.mailed(u.ID, account.Confirm)
	w.Must(w.reset(w.resetLink(u), otherPassword), 204)
	p, err := account.GetPerson(t.Context(), w.DB, u.ID)
	if err != nil || p.Status != account.Confirmed || p.Confirmed.IsZero() || len(p.Memberships) != 1 || p.Memberships[0].Role != organisation.Developer {
		t.Errorf("Z43 a forgotten password leaves the account as %+v, %v", p, err)
	}
	w.Expect("Z43 the link to confirm is dead with it", w.Post("/confirmations", map[string]any{"token": confirm, "password": goodPassword}), "link_invalid")
	w.Expect("Z43 the chosen password", w.signIn(u.Email, otherPassword, ""), "201")
}

// ML-03, F15: the mark of an address that mails came back from says so to the person, and ends with the next link that
// arrived.
func TestAMailThatArrivedEndsTheMarkOfItsAddress(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	bounced := &types.AttributeValueMemberBOOL{Value: true}
	u := w.registered("camille@example.org")
	w.SetUser(u.ID, "emailUndeliverable", bounced)
	a := w.Must(w.Post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201)
	if w.user(u.Email).EmailUndeliverable {
		t.Error("ML-03 the address stays marked after the link to confirm arrived there")
	}
	w.SetUser(u.ID, "emailUndeliverable", bounced)
	if d := w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/me", Cookie: a.Cookie()}), 200).Document(); d["emailUndeliverable"] != true {
		t.Errorf("F15 the person is not told: %v", d)
	}
	w.Must(w.reset(w.resetLink(u), otherPassword), 204)
	if w.user(u.Email).EmailUndeliverable {
		t.Error("ML-03 the address stays marked after the link to a new password arrived there")
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	other := w.signIn(u.Email, goodPassword, "").Cookie()
	change := func(current, wanted string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "POST", Path: "/me/password", Cookie: cookie, Body: map[string]any{"currentPassword": portaltest.Canary(current), "newPassword": portaltest.Canary(wanted)}})
	}
	w.Expect("C15 without the current password", change("wrong-password", otherPassword), "password_wrong")
	for _, c := range []struct{ name, wanted, fault string }{
		{"RG-07 too short", "Short-1 x", "newPassword password_too_short"},
		{"RG-07 common", "Motdepasse-2026", "newPassword password_common"},
		{"RG-07 the person's address", "example-galet 12 Camille", "newPassword password_personal"},
		{"the current one", goodPassword, "newPassword password_unchanged"},
	} {
		if a := change(goodPassword, c.wanted); len(a.FieldErrors()) != 1 || a.FieldErrors()[0] != c.fault {
			t.Errorf("%s: %s", c.name, a.Body)
		}
	}
	a := w.Must(change(goodPassword, otherPassword), 204)
	if w.alive(cookie) || w.alive(other) || a.Cookie() != "" || a.Header.Get("Set-Cookie") == "" {
		t.Error("C16 a session outlives the change of the password")
	}
	cookie = w.Must(w.signIn(u.Email, otherPassword, ""), 201).Cookie()
	var last portaltest.Answer
	for range maxOwnFailures + 1 {
		last = change("wrong-password", goodPassword)
	}
	w.Expect("RG-13 an eleventh wrong password by an open browser", last, "too_many_attempts")
	w.Expect("RG-13 with which the person still signs in elsewhere", w.signIn(u.Email, otherPassword, ""), "201")
}

func TestOP05TheFirstPlatformAdministrator(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	bootstrap := func(email string) (account.Invitation, error) {
		i, err := account.Bootstrap(t.Context(), w.DB, w.Keys, email, "Paul Platform", account.English)
		portaltest.Canary(i.Token.Reveal())
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
	w.Expect("OP-05 the invitation that was replaced", w.reset(early.Token.Reveal(), otherPassword), "link_invalid")
	if invitation.Token.Reveal() != w.mailed(invitation.User, account.Invite) || invitation.Path.Reveal() != "/reset/"+invitation.Token.Reveal() {
		t.Error("F13 the mail has another link than the one handed over")
	}
	w.Expect("OP-05 before a password is chosen", w.signIn("admin@example.org", "", ""), "validation")
	w.Expect("OP-05 before a password is chosen", w.signIn("admin@example.org", "anything", ""), "sign_in_failed")
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: w.registration("admin@example.org"), Address: "192.0.2.66"}), 202)
	if u := w.user("admin@example.org"); u.ID != invitation.User {
		t.Error("OP-05 a registration takes the place of the invited administrator")
	}
	w.Clock.Advance(71 * time.Hour)
	w.Must(w.reset(invitation.Token.Reveal(), otherPassword), 204)
	a := w.Must(w.signIn("admin@example.org", otherPassword, ""), 201)
	if a.Document()["platformAdministrator"] != true {
		t.Errorf("OP-05 the invited person is no administrator: %s", a.Body)
	}
	if _, err := bootstrap("second@example.org"); err == nil {
		t.Error("OP-05 there is a second first administrator")
	}
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/terms/acceptances", Cookie: a.Cookie(), Body: map[string]any{"hash": w.Terms.Hash}}), 204)
	w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/me", Cookie: a.Cookie(), Body: map[string]any{"password": otherPassword}}), 204)
	if _, err := bootstrap("second@example.org"); err != nil {
		t.Errorf("OP-05 a platform whose administrator is gone cannot be bootstrapped: %v", err)
	}
}
