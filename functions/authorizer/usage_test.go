package main

import (
	"testing"
	"time"

	"guichet/shared/application"
)

// M70: with real calls, the day does not start again when limits move to other items.
func TestM70TheDayDoesNotStartAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admitted := func(tries int) (n int) {
		w.advance(2 * time.Second) // what environments remember may be a second old
		for range tries {
			if w.ask(w.authorizer, get(ok, w.bearer())) == "" {
				n++
			}
		}
		return n
	}
	own := func(perDay int64) {
		l := limits(-1, perDay)
		if perDay < 0 {
			l = nil
		}
		w.must(application.SetLimits(t.Context(), w.db, "tester", w.app.ID, weather.API, l))
	}
	w.limit(-1, 12)
	if n := admitted(8); n != 8 {
		t.Fatalf("%d of 8 calls", n)
	}
	w.limit(1000, 12)
	first := admitted(30)
	w.limit(-1, 12)
	second := admitted(10)
	if first+second != 4 {
		t.Errorf("of 12 calls a day 8 were used; then %d were admitted over three items, and %d over one", first, second)
	}
	w.limit(-1, 30)
	own(10)
	if n := admitted(12); n != 10 {
		t.Errorf("%d of 10 calls of the subscription's own quota", n)
	}
	own(-1)
	if n := admitted(10); n != 8 {
		t.Errorf("of 30 calls of the application 12 and 10 were used; then %d were admitted", n)
	}
	own(10)
	if n := admitted(3); n != 0 {
		t.Errorf("the subscription's own quota starts again: %d more", n)
	}
}
