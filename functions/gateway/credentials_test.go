package main

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/secret"
)

func TestASecretIsKeptForFiveMinutes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	reads, current, down := 0, "first", false
	c := newCredentials(func(_ context.Context, name string) (secret.Value, error) {
		reads++
		if down || name != "p/backend/a" {
			return "", errors.New("not to be had")
		}
		return secret.Value(current), nil
	}, "p/backend/", func() time.Time { return now })
	setting := route.Authentication{Kind: route.SecretHeader, Header: "X-Key", Secret: "a"}
	for _, step := range []struct {
		name   string
		change func()
		value  string // empty: the call must not be sent
		reads  int
	}{
		{"the first call reads", func() {}, "first", 1},
		{"the next ones do not", func() { current = "second"; now = now.Add(4 * time.Minute) }, "first", 1},
		{"after five minutes it is read again", func() { now = now.Add(time.Minute) }, "second", 2},
		{"a 401 soon after reading changes nothing", func() { current = "third"; now = now.Add(9 * time.Second); c.doubt(setting) }, "second", 2},
		{"a 401 later makes it be read again", func() { now = now.Add(time.Second); c.doubt(setting) }, "third", 3},
		{"a failing store does not matter while it is kept", func() { down = true }, "third", 3},
		{"and then stops the call", func() { now = now.Add(5 * time.Minute) }, "", 4},
		{"a clock that went back makes it be read again", func() { down = false; now = now.Add(-time.Hour) }, "third", 5},
	} {
		step.change()
		_, value, err := c.of(t.Context(), setting)
		if value != step.value || (err == nil) != (step.value != "") || reads != step.reads {
			t.Errorf("Z54 %s: %q %v after %d reads, want %q after %d", step.name, value, err, reads, step.value, step.reads)
		}
	}
}

func TestABackends401PassesAndIsNotRepeated(t *testing.T) {
	t.Parallel()
	backend := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
	}}
	w := newWorld(t, published{backend: backend, Route: route.Route{Backend: route.Backend{Authentication: route.Authentication{Kind: route.Basic, Secret: "a"}}}})
	w.secrets["sandbox/backend/a"] = "me:pw"
	for range 3 {
		if a := w.do(call{}); a.status != http.StatusUnauthorized {
			t.Errorf("Z54 %d %s", a.status, a.body)
		}
	}
	if n := len(backend.taken()); n != 3 || w.reads != 1 {
		t.Errorf("Z54 3 calls reached the backend %d times and read the secret %d times", n, w.reads)
	}
	delete(w.secrets, "sandbox/backend/a")
	w.gateway.credentials = newCredentials(w.secret, "sandbox/backend/", time.Now)
	refused(t, "Z54 the secret is gone", w.do(call{}), problem.Unavailable)
}
