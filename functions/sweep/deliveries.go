package main

import (
	"context"

	"guichet/events"
)

// maxDeliveries bounds a run. It is more than SES sends in the minute until the next one at a new account's rate (14 a
// second), so that what an outage held up is not held up here (F14).
const maxDeliveries = 1000

// deliveries brings mails back whose next attempt is due, or whose sender died.
func (s sweeper) deliveries(ctx context.Context) (int, error) {
	return events.RedriveDeliveries(ctx, s.db, maxDeliveries)
}
