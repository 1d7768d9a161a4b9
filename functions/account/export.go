package main

import (
	"strings"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/portal"
)

// export is everything that the portal holds about a person (C21, OP-07). No secret is in it, nor the hash of one.
type export struct {
	ExportedAt   string                `json:"exportedAt"`
	Account      exportedAccount       `json:"account"`
	Preferences  account.Preferences   `json:"preferences"`
	Terms        exportedTerms         `json:"terms"`
	Memberships  []membership          `json:"memberships"`
	Applications []exportedApplication `json:"applications"`
	Sessions     []ownSession          `json:"sessions"`
	// Acts are what the person did; those that others did to the account stand under the account's id, too.
	Acts []exportedAct `json:"acts"`
	// ActsComplete is false when there were more than one answer holds; the oldest are missing then.
	ActsComplete bool `json:"actsComplete"`
	// Mails are those that were sent, or tried, in the time that they are kept; the oldest first.
	Mails []exportedMail `json:"mails"`
}

type exportedMail struct {
	Name  string       `json:"name"`
	Act   string       `json:"act"`
	At    string       `json:"at"`
	State events.State `json:"state"`
	// Reason of a failure, or of the last one.
	Reason string `json:"reason,omitempty"`
}

type exportedAccount struct {
	ID                    string           `json:"id"`
	FullName              string           `json:"fullName"`
	Email                 string           `json:"email"`
	EmailUndeliverable    bool             `json:"emailUndeliverable"`
	Language              account.Language `json:"language"`
	Status                account.Status   `json:"status"`
	PlatformAdministrator bool             `json:"platformAdministrator"`
	CreatedAt             string           `json:"createdAt"`
	ConfirmedAt           string           `json:"confirmedAt"`
	PasswordChangedAt     string           `json:"passwordChangedAt"`
}

type exportedTerms struct {
	TickedAtRegistration *acceptance  `json:"tickedAtRegistration"`
	Accepted             []acceptance `json:"accepted"`
}

type exportedApplication struct {
	ID           string               `json:"id"`
	Name         string               `json:"name"`
	Channel      string               `json:"channel"`
	Organisation string               `json:"organisation"`
	Description  string               `json:"description"`
	Automatic    bool                 `json:"automatic"`
	Enabled      bool                 `json:"enabled"`
	CreatedAt    string               `json:"createdAt"`
	Credentials  []exportedCredential `json:"credentials"`
	APIs         []string             `json:"apis"`
}

type exportedCredential struct {
	Kind      string `json:"kind"`
	ID        string `json:"id"`
	Enabled   bool   `json:"enabled"`
	CreatedAt string `json:"createdAt"`
}

type exportedAct struct {
	ID      string `json:"id"`
	At      string `json:"at"`
	Actor   string `json:"actor"`
	Subject string `json:"subject"`
	Name    string `json:"name"`
	// Details are ids and the names of fields; an act holds nothing else (features Z35). Null for an act of a later version.
	Details events.Act `json:"details"`
}

// maxActs bounds an answer; an act has some 300 bytes, and an answer 4.5 MB.
const maxActs = 5000

// exportMe hands over everything as one file.
func (a *api) exportMe(c *portal.Call) (portal.Answer, error) {
	p := c.Person
	document := export{
		ExportedAt: portal.Time(c.Now), Preferences: p.Preferences, Sessions: []ownSession{}, Applications: []exportedApplication{},
		Account: exportedAccount{
			ID: p.ID, FullName: p.Name, Email: p.Email, EmailUndeliverable: p.EmailUndeliverable, Language: p.Language, Status: p.Status,
			PlatformAdministrator: p.PlatformAdministrator, CreatedAt: portal.Time(p.Created), ConfirmedAt: portal.Time(p.Confirmed), PasswordChangedAt: portal.Time(p.PasswordChanged),
		},
		Terms: exportedTerms{TickedAtRegistration: acceptanceOf(p.Ticked), Accepted: []acceptance{}},
	}
	var err error
	if document.Memberships, err = a.memberships(c); err != nil {
		return portal.Answer{}, err
	}
	accepted, err := account.Acceptances(c.Context(), c.DB, p.ID)
	if err != nil {
		return portal.Answer{}, err
	}
	for _, a := range accepted {
		document.Terms.Accepted = append(document.Terms.Accepted, *acceptanceOf(&a))
	}
	applications, err := account.Applications(c.Context(), c.DB, p)
	if err != nil {
		return portal.Answer{}, err
	}
	for _, a := range applications {
		shown := exportedApplication{
			ID: a.ID, Name: a.Name, Channel: string(a.Channel), Organisation: a.Organisation, Description: a.Description, Automatic: a.Automatic,
			Enabled: a.Live(), CreatedAt: portal.Time(a.Created), Credentials: []exportedCredential{}, APIs: []string{},
		}
		for _, k := range a.SortedCredentials() {
			shown.Credentials = append(shown.Credentials, exportedCredential{string(k.Kind), k.ID, k.Enabled, portal.Time(k.Created)})
		}
		for id := range a.Subscriptions {
			shown.APIs = append(shown.APIs, id)
		}
		document.Applications = append(document.Applications, shown)
	}
	sessions, err := ownSessions(c)
	if err != nil {
		return portal.Answer{}, err
	}
	for _, s := range sessions {
		document.Sessions = append(document.Sessions, showSession(c, s))
	}
	if document.Acts, document.ActsComplete, err = acts(c); err != nil {
		return portal.Answer{}, err
	}
	if document.Mails, err = mails(c); err != nil {
		return portal.Answer{}, err
	}
	return portal.OK(document).With("Content-Disposition", `attachment; filename="account.json"`), nil
}

// acts are those that the person did, and those done to the account, the latest first.
func acts(c *portal.Call) (acts []exportedAct, complete bool, err error) {
	acts = []exportedAct{}
	for e, err := range events.OfPerson(c.Context(), c.DB, c.Person.ID) {
		if err != nil {
			return nil, false, err
		}
		if len(acts) == maxActs {
			return acts, false, nil
		}
		acts = append(acts, exportedAct{e.ID, portal.Time(e.At), actor(e.Event, c.Person.ID), e.Subject, e.Name, e.Act})
	}
	return acts, true, nil
}

// mails are those to the person (AP-25).
func mails(c *portal.Call) ([]exportedMail, error) {
	deliveries, err := events.DeliveriesTo(c.Context(), c.DB, c.Person.ID)
	shown := []exportedMail{}
	for _, d := range deliveries {
		shown = append(shown, exportedMail{d.Mail, d.Act, portal.Time(d.Created), d.State, d.Reason})
	}
	return shown, err
}

// actor hides which other person acted: that is not the asking person's data.
func actor(e events.Event, self string) string {
	switch {
	case e.Actor == self:
		return "me"
	case strings.HasPrefix(e.Actor, "system:"):
		return e.Actor
	}
	return "somebody"
}
