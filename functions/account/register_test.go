package main

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest/faults"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/portal/portaltest"
)

func TestRegisterConfirmSignIn(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u := w.registered("Camille.Martin@Example.org")
	if u.Status != account.Unconfirmed || u.Email != "Camille.Martin@example.org" || u.Name != "Camille Martin" || !u.Preferences.Surveys || u.Preferences.News ||
		!u.Preferences.Requests || u.Ticked == nil || u.Ticked.Hash != w.Terms.Hash || u.Terms != nil {
		t.Fatalf("B2 to B17 are stored as %+v", u)
	}
	w.Expect("RG-12 an unconfirmed account cannot sign in", w.signIn(u.Email, goodPassword, ""), "sign_in_failed")
	token := w.mailed(u.ID, account.Confirm)
	w.Expect("Z43 the link alone does not confirm", w.Post("/confirmations", map[string]any{"token": token, "password": "Another-47 galet"}), "password_wrong")
	a := w.Must(w.Post("/confirmations", map[string]any{"token": token, "password": goodPassword}), 201)
	if d := a.Document(); d["signedIn"] != true || d["termsPending"] != true || !w.alive(a.Cookie()) {
		t.Errorf("Z43 confirming does not sign in: %s", a.Body)
	}
	w.Expect("RG-04 a link confirms once", w.Post("/confirmations", map[string]any{"token": token, "password": goodPassword}), "link_invalid")
	w.Expect("C1 a confirmed account signs in", w.signIn("camille.MARTIN@example.ORG", goodPassword, ""), "201")
	var names []string
	for _, e := range w.acts(u.ID) {
		names = append(names, fmt.Sprintf("%T", e.Act))
	}
	if !slices.Equal(names, []string{"events.AccountRegistered", "events.AccountConfirmed"}) {
		t.Errorf("the acts of a registration are %v", names)
	}
	u = w.user("camille.martin@example.org")
	row, err := u.Item()
	if err != nil || row["GSI3PK"] != nil {
		t.Errorf("Z43 a confirmed account is still due to be removed: %v", err)
	}

	second := w.registered("other@example.org")
	w.Clock.Advance(24*time.Hour + time.Second)
	w.PublishTerms("1")
	w.Expect("Z43 a link lives 24 hours", w.Post("/confirmations", map[string]any{"token": w.mailed(second.ID, account.Confirm), "password": goodPassword}), "link_invalid")
}

func TestRegistrationIsHeldToItsRules(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	closed, open := w.Organisation("Fermée", false), w.Organisation("Ouverte", true)
	before := w.Dump()
	for _, c := range []struct {
		name, field string
		value       any // nil drops the field
		want        string
	}{
		{"RG-12 without the tick of the terms", "termsHash", nil, "termsHash required"},
		{"C5 with older terms", "termsHash", strings.Repeat("0", 64), "termsHash terms_outdated"},
		{"RG-12 without a captcha", "captcha", nil, "captcha captcha_required"},
		{"B2 without a name", "fullName", nil, "fullName required"},
		{"B2 a name of blanks", "fullName", " \u00a0 ", "fullName required"},
		{"ML-01 a name with a line break", "fullName", "Camille\r\nBcc: x", "fullName malformed"},
		{"B2 a name that turns the direction of text", "fullName", "Camille \u202e", "fullName malformed"},
		{"B2 a name of 101 code points", "fullName", strings.Repeat("é", 101), "fullName too_long"},
		{"RG-10 two @", "email", "a@b@example.org", "email malformed"},
		{"RG-10 a quoted local part", "email", `"a b"@example.org`, "email malformed"},
		{"RG-10 a line break", "email", "a@example.org\nb", "email malformed"},
		{"RG-10 255 characters", "email", strings.Repeat("a", 250) + "@b.fr", "email too_long"},
		{"B5 eleven characters", "password", "Brume-47 ga", "password password_too_short"},
		{"RG-07 129 code points", "password", "B1 " + strings.Repeat("brume-loutre-", 10), "password password_too_long"},
		{"RG-07 the name of the portal", "password", "Au guichet 47 x", "password password_personal"},
		{"RG-07 the default organisation", "password", "Universelle 47 x", "password password_personal"},
		{"RG-07 the person's name", "password", "Camille-tisse 47", "password password_personal"},
		{"RG-11 a code that leads nowhere", "organisationCode", "ABCD-EFGH-JKMN-PQRS", "organisationCode organisation_code_invalid"},
		{"RG-11 a closed organisation's id", "organisationId", closed.ID, "organisationId not_allowed"},
		{"B13 an unknown organisation's id", "organisationId", "01JD8Z3K4M5N6P7Q8R9S0T1V2W", "organisationId not_allowed"},
		{"B13 something that is no id", "organisationId", "x#y", "organisationId malformed"},
		{"Q7 another language", "language", "de", "language malformed"},
	} {
		form := w.registration("rules@example.org")
		if c.value == nil {
			delete(form, c.field)
		} else {
			form[c.field] = c.value
		}
		a := w.Post("/registrations", form)
		if a.Code() != "validation" || !slices.Contains(a.FieldErrors(), c.want) {
			t.Errorf("%s: %s", c.name, a.Body)
		}
	}
	for key := range w.Dump() {
		if before[key] == nil && !strings.Contains(key, "CAPTCHA#") { // a wrong code uses its captcha up
			t.Errorf("RG-12 a refused registration writes %s", key)
		}
	}
	form := w.registration("both@example.org")
	form["organisationId"], form["organisationCode"] = open.ID, "ABCD-EFGH-JKMN-PQRS"
	w.Expect("B13 a code and an id", w.Post("/registrations", form), "validation")
}

func TestOrganisationOfARegistration(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	closed, open := w.Organisation("Fermée", false), w.Organisation("Ouverte", true)
	code := w.code(closed)
	confirmed := func(email string, choose map[string]any) account.Person {
		t.Helper()
		form := w.registration(email)
		maps.Copy(form, choose)
		w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Address: address(len(email))}), 202)
		u := w.user(email)
		if p, err := account.GetPerson(t.Context(), w.DB, u.ID); err != nil || len(p.Memberships) != 0 {
			t.Errorf("RG-12 an unconfirmed account is a member: %v %v", p.Memberships, err)
		}
		w.Must(w.Post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201)
		p, err := account.GetPerson(t.Context(), w.DB, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		name, email string
		choose      map[string]any
		want        string
	}{
		{"B14 neither code nor id: the default organisation, without a row", "a@example.org", nil, ""},
		{"B14 the default organisation's id", "bb@example.org", map[string]any{"organisationId": organisation.Default}, ""},
		{"B13 an open organisation", "ccc@example.org", map[string]any{"organisationId": open.ID}, open.ID},
		{"B11 a code", "dddd@example.org", map[string]any{"organisationCode": code}, closed.ID},
		{"B11 a code as people type it", "eeeee@example.org", map[string]any{"organisationCode": " " + strings.ToLower(strings.ReplaceAll(code, "-", " "))}, closed.ID},
	} {
		p := confirmed(c.email, c.choose)
		if c.want == "" && len(p.Memberships) != 0 || c.want != "" && (len(p.Memberships) != 1 || p.Memberships[0].Organisation != c.want || p.Memberships[0].Role != organisation.Developer) {
			t.Errorf("%s: %+v", c.name, p.Memberships)
		}
	}

	u := func() account.User {
		form := w.registration("late@example.org")
		form["organisationCode"] = code
		w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Address: address(77)}), 202)
		return w.user("late@example.org")
	}()
	w.disable(closed)
	w.Must(w.Post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201)
	if p, err := account.GetPerson(t.Context(), w.DB, u.ID); err != nil || len(p.Memberships) != 0 || p.Status != account.Confirmed {
		t.Errorf("Z43 an organisation that was disabled meanwhile keeps the account from being confirmed: %+v %v", p, err)
	}

	var last portaltest.Answer
	for range maxWrongCodes + 1 {
		form := w.registration("guess@example.org")
		form["organisationCode"] = "ABCD-EFGH-JKMN-PQRS"
		last = w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Address: "192.0.2.200"})
	}
	w.Expect("RG-11 an eleventh code from one network in an hour", last, "too_many_attempts")
}

// disable an organisation, as a platform administrator will.
func (w *fixture) disable(o organisation.Organisation) {
	w.T.Helper()
	row := ddb.Key(ddb.Organisation(o.ID), ddb.Self)
	row["id"], row["name"], row["enabled"], row["created"] = ddb.S(o.ID), ddb.S(o.Name), &types.AttributeValueMemberBOOL{}, ddb.S(o.Created.Format(time.RFC3339Nano))
	w.Put(w.DB.Tables.Registry, row)
}

func TestZ43ANewRegistrationReplacesAnUnconfirmedOne(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	first := w.registered("victim@example.org") // by somebody who does not read the mailbox
	stale := w.mailed(first.ID, account.Confirm)
	form := w.registration("victim@example.org")
	form["password"] = portaltest.Canary("Galet-brume 99 loutre")
	w.Must(w.Post("/registrations", form), 202)
	second := w.user("victim@example.org")
	if second.ID == first.ID {
		t.Fatal("AZ-10 the id of a replaced account is used again")
	}
	if _, err := account.Get(t.Context(), w.DB, first.ID); err == nil {
		t.Error("Z43 the replaced account is still there")
	}
	w.Expect("Z43 the replaced account's link", w.Post("/confirmations", map[string]any{"token": stale, "password": goodPassword}), "link_invalid")
	w.Expect("Z43 the new link with the old password", w.Post("/confirmations", map[string]any{"token": w.mailed(second.ID, account.Confirm), "password": goodPassword}), "password_wrong")
	older := w.mailed(second.ID, account.Confirm)
	w.Must(w.Post("/registrations/resend", map[string]any{"email": "Victim@example.org", "captcha": w.captcha(formResend)}), 202)
	w.Expect("Z43 the link before the one sent again", w.Post("/confirmations", map[string]any{"token": older, "password": "Galet-brume 99 loutre"}), "link_invalid")
	w.Expect("Z43 the latest link with the latest password", w.Post("/confirmations", map[string]any{"token": w.mailed(second.ID, account.Confirm), "password": "Galet-brume 99 loutre"}), "201")
}

// requests is what a call asks of the store, by operation, and how many hashes it computes.
type work struct {
	requests map[string]int
	hashes   uint64
}

func (w *fixture) workOf(do func() portaltest.Answer) (work, portaltest.Answer) {
	w.T.Helper()
	w.Tables.Faults.Reset()
	hashes := w.api.hasher.Work()
	a := do()
	counts := map[string]int{}
	for call, n := range w.Tables.Faults.Calls() {
		counts[call.Operation] += n
	}
	if counts["TransactWriteItems"] > 0 { // a transaction counts once for each of its items' tables
		counts["TransactWriteItems"] = w.Tables.Faults.Count("TransactWriteItems", "")
	}
	if counts["BatchGetItem"] > 0 {
		counts["BatchGetItem"] = w.Tables.Faults.Count("BatchGetItem", "")
	}
	return work{counts, w.api.hasher.Work() - hashes}, a
}

func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	w.registered("unconfirmed@example.org")
	w.member("known@example.org")
	disabled, _ := w.member("disabled@example.org")
	w.SetUser(disabled.ID, "status", ddb.S(string(account.Disabled)))
	w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/configuration"}), 200) // remembered from here on
	emails := []string{"unknown@example.org", "unconfirmed@example.org", "known@example.org", "disabled@example.org"}
	for _, form := range []struct {
		row, path, captcha string
		body               func(email string) map[string]any
	}{
		{"RG-01", "/registrations", formRegistration, w.registration},
		{"RG-03", "/registrations/resend", formResend, func(email string) map[string]any { return map[string]any{"email": email} }},
		{"RG-03", "/password-resets", formReset, func(email string) map[string]any { return map[string]any{"email": email} }},
	} {
		var honest work
		var want portaltest.Answer
		w.Clock.Advance(time.Hour)                                                   // the limits of mails are not the subject here
		w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/configuration"}), 200) // remembered from here on
		for i, email := range emails {
			body := form.body(email)
			body["captcha"] = w.captcha(form.captcha)
			done, a := w.workOf(func() portaltest.Answer {
				return w.Do(portaltest.Request{Method: "POST", Path: form.path, Body: body, Address: address(len(form.path) + 50*i)})
			})
			a.Header.Del("X-CorrelationID")
			a.Header.Del("Date")
			if i == 0 {
				honest, want = done, w.Must(a, 202)
				continue
			}
			if a.Status != want.Status || string(a.Body) != string(want.Body) || !sameHeaders(a.Header, want.Header) {
				t.Errorf("%s %s answers %s with %d %v %s, an unknown address with %d %v %s", form.row, form.path, email, a.Status, a.Header, a.Body, want.Status, want.Header, want.Body)
			}
			if !reflect.DeepEqual(done, honest) {
				t.Errorf("%s %s costs %+v for %s, and %+v for an unknown address", form.row, form.path, done, email, honest)
			}
		}
	}
	var told []string
	for _, e := range w.acts(w.user("known@example.org").ID) {
		told = append(told, fmt.Sprintf("%T", e.Act))
	}
	if !slices.Contains(told, "events.AddressRegisteredAgain") || !slices.Contains(told, "events.PasswordResetRequested") {
		t.Errorf("RG-01 the owner of a known address is told %v", told)
	}

	var honest work
	var want portaltest.Answer
	for i, email := range append(emails, "known@example.org") {
		password := goodPassword
		if i == 2 {
			password = "Brume-loutre 48 galet"
		}
		if i == 4 {
			break
		}
		done, a := w.workOf(func() portaltest.Answer { return w.signIn(email, password, address(200+i)) })
		a.Header.Del("X-CorrelationID")
		body := strings.Split(string(a.Body), `"correlationId"`)[0]
		if i == 0 {
			honest, want = done, a
			continue
		}
		if a.Code() != "sign_in_failed" || body != strings.Split(string(want.Body), `"correlationId"`)[0] || !sameHeaders(a.Header, want.Header) {
			t.Errorf("RG-02 %s is answered %s", email, a.Body)
		}
		if !reflect.DeepEqual(done, honest) || done.hashes != 1 {
			t.Errorf("RG-02 signing in costs %+v for %s, and %+v for an unknown address", done, email, honest)
		}
	}
}

func sameHeaders(a, b http.Header) bool {
	plain := func(h http.Header) http.Header {
		h = h.Clone()
		maps.DeleteFunc(h, func(name string, _ []string) bool { // those of the platform, which differ by call
			name = strings.ToLower(name)
			return name == "x-correlationid" || name == "date" || strings.HasPrefix(name, "x-amz")
		})
		return h
	}
	return reflect.DeepEqual(plain(a), plain(b))
}

func TestRG17MailsAreLimited(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, _ := w.member("known@example.org") // one mail
	mails := func(user string) int {
		n := 0
		for _, e := range w.acts(user) {
			switch e.Act.(type) {
			case events.AccountRegistered, events.PasswordResetRequested, events.AddressRegisteredAgain, events.ConfirmationRequested:
				n++
			}
		}
		return n
	}
	reset := func(email, address string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "POST", Path: "/password-resets", Body: map[string]any{"email": email, "captcha": w.captcha(formReset)}, Address: address})
	}
	for i := range 6 {
		w.Must(reset("KNOWN@example.org", address(i)), 202)
	}
	if n := mails(u.ID); n != maxMailsTo {
		t.Errorf("RG-17 an address gets %d mails in an hour", n)
	}
	good := w.mailed(u.ID, account.Reset)
	if a := w.Do(portaltest.Request{Method: "GET", Path: "/password-resets/" + good}); a.Status != 200 {
		t.Errorf("RG-17 a request that sends nothing kills the last link: %s", a.Body)
	}
	w.Clock.Advance(time.Hour)
	w.Must(reset("known@example.org", address(1)), 202)
	if n := mails(u.ID); n != maxMailsTo+1 {
		t.Errorf("RG-17 an hour later the address has got %d mails", n)
	}
	sent := 0
	for i := range maxMailsFrom + 3 {
		email := fmt.Sprintf("from-one-network-%d@example.org", i)
		w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: w.registration(email), Address: "192.0.2.222"}), 202)
		if w.user(email).ID != "" {
			sent++
		}
	}
	if sent != maxMailsFrom {
		t.Errorf("RG-17 one network causes %d mails in an hour", sent)
	}
	for i := range maxMailsFrom + 1 {
		email := fmt.Sprintf("from-this-machine-%d@example.org", i)
		w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: w.registration(email), Address: "127.0.0.1"}), 202)
		if w.user(email).ID == "" {
			t.Fatalf("the browsers of this machine are taken for one network, and shut out after %d mails", i)
		}
	}
}

func TestRG10TwentyAtOnceAreOneAccount(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	forms := make([]map[string]any, 20)
	for i := range forms {
		forms[i] = w.registration([]string{"Race@Example.org", "race@example.org", "ｒace@example.org"}[i%3])
	}
	var group sync.WaitGroup
	for i, form := range forms {
		group.Go(func() {
			if a := w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Address: address(i)}); a.Status != 202 {
				t.Errorf("RG-10 a parallel registration is answered %d: %s", a.Status, a.Body)
			}
		})
	}
	group.Wait()
	rows := 0
	for key := range w.Dump() {
		if strings.Contains(key, " U#") && strings.HasSuffix(key, " "+ddb.PersonSelf) {
			rows++
		}
	}
	if rows != 1 {
		t.Errorf("RG-10 20 parallel registrations leave %d accounts", rows)
	}
	u := w.user("race@example.org")
	token := w.mailed(u.ID, account.Confirm)
	var confirmed, refused int
	var mu sync.Mutex
	for i := range 20 {
		group.Go(func() {
			a := w.Do(portaltest.Request{Method: "POST", Path: "/confirmations", Body: map[string]any{"token": token, "password": goodPassword}, Address: address(i)})
			mu.Lock()
			defer mu.Unlock()
			switch a.Code() {
			case "201":
				confirmed++
			case "link_invalid":
				refused++
			default:
				t.Errorf("RG-04 a parallel confirmation: %s", a.Body)
			}
		})
	}
	group.Wait()
	if confirmed != 1 || refused != 19 {
		t.Errorf("RG-04 a link used 20 times at once confirms %d times", confirmed)
	}
	for range 20 { // the stream's job, called by copies of one record at once
		group.Go(func() {
			if err := enrolment.Settle(t.Context(), w.DB, u.ID); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	applications, clients := 0, 0
	for key := range w.Dump() {
		if strings.Contains(key, " "+ddb.Application("")) && strings.HasSuffix(key, " "+ddb.Self) {
			applications++
		}
		if strings.Contains(key, " "+ddb.GrantClient("")) {
			clients++
		}
	}
	if applications != 1 || clients != 1 {
		t.Errorf("RG-10 20 parallel registrations end in %d applications with %d clients", applications, clients)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	form := w.registration("once@example.org")
	key := portaltest.Random()
	first := w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key}), 202)
	u := w.user("once@example.org")
	before := w.Dump()
	again := w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key})
	if again.Status != first.Status || string(again.Body) != string(first.Body) {
		t.Errorf("the same request again is answered %d %s", again.Status, again.Body)
	}
	w.Unchanged("the same request again does something", before)
	form["fullName"] = "Somebody Else"
	w.Expect("the same key with another body", w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key}), "idempotency_conflict")
	w.Expect("the same captcha with another key", w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form}), "captcha_invalid")
	w.Unchanged("a refused repetition does something", before)

	for path, form := range map[string]string{"/registrations/resend": formResend, "/password-resets": formReset} {
		key := portaltest.Random()
		w.Must(w.Do(portaltest.Request{Method: "POST", Path: path, Key: key, Body: map[string]any{"email": "once@example.org", "captcha": w.captcha(form)}}), 202)
		w.Expect("the same key with another address", w.Do(portaltest.Request{Method: "POST", Path: path, Key: key, Body: map[string]any{"email": "twice@example.org", "captcha": w.captcha(form)}}), "idempotency_conflict")
	}
	u = w.user("once@example.org")

	// The mail's link is the one that was made, however often the request was sent.
	w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key})
	if w.user("once@example.org").ConfirmLink != u.ConfirmLink {
		t.Error("the repetition made another link")
	}
	parallel := w.registration("parallel@example.org")
	key = portaltest.Random()
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			a := w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: parallel, Key: key, Address: "192.0.2.9"})
			if a.Status != 202 {
				t.Errorf("the same request at once: %s", a.Body)
			}
		})
	}
	group.Wait()
	if n := len(w.acts(w.user("parallel@example.org").ID)); n != 1 {
		t.Errorf("ten at once are %d registrations", n)
	}
	w.Clock.Advance(24 * time.Hour)
	w.Expect("a day later the key is new", w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key}), "captcha_invalid")
}

// F03, F04, F10: whatever request is lost, or its answer, a registration is there whole or not at all, and sending it again
// ends in one account with one live link.
func TestRegistrationSurvivesAnyLostRequest(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/configuration"}), 200)
	total, _ := w.workOf(func() portaltest.Answer { return w.Post("/registrations", w.registration("count@example.org")) })
	n := 0
	for _, count := range total.requests {
		n += count
	}
	for name, fault := range map[string]faults.Fault{"the answer is lost": faults.LoseAnswer(), "the request is lost": faults.Refuse()} {
		for skip := range n {
			email := fmt.Sprintf("lost-%d-%d@example.org", len(name), skip)
			form, key, from := w.registration(email), portaltest.Random(), address(skip)
			remove := w.Tables.Faults.Inject(faults.Rule{Skip: skip, Times: 2, Fault: fault}) // the SDK's own second try, too
			a := w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key, Address: from})
			remove()
			if a.Status != 202 && a.Status != 503 {
				t.Errorf("%s, request %d: %s", name, skip, a.Body)
			}
			w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key, Address: from}), 202)
			u := w.user(email)
			if u.ID == "" || len(w.acts(u.ID)) != 1 {
				t.Errorf("F10 %s, request %d: sent again, %d acts", name, skip, len(w.acts(u.ID)))
				continue
			}
			w.Expect("F10 "+name+": the link of the mail", w.Post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), "201")
		}
	}
	users := map[string]bool{}
	for key, row := range w.Dump() {
		if strings.HasSuffix(key, " "+ddb.PersonSelf) {
			users[ddb.Text(row, "id")] = true
		}
	}
	for key, row := range w.Dump() {
		if strings.Contains(key, " EMAIL#") && !users[ddb.Text(row, "user")] {
			t.Errorf("F10 %s leads to no account", key)
		} else if strings.Contains(key, " EMAIL#") {
			delete(users, ddb.Text(row, "user"))
		}
	}
	if len(users) > 0 {
		t.Errorf("F10 %d accounts have no address of their own", len(users))
	}
}

// RG-06: what a link is made of is the event alone; no header of the request has a part in it.
func TestRG06HeadersDoNotTouchLinks(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	for _, header := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "Forwarded", "X-Original-URL", "Referer"} {
		email := strings.ToLower(header) + "@example.org"
		w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: w.registration(email), Header: http.Header{header: {"evil.example"}}, Address: address(len(header))}), 202)
	}
	for key, row := range w.Dump() {
		for name, value := range row {
			if s, ok := value.(*types.AttributeValueMemberS); ok && strings.Contains(s.Value, "evil") {
				t.Errorf("RG-06 %s keeps a header in %s", key, name)
			}
		}
	}
}
