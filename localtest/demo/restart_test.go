package demo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/localtest"
	"guichet/localtest/streams"
	"guichet/shared/account"
	"guichet/shared/channel"
	"guichet/shared/organisation"
)

// An account of yesterday's `make run` works today: the platform is stopped and started again on what it left.
func TestWhatYesterdaysPlatformLeftWorksToday(t *testing.T) {
	t.Parallel()
	data, ctx := t.TempDir(), t.Context()
	start := func() (*localtest.Cloud, Platform) {
		t.Helper()
		cloud, err := localtest.Run(ctx, localtest.Options{DataDir: data, Inbox: true, Streams: streams.Options{Schedules: true}})
		if err != nil {
			t.Fatal(err)
		}
		p, err := Open(ctx, cloud, "")
		if err == nil {
			err = Prepare(ctx, p)
		}
		if err != nil {
			t.Fatal(err, cloud.Close())
		}
		return cloud, p
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	type credential struct {
		Kind, ID  string
		HasSecret bool
	}
	type sandbox struct {
		State, ID   string
		Credentials []credential
	}
	ready := func(v *visitor) (a sandbox) { // a job makes it
		t.Helper()
		ctx, cancel := context.WithTimeout(ctx, mailPatience)
		defer cancel()
		for a.State != "ready" {
			must(v.call(ctx, http.MethodGet, "/applications/sandbox", nil, &a))
			select {
			case <-ctx.Done():
				t.Fatal("there is no sandbox application")
			case <-time.After(50 * time.Millisecond):
			}
		}
		return a
	}

	yesterday, p := start()
	stop := yesterday.Close
	t.Cleanup(func() { _ = stop() })
	dana, err := register(ctx, p, yesterday.Portal, yesterday.Inbox.URL, "Dana Developer", "dana@consumer.example", "", organisation.Developer)
	must(err)
	v, err := newVisitor(yesterday.Portal, yesterday.Inbox.URL)
	must(err)
	must(v.call(ctx, http.MethodPost, "/sessions", map[string]string{"email": dana.Email, "password": dana.Password}, nil))
	secrets := map[string]string{}
	before := ready(v)
	for _, c := range before.Credentials {
		var shown struct{ Secret string }
		must(v.call(ctx, http.MethodPost, "/applications/"+before.ID+"/credentials/"+c.ID+"/secret", nil, &shown))
		secrets[c.Kind+" "+c.ID] = shown.Secret
	}
	late, err := newVisitor(yesterday.Portal, yesterday.Inbox.URL) // who registers and goes home
	must(err)
	form := map[string]any{"fullName": "Eve Late", "email": "eve@consumer.example", "password": newPassword(), "newsletter": false, "surveys": false, "language": "en"}
	form["termsHash"], err = late.termsHash(ctx)
	must(err)
	form["captcha"], err = late.captcha(ctx, "registration")
	must(err)
	must(late.call(ctx, http.MethodPost, "/registrations", form, nil))
	link, err := late.linkToken(ctx, "eve@consumer.example", account.Confirm.Path(""))
	must(err)
	must(stop())

	today, _ := start()
	stop = today.Close
	var session struct {
		SignedIn, TermsPending bool
		Person                 struct{ Email string }
	}
	v.portal = today.Portal
	must(v.call(ctx, http.MethodGet, "/session", nil, &session))
	if !session.SignedIn || session.TermsPending {
		t.Errorf("yesterday's session is %+v", session)
	}
	again, err := newVisitor(today.Portal, today.Inbox.URL)
	must(err)
	must(again.call(ctx, http.MethodPost, "/sessions", map[string]string{"email": dana.Email, "password": dana.Password}, &session))
	if session.TermsPending || session.Person.Email != dana.Email {
		t.Errorf("the person of yesterday is %+v", session)
	}
	if a := ready(again); a.ID != before.ID || len(a.Credentials) != 2 || !a.Credentials[0].HasSecret || !a.Credentials[1].HasSecret {
		t.Errorf("yesterday's application is %+v", a)
	}
	for which, secret := range secrets {
		header, value := "KeyId", secret
		if kind, id, _ := strings.Cut(which, " "); kind == "oauth_client" {
			header, value = "Authorization", "Bearer "+tokenOf(t, today.URL(channel.Sandbox), id, secret)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, today.URL(channel.Sandbox)+"/piste/healthcheck", nil)
		must(err)
		request.Header.Set(header, value)
		response, err := http.DefaultClient.Do(request)
		must(err)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("yesterday's %s is answered %s", which, response.Status)
		}
	}
	late.portal = today.Portal
	must(late.call(ctx, http.MethodPost, "/confirmations", map[string]any{"token": link, "password": form["password"]}, nil))
	must(late.acceptTerms(ctx))
	ready(late)
}

// tokenOf takes a token with a client's secret.
func tokenOf(t *testing.T, base, id, secret string) string {
	t.Helper()
	body := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {"openid"}}.Encode()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/oauth/token", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil || token.AccessToken == "" {
		t.Fatalf("no token: %s %v", response.Status, err)
	}
	return token.AccessToken
}
