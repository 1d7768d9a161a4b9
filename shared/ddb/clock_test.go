package ddb

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// TestM18Clock lets a local clock be wrong in every way, asks a service that is right, and holds the corrected clock to it.
func TestM18Clock(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		skew  time.Duration
		drift float64       // of the local clock, per second
		leap  time.Duration // in the middle
	}{
		"M18 a clock that is right":          {},
		"M18 11 s ahead":                     {skew: 11 * time.Second},
		"M18 11 s behind":                    {skew: -11 * time.Second},
		"F22 5 min ahead":                    {skew: 5 * time.Minute},
		"F22 5 min behind":                   {skew: -5 * time.Minute},
		"F22 a leap back by 5 min":           {leap: -5 * time.Minute},
		"F22 a leap forward by 5 min":        {leap: 5 * time.Minute},
		"M18 half a second ahead":            {skew: 500 * time.Millisecond},
		"M18 a clock that gains 1 in 10,000": {skew: time.Second, drift: 1e-4},
		"M18 a clock that loses 1 in 10,000": {drift: -1e-4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			truth, leapt := start, time.Duration(0)
			local := func() time.Time {
				passed := truth.Sub(start)
				return start.Add(c.skew + leapt + passed + time.Duration(float64(passed)*c.drift))
			}
			clock := NewClock(local)
			last := clock.Now()
			for i := range 2000 {
				if i == 1000 {
					leapt = c.leap
					if now := clock.Now(); now.Before(last) {
						t.Fatalf("it went back by %v before any answer", last.Sub(now))
					}
				}
				sent := local()
				latency := time.Duration(random.Int64N(int64(20 * time.Millisecond)))
				truth = truth.Add(latency / 2)
				date := truth.Format(http.TimeFormat)
				truth = truth.Add(latency / 2)
				clock.correct(sent, local(), date)
				if off := clock.Now().Sub(truth).Abs(); off > time.Second+latency {
					t.Fatalf("answer %d: off by %v", i, off)
				} else if i%1000 == 999 && off > 100*time.Millisecond {
					t.Errorf("after 1,000 answers: off by %v", off)
				}
				last = clock.Now()
				truth = truth.Add(time.Duration(random.Int64N(int64(3 * time.Second))))
				if now := clock.Now(); now.Before(last) {
					t.Fatalf("it went back by %v between two answers", last.Sub(now))
				}
				last = clock.Now()
			}
		})
	}
	t.Run("an answer without a Date, or with another text there, changes nothing", func(t *testing.T) {
		t.Parallel()
		clock := NewClock(func() time.Time { return start })
		for _, date := range []string{"", "yesterday", "2026-11-23T13:00:00Z"} {
			clock.correct(start, start, date)
		}
		if now := clock.Now(); !now.Equal(start) {
			t.Errorf("%v", now)
		}
	})
	t.Run("a clock that is right is left alone", func(t *testing.T) {
		t.Parallel()
		at := start.Add(300 * time.Millisecond)
		clock := NewClock(func() time.Time { return at })
		clock.correct(at, at, start.Format(http.TimeFormat))
		if now := clock.Now(); !now.Equal(at) {
			t.Errorf("moved by %v", now.Sub(at))
		}
	})
}
