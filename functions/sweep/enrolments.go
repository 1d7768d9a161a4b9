package main

import (
	"context"
	"errors"

	"guichet/events"
	"guichet/shared/enrolment"
)

// maxEnrolments bounds a run.
const maxEnrolments = 200

// enrolments looks, five minutes after an act that changes what a person has, whether it came about. On most days enrol
// has done it, and there is nothing to do.
func (s sweeper) enrolments(ctx context.Context) (int, error) {
	checks, err := events.DueChecks(ctx, s.db, maxEnrolments)
	if err != nil {
		return 0, err
	}
	done := 0
	var failures []error
	for _, check := range checks {
		var former []string
		if check.Former != "" {
			former = []string{check.Former}
		}
		err := enrolment.Settle(ctx, s.db, check.User, former...)
		if err == nil {
			err = check.Done(ctx, s.db)
		}
		if err != nil {
			failures = append(failures, err) // it stays due
			if !events.Transient(err) {
				failures = append(failures, check.Postpone(ctx, s.db))
			}
			continue
		}
		done++
	}
	return done, errors.Join(failures...)
}
