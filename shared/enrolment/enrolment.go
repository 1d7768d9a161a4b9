// Package enrolment is what a person has for being who he is: the applications that the platform makes by itself, one in
// the default organisation and two in each organisation that the person is a member of (features Z4).
//
// It compares what there is with what there must be, and mends the difference. So it may run at any time, several times,
// at once, and in any order: the present decides, not what somebody was told of it (F12, F17, F18).
package enrolment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
)

// Actor of what this package does.
const Actor = "system:enrol"

// maxPasses bounds how often the person is read again because something was written meanwhile.
const maxPasses = 5

var errUnsettled = events.Retry(errors.New("enrolment: the person changes faster than the applications can follow"))

// Settle makes the automatic applications of a person what they must be. former are organisations that the person may
// have left; those of which the person is a member are looked up.
//
// A place that fails does not keep the others from being settled. What was written is checked against the person read once
// more: an application that was made while a membership ended is stopped by whoever comes last.
func Settle(ctx context.Context, db ddb.Database, user string, former ...string) error {
	return settlePlaces(ctx, db, user, former, func(place) bool { return true })
}

// SettleIn is Settle for the applications of one organisation, of which the person may not be a member.
func SettleIn(ctx context.Context, db ddb.Database, user, organisation string) error {
	return settlePlaces(ctx, db, user, []string{organisation}, func(w place) bool { return w.organisation == organisation })
}

func settlePlaces(ctx context.Context, db ddb.Database, user string, former []string, selected func(place) bool) error {
	for range maxPasses {
		person, err := account.GetPerson(ctx, db, user)
		if problem.Is(err, problem.NotFound) {
			return nil // never confirmed, and removed
		}
		if err != nil {
			return fmt.Errorf("enrolment of %s: %w", user, err)
		}
		changed := false
		var failures []error
		for _, w := range wanted(person, former) {
			if !selected(w) {
				continue
			}
			did, err := settle(ctx, db, person, w)
			if err != nil {
				failures = append(failures, fmt.Errorf("enrolment of %s in %s: %w", user, w.organisation, err))
			}
			changed = changed || did
			former = append(former, w.organisation) // the next pass looks here, too, whoever left meanwhile
		}
		if !changed {
			return errors.Join(failures...)
		}
	}
	return errUnsettled
}

// margin is the time that must be left for one more application.
const margin = 5 * time.Second

var errOutOfTime = events.Retry(errors.New("enrolment: no time left for the applications of the organisation"))

// SettleOrganisation makes the applications of an organisation follow whether it is enabled: those that the platform made
// and those that people made. It goes on where one fails, and leaves alone what already follows, so that a second run
// continues the first.
func SettleOrganisation(ctx context.Context, db ddb.Database, id string) error {
	o, err := get(ctx, db, id)
	if err != nil {
		return err
	}
	var failures []error
	for a, err := range application.OfOrganisation(ctx, db, id) {
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		if o.Enabled && a.Suspended != application.OrganisationDisabled || !o.Enabled && a.Suspended != "" {
			continue
		}
		if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) < margin {
			return errors.Join(append(failures, errOutOfTime)...)
		}
		if a.Automatic {
			err = SettleIn(ctx, db, a.Owner, id)
		} else {
			err = retryConflict(application.FollowOrganisation(ctx, db, Actor, a.ID, o.Enabled))
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("application %s of organisation %s: %w", a.ID, id, err))
		}
	}
	return errors.Join(failures...)
}

// get returns an organisation. One that does not exist is disabled: nothing may run for it.
func get(ctx context.Context, db ddb.Database, id string) (organisation.Organisation, error) {
	o, err := organisation.Get(ctx, db, id)
	if problem.Is(err, problem.NotFound) {
		return organisation.Organisation{ID: id, Name: id}, nil
	}
	return o, err
}

// retryConflict says of a change that others overtook that another try may succeed.
func retryConflict(err error) error {
	if problem.Is(err, problem.Conflict) {
		return events.Retry(err)
	}
	return err
}

// place is where a person has, or may have had, an automatic application.
type place struct {
	organisation string
	channel      channel.Channel
	member       bool
}

// wanted lists the places, each once: the default organisation first.
func wanted(p account.Person, former []string) []place {
	places := []place{{organisation.Default, channel.Sandbox, true}}
	add := func(organisation string, member bool) {
		for _, c := range channel.All {
			places = append(places, place{organisation, c, member})
		}
	}
	for _, m := range p.Memberships {
		if m.Organisation != organisation.Default {
			add(m.Organisation, true)
		}
	}
	for _, o := range former {
		known := slices.ContainsFunc(places, func(p place) bool { return p.organisation == o })
		if !known {
			add(o, false)
		}
	}
	return places
}

// settle makes, renames, stops or lets run the application of one place.
func settle(ctx context.Context, db ddb.Database, p account.Person, w place) (changed bool, err error) {
	at, err := get(ctx, db, w.organisation)
	if err != nil {
		return false, err
	}
	reason := suspension(p.User, w, at)
	id := application.AutomaticID(p.ID, w.organisation, w.channel)
	name := nameOf(p.User, w, at)
	changed, err = application.FollowOwner(ctx, db, Actor, id, name, reason)
	if !problem.Is(err, problem.NotFound) {
		return changed, retryConflict(err)
	}
	if reason != "" || p.Status != account.Confirmed {
		return false, nil
	}
	rights, err := starters(ctx, db, w)
	if err != nil {
		return false, err
	}
	_, err = application.Create(ctx, db, Actor, application.New{
		ID: id, Name: name, Channel: w.channel, Organisation: w.organisation, Owner: p.ID, Automatic: true, Rights: rights,
	})
	if problem.Is(err, problem.Conflict) {
		return true, nil // somebody else made it at this moment: look again
	}
	return true, err
}

// starters are the rights that everybody's first sandbox application has from the start: a first call needs no further
// step.
func starters(ctx context.Context, db ddb.Database, w place) ([]application.Right, error) {
	if w.organisation != organisation.Default {
		return nil, nil
	}
	apis, err := catalogue.Starters(ctx, db)
	if err != nil {
		return nil, err
	}
	var rights []application.Right
	for _, api := range apis {
		rights = append(rights, application.Right{API: api.ID, ShortID: api.ShortID})
	}
	return rights, nil
}

// suspension is why an application at a place must not run; empty when it may.
func suspension(u account.User, w place, o organisation.Organisation) application.Suspension {
	switch {
	case u.Status == account.Deleted || u.Status == account.Erased:
		return application.OwnerDeleted
	case !w.member:
		return application.MembershipEnded
	case u.Status == account.Disabled:
		return application.OwnerDisabled
	case !o.Enabled:
		return application.OrganisationDisabled
	}
	return ""
}

// nameOf is the name by the platform's rule. The address stands in it while its owner has the application: afterwards
// nothing would tell where to erase it (features Z35).
func nameOf(u account.User, w place, o organisation.Organisation) string {
	email, in := u.ID, o.Name
	if w.member && (u.Status == account.Confirmed || u.Status == account.Disabled) {
		email = u.Email
	}
	if w.organisation == organisation.Default {
		in = ""
	}
	return application.AutomaticName(w.channel, email, in)
}
