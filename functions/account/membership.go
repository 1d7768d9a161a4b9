package main

import (
	"cmp"
	"slices"

	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

type membership struct {
	Organisation       portal.Reference  `json:"organisation"`
	Role               organisation.Role `json:"role"`
	Default            bool              `json:"default"`
	Since              string            `json:"since"`
	MayLeave           bool              `json:"mayLeave"`
	EndingApplications []string          `json:"endingApplications"`
}

// memberships are the organisations that the person belongs to, the default one first, then by name.
func (a *api) memberships(c *portal.Call) ([]membership, error) {
	held := c.Person.AllMemberships()
	var ids []string
	for _, m := range held {
		ids = append(ids, m.Organisation)
	}
	names, err := a.organisations.Get(c.Context(), c.DB, ids...)
	if err != nil {
		return nil, err
	}
	shown := []membership{}
	for _, m := range held {
		if names[m.Organisation] != "" {
			shown = append(shown, showMembership(c.Person.User, m, names[m.Organisation]))
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
		Organisation: portal.Reference{ID: m.Organisation, Name: name}, Role: m.Role, Default: m.Organisation == organisation.Default,
		Since: portal.Time(m.Since), EndingApplications: []string{},
	}
	if !shown.Default {
		shown.MayLeave = true
		for _, in := range channel.All {
			shown.EndingApplications = append(shown.EndingApplications, application.AutomaticName(in, u.Email, name))
		}
	}
	return shown
}

type joining struct {
	Code secret.Value `json:"code" form:"max=64"`
}

// joinOrganisation makes the person a developer of an organisation by its code (features Z44). The two applications there
// are made by a job.
func joinOrganisation(c *portal.Call, f joining) (portal.Answer, error) {
	refused := &problem.Error{Code: problem.OrganisationCodeInvalid, Field: "code"}
	o, err := withCode(c, f.Code, codesBy, c.Person.ID)
	if problem.Is(err, problem.OrganisationCodeInvalid) {
		return portal.Answer{}, refused
	}
	if err != nil {
		return portal.Answer{}, err
	}
	if _, member := c.Person.Membership(o.ID); member || o.ID == organisation.Default {
		return portal.Answer{}, problem.New(problem.AlreadyMember)
	}
	joined := organisation.Membership{
		User: c.Person.ID, Organisation: o.ID, Role: organisation.Developer, Name: c.Person.Name, Since: c.Now.UTC(), By: c.Person.ID,
	}
	answer := portal.Created(showMembership(c.Person.User, joined, o.Name))
	err = organisation.Enrol(c.Context(), c.DB, joined, c.Remember(answer))
	if problem.Is(err, problem.NotFound) { // disabled at this moment
		return portal.Answer{}, refused
	}
	return answer, err
}

// leaveOrganisation ends the person's membership (features Z42, Z44).
func leaveOrganisation(c *portal.Call) (portal.Answer, error) {
	id := c.Parameter("organisation")
	if id == organisation.Default {
		return portal.Answer{}, problem.New(problem.DefaultOrganisation)
	}
	m, member := c.Person.Membership(id)
	if !member {
		return portal.Answer{}, problem.New(problem.NotFound)
	}
	if err := account.Leave(c.Context(), c.DB, c.Person.ID, c.Person, m); err != nil {
		return portal.Answer{}, err
	}
	return portal.NoContent(), stopped(c, enrolment.SettleIn(c.Context(), c.DB, c.Person.ID, id))
}
