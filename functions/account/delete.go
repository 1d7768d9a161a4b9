package main

import (
	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/enrolment"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

type blocker struct {
	Code problem.Code `json:"code"`
	ID   string       `json:"id"`
	Name string       `json:"name"`
}

// deletionPreview says what a deletion would do, and what forbids it now.
type deletionPreview struct {
	Applications []string  `json:"applications"`
	Memberships  int       `json:"memberships"`
	Blockers     []blocker `json:"blockers"`
}

func previewDeletion(c *portal.Call) (portal.Answer, error) {
	blockers, err := account.DeletionBlockers(c.Context(), c.DB, c.Person)
	if err != nil {
		return portal.Answer{}, err
	}
	applications, err := account.Applications(c.Context(), c.DB, c.Person)
	if err != nil {
		return portal.Answer{}, err
	}
	preview := deletionPreview{Applications: []string{}, Memberships: len(c.Person.Memberships), Blockers: []blocker{}}
	for _, b := range blockers {
		preview.Blockers = append(preview.Blockers, blocker(b))
	}
	for _, a := range applications {
		if a.Live() {
			preview.Applications = append(preview.Applications, a.Name)
		}
	}
	return portal.OK(preview), nil
}

type deletion struct {
	Password secret.Value `json:"password" form:"max=512"`
}

// deleteMe deletes the account (C21, OP-07): nobody can sign in any more and the applications are stopped when the answer
// is given.
func (a *api) deleteMe(c *portal.Call, f deletion) (portal.Answer, error) {
	if err := a.checkOwnPassword(c, "password", f.Password); err != nil {
		return portal.Answer{}, err
	}
	if err := account.Delete(c.Context(), c.DB, c.Person.ID, c.Person, c.Session); err != nil {
		return portal.Answer{}, err
	}
	var organisations []string
	for _, m := range c.Person.Memberships {
		organisations = append(organisations, m.Organisation)
	}
	if err := stopped(c, enrolment.Settle(c.Context(), c.DB, c.Person.ID, organisations...)); err != nil {
		return portal.Answer{}, err
	}
	return portal.NoContent().WithCookie(portal.NewCookie("")), nil
}

// stopped judges the failure of stopping the person's applications, after the reason to stop them was written. They are
// stopped before the answer, so that it is true. While the store fails, the job retries from the registry's stream, and no
// call is admitted that the store cannot count; any other failure would meet the job, too, and is not kept from the caller.
func stopped(c *portal.Call, err error) error {
	if err == nil || !events.Transient(err) {
		return err
	}
	c.Note(err)
	return nil
}
