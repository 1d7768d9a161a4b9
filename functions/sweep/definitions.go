package main

import (
	"context"
	"errors"

	"guichet/shared/channel"
	"guichet/shared/route"
)

// maxDefinitions bounds a run, in each channel.
const maxDefinitions = 200

// definitions removes operations and scope names of APIs that nothing has named for an hour.
func (s sweeper) definitions(ctx context.Context) (int, error) {
	removed := 0
	var failures []error
	for _, c := range channel.All {
		n, err := route.RemoveUnnamed(ctx, s.db.Client, s.db.Tables.Routes[c], s.db.Now(), maxDefinitions)
		removed += n
		failures = append(failures, err)
	}
	return removed, errors.Join(failures...)
}
