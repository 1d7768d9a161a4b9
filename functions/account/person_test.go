package main

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/quota"
	"guichet/shared/token"
)

// enrol does what the stream job does.
func (w *world) enrol(user string, former ...string) {
	w.t.Helper()
	if err := enrolment.Settle(w.t.Context(), w.db, user, former...); err != nil {
		w.t.Fatal(err)
	}
}

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

func TestMemberships(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	o := w.organisation("Agence", false)
	code := w.code(o)
	join := func(code, key string) answer {
		return w.do(ask{method: "POST", path: "/me/memberships", cookie: cookie, key: key, body: map[string]any{"code": code}})
	}
	w.expect("RG-11 a code that leads nowhere", join("ABCD-EFGH-JKMN-PQRS", ""), "organisation_code_invalid")
	key := random()
	joined := w.must(join(code, key), 201)
	want := "[APP_SANDBOX_camille@example.org_Agence APP_PRODUCTION_camille@example.org_Agence]"
	if d := joined.document(); d["role"] != "developer" || d["mayLeave"] != true || fmt.Sprint(d["endingApplications"]) != want {
		t.Errorf("Z44 joined as %s", joined.body)
	}
	if again := join(code, key); again.status != 201 || string(again.body) != string(joined.body) {
		t.Errorf("the same request again: %s", again.body)
	}
	w.expect("the same key with another code", join("ABCD-EFGH-JKMN-PQRS", key), "idempotency_conflict")
	w.expect("Z44 joining twice", join(code, ""), "already_member")
	old := code
	code = w.code(o)
	w.expect("RG-11 the code before a newer one", join(old, ""), "organisation_code_invalid")

	leave := func(id string) answer {
		return w.do(ask{method: "DELETE", path: "/me/memberships/" + id, cookie: cookie})
	}
	w.expect("Z44 leaving the default organisation", leave(organisation.Default), "default_organisation")
	w.expect("Z44 leaving where one is not", leave("01JD8Z3K4M5N6P7Q8R9S0T1V2W"), "not_found")
	m := w.membership(u.ID, o.ID)
	if err := organisation.SetRole(t.Context(), w.db, "test", m, organisation.Administrator); err != nil {
		t.Fatal(err)
	}
	w.expect("the only administrator leaves", leave(o.ID), "sole_administrator")
	second, _ := w.member("second@example.org")
	if err := organisation.Enrol(t.Context(), w.db, organisation.Membership{User: second.ID, Organisation: o.ID, Role: organisation.Administrator, Name: second.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.must(leave(o.ID), 204)
	if got, err := organisation.Get(t.Context(), w.db, o.ID); err != nil || got.Administrators != 1 {
		t.Errorf("the organisation counts %d administrators, %v", got.Administrators, err)
	}
	w.disable(o)
	w.expect("RG-11 the code of a disabled organisation", join(code, ""), "organisation_code_invalid")
	for range maxWrongCodes {
		join("ABCD-EFGH-JKMN-PQRS", "")
	}
	w.expect("RG-11 an eleventh code in an hour", join("ABCD-EFGH-JKMN-PQRS", ""), "too_many_attempts")

	unknown, _ := w.workOf(func() answer { return w.joinAs("one@example.org", "ABCD-EFGH-JKMN-PQRS") })
	disabled, _ := w.workOf(func() answer { return w.joinAs("two@example.org", code) })
	if fmt.Sprint(unknown) != fmt.Sprint(disabled) {
		t.Errorf("RG-11 an unknown code costs %v, a dead one %v", unknown, disabled)
	}
}

func (w *world) joinAs(email, code string) answer {
	w.t.Helper()
	_, cookie := w.member(email)
	w.tables.Faults.Reset()
	return w.do(ask{method: "POST", path: "/me/memberships", cookie: cookie, body: map[string]any{"code": code}})
}

func (w *world) membership(user, of string) organisation.Membership {
	w.t.Helper()
	p, err := account.GetPerson(w.t.Context(), w.db, user)
	if err != nil {
		w.t.Fatal(err)
	}
	m, ok := p.Membership(of)
	if !ok {
		w.t.Fatalf("%s is no member of %s", user, of)
	}
	return m
}

func TestTheSandboxApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("Camille+api@example.org")
	sandbox := func() map[string]any {
		t.Helper()
		return w.must(w.do(ask{method: "GET", path: "/applications/sandbox", cookie: cookie}), 200).document()
	}
	if d := sandbox(); d["state"] != "pending" || d["name"] != "APP_SANDBOX_Camille+api@example.org" {
		t.Errorf("G1 before the job: %v", d)
	}
	w.enrol(u.ID)
	id := application.AutomaticID(u.ID, organisation.Default, channel.Sandbox)
	d := sandbox()
	if d["state"] != "ready" || d["id"] != id || d["name"] != "APP_SANDBOX_Camille+api@example.org" || d["quotaPerDay"] != 1e6 ||
		fmt.Sprint(d["access"]) != "map[baseUrl:https://sandbox.example healthcheckUrl:https://sandbox.example/piste/healthcheck tokenUrl:https://token.example/api/oauth/token]" {
		t.Errorf("G1 after it: %v", d)
	}
	_, stranger := w.member("stranger@example.org")
	show := func(cookie, credential, key string) answer {
		return w.do(ask{method: "POST", path: "/applications/" + id + "/credentials/" + credential + "/secret", cookie: cookie, key: key})
	}
	keys, err := w.portal.tokens[channel.Sandbox].Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var used string
	for _, c := range d["credentials"].([]any) {
		k := c.(map[string]any)
		credential := fmt.Sprint(k["id"])
		if k["hasSecret"] != false || k["mayShowSecret"] != true || k["lastUsedAt"] != nil {
			t.Errorf("Z19 a new credential is %v", k)
		}
		w.expect("AZ-01 somebody else's secret", show(stranger, credential, ""), "not_found")
		key := random()
		shown := w.must(show(cookie, credential, key), 201).document()
		secret := canary(fmt.Sprint(shown["secret"]))
		w.expect("Z19 the secret again", show(cookie, credential, ""), "secret_already_shown")
		w.expect("Z19 the secret again by the same key", show(cookie, credential, key), "secret_already_shown")
		if used != "" {
			w.expect("the key of another credential", show(cookie, credential, used), "idempotency_conflict")
		}
		used = key
		if k["kind"] == "api_key" {
			if claims, err := keys.Verify(secret, w.clock.now()); err != nil || claims.Kind != token.APIKey {
				t.Errorf("Z23 the API key is no key: %v", err)
			}
		} else if len(secret) != 36 {
			t.Errorf("Z23 the client secret has %d characters", len(secret))
		}
	}
	for _, c := range sandbox()["credentials"].([]any) {
		if k := c.(map[string]any); k["hasSecret"] != true || k["mayShowSecret"] != false {
			t.Errorf("Z19 a shown credential is %v", k)
		}
	}
	public, _, err := application.Issuer{Keys: keys}.AddCredential(t.Context(), w.db, u.ID, id, application.OAuthClient, false)
	if err != nil {
		t.Fatal(err)
	}
	w.expect("H10 a public client's secret", show(cookie, public.ID, ""), "conflict")
	w.expect("a credential that does not exist", show(cookie, "01234567-89ab-4def-8123-456789abcdef", ""), "not_found")
	w.expect("an application that does not exist", w.do(ask{method: "POST", path: "/applications/x/credentials/y/secret", cookie: cookie}), "not_found")

	grant := item{ddb.PK: ddb.S(ddb.Grant(id, "")), quota.LastUsed(1): ddb.N(w.clock.now().Unix() / 3600)}
	w.put(w.db.Tables.Grants[channel.Sandbox], grant)
	if got := fmt.Sprint(sandbox()["credentials"].([]any)[0].(map[string]any)["lastUsedAt"]); got != moment(w.clock.now().Truncate(time.Hour)) {
		t.Errorf("the last use is shown as %s", got)
	}

	w.put(w.db.Tables.Registry, item{
		ddb.PK: ddb.S(ddb.API("01JD0000000000000000000000")), ddb.SK: ddb.S(ddb.Self), "id": ddb.S("01JD0000000000000000000000"), "name": ddb.S("Calendrier"),
		"basePath": ddb.S("/demo/calendar/v1"), "channels": &types.AttributeValueMemberM{Value: item{string(channel.Sandbox): &types.AttributeValueMemberM{Value: item{
			"settings": &types.AttributeValueMemberM{Value: item{"version": ddb.S("1.2")}},
		}}}},
	})
	w.put(w.db.Tables.Registry, item{
		ddb.PK: ddb.S(ddb.API("01JD0000000000000000000000")), ddb.SK: ddb.S(ddb.Version("1.2")), "text": ddb.S("1.2"), "sample": ddb.S("/days"),
	})
	if _, err := catalogue.Load(t.Context(), w.db, "01JD0000000000000000000000"); err != nil {
		t.Fatal(err)
	}
	if err := application.Link(t.Context(), w.db, "test", id, application.Right{API: "01JD0000000000000000000000", ShortID: "AAAA"}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(sandbox()["subscriptions"]); got != "[map[baseUrl:https://sandbox.example/demo/calendar/v1 id:01JD0000000000000000000000 name:Calendrier sample:map[method:GET url:https://sandbox.example/demo/calendar/v1/days] scopes:[] version:1.2]]" {
		t.Errorf("the subscriptions are %s", got)
	}

	// A colleague sees an application of the organisation, and may not show its secret; an administrator may.
	o := w.organisation("Agence", false)
	for _, member := range []struct {
		user account.User
		role organisation.Role
	}{{u, organisation.Developer}, {w.user("stranger@example.org"), organisation.Developer}} {
		if err := organisation.Enrol(t.Context(), w.db, organisation.Membership{User: member.user.ID, Organisation: o.ID, Role: member.role, Name: "x", By: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	w.enrol(u.ID)
	id = application.AutomaticID(u.ID, o.ID, channel.Production)
	a, err := application.Load(t.Context(), w.db, id)
	if err != nil {
		t.Fatal(err)
	}
	first, second := sortedCredentials(a)[0].ID, sortedCredentials(a)[1].ID
	w.expect("Z40 a colleague's secret", show(stranger, first, ""), "forbidden")
	if err := organisation.SetRole(t.Context(), w.db, "test", w.membership(w.user("stranger@example.org").ID, o.ID), organisation.Administrator); err != nil {
		t.Fatal(err)
	}
	w.expect("Z40 an administrator's look at it", show(stranger, first, ""), "201")
	w.expect("Z40 the owner's", show(cookie, second, ""), "201")
}

func TestRG16HostileAddressesHaveAnApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, email := range []string{"a+b@x.fr", "#@x.fr", "a#b|c@x.fr", "a/b@x.fr", "'--@x.fr", strings.Repeat("a", 64) + "@" + strings.Repeat("b", 61) + ".fr"} {
		u, cookie := w.member(email)
		w.enrol(u.ID)
		w.enrol(u.ID)
		if d := w.do(ask{method: "GET", path: "/applications/sandbox", cookie: cookie}).document(); d["state"] != "ready" || d["name"] != "APP_SANDBOX_"+email {
			t.Errorf("RG-16 %s has %v", email, d)
		}
		w.clock.advance(time.Hour)
	}
	for key := range w.dump() {
		if strings.Contains(key, "x.fr") {
			t.Errorf("AZ-14 an address is part of the key %s", key)
		}
	}
}

func TestDeletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	o := w.organisation("Agence", false)
	if err := organisation.Enrol(t.Context(), w.db, organisation.Membership{User: u.ID, Organisation: o.ID, Role: organisation.Administrator, Name: u.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.enrol(u.ID)
	owned, err := application.Create(t.Context(), w.db, u.ID, application.New{Name: "Paie", Channel: channel.Production, Organisation: o.ID, Owner: u.ID})
	if err != nil {
		t.Fatal(err)
	}
	remove := func(password string) answer {
		return w.do(ask{method: "DELETE", path: "/me", cookie: cookie, body: map[string]any{"password": canary(password)}})
	}
	w.expect("C21 with a wrong password", remove("wrong-password"), "password_wrong")
	a := remove(goodPassword)
	w.expect("Z56 the only administrator and owner", a, "account_deletion_blocked")
	if want := []string{"organisation:" + o.ID + " sole_administrator", "application:" + owned.ID + " sole_owner"}; !slices.Equal(a.faults(), want) {
		t.Errorf("Z56 the blockers are %v", a.faults())
	}
	preview := w.must(w.do(ask{method: "GET", path: "/me/deletion", cookie: cookie}), 200).document()
	if len(preview["blockers"].([]any)) != 2 || len(preview["applications"].([]any)) != 4 || preview["memberships"] != 1.0 {
		t.Errorf("Z56 the preview is %v", preview)
	}
	w.expect("Z56 leaving an organisation as the only owner", w.do(ask{method: "DELETE", path: "/me/memberships/" + o.ID, cookie: cookie}), "sole_owner")
	if err := application.SetEnabled(t.Context(), w.db, u.ID, owned.ID, false); err != nil {
		t.Fatal(err)
	}
	w.expect("Z56 still the only administrator", remove(goodPassword), "account_deletion_blocked")
	if err := organisation.SetRole(t.Context(), w.db, "test", w.membership(u.ID, o.ID), organisation.Developer); err == nil {
		t.Error("the only administrator steps back")
	}
	second, _ := w.member("second@example.org")
	if err := organisation.Enrol(t.Context(), w.db, organisation.Membership{User: second.ID, Organisation: o.ID, Role: organisation.Administrator, Name: second.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.must(remove(goodPassword), 204)

	if w.alive(cookie) {
		t.Error("PS-04 a session outlives the account")
	}
	w.expect("C21 a deleted account", w.signIn(u.Email, goodPassword, ""), "sign_in_failed")
	for _, id := range []string{
		application.AutomaticID(u.ID, organisation.Default, channel.Sandbox), application.AutomaticID(u.ID, o.ID, channel.Production), application.AutomaticID(u.ID, o.ID, channel.Sandbox),
	} {
		if stopped, err := application.Load(t.Context(), w.db, id); err != nil || stopped.Live() || strings.Contains(stopped.Name, "camille") {
			t.Errorf("OP-07 an application of a deleted account is %+v, %v", stopped.Application, err)
		}
	}
	again := w.registered("camille@example.org")
	w.must(w.post("/confirmations", map[string]any{"token": w.mailed(again.ID, account.Confirm), "password": goodPassword}), 201)
	p, err := account.GetPerson(t.Context(), w.db, again.ID)
	if err != nil || again.ID == u.ID || len(p.Memberships) != 0 || len(p.Shares) != 0 || p.Terms != nil {
		t.Errorf("AZ-10 who registers the address again inherits %+v, %v", p, err)
	}

	if done, err := account.Erase(t.Context(), w.db, "system:sweep", u.ID); !done || err != nil {
		t.Fatalf("OP-07 %t %v", done, err)
	}
	if done, err := account.Erase(t.Context(), w.db, "system:sweep", u.ID); done || err != nil {
		t.Errorf("OP-07 an account is erased twice: %v", err)
	}
	erased, err := account.Get(t.Context(), w.db, u.ID)
	if err != nil || erased.Status != account.Erased || erased.Email != "" || erased.Name != "" {
		t.Errorf("OP-07 what is left is %+v, %v", erased, err)
	}
	for key, row := range w.dump() {
		if key != "" && text(row, ddb.PK) == ddb.User(u.ID) && strings.Contains(fmt.Sprint(row), "Camille") {
			t.Errorf("OP-07 %s holds a name", key)
		}
	}
}

// mailedByNotify plans the mail of a person's first act, as the job does.
func (w *world) mailedByNotify(user, mail string) {
	w.t.Helper()
	if err := events.Plan(w.t.Context(), w.db, w.acts(user)[0], []events.Delivery{{Recipient: user, Mail: mail}}, events.Check{User: user}); err != nil {
		w.t.Fatal(err)
	}
}

// OP-07: after the deletion and the erasure no table holds anything of the person but the id. Rows whose time is over are
// DynamoDB's to remove.
func TestOP07ErasureLeavesNothingPersonalAnywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const email, name, address = "Zephyrine.Quatremare@example.org", "Zéphyrine Quatremare", "198.51.100.77"
	form := w.registration(email)
	form["fullName"] = name
	w.must(w.do(ask{method: "POST", path: "/registrations", body: form, address: address}), 202)
	u := w.user(email)
	cookie := w.must(w.post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201).cookie()
	w.must(w.do(ask{method: "POST", path: "/terms/acceptances", body: map[string]any{"hash": w.terms.Hash}, cookie: cookie}), 204)
	w.must(w.do(ask{method: "POST", path: "/me/memberships", cookie: cookie, body: map[string]any{"code": w.code(w.organisation("Agence", false))}}), 201)
	w.enrol(u.ID)
	w.must(w.do(ask{method: "PATCH", path: "/me", cookie: cookie, body: map[string]any{"fullName": name + "-Durand"}}), 200)
	w.must(w.do(ask{method: "POST", path: "/password-resets", body: map[string]any{"email": email, "captcha": w.captcha(formReset)}, address: address}), 202)
	w.must(w.signIn(email, goodPassword, address), 201)
	for _, c := range w.do(ask{method: "GET", path: "/applications/sandbox", cookie: cookie}).document()["credentials"].([]any) {
		path := fmt.Sprintf("/applications/%s/credentials/%s/secret", application.AutomaticID(u.ID, organisation.Default, channel.Sandbox), c.(map[string]any)["id"])
		w.must(w.do(ask{method: "POST", path: path, cookie: cookie}), 201)
	}
	w.mailedByNotify(u.ID, "confirm")
	parsed, _ := account.ParseAddress(email)
	personal := []string{"zephyrine", "zéphyrine", "quatremare", parsed.Hash(), "198.51.100."}
	found := func() (where []string) {
		for key, row := range w.dump() {
			if ttl, ok := row[ddb.TTL].(*types.AttributeValueMemberN); ok && ttl.Value <= fmt.Sprint(w.clock.now().Unix()) {
				continue
			}
			text := strings.ToLower(plain(&types.AttributeValueMemberM{Value: row}))
			if slices.ContainsFunc(personal, func(value string) bool { return strings.Contains(text, value) }) {
				where = append(where, key)
			}
		}
		return where
	}
	if n := len(found()); n < 6 { // account, address, membership, three applications
		t.Fatalf("OP-07 the scan sees %d rows of a living person", n)
	}
	w.must(w.do(ask{method: "DELETE", path: "/me", cookie: cookie, body: map[string]any{"password": goodPassword}}), 204)
	w.clock.advance(account.ErasedAfter)
	if done, err := account.Erase(t.Context(), w.db, "system:sweep", u.ID); !done || err != nil {
		t.Fatalf("OP-07 %t %v", done, err)
	}
	if where := found(); len(where) > 0 {
		t.Errorf("OP-07 after the erasure there is something personal in %q", where)
	}
}

func TestUnconfirmedAccountsAreRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := w.registered("late@example.org")
	kept, _ := w.member("kept@example.org")
	sweep := func(user string) bool {
		t.Helper()
		done, err := account.RemoveUnconfirmed(t.Context(), w.db, "system:sweep", user)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	w.clock.advance(account.UnconfirmedLifetime - time.Second)
	if sweep(late.ID) {
		t.Error("Z43 an account is removed before seven days")
	}
	w.clock.advance(time.Second)
	if !sweep(late.ID) || sweep(late.ID) || sweep(kept.ID) {
		t.Error("Z43 after seven days exactly the unconfirmed account goes, once")
	}
	if w.user("late@example.org").ID != "" {
		t.Error("Z43 the address is still taken")
	}
	w.registered("late@example.org")
}

func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	w.enrol(u.ID)
	w.mailedByNotify(u.ID, "confirm")
	later := item{"id": ddb.S(w.db.NewID()), "type": ddb.S("of.a.later.version"), "data": ddb.S("{}"), "at": ddb.S(stamp(w.clock.now())), "actor": ddb.S("system:test")}
	later[ddb.PK], later[ddb.SK] = ddb.S(ddb.User(u.ID)), ddb.S(events.Prefix+"7")
	w.put(w.db.Tables.Events, later)
	a := w.must(w.do(ask{method: "GET", path: "/me/export", cookie: cookie}), 200)
	d := a.document()
	if a.header.Get("Content-Disposition") != `attachment; filename="account.json"` {
		t.Errorf("OP-07 the export is no file: %v", a.header)
	}
	// Every attribute that the registry holds of the person is in it, but for secrets' hashes and marks of its own.
	row, err := w.user(u.Email).Item()
	if err != nil {
		t.Fatal(err)
	}
	internal := []string{"password", "epoch", "confirmLink", "passwordLink", "preferences", "ticked", "terms", "id", ddb.PK, ddb.SK, "GSI2PK", "GSI2SK", "status", "created", "confirmed", "passwordChanged"}
	for name, value := range row {
		if s, ok := value.(*types.AttributeValueMemberS); ok && !slices.Contains(internal, name) && !strings.Contains(string(a.body), s.Value) {
			t.Errorf("OP-07 the export lacks %s", name)
		}
	}
	if len(d["sessions"].([]any)) != 1 || len(d["applications"].([]any)) != 1 || len(d["memberships"].([]any)) != 1 || d["actsComplete"] != true {
		t.Errorf("OP-07 the export is %s", a.body)
	}
	var names []string
	for _, act := range d["acts"].([]any) {
		names = append(names, fmt.Sprint(act.(map[string]any)["name"]))
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"account.confirmed", "account.registered", "account.terms_accepted", "of.a.later.version"}) {
		t.Errorf("OP-07 the acts are %v", names)
	}
	if mails := d["mails"].([]any); len(mails) != 1 || mails[0].(map[string]any)["name"] != "confirm" || mails[0].(map[string]any)["state"] != "pending" {
		t.Errorf("OP-07 the mails are %v", mails)
	}
	for _, hidden := range []string{w.user(u.Email).Password, "argon2id", cookie} {
		if strings.Contains(string(a.body), hidden) {
			t.Errorf("TK-03 the export holds %s", hidden)
		}
	}
}

// TK-03: of what was given to somebody, the tables hold hashes only.
func TestTK03NothingSecretIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	w.enrol(u.ID)
	o := w.organisation("Agence", false)
	secrets := []string{goodPassword, cookie, w.mailed(u.ID, account.Confirm), w.resetLink(u), w.code(o)}
	secrets = append(secrets, strings.ReplaceAll(secrets[4], "-", ""))
	key := random()
	form := w.registration("second@example.org")
	w.must(w.do(ask{method: "POST", path: "/registrations", body: form, key: key}), 202)
	secrets = append(secrets, key, fmt.Sprint(form["captcha"]))
	for _, c := range w.do(ask{method: "GET", path: "/applications/sandbox", cookie: cookie}).document()["credentials"].([]any) {
		path := fmt.Sprintf("/applications/%s/credentials/%s/secret", application.AutomaticID(u.ID, organisation.Default, channel.Sandbox), c.(map[string]any)["id"])
		secrets = append(secrets, fmt.Sprint(w.must(w.do(ask{method: "POST", path: path, cookie: cookie}), 201).document()["secret"]))
	}
	var all strings.Builder
	for key, row := range w.dump() {
		all.WriteString(key)
		for _, value := range row {
			all.WriteString(plain(value))
		}
	}
	for i, secret := range secrets {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(all.String(), form) {
				t.Errorf("TK-03 secret %d is stored", i)
			}
		}
	}
}

// plain is all text of a value.
func plain(value types.AttributeValue) string {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	case *types.AttributeValueMemberM:
		text := ""
		for name, member := range v.Value {
			text += name + plain(member)
		}
		return text
	case *types.AttributeValueMemberL:
		text := ""
		for _, member := range v.Value {
			text += plain(member)
		}
		return text
	}
	return ""
}

func TestSiteFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.organisation("Zone", true)
	w.organisation("Fermée", false)
	w.organisation("agence", true)
	w.disable(w.organisation("Éteinte", true))
	var names []string
	for _, o := range w.must(w.do(ask{method: "GET", path: "/organisations"}), 200).document()["items"].([]any) {
		names = append(names, fmt.Sprint(o.(map[string]any)["name"]))
	}
	if !slices.Equal(names, []string{"Universelle", "agence", "Zone"}) {
		t.Errorf("B13 the organisations to choose are %v", names)
	}
	if a := w.do(ask{method: "GET", path: "/openapi.yaml"}); a.status != 200 || string(a.body) != string(document) {
		t.Error("the document is not served byte for byte")
	}
	configuration, err := account.GetConfiguration(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	configuration.Product.Name = "Passerelle"
	if err := account.SetConfiguration(t.Context(), w.db, configuration); err != nil {
		t.Fatal(err)
	}
	if d := w.do(ask{method: "GET", path: "/configuration"}).document(); d["product"].(map[string]any)["name"] != "Passerelle" {
		t.Errorf("the configuration is %v", d)
	}
	configuration.Accent = "red"
	if err := account.SetConfiguration(t.Context(), w.db, configuration); err == nil {
		t.Error("a colour that is none is taken")
	}
}

func TestCallersAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, source, forwarded string
		proxies                 int
		want                    string
	}{
		{"RG-13 the platform's word", "192.0.2.1", "", 0, "192.0.2.1"},
		{"RG-13 a forged header without a proxy", "192.0.2.1", "198.51.100.9, 192.0.2.1", 0, "192.0.2.1"},
		{"RG-13 what our proxy saw", "203.0.113.1", "192.0.2.1, 203.0.113.1", 1, "192.0.2.1"},
		{"RG-13 a forged header before our proxy", "203.0.113.1", "198.51.100.9, 192.0.2.1, 203.0.113.1", 1, "192.0.2.1"},
		{"RG-13 nothing of a proxy", "203.0.113.1", "203.0.113.1", 1, "203.0.113.1"},
		{"RG-13 no address at all", "203.0.113.1", "rubbish, 203.0.113.1", 1, "203.0.113.1"},
		{"RG-13 IPv6 by its subscriber", "2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"},
		{"RG-13 IPv4 written as IPv6", "::ffff:192.0.2.1", "", 0, "192.0.2.1"},
	} {
		r := requestFrom(c.source, c.forwarded)
		call := &call{r: r, portal: &portal{proxies: c.proxies}}
		if got := call.network(); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
