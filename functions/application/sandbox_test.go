package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/amazon"
	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/portal/portaltest"
	"guichet/shared/quota"
	"guichet/shared/token"
)

var function = portaltest.Function{
	Name: "application",
	Open: func(environment map[string]string, aws amazon.Environment, now func() time.Time) (portal.Options, []portal.Route) {
		a, options := open(portaltest.Parse[configuration](environment), aws, now)
		return options, a.routes()
	},
}

func TestMain(m *testing.M) { os.Exit(portaltest.Run(m, function)) }

func TestConforms(t *testing.T) { portaltest.Conforms(t, function) }

// enrol does what the stream job does.
func enrol(e *portaltest.Env, user string) {
	e.T.Helper()
	if err := enrolment.Settle(e.T.Context(), e.DB, user); err != nil {
		e.T.Fatal(err)
	}
}

func TestTheSandboxApplication(t *testing.T) {
	t.Parallel()
	w := portaltest.New(t, function)
	u, cookie := w.NewMember("Camille+api@example.org")
	sandbox := func() map[string]any {
		t.Helper()
		return w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/applications/sandbox", Cookie: cookie}), 200).Document()
	}
	if d := sandbox(); d["state"] != "pending" || d["name"] != "APP_SANDBOX_Camille+api@example.org" {
		t.Errorf("G1 before the job: %v", d)
	}
	enrol(w, u.ID)
	id := application.AutomaticID(u.ID, organisation.Default, channel.Sandbox)
	d := sandbox()
	if d["state"] != "ready" || d["id"] != id || d["name"] != "APP_SANDBOX_Camille+api@example.org" || d["quotaPerDay"] != 1e6 ||
		fmt.Sprint(d["access"]) != "map[baseUrl:https://sandbox.example healthcheckUrl:https://sandbox.example/piste/healthcheck tokenUrl:https://token.example/api/oauth/token]" {
		t.Errorf("G1 after it: %v", d)
	}
	other, stranger := w.NewMember("stranger@example.org")
	show := func(cookie, credential, key string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "POST", Path: "/applications/" + id + "/credentials/" + credential + "/secret", Cookie: cookie, Key: key})
	}
	keys, err := w.TokenKeys(channel.Sandbox)
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
		w.Expect("AZ-01 somebody else's secret", show(stranger, credential, ""), "not_found")
		key := portaltest.Random()
		shown := w.Must(show(cookie, credential, key), 201).Document()
		secret := portaltest.Canary(fmt.Sprint(shown["secret"]))
		w.Expect("Z19 the secret again", show(cookie, credential, ""), "secret_already_shown")
		w.Expect("Z19 the secret again by the same key", show(cookie, credential, key), "secret_already_shown")
		if used != "" {
			w.Expect("the key of another credential", show(cookie, credential, used), "idempotency_conflict")
		}
		used = key
		if k["kind"] == "api_key" {
			if claims, err := keys.Verify(secret, w.Clock.Now()); err != nil || claims.Kind != token.APIKey {
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
	public, _, err := application.Issuer{Keys: keys}.AddCredential(t.Context(), w.DB, u.ID, id, application.OAuthClient, false)
	if err != nil {
		t.Fatal(err)
	}
	w.Expect("H10 a public client's secret", show(cookie, public.ID, ""), "conflict")
	w.Expect("a credential that does not exist", show(cookie, "01234567-89ab-4def-8123-456789abcdef", ""), "not_found")
	w.Expect("an application that does not exist", w.Do(portaltest.Request{Method: "POST", Path: "/applications/x/credentials/y/secret", Cookie: cookie}), "not_found")

	grant := ddb.Item{ddb.PK: ddb.S(ddb.Grant(id, "")), quota.LastUsed(1): ddb.N(w.Clock.Now().Unix() / 3600)}
	w.Put(w.DB.Tables.Grants[channel.Sandbox], grant)
	if got := fmt.Sprint(sandbox()["credentials"].([]any)[0].(map[string]any)["lastUsedAt"]); got != portal.Time(w.Clock.Now().Truncate(time.Hour)) {
		t.Errorf("the last use is shown as %s", got)
	}

	w.Put(w.DB.Tables.Registry, ddb.Item{
		ddb.PK: ddb.S(ddb.API("01JD0000000000000000000000")), ddb.SK: ddb.S(ddb.Self), "id": ddb.S("01JD0000000000000000000000"), "name": ddb.S("Calendrier"),
		"basePath": ddb.S("/demo/calendar/v1"), "channels": &types.AttributeValueMemberM{Value: ddb.Item{string(channel.Sandbox): &types.AttributeValueMemberM{Value: ddb.Item{
			"settings": &types.AttributeValueMemberM{Value: ddb.Item{"version": ddb.S("1.2")}},
		}}}},
	})
	w.Put(w.DB.Tables.Registry, ddb.Item{
		ddb.PK: ddb.S(ddb.API("01JD0000000000000000000000")), ddb.SK: ddb.S(ddb.Version("1.2")), "text": ddb.S("1.2"), "sample": ddb.S("/days"),
	})
	if _, err := catalogue.Load(t.Context(), w.DB, "01JD0000000000000000000000"); err != nil {
		t.Fatal(err)
	}
	if err := application.Link(t.Context(), w.DB, "test", id, application.Right{API: "01JD0000000000000000000000", ShortID: "AAAA"}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(sandbox()["subscriptions"]); got != "[map[baseUrl:https://sandbox.example/demo/calendar/v1 id:01JD0000000000000000000000 name:Calendrier sample:map[method:GET url:https://sandbox.example/demo/calendar/v1/days] scopes:[] version:1.2]]" {
		t.Errorf("the subscriptions are %s", got)
	}

	// A colleague sees an application of the organisation, and may not show its secret; an administrator may.
	o := w.Organisation("Agence", false)
	w.Join(u, o, organisation.Developer)
	w.Join(other, o, organisation.Developer)
	enrol(w, u.ID)
	id = application.AutomaticID(u.ID, o.ID, channel.Production)
	a, err := application.Load(t.Context(), w.DB, id)
	if err != nil {
		t.Fatal(err)
	}
	first, second := a.SortedCredentials()[0].ID, a.SortedCredentials()[1].ID
	w.Expect("Z40 a colleague's secret", show(stranger, first, ""), "forbidden")
	if err := organisation.SetRole(t.Context(), w.DB, "test", w.Membership(other.ID, o.ID), organisation.Administrator); err != nil {
		t.Fatal(err)
	}
	w.Expect("Z40 an administrator's look at it", show(stranger, first, ""), "201")
	w.Expect("Z40 the owner's", show(cookie, second, ""), "201")
}

func TestRG16HostileAddressesHaveAnApplication(t *testing.T) {
	t.Parallel()
	w := portaltest.New(t, function)
	for _, email := range []string{"a+b@x.fr", "#@x.fr", "a#b|c@x.fr", "a/b@x.fr", "'--@x.fr", strings.Repeat("a", 64) + "@" + strings.Repeat("b", 61) + ".fr"} {
		u, cookie := w.NewMember(email)
		enrol(w, u.ID)
		enrol(w, u.ID)
		if d := w.Do(portaltest.Request{Method: "GET", Path: "/applications/sandbox", Cookie: cookie}).Document(); d["state"] != "ready" || d["name"] != "APP_SANDBOX_"+email {
			t.Errorf("RG-16 %s has %v", email, d)
		}
		w.Clock.Advance(time.Hour)
	}
	for key := range w.Dump() {
		if strings.Contains(key, "x.fr") {
			t.Errorf("AZ-14 an address is part of the key %s", key)
		}
	}
}
