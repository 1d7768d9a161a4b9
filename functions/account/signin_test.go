package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/portal/portaltest"
)

func TestRG13GuessingIsSlowedAndNobodyIsLockedOut(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	w.member("victim@example.org")
	const attacker, victim = "192.0.2.10", "192.0.2.20"
	wrong := func(from string, captcha ...string) portaltest.Answer {
		return w.signIn("Victim@EXAMPLE.org", "Wrong-password 47", from, captcha...)
	}
	for i := range captchaAfter {
		w.Expect(fmt.Sprintf("RG-13 failure %d", i+1), wrong(attacker), "sign_in_failed")
		w.Clock.Advance(longestWait)
	}
	w.Expect("RG-13 after five failures a captcha is asked for", wrong(attacker), "captcha_required")
	w.Expect("RG-13 from every network", w.signIn("victim@example.org", goodPassword, victim), "captcha_required")
	if a := w.Do(portaltest.Request{Method: "POST", Path: "/sessions", Address: attacker, Body: map[string]any{"email": "victim@example.org", "password": "x"},
		Header: http.Header{"X-Forwarded-For": {"192.0.2.99"}, "Forwarded": {"for=192.0.2.99"}}}); a.Code() != "captcha_required" {
		t.Errorf("RG-13 a forged X-Forwarded-For starts over: %s", a.Body)
	}
	w.Expect("RG-13 a captcha of another form", wrong(attacker, w.captcha(formReset)), "captcha_invalid")
	solution := w.captcha(formSignIn)
	w.Expect("RG-13 with a captcha the guess is processed", wrong(attacker, solution), "sign_in_failed")
	w.Clock.Advance(longestWait)
	w.Expect("RG-14 the same captcha again", wrong(attacker, solution), "captcha_invalid")

	failures := captchaAfter + 1
	for failures < maxFailures { // many networks, so that none of them waits
		for i := range 50 {
			if failures < maxFailures {
				w.Expect("RG-13 a guess with a captcha", wrong(address(100+i), w.captcha(formSignIn)), "sign_in_failed")
				failures++
			}
		}
		w.Clock.Advance(time.Second)
	}
	a := wrong(attacker, w.captcha(formSignIn))
	w.Expect("RG-13 more than 100 failures in an hour from a network that failed", a, "too_many_attempts")
	w.Expect("RG-13 the victim still signs in with a captcha", w.signIn("victim@example.org", goodPassword, victim, w.captcha(formSignIn)), "201")
	w.Clock.Advance(time.Hour)
	w.Expect("RG-13 an hour later everything is forgotten", w.signIn("victim@example.org", goodPassword, attacker), "201")
}

func TestRG13GuessesFromOneNetworkWait(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	w.member("victim@example.org")
	for range freeFailures + 1 {
		w.Expect("RG-13 the first failures cost no time", w.signIn("victim@example.org", "wrong", ""), "sign_in_failed")
	}
	hashes := w.api.hasher.Work()
	a := w.signIn("victim@example.org", goodPassword, "")
	if a.Code() != "too_many_attempts" || a.Header.Get("Retry-After") != "1" {
		t.Errorf("RG-13 the fourth failure costs a second: %v %s", a.Header, a.Body)
	}
	if w.api.hasher.Work() != hashes {
		t.Error("RG-08 a refused attempt is hashed")
	}
	w.Clock.Advance(time.Second)
	w.Expect("RG-13 after it the password is processed", w.signIn("victim@example.org", goodPassword, ""), "201")
	w.Expect("RG-13 the unknown address is counted the same", w.signIn("nobody@example.org", "wrong", "192.0.2.44"), "sign_in_failed")
}

// RG-13: what is tried at once is counted as if it were tried in a row.
func TestRG13GuessesAtOnceGetNoFurther(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	_, cookie := w.member("victim@example.org")
	heard := func(ask func(i int) portaltest.Answer, refused string) uint64 {
		before := w.api.hasher.Work()
		var group sync.WaitGroup
		for i := range 60 {
			group.Go(func() {
				if a := ask(i); a.Code() != "sign_in_failed" && a.Code() != "password_wrong" && a.Code() != refused {
					t.Errorf("RG-13 one of 60 at once: %s", a.Body)
				}
			})
		}
		group.Wait()
		return w.api.hasher.Work() - before
	}
	if n := heard(func(i int) portaltest.Answer { return w.signIn("victim@example.org", "wrong", address(i)) }, "captcha_required"); n != captchaAfter {
		t.Errorf("RG-13 of 60 guesses at once from as many networks %d are heard without a captcha", n)
	}
	w.Expect("RG-13 the refused ones are not counted", w.signIn("victim@example.org", goodPassword, "192.0.2.254", w.captcha(formSignIn)), "201")
	if n := heard(func(int) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "DELETE", Path: "/me", Cookie: cookie, Body: map[string]any{"password": "wrong"}})
	}, "too_many_attempts"); n != maxOwnFailures {
		t.Errorf("RG-13 of 60 guesses at once in an open browser %d are heard", n)
	}
	w.Clock.Advance(time.Hour)
	for range captchaAfter + 1 {
		w.Must(w.signIn("victim@example.org", goodPassword, ""), 201) // what succeeds is no failure
	}
}

func TestRG14Captcha(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	reset := func(captcha string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "POST", Path: "/password-resets", Body: map[string]any{"email": "a@example.org", "captcha": captcha}, Address: address(len(captcha))})
	}
	change := func(solution string, edit func(map[string]any, map[string]any)) string {
		raw, err := base64.StdEncoding.DecodeString(solution)
		if err != nil {
			t.Fatal(err)
		}
		var d map[string]any
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		challenge := d["challenge"].(map[string]any)
		edit(challenge["parameters"].(map[string]any), d["solution"].(map[string]any))
		raw, err = json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(raw)
	}
	for name, edit := range map[string]func(parameters, solution map[string]any){
		"another counter":       func(_, s map[string]any) { s["counter"] = s["counter"].(float64) + 1 },
		"a negative counter":    func(_, s map[string]any) { s["counter"] = -1 },
		"a huge counter":        func(_, s map[string]any) { s["counter"] = 1e15 },
		"an easier prefix":      func(p, _ map[string]any) { p["keyPrefix"] = "" },
		"a cheaper cost":        func(p, _ map[string]any) { p["cost"] = 1 },
		"an endless cost":       func(p, _ map[string]any) { p["cost"] = 1 << 40 },
		"a later end":           func(p, _ map[string]any) { p["expiresAt"] = p["expiresAt"].(float64) + 3600 },
		"another form":          func(p, _ map[string]any) { p["data"].(map[string]any)["form"] = formSignIn },
		"another key":           func(p, _ map[string]any) { p["data"].(map[string]any)["key"] = "2" },
		"another nonce":         func(p, _ map[string]any) { p["nonce"] = strings.Repeat("00", 12) },
		"another way of saying": func(p, _ map[string]any) { p["nonce"] = strings.ToUpper(fmt.Sprint(p["nonce"])) + " " },
	} {
		w.Expect("RG-14 a solution with "+name, reset(change(w.captcha(formReset), edit)), "captcha_invalid")
	}
	for _, garbage := range []string{"AAAA", "%%%", "bnVsbA==", base64.StdEncoding.EncodeToString([]byte(`{"challenge":{}}`))} {
		w.Expect("RG-14 garbage", reset(garbage), "captcha_invalid")
	}
	w.Expect("RG-14 a solution for another form", reset(w.captcha(formResend)), "captcha_invalid")
	stale := w.captcha(formReset)
	w.Clock.Advance(5 * time.Minute)
	w.Expect("RG-14 a solution after five minutes", reset(stale), "captcha_invalid")
	for _, query := range []string{"", "?form=", "?form=other", "?form=sign-in&form=resend"} {
		w.Expect("RG-14 a challenge for the form "+query, w.Do(portaltest.Request{Method: "GET", Path: "/captcha" + query}), "validation")
	}

	one := w.captcha(formReset)
	var group sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for i := range 100 {
		group.Go(func() {
			a := w.Do(portaltest.Request{Method: "POST", Path: "/password-resets", Body: map[string]any{"email": fmt.Sprintf("a%d@example.org", i), "captcha": one}, Address: address(i)})
			mu.Lock()
			defer mu.Unlock()
			if a.Status == 202 {
				accepted++
			} else if a.Code() != "captcha_invalid" {
				t.Errorf("RG-14 one of a hundred at once: %s", a.Body)
			}
		})
	}
	group.Wait()
	if accepted != 1 {
		t.Errorf("RG-14 one solution is accepted %d times", accepted)
	}
}

func TestSessionsOfAPerson(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, first := w.member("camille@example.org")
	_, stranger := w.member("other@example.org")
	agents := []string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
		"<script>alert(1)</script>",
	}
	cookies := []string{first}
	for i, agent := range agents {
		w.Clock.Advance(time.Second)
		a := w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/sessions", Body: map[string]any{"email": u.Email, "password": goodPassword}, Header: http.Header{"User-Agent": {agent}}, Address: address(i)}), 201)
		cookies = append(cookies, a.Cookie())
	}
	items := func(cookie string) []map[string]any {
		t.Helper()
		var all []map[string]any
		for _, i := range w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/sessions", Cookie: cookie}), 200).Document()["items"].([]any) {
			all = append(all, i.(map[string]any))
		}
		return all
	}
	shown := items(first)
	if len(shown) != 4 || shown[0]["current"] != true || shown[1]["browser"] != nil || shown[2]["browser"] != "Edge" || shown[2]["system"] != "Windows" || shown[3]["browser"] != "Firefox" || shown[3]["address"] != "192.0.2.*" {
		t.Errorf("the list of sessions is %v", shown)
	}
	for _, s := range shown {
		if text := fmt.Sprint(s); strings.Contains(text, "script") || strings.Contains(text, first) {
			t.Errorf("TK-03 the list shows %s", text)
		}
	}
	id := fmt.Sprint(shown[3]["id"])
	w.Expect("AZ-01 somebody else's session", w.Do(portaltest.Request{Method: "DELETE", Path: "/sessions/" + id, Cookie: stranger}), "not_found")
	w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/sessions/" + id, Cookie: first}), 204)
	if w.alive(cookies[1]) || !w.alive(cookies[2]) {
		t.Error("ending one session ends another")
	}
	w.Expect("ending all without a word", w.Do(portaltest.Request{Method: "DELETE", Path: "/sessions", Cookie: first}), "validation")
	if a := w.Do(portaltest.Request{Method: "DELETE", Path: "/sessions?except=current", Cookie: first}); a.Document()["ended"] != 2.0 {
		t.Errorf("ended: %s", a.Body)
	}
	if !w.alive(first) || w.alive(cookies[2]) || w.alive(cookies[3]) || len(items(first)) != 1 || !w.alive(stranger) {
		t.Error("ending all others ends the wrong ones")
	}

	var last string
	for range account.MaxSessions + 2 {
		w.Clock.Advance(time.Second)
		last = w.Must(w.signIn(u.Email, goodPassword, ""), 201).Cookie()
	}
	if n := len(items(last)); n != account.MaxSessions || w.alive(first) || !w.alive(last) {
		t.Errorf("a person has %d sessions", n)
	}
}

// TK-04: DynamoDB deletes late. What is over is over while its row is still there.
func TestTK04WhatIsOverIsAbsent(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	w.Must(w.Post("/password-resets", map[string]any{"email": u.Email, "captcha": w.captcha(formReset)}), 202)
	token := w.mailed(u.ID, account.Reset)
	w.Clock.Advance(8 * time.Hour)
	rows := w.Dump()
	for _, kind := range []string{"SESSION#", "LINK#", "IDEM#"} {
		found := false
		for key := range rows {
			found = found || strings.Contains(key, " "+kind)
		}
		if !found {
			t.Fatalf("TK-04 no row of kind %s is left to be tested with", kind)
		}
	}
	if w.alive(cookie) {
		t.Error("TK-04 a session whose row is still there lives")
	}
	w.Expect("TK-04 a link whose row is still there", w.Do(portaltest.Request{Method: "GET", Path: "/password-resets/" + token}), "link_invalid")
}

// TK-05, Z34: what ends the sessions of a person ends them with the next call.
func TestTK05WhatEndsSessions(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	for i, c := range []struct {
		name string
		act  func(u account.User, cookie string)
	}{
		{"disabled", func(u account.User, _ string) { w.SetUser(u.ID, "status", ddb.S(string(account.Disabled))) }},
		{"deleted", func(u account.User, cookie string) {
			w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/me", Cookie: cookie, Body: map[string]any{"password": goodPassword}}), 204)
		}},
		{"password changed", func(u account.User, cookie string) {
			w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/me/password", Cookie: cookie, Body: map[string]any{"currentPassword": goodPassword, "newPassword": portaltest.Canary("Loutre-galet 12 brume")}}), 204)
		}},
		{"another epoch", func(u account.User, _ string) { w.SetUser(u.ID, "epoch", &types.AttributeValueMemberN{Value: "99"}) }},
	} {
		u, cookie := w.member(fmt.Sprintf("person%d@example.org", i))
		other := w.Must(w.signIn(u.Email, goodPassword, address(i)), 201).Cookie()
		c.act(u, cookie)
		if w.alive(cookie) || w.alive(other) {
			t.Errorf("TK-05 a session outlives its account being %s", c.name)
		}
	}
}

// RG-08: whoever signs in with a hash of another cost gets a new one.
func TestRG08HashesAreMadeAnew(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, _ := w.member("camille@example.org")
	dearer := account.NewHasher(account.Cost{Memory: 128, Time: 1, Threads: 1})
	old := w.api.hasher
	w.api.hasher = dearer
	w.Must(w.signIn(u.Email, goodPassword, ""), 201)
	if now := w.user(u.Email).Password; !strings.Contains(now, "m=128,") {
		t.Errorf("RG-08 the hash stays %s", now)
	}
	w.api.hasher = old
	w.Must(w.signIn(u.Email, goodPassword, ""), 201)
}
