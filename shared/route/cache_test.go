package route

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestM3CacheDropsTheLeastRecentlyUsed(t *testing.T) {
	t.Parallel()
	c := newCache[int](10)
	reads := 0
	ask := func(key string, bytes int) {
		t.Helper()
		if _, err := c.load(t.Context(), key, func(context.Context) (int, int, error) { reads++; return reads, bytes, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		ask(fmt.Sprint(i), 3)
	}
	ask("0", 3) // used again
	ask("3", 3) // one too many: 1 goes
	for key, want := range map[string]bool{"0": true, "1": false, "2": true, "3": true} {
		if _, kept := c.get(key); kept != want {
			t.Errorf("%s is kept: %v", key, kept)
		}
	}
	ask("large", 100)
	if _, kept := c.get("large"); !kept || c.bytes != 100 || len(c.entries) != 1 {
		t.Errorf("what is larger than the limit is kept alone: %d bytes, %d entries", c.bytes, len(c.entries))
	}
	ask("4", 1)
	if c.bytes != 1 || c.recent.Len() != 1 {
		t.Errorf("%d bytes, %d entries", c.bytes, c.recent.Len())
	}
	failure := errors.New("not read")
	for range 2 {
		if _, err := c.load(t.Context(), "x", func(context.Context) (int, int, error) { return 0, 0, failure }); err != failure {
			t.Error(err)
		}
	}
	if _, kept := c.get("x"); kept || len(c.loads) != 0 {
		t.Error("a failure is kept")
	}
}
