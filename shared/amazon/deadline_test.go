package amazon_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guichet/shared/amazon"
)

// TestF08WithTimeout lets operation after operation hang, on a clock that is read from the deadlines: time is always left.
func TestF08WithTimeout(t *testing.T) {
	t.Parallel()
	if ctx, cancel := amazon.WithTimeout(t.Context()); ctx != t.Context() {
		cancel()
		t.Error("an invocation without a deadline is bounded")
	}
	for name, c := range map[string]struct{ left, most time.Duration }{
		"the authorizer's 5 s":       {5 * time.Second, 5 * time.Second / 3},
		"the token service's 10 s":   {10 * time.Second, 10 * time.Second / 3},
		"a job's two minutes":        {2 * time.Minute, 5 * time.Second},
		"what is left at the end":    {30 * time.Millisecond, 10 * time.Millisecond},
		"an invocation that is over": {-time.Second, 0},
	} {
		parent, cancel := context.WithDeadline(t.Context(), time.Now().Add(c.left))
		ctx, end := amazon.WithTimeout(parent)
		limit, _ := ctx.Deadline()
		if left := time.Until(limit); left > c.most {
			t.Errorf("%s: an operation may take %v, want %v at most", name, left, c.most)
		}
		if c.left < 0 && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, ctx.Err())
		}
		end()
		cancel()
	}
}
