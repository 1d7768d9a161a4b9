package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/portal"
	"guichet/shared/portal/portaltest"
)

func TestCookiesAndSessionLifetimes(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	_, cookie := w.member("camille@example.org")

	a := w.Must(w.signIn("camille@example.org", goodPassword, ""), 201)
	want := portal.SessionCookie + "=" + a.Cookie() + "; Path=/; Max-Age=28800; HttpOnly; Secure; SameSite=Lax"
	if got := a.Header.Values("Set-Cookie"); len(got) != 1 || got[0] != want {
		t.Errorf("PS-02 the cookie is set as %q", got)
	}
	planted := w.Do(portaltest.Request{Method: "POST", Path: "/sessions", Cookie: cookie, Body: map[string]any{"email": "camille@example.org", "password": goodPassword}})
	if planted.Cookie() == cookie || w.alive(cookie) || !w.alive(planted.Cookie()) {
		t.Error("PS-01 a session that came along lives on after a sign-in")
	}

	alive := planted.Cookie()
	for range 15 {
		w.Clock.Advance(29 * time.Minute)
		if !w.alive(alive) {
			t.Fatal("PS-05 a session that is used every 29 minutes ends")
		}
	}
	w.Clock.Advance(29 * time.Minute) // 7 h 44
	if !w.alive(alive) {
		t.Error("PS-05 the session ends before 8 hours")
	}
	w.Clock.Advance(17 * time.Minute)
	if w.alive(alive) {
		t.Error("PS-05 the session lives longer than 8 hours")
	}

	idle := w.signIn("camille@example.org", goodPassword, "").Cookie()
	w.Clock.Advance(30*time.Minute - time.Second)
	if !w.alive(idle) {
		t.Error("PS-05 the session ends before 30 minutes")
	}
	w.Clock.Advance(30 * time.Minute)
	if w.alive(idle) {
		t.Error("PS-05 an unused session lives longer than 30 minutes")
	}
	found, err := w.Tables.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &w.DB.Tables.Sessions, Key: account.SessionKey("x")})
	if err != nil || found.Item != nil {
		t.Errorf("%v %v", err, found.Item)
	}

	out := w.signIn("camille@example.org", goodPassword, "").Cookie()
	gone := w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/sessions/current", Cookie: out}), 204)
	if w.alive(out) || gone.Header.Get("Clear-Site-Data") != `"cache", "cookies"` || !strings.Contains(gone.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("PS-04 the session outlives the sign-out, or PS-09 the browser keeps what it has: %v", gone.Header)
	}
	w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/sessions/current"}), 204)
}

func TestZ28TheGatesHaveAnOrder(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	w.SetUser(u.ID, "passwordMustChange", &types.AttributeValueMemberBOOL{Value: true})
	w.PublishTerms("2")
	change := portaltest.Request{Method: "POST", Path: "/me/password", Cookie: cookie, Body: function.Bodies["changePassword"]}
	w.Expect("Z28 changing such a password before new terms are accepted", w.Do(change), "password_wrong")
	w.Expect("Z28 accepting the terms before such a password is changed",
		w.Do(portaltest.Request{Method: "POST", Path: "/terms/acceptances", Cookie: cookie, Body: map[string]any{"hash": w.Terms.Hash}}), "password_change_required")
}

func TestRG08NothingIsHashedBeforeTheBodyWasRead(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	_, cookie := w.member("camille@example.org")
	w.Each(func(r portal.Route, id string, q portaltest.Request) {
		hashes := w.api.hasher.Work()
		q.Cookie = cookie
		for _, body := range []string{"{" + strings.Repeat(" ", r.BodyLimit()) + "}", "{}", "{"} {
			if q.Body = body; r.ReadsBody() {
				w.Do(q)
			}
		}
		if w.api.hasher.Work() != hashes && r.ReadsBody() {
			t.Errorf("RG-08 %s hashes before it has read", id)
		}
	})
}
