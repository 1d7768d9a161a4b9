package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/portal/portaltest"
)

func TestDeletion(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	o := w.Organisation("Agence", false)
	if err := organisation.Enrol(t.Context(), w.DB, organisation.Membership{User: u.ID, Organisation: o.ID, Role: organisation.Administrator, Name: u.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.enrol(u.ID)
	owned, err := application.Create(t.Context(), w.DB, u.ID, application.New{Name: "Paie", Channel: channel.Production, Organisation: o.ID, Owner: u.ID})
	if err != nil {
		t.Fatal(err)
	}
	remove := func(password string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "DELETE", Path: "/me", Cookie: cookie, Body: map[string]any{"password": portaltest.Canary(password)}})
	}
	w.Expect("C21 with a wrong password", remove("wrong-password"), "password_wrong")
	a := remove(goodPassword)
	w.Expect("Z56 the only administrator and owner", a, "account_deletion_blocked")
	if want := []string{"organisation:" + o.ID + " sole_administrator", "application:" + owned.ID + " sole_owner"}; !slices.Equal(a.FieldErrors(), want) {
		t.Errorf("Z56 the blockers are %v", a.FieldErrors())
	}
	preview := w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/me/deletion", Cookie: cookie}), 200).Document()
	if len(preview["blockers"].([]any)) != 2 || len(preview["applications"].([]any)) != 4 || preview["memberships"] != 1.0 {
		t.Errorf("Z56 the preview is %v", preview)
	}
	w.Expect("Z56 leaving an organisation as the only owner", w.Do(portaltest.Request{Method: "DELETE", Path: "/me/memberships/" + o.ID, Cookie: cookie}), "sole_owner")
	if err := application.SetEnabled(t.Context(), w.DB, u.ID, owned.ID, false); err != nil {
		t.Fatal(err)
	}
	w.Expect("Z56 still the only administrator", remove(goodPassword), "account_deletion_blocked")
	if err := organisation.SetRole(t.Context(), w.DB, "test", w.Membership(u.ID, o.ID), organisation.Developer); err == nil {
		t.Error("the only administrator steps back")
	}
	second, _ := w.member("second@example.org")
	if err := organisation.Enrol(t.Context(), w.DB, organisation.Membership{User: second.ID, Organisation: o.ID, Role: organisation.Administrator, Name: second.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.Must(remove(goodPassword), 204)

	if w.alive(cookie) {
		t.Error("PS-04 a session outlives the account")
	}
	w.Expect("C21 a deleted account", w.signIn(u.Email, goodPassword, ""), "sign_in_failed")
	for _, id := range []string{
		application.AutomaticID(u.ID, organisation.Default, channel.Sandbox), application.AutomaticID(u.ID, o.ID, channel.Production), application.AutomaticID(u.ID, o.ID, channel.Sandbox),
	} {
		if stopped, err := application.Load(t.Context(), w.DB, id); err != nil || stopped.Live() || strings.Contains(stopped.Name, "camille") {
			t.Errorf("OP-07 an application of a deleted account is %+v, %v", stopped.Application, err)
		}
	}
	again := w.registered("camille@example.org")
	w.Must(w.Post("/confirmations", map[string]any{"token": w.mailed(again.ID, account.Confirm), "password": goodPassword}), 201)
	p, err := account.GetPerson(t.Context(), w.DB, again.ID)
	if err != nil || again.ID == u.ID || len(p.Memberships) != 0 || len(p.Shares) != 0 || p.Terms != nil {
		t.Errorf("AZ-10 who registers the address again inherits %+v, %v", p, err)
	}

	if done, err := account.Erase(t.Context(), w.DB, "system:sweep", u.ID); !done || err != nil {
		t.Fatalf("OP-07 %t %v", done, err)
	}
	if done, err := account.Erase(t.Context(), w.DB, "system:sweep", u.ID); done || err != nil {
		t.Errorf("OP-07 an account is erased twice: %v", err)
	}
	erased, err := account.Get(t.Context(), w.DB, u.ID)
	if err != nil || erased.Status != account.Erased || erased.Email != "" || erased.Name != "" {
		t.Errorf("OP-07 what is left is %+v, %v", erased, err)
	}
	for key, row := range w.Dump() {
		if key != "" && ddb.Text(row, ddb.PK) == ddb.User(u.ID) && strings.Contains(fmt.Sprint(row), "Camille") {
			t.Errorf("OP-07 %s holds a name", key)
		}
	}
}

// mailedByNotify plans the mail of a person's first act, as the job does.
func (w *fixture) mailedByNotify(user, mail string) {
	w.T.Helper()
	if err := events.Plan(w.T.Context(), w.DB, w.acts(user)[0], []events.Delivery{{Recipient: user, Mail: mail}}, events.Check{User: user}); err != nil {
		w.T.Fatal(err)
	}
}

// OP-07: after the deletion and the erasure no table holds anything of the person but the id. Rows whose time is over are
// DynamoDB's to remove.
func TestOP07ErasureLeavesNothingPersonalAnywhere(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	const email, name, address = "Zephyrine.Quatremare@example.org", "Zéphyrine Quatremare", "198.51.100.77"
	form := w.registration(email)
	form["fullName"] = name
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Address: address}), 202)
	u := w.user(email)
	cookie := w.Must(w.Post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201).Cookie()
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/terms/acceptances", Body: map[string]any{"hash": w.Terms.Hash}, Cookie: cookie}), 204)
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/me/memberships", Cookie: cookie, Body: map[string]any{"code": w.code(w.Organisation("Agence", false))}}), 201)
	w.enrol(u.ID)
	w.Must(w.Do(portaltest.Request{Method: "PATCH", Path: "/me", Cookie: cookie, Body: map[string]any{"fullName": name + "-Durand"}}), 200)
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/password-resets", Body: map[string]any{"email": email, "captcha": w.captcha(formReset)}, Address: address}), 202)
	w.Must(w.signIn(email, goodPassword, address), 201)
	sandbox, err := application.Load(t.Context(), w.DB, application.AutomaticID(u.ID, organisation.Default, channel.Sandbox))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range sandbox.SortedCredentials() {
		if k.Kind == application.OAuthClient {
			if _, err := (application.Issuer{Form: application.UUIDForm}).ShowSecret(t.Context(), w.DB, u.ID, sandbox.ID, k.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.mailedByNotify(u.ID, "confirm")
	parsed, _ := account.ParseAddress(email)
	personal := []string{"zephyrine", "zéphyrine", "quatremare", parsed.Hash(), "198.51.100."}
	found := func() (where []string) {
		for key, row := range w.Dump() {
			if ttl, ok := row[ddb.TTL].(*types.AttributeValueMemberN); ok && ttl.Value <= fmt.Sprint(w.Clock.Now().Unix()) {
				continue
			}
			text := strings.ToLower(portaltest.TextOf(&types.AttributeValueMemberM{Value: row}))
			if slices.ContainsFunc(personal, func(value string) bool { return strings.Contains(text, value) }) {
				where = append(where, key)
			}
		}
		return where
	}
	if n := len(found()); n < 6 { // account, address, membership, three applications
		t.Fatalf("OP-07 the scan sees %d rows of a living person", n)
	}
	w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/me", Cookie: cookie, Body: map[string]any{"password": goodPassword}}), 204)
	w.Clock.Advance(account.ErasedAfter)
	if done, err := account.Erase(t.Context(), w.DB, "system:sweep", u.ID); !done || err != nil {
		t.Fatalf("OP-07 %t %v", done, err)
	}
	if where := found(); len(where) > 0 {
		t.Errorf("OP-07 after the erasure there is something personal in %q", where)
	}
}

func TestUnconfirmedAccountsAreRemoved(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	late := w.registered("late@example.org")
	kept, _ := w.member("kept@example.org")
	sweep := func(user string) bool {
		t.Helper()
		done, err := account.RemoveUnconfirmed(t.Context(), w.DB, "system:sweep", user)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	w.Clock.Advance(account.UnconfirmedLifetime - time.Second)
	if sweep(late.ID) {
		t.Error("Z43 an account is removed before seven days")
	}
	w.Clock.Advance(time.Second)
	if !sweep(late.ID) || sweep(late.ID) || sweep(kept.ID) {
		t.Error("Z43 after seven days exactly the unconfirmed account goes, once")
	}
	if w.user("late@example.org").ID != "" {
		t.Error("Z43 the address is still taken")
	}
	w.registered("late@example.org")
}

// many gives an application as many APIs as it may have; the last one is linked as a person does, so that the grants follow.
func (w *fixture) many(id string) {
	w.T.Helper()
	for n := range application.MaxSubscriptions - 1 {
		s := application.Subscription{API: fmt.Sprintf("%s-%03d", id, n), ShortID: fmt.Sprintf("%04d", n), Since: w.DB.Now(), By: "test"}
		row, err := attributevalue.MarshalMap(s)
		if err != nil {
			w.T.Fatal(err)
		}
		row[ddb.PK], row[ddb.SK] = ddb.S(ddb.Application(id)), ddb.S(ddb.Subscription(s.API))
		w.Put(w.DB.Tables.Registry, row)
	}
	if err := application.Link(w.T.Context(), w.DB, "test", id, application.Right{API: "last", ShortID: "last"}); err != nil {
		w.T.Fatal(err)
	}
}

// M15: a 204 is the truth. Neither act waits for a job.
func TestM15NoApplicationWithManyAPIsIsLiveWhenThePersonIsToldSo(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("many@example.org")
	o := w.Organisation("Agence", false)
	if err := organisation.Enrol(t.Context(), w.DB, organisation.Membership{User: u.ID, Organisation: o.ID, Role: organisation.Developer, Name: u.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.enrol(u.ID)
	sandbox, production := application.AutomaticID(u.ID, organisation.Default, channel.Sandbox), application.AutomaticID(u.ID, o.ID, channel.Production)
	stopped := func(act, id string, reason application.Suspension) {
		t.Helper()
		a, err := application.Load(t.Context(), w.DB, id)
		if err != nil || a.Suspended != reason || len(a.Subscriptions) != application.MaxSubscriptions || strings.Contains(a.Name, "many") {
			t.Errorf("M15 %s: the application is %+v with %d APIs, %v", act, a.Application, len(a.Subscriptions), err)
		}
		for key, row := range w.Dump() {
			if ddb.Text(row, ddb.PK) == id && row["E"].(*types.AttributeValueMemberBOOL).Value {
				t.Errorf("M15 %s: %s still admits calls", act, key)
			}
		}
	}
	w.many(production)
	w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/me/memberships/" + o.ID, Cookie: cookie}), 204)
	stopped("left", production, application.MembershipEnded)
	w.many(sandbox)
	w.Must(w.Do(portaltest.Request{Method: "DELETE", Path: "/me", Cookie: cookie, Body: map[string]any{"password": portaltest.Canary(goodPassword)}}), 204)
	stopped("deleted", sandbox, application.OwnerDeleted)
	for key, row := range w.Dump() {
		if strings.HasPrefix(ddb.Text(row, ddb.PK), ddb.Application("")) && strings.Contains(portaltest.TextOf(&types.AttributeValueMemberM{Value: row}), "many@") {
			t.Errorf("OP-07 %s holds the address", key)
		}
	}
}
