package main

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// memberships are the organisations that the person belongs to, the default one first, then by name.
func (c *call) memberships() ([]membership, error) {
	held := slices.Clone(c.person.Memberships)
	if _, explicit := c.person.Membership(organisation.Default); !explicit {
		// Everybody is in the default organisation, without a row (guide B14).
		held = append(held, organisation.Membership{
			User: c.person.ID, Organisation: organisation.Default, Role: organisation.Developer, Since: c.person.Confirmed,
		})
	}
	var ids []string
	for _, m := range held {
		ids = append(ids, m.Organisation)
	}
	names, err := c.portal.names(c.ctx(), ids...)
	if err != nil {
		return nil, err
	}
	shown := []membership{}
	for _, m := range held {
		if names[m.Organisation] != "" {
			shown = append(shown, showMembership(c.person.User, m, names[m.Organisation]))
		}
	}
	slices.SortFunc(shown, func(a, b membership) int {
		if a.Default != b.Default {
			if a.Default {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Organisation.Name, b.Organisation.Name)
	})
	return shown, nil
}

// showMembership is a membership with what its end would mean (features Z42).
func showMembership(u account.User, m organisation.Membership, name string) membership {
	shown := membership{
		Organisation: reference{m.Organisation, name}, Role: m.Role, Default: m.Organisation == organisation.Default, Since: moment(m.Since),
		EndingApplications: []string{},
	}
	if !shown.Default {
		shown.MayLeave = true
		for _, in := range channel.All {
			shown.EndingApplications = append(shown.EndingApplications, application.AutomaticName(in, u.Email, name))
		}
	}
	return shown
}

// joinOrganisation makes the person a developer of an organisation by its code (features Z44). The two applications there
// are made by a job.
func joinOrganisation(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	code := secret.Value(f.text("code", maxCode))
	if err := f.check(); err != nil {
		return err
	}
	db := c.portal.db
	intent, err := c.intent()
	if err != nil {
		return err
	}
	rows, err := c.portal.batch(c.ctx(), intent.read(db))
	if err != nil {
		return err
	}
	if done, err := c.replay(intent, rows[0]); done || err != nil {
		return err
	}
	o, err := c.withCode(code, codesBy, c.person.ID)
	if problem.Is(err, problem.OrganisationCodeInvalid) {
		return &problem.Error{Code: problem.OrganisationCodeInvalid, Field: "code"}
	}
	if err != nil {
		return err
	}
	if _, member := c.person.Membership(o.ID); member || o.ID == organisation.Default {
		return problem.New(problem.AlreadyMember)
	}

	joined := organisation.Membership{User: c.person.ID, Organisation: o.ID, Role: organisation.Developer, Name: c.person.Name, Since: c.now.UTC(), By: c.person.ID}
	answer, err := encode(showMembership(c.person.User, joined, o.Name))
	if err != nil {
		return err
	}
	items, err := organisation.Join(db, joined)
	if err != nil {
		return err
	}
	err = db.Transact(c.ctx(), append(items, intent.remember(db, c.now, http.StatusCreated, answer)))
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return c.notJoined(intent, failed.Index)
	}
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(http.StatusCreated)
	_, _ = c.w.Write([]byte(answer)) // a caller who is gone cannot be told
	return nil
}

// notJoined answers a transaction that was not written: the same request was first, the person is a member by now, or the
// organisation was disabled at this moment.
func (c *call) notJoined(i intent, condition int) error {
	if err := unlessAnswered(c.replayAgain(i, problem.New(problem.Conflict))); !problem.Is(err, problem.Conflict) {
		return err
	}
	if condition == 0 {
		return problem.New(problem.AlreadyMember)
	}
	return &problem.Error{Code: problem.OrganisationCodeInvalid, Field: "code"}
}

// leaveOrganisation ends the person's membership; what enrolment made there ends with it (features Z42, Z44).
func leaveOrganisation(c *call) error {
	id := c.path["organisation"]
	if id == organisation.Default {
		return problem.New(problem.DefaultOrganisation)
	}
	m, member := c.person.Membership(id)
	if !member {
		return problem.New(problem.NotFound)
	}
	blocked, err := c.soleOwner(func(a application.Aggregate) bool { return a.Organisation == id })
	if err != nil {
		return err
	}
	if len(blocked) > 0 {
		return &problem.Error{Code: problem.SoleOwner, Fields: blockersOf(blocked)}
	}
	items, err := organisation.Leave(c.portal.db, c.person.ID, m)
	if err != nil {
		return err
	}
	err = c.portal.db.Transact(c.ctx(), items)
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		if failed.Index == 1 {
			return problem.New(problem.SoleAdministrator)
		}
		return problem.New(problem.Conflict)
	}
	if err != nil {
		return err
	}
	if err := c.stopped(enrolment.SettleIn(c.ctx(), c.portal.db, c.person.ID, id)); err != nil {
		return err
	}
	return c.nothing()
}
