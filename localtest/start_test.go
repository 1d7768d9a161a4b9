package localtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/localtest/apigateway"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

func get(t *testing.T, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return send(t, r)
}

func send(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestTheWholePlatformAnswers(t *testing.T) {
	t.Parallel()
	cloud := Start(t, Options{APIs: []string{topology.ConsumerAPI}})
	for _, in := range channel.All {
		response, body := get(t, cloud.URL(in)+"/dila/x?secret=canary")
		if response.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(response.Header.Get("WWW-Authenticate"), "Bearer") || !strings.Contains(body, "token_missing") {
			t.Errorf("%s without a token: %d %v %s", in, response.StatusCode, response.Header, body)
		}
		if response, body := get(t, cloud.URL(in)+"/.well-known/oauth-authorization-server"); response.StatusCode != http.StatusOK || !strings.Contains(body, cloud.URL(in)) {
			t.Errorf("%s metadata: %d %s", in, response.StatusCode, body)
		}
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"0b4a5d0e-7b3c-4f0e-8f0a-000000000000"}, "client_secret": {"canary"}}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, cloud.URL(in)+"/api/oauth/token", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if response, body := send(t, r); response.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "invalid_client") {
			t.Errorf("%s token of an unknown client: %d %s", in, response.StatusCode, body)
		}
	}
	if n := cloud.StoreFaults.Count("", ""); n == 0 {
		t.Error("the functions do not reach the store through the faults")
	}
	stats := cloud.Lambda.Stats(cloud.Function("authorizer", channel.Sandbox))
	if stats.ColdStarts != 1 || stats.Invocations != 1 {
		t.Errorf("the authorizer's stats: %+v", stats)
	}

	lines, err := cloud.Quiet()
	if err != nil {
		t.Fatal(err)
	}
	accesses := 0
	for _, line := range lines {
		if strings.Contains(line, "canary") {
			t.Errorf("OP-01 a secret is in the log: %s", line)
		}
		if _, text, ok := strings.Cut(line, "access SANDBOX: "); ok {
			accesses++
			if !json.Valid([]byte(text)) {
				t.Errorf("no JSON: %s", text)
			}
		}
	}
	if accesses != 3 {
		t.Errorf("%d lines in the sandbox's access log, want 3", accesses)
	}
}

// RG-13, RG-17: who goes round the site could write himself any address into X-Forwarded-For.
func TestThePortalAPIAnswersTheSiteAlone(t *testing.T) {
	t.Parallel()
	cloud := Start(t, Options{APIs: []string{topology.PortalAPI}})
	const path = "/api/configuration"
	forged := []string{apigateway.KeyHeader, "mine", "X-Forwarded-For", "192.0.2.1, 192.0.2.2"}
	for name, headers := range map[string][]string{"no key": nil, "a key of the caller's own": forged} {
		response, body := get(t, cloud.PortalAPI+path, headers...)
		if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusForbidden || kind != "application/problem+json" || !strings.Contains(body, `"code":"forbidden"`) {
			t.Errorf("%s: %d %s %s", name, response.StatusCode, kind, body)
		}
	}
	if stats := cloud.Lambda.Stats("account"); stats.Invocations != 0 {
		t.Errorf("%d calls beside the site reached the function", stats.Invocations)
	}
	if response, body := get(t, cloud.Portal+path, forged...); response.StatusCode != http.StatusOK {
		t.Errorf("through the site: %d %s", response.StatusCode, body)
	}
}

func TestAStartThatFailsLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	endpoint, err := testStore()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := listen(0, "a test")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var busy int
	if _, port, ok := strings.Cut(listener.Addr().String(), ":"); ok {
		if err := json.Unmarshal([]byte(port), &busy); err != nil {
			t.Fatal(err)
		}
	}
	_, err = Run(t.Context(), Options{Endpoint: endpoint, APIs: []string{topology.ConsumerAPI}, Ports: Ports{Production: busy}})
	if err == nil || !strings.Contains(err.Error(), "wanted for the channel PRODUCTION, is busy") {
		t.Errorf("got %v", err)
	}
}
