package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

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
