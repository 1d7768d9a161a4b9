package main

import (
	"context"

	"guichet/events"
)

// maxActs bounds a run.
const maxActs = 500

// acts brings acts back that nobody followed within five minutes.
func (s sweeper) acts(ctx context.Context) (int, error) {
	return events.RedriveActs(ctx, s.db, maxActs)
}
