package main

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
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
func exportMe(c *call) error {
	p := c.person
	document := export{
		ExportedAt: moment(c.now), Preferences: p.Preferences, Sessions: []ownSession{}, Applications: []exportedApplication{},
		Account: exportedAccount{
			ID: p.ID, FullName: p.Name, Email: p.Email, EmailUndeliverable: p.EmailUndeliverable, Language: p.Language, Status: p.Status,
			PlatformAdministrator: p.PlatformAdministrator, CreatedAt: moment(p.Created), ConfirmedAt: moment(p.Confirmed), PasswordChangedAt: moment(p.PasswordChanged),
		},
		Terms: exportedTerms{TickedAtRegistration: acceptanceOf(p.Ticked), Accepted: []acceptance{}},
	}
	var err error
	if document.Memberships, err = c.memberships(); err != nil {
		return err
	}
	accepted, err := account.Acceptances(c.ctx(), c.portal.db, p.ID)
	if err != nil {
		return err
	}
	for _, a := range accepted {
		document.Terms.Accepted = append(document.Terms.Accepted, *acceptanceOf(&a))
	}
	applications, err := c.applications()
	if err != nil {
		return err
	}
	for _, a := range applications {
		shown := exportedApplication{
			ID: a.ID, Name: a.Name, Channel: string(a.Channel), Organisation: a.Organisation, Description: a.Description, Automatic: a.Automatic,
			Enabled: a.Live(), CreatedAt: moment(a.Created), Credentials: []exportedCredential{}, APIs: []string{},
		}
		for _, k := range sortedCredentials(a) {
			shown.Credentials = append(shown.Credentials, exportedCredential{string(k.Kind), k.ID, k.Enabled, moment(k.Created)})
		}
		for id := range a.Subscriptions {
			shown.APIs = append(shown.APIs, id)
		}
		document.Applications = append(document.Applications, shown)
	}
	sessions, err := c.ownSessions()
	if err != nil {
		return err
	}
	for _, s := range sessions {
		document.Sessions = append(document.Sessions, c.showSession(s))
	}
	if document.Acts, document.ActsComplete, err = c.acts(); err != nil {
		return err
	}
	if document.Mails, err = c.mails(); err != nil {
		return err
	}
	c.w.Header().Set("Content-Disposition", `attachment; filename="account.json"`)
	return c.answer(http.StatusOK, document)
}

// acts are those that the person did (AP-23), and those done to the account (AP-20), the latest first.
func (c *call) acts() (acts []exportedAct, complete bool, err error) {
	db := c.portal.db
	acts = []exportedAct{}
	for _, query := range [...]*dynamodb.QueryInput{
		{IndexName: aws.String("GSI3"), KeyConditionExpression: aws.String("GSI3PK = :pk"), ExpressionAttributeValues: item{":pk": ddb.S(c.person.ID)}},
		{KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :acts)"), ExpressionAttributeValues: item{":pk": ddb.S(ddb.User(c.person.ID)), ":acts": ddb.S(events.Prefix)}},
	} {
		query.TableName, query.ScanIndexForward = &db.Tables.Events, aws.Bool(false)
		for row, err := range ddb.Query(c.ctx(), db.Client, query) {
			if err != nil {
				return nil, false, err
			}
			if len(acts) == maxActs {
				return acts, false, nil
			}
			e, err := events.Parse(row)
			if err != nil && !errors.Is(err, events.ErrUnknown) { // F25: a later version may have written it
				return nil, false, err
			}
			if query.IndexName == nil && e.Actor == c.person.ID {
				continue // listed already
			}
			acts = append(acts, exportedAct{e.ID, moment(e.At), actor(e, c.person.ID), e.Subject, text(row, "type"), e.Act})
		}
	}
	return acts, true, nil
}

// mails are those to the person (AP-25).
func (c *call) mails() ([]exportedMail, error) {
	deliveries, err := events.DeliveriesTo(c.ctx(), c.portal.db, c.person.ID)
	shown := []exportedMail{}
	for _, d := range deliveries {
		shown = append(shown, exportedMail{d.Mail, d.Act, moment(d.Created), d.State, d.Reason})
	}
	return shown, err
}

// actor hides which other person acted: that is not the asking person's data.
func actor(e events.Event, self string) string {
	switch {
	case e.Actor == self:
		return "me"
	case len(e.Actor) > 7 && e.Actor[:7] == "system:":
		return e.Actor
	}
	return "somebody"
}

// note puts a failure that the answer does not depend on into the log.
func (c *call) note(err error) {
	httpapi.Log(c.r, slog.String(httpapi.KeyError, err.Error()))
}
