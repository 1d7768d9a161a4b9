package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"guichet/localtest/faults"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/problem"
)

// TestM18ClocksApart gives one of eight environments another clock: together they admit at most twice the limit in a second
// (F22), with one request and no read per call.
func TestM18ClocksApart(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{11 * time.Second, -11 * time.Second, 5 * time.Minute, -5 * time.Minute} {
		t.Run(fmt.Sprintf("M18 one clock off by %v", skew), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.limit(20, 150)
			other := w.environmentAt(func() time.Time { return w.now().Add(skew) })
			environments := []*authorizer{other}
			for range 7 {
				environments = append(environments, w.environment())
			}
			total := 0
			for second := range 4 {
				admitted := 0
				for call := range 160 {
					w.advance(5 * time.Millisecond)
					switch got := w.ask(environments[call%8], get(ok, w.bearer())); got {
					case "":
						admitted++
					case string(problem.QuotaSecond), string(problem.QuotaDay):
					default:
						t.Fatalf("refused with %s", got)
					}
				}
				if total += admitted; admitted > 40 {
					t.Errorf("second %d: %d admitted at 20 a second", second, admitted)
				}
				w.advance(200 * time.Millisecond)
			}
			if total > 150 {
				t.Errorf("%d admitted at 150 a day", total)
			}
			w.limit(-1, -1)
			w.advance(time.Second)
			w.tables.Faults.Reset()
			if got := w.ask(other, get(ok, w.bearer())); got != "" {
				t.Fatal(got)
			}
			grants := w.db.Tables.Grants[channel.Sandbox]
			if all, writes := w.tables.Faults.Count("", grants), w.tables.Faults.Count("UpdateItem", grants); all != 1 || writes != 1 {
				t.Errorf("a call costs %d requests, %d of them writes", all, writes)
			}
		})
	}
}

// TestM19RefusalsFromMemory holds what a refused caller in a loop costs, and that what is remembered ends.
func TestM19RefusalsFromMemory(t *testing.T) {
	t.Parallel()
	enable := func(w *world, enabled bool) error {
		return application.SetEnabled(w.t.Context(), w.db, "tester", w.app.ID, enabled)
	}
	for _, c := range []struct {
		name     string
		withdraw func(w *world) error
		want     problem.Code
		giveBack func(w *world) error // nil where it cannot be
	}{
		{"M19 a revoked credential", func(w *world) error {
			_, err := w.issuer.Regenerate(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID, time.Time{})
			return err
		}, problem.CredentialDisabled, nil},
		{"M19 a disabled application", func(w *world) error { return enable(w, false) }, problem.ApplicationDisabled, func(w *world) error { return enable(w, true) }},
		{"M19 a full day", func(w *world) error { w.limit(-1, 1); return nil }, problem.QuotaDay, func(w *world) error { w.limit(-1, 100); return nil }},
		{"M19 a full day of an API with limits of its own", func(w *world) error {
			return application.SetLimits(w.t.Context(), w.db, "tester", w.app.ID, weather.API, limits(-1, 0))
		}, problem.QuotaDay, func(w *world) error {
			return application.SetLimits(w.t.Context(), w.db, "tester", w.app.ID, weather.API, limits(-1, 100))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
				t.Fatal(got)
			}
			w.must(c.withdraw(w))
			bearer := w.bearer()
			w.tables.Faults.Reset()
			for range 50 {
				if got := w.ask(w.authorizer, get(ok, bearer)); got != string(c.want) {
					t.Fatalf("the next call after it: %q", got)
				}
			}
			if n := w.tables.Faults.Count("UpdateItem", ""); n > 2 { // the second one finds the subscription's own item
				t.Errorf("50 refusals in a second cost %d writes", n)
			}
			w.tables.Faults.Reset()
			for range 5 {
				w.advance(time.Second)
				if got := w.ask(w.authorizer, get(ok, bearer)); got != string(c.want) {
					t.Fatalf("a second later: %q", got)
				}
			}
			if n := w.tables.Faults.Count("UpdateItem", ""); n != 5 {
				t.Errorf("remembered for longer than a second: %d writes in 5 s", n)
			}
			if c.giveBack == nil {
				return
			}
			w.must(c.giveBack(w))
			w.advance(time.Second)
			if got := w.ask(w.authorizer, get(ok, bearer)); got != "" {
				t.Errorf("a second after it was given back: %q", got)
			}
		})
	}
	t.Run("M19 another credential of the application is not refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.must(application.SetCredentialEnabled(t.Context(), w.db, "tester", w.app.ID, w.key.ID, false))
		for range 2 {
			if a, b := w.ask(w.authorizer, get(ok, w.keyHeader())), w.ask(w.authorizer, get(ok, w.bearer())); a != string(problem.CredentialDisabled) || b != "" {
				t.Errorf("key %q, token %q", a, b)
			}
			if got := w.ask(w.authorizer, get(ok, w.keyHeader(), w.bearer())); got != string(problem.CredentialDisabled) {
				t.Errorf("both: %q", got)
			}
		}
	})
	t.Run("M19 a new day is not refused, nor what another API's limits refuse", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.clock.Store(time.Date(2026, 11, 23, 23, 59, 59, int(900*time.Millisecond), time.UTC).UnixNano())
		w.token = w.tokenForQuietly()
		w.limit(-1, 0)
		if a, b := w.ask(w.authorizer, get(ok, w.bearer())), w.ask(w.authorizer, get("/demo/limited/x", w.bearer())); a != string(problem.QuotaDay) || b != "" {
			t.Errorf("%q, %q", a, b)
		}
		w.limit(-1, 1)
		w.advance(100 * time.Millisecond)
		if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
			t.Errorf("the next day: %q", got)
		}
	})
	t.Run("M19 the memory is bounded, and ends when a clock is set back", func(t *testing.T) {
		t.Parallel()
		now := time.Unix(1_800_000_000, 0)
		c := newCounter(nil, "", func() time.Time { return now })
		for i := range 3 * maxKnown {
			c.rememberRefused(fmt.Sprint(i), now, outcome{code: problem.CredentialDisabled})
		}
		if len(c.refused) > maxKnown {
			t.Errorf("%d remembered", len(c.refused))
		}
		for _, code := range []problem.Code{problem.CredentialDisabled, problem.QuotaDay} {
			if r := (refusal{now, outcome{code: code}}); r.holds(now.Add(-time.Minute)) || !r.holds(now) || r.holds(now.Add(time.Second)) {
				t.Errorf("%s is remembered at the wrong times", code)
			}
		}
	})
}

// TestM75ConflictWaits holds the pause before the second try, by an injected one.
func TestM75ConflictWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var pauses []time.Duration
	w.counter.pause = func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}
	for range 30 {
		w.tables.Faults.Inject(faults.Rule{Operation: "UpdateItem", Times: 1, Fault: faults.TransactionConflict()})
		if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
			t.Fatalf("M75 one conflict: %q", got)
		}
	}
	shortest, longest := pauses[0], pauses[0]
	for _, d := range pauses {
		shortest, longest = min(shortest, d), max(longest, d)
	}
	if len(pauses) != 30 || shortest < 15*time.Millisecond || longest > 30*time.Millisecond || shortest == longest {
		t.Errorf("M75 %d pauses of %v to %v, want 30 of 15 to 30 ms, spread", len(pauses), shortest, longest)
	}
	w.counter.pause = func(ctx context.Context, _ time.Duration) error { return context.DeadlineExceeded }
	w.tables.Faults.Reset()
	w.tables.Faults.Inject(faults.Rule{Operation: "UpdateItem", Fault: faults.TransactionConflict()})
	if got := w.ask(w.authorizer, get(ok, w.bearer())); got != string(problem.Unavailable) || w.tables.Faults.Count("UpdateItem", "") != 1 {
		t.Errorf("M75 a deadline in the pause: %q", got)
	}
}
