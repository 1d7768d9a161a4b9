package ddb

import (
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Clock is this environment's clock, corrected by the Date header of DynamoDB's answers: environments whose own clocks are
// minutes apart so agree on the time (F22). Once one answer has come it differs from DynamoDB's by less than a second and
// the time that the answer took, since the header has whole seconds; further answers bring it closer. It costs no request.
// Between two answers it never goes back, whatever happens to the local clock. Safe for concurrent use.
type Clock struct {
	local func() time.Time

	mu sync.Mutex
	// corrected was the time at the local time at; latest is the last time that Now returned since.
	at, corrected, latest time.Time
}

// NewClock returns a clock that agrees with the local one until Observe's client has its first answer.
func NewClock(local func() time.Time) *Clock {
	now := local()
	return &Clock{local: local, at: now, corrected: now, latest: now}
}

// Now returns the corrected time.
func (c *Clock) Now() time.Time {
	local := c.local()
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.corrected.Add(c.since(local)); now.After(c.latest) {
		c.latest = now
	}
	return c.latest
}

// since returns what has passed from c.at to a local time: by the wall clock, which goes on while Lambda freezes the
// process, or by the monotonic one where the wall clock was set back.
func (c *Clock) since(local time.Time) time.Duration {
	return max(local.Sub(c.at), local.Round(0).Sub(c.at.Round(0)))
}

// Observe is an option of New: the client's answers correct the clock.
func (c *Clock) Observe(o *dynamodb.Options) {
	o.HTTPClient = observed{client: o.HTTPClient, clock: c}
}

type observed struct {
	client dynamodb.HTTPClient
	clock  *Clock
}

func (o observed) Do(r *http.Request) (*http.Response, error) {
	sent := o.clock.local()
	answer, err := o.client.Do(r)
	if err == nil {
		o.clock.correct(sent, o.clock.local(), answer.Header.Get("Date"))
	}
	return answer, err
}

// correct makes the smallest change after which the answer can have been written, between these two local times, within
// the second that its Date names. So a clock that is right is left alone.
func (c *Clock) correct(sent, received time.Time, date string) {
	second, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	from, to := c.corrected.Add(c.since(sent)), c.corrected.Add(c.since(received))
	end := second.Add(time.Second - 1)
	switch {
	case to.Before(second):
		to = second
	case from.After(end):
		to = to.Add(end.Sub(from))
	}
	c.at, c.corrected, c.latest = received, to, to
}
