package main

import (
	"guichet/shared/account"
	"guichet/shared/portal"
	"guichet/shared/problem"
)

type me struct {
	ID       string `json:"id"`
	FullName string `json:"fullName"`
	Email    string `json:"email"`
	// EmailUndeliverable says that the last mails came back (F15).
	EmailUndeliverable bool             `json:"emailUndeliverable"`
	Language           account.Language `json:"language"`
	CreatedAt          string           `json:"createdAt"`
	PasswordChangedAt  string           `json:"passwordChangedAt"`
	Terms              *acceptance      `json:"terms"`
	Memberships        []membership     `json:"memberships"`
}

type acceptance struct {
	Version    string `json:"version"`
	Hash       string `json:"hash"`
	AcceptedAt string `json:"acceptedAt"`
}

func acceptanceOf(a *account.Acceptance) *acceptance {
	if a == nil {
		return nil
	}
	return &acceptance{a.Version, a.Hash, portal.Time(a.At)}
}

// getMe shows the person's own profile (C8 to C12).
func (a *api) getMe(c *portal.Call) (portal.Answer, error) {
	memberships, err := a.memberships(c)
	p := c.Person
	return portal.OK(me{
		ID: p.ID, FullName: p.Name, Email: p.Email, EmailUndeliverable: p.EmailUndeliverable, Language: p.Language, CreatedAt: portal.Time(p.Created),
		PasswordChangedAt: portal.Time(p.PasswordChanged), Terms: acceptanceOf(p.Terms), Memberships: memberships,
	}), err
}

// profileChange is what can be changed of a profile; nothing else can be written by it (RG-09).
type profileChange struct {
	FullName *fullName         `json:"fullName" form:"max=512"`
	Language *account.Language `json:"language" form:"max=16,enum=fr|en"`
}

// Check implements portal.Checker.
func (f *profileChange) Check(errs *portal.FieldErrors) {
	if f.FullName == nil && f.Language == nil && !errs.Has("fullName") && !errs.Has("language") {
		errs.Add("fullName", problem.Required)
	}
}

// updateMe changes the name or the language. The language may be chosen before the terms are accepted, a name may not
// (features Z37).
func (a *api) updateMe(c *portal.Call, f profileChange) (portal.Answer, error) {
	name, language := c.Person.Name, c.Person.Language
	if f.Language != nil {
		language = *f.Language
	}
	if f.FullName != nil {
		if !c.Person.Accepted(c.Terms) {
			return portal.Answer{}, problem.New(problem.PortalTermsNotAccepted)
		}
		name = string(*f.FullName)
	}
	if err := account.SetProfile(c.Context(), c.DB, c.Person.ID, c.Person, name, language); err != nil {
		return portal.Answer{}, err
	}
	c.Person.Name, c.Person.Language = name, language
	return a.getMe(c)
}
