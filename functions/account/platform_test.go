package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"guichet/localtest"
	"guichet/shared/account"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/portal/portaltest"
	"guichet/shared/secret"
	"guichet/shared/topology"
)

// The real binary behind the real API, with passwords and captchas at their real cost: configured as the topology says,
// allowed to do what it does, and silent about secrets.
func TestTheRealFunction(t *testing.T) {
	t.Parallel()
	cloud := localtest.Start(t, localtest.Options{APIs: []string{topology.PortalAPI}})
	db := cloud.Database(nil)
	if _, err := organisation.EnsureDefault(t.Context(), db, "test", "Universelle"); err != nil {
		t.Fatal(err)
	}
	terms, err := account.PublishTerms(t.Context(), db, "test", "1", account.TermsText{French: "Conditions", English: "Terms"})
	if err != nil {
		t.Fatal(err)
	}
	call := func(method, path string, body any, cookie string) (*http.Response, []byte) {
		t.Helper()
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, cloud.Portal+portal.Prefix+path, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", cloud.Portal)
		r.Header.Set(portal.IdempotencyHeader, portaltest.Random())
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: portal.SessionCookie, Value: cookie})
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		content, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, content
	}
	_, body := call("GET", "/captcha?form=registration", nil, "")
	captcha := portaltest.SolveCaptcha(t, body)
	const password = "Brume-loutre 47 galet"
	answer, body := call("POST", "/registrations", map[string]any{
		"fullName": "Camille Martin", "email": "camille@example.org", "password": password, "newsletter": false, "surveys": false,
		"termsHash": terms.Hash, "language": "fr", "captcha": captcha,
	}, "")
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	w := &fixture{Env: &portaltest.Env{T: t, Tables: cloud.TestTables, DB: db}}
	u := w.user("camille@example.org")
	if !strings.Contains(u.Password, "m=47104,t=1,p=1") {
		t.Errorf("RG-08 the password is hashed as %s", u.Password)
	}
	name, err := cloud.Deployed(topology.SecretName, topology.LinkKeys, "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := secret.NewManager(cloud.Environment).Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if w.Keys, err = account.ParseLinkKeys(text); err != nil {
		t.Fatal(err)
	}
	token := w.mailed(u.ID, account.Confirm)
	answer, body = call("POST", "/confirmations", map[string]any{"token": token, "password": password}, "")
	if answer.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	cookie := answer.Cookies()[0].Value
	if answer, body = call("POST", "/terms/acceptances", map[string]any{"hash": terms.Hash}, cookie); answer.StatusCode != http.StatusNoContent {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	for _, path := range []string{"/me", "/session", "/sessions", "/me/export", "/me/deletion", "/organisations", "/configuration", "/terms", "/password-resets/" + token} {
		if answer, body = call("GET", path, nil, cookie); answer.StatusCode >= 500 {
			t.Errorf("%s: %d %s", path, answer.StatusCode, body)
		}
	}
	if answer, body = call("POST", "/me/password", map[string]any{"currentPassword": password, "newPassword": password + "x"}, cookie); answer.StatusCode != 204 {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	lines, err := cloud.Quiet()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{password, token, cookie, captcha} {
		for _, line := range lines {
			if strings.Contains(line, secret) {
				t.Errorf("OP-01 a secret is in the log: %s", line)
			}
		}
	}
}
