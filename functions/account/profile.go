package main

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
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
	return &acceptance{a.Version, a.Hash, moment(a.At)}
}

// getMe shows the person's own profile (C8 to C12).
func getMe(c *call) error {
	memberships, err := c.memberships()
	if err != nil {
		return err
	}
	p := c.person
	return c.answer(http.StatusOK, me{
		ID: p.ID, FullName: p.Name, Email: p.Email, EmailUndeliverable: p.EmailUndeliverable, Language: p.Language, CreatedAt: moment(p.Created),
		PasswordChangedAt: moment(p.PasswordChanged), Terms: acceptanceOf(p.Terms), Memberships: memberships,
	})
}

// updateMe changes the name or the language; nothing else can be written by it (RG-09).
func updateMe(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	if len(f.values) == 0 {
		f.fault("fullName", problem.Required)
	}
	var fields []string
	naming := f.has("fullName")
	name, language := c.person.Name, c.person.Language
	if f.has("fullName") {
		if name = f.name("fullName"); name != c.person.Name {
			fields = append(fields, "name")
		}
	}
	if f.has("language") {
		if language = f.language("language"); language != c.person.Language {
			fields = append(fields, "language")
		}
	}
	if err := f.check(); err != nil {
		return err
	}
	// The language may be chosen before the terms are read, a name may not (features Z37).
	if naming && !c.person.Accepted(c.terms) {
		return problem.New(problem.PortalTermsNotAccepted)
	}
	if fields == nil {
		return getMe(c)
	}

	changed := c.person.User
	changed.Name, changed.Language = name, language
	row, err := changed.Item()
	if err != nil {
		return err
	}
	update := c.change(c.person.User).set("name", row["name"]).set("language", row["language"]).set("GSI2SK", row["GSI2SK"])
	items, err := c.put(c.event(c.person.ID, events.ProfileChanged{User: c.person.ID, Fields: fields}), append(c.rename(name), update.item())...)
	if err != nil {
		return err
	}
	done, err := c.once(items)
	if err != nil {
		return err
	}
	if !done {
		return problem.New(problem.Conflict)
	}
	c.person.Name, c.person.Language = name, language
	return getMe(c)
}

// rename brings the copies of the name, in the person's memberships, along.
func (c *call) rename(name string) []types.TransactWriteItem {
	var items []types.TransactWriteItem
	if name == c.person.Name {
		return nil
	}
	for _, m := range c.person.Memberships {
		items = append(items, types.TransactWriteItem{Update: &types.Update{
			TableName: &c.portal.db.Tables.Registry, Key: ddb.Key(ddb.User(m.User), ddb.Membership(m.Organisation)),
			UpdateExpression: aws.String("SET #name = :name, #list = :list"), ConditionExpression: aws.String("attribute_exists(PK)"),
			ExpressionAttributeNames:  map[string]string{"#name": "name", "#list": "GSI1SK"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":name": ddb.S(name), ":list": ddb.S(name + "#" + m.User)},
		}})
	}
	return items
}
