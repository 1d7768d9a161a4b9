package main

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// maxConfirms is how many wrong passwords a link admits in an hour.
const maxConfirms = 10

// tokenLength bounds what is looked up as a link's token.
const (
	minToken = 20
	maxToken = 128
)

// confirm completes a registration: the link of the mail and the password chosen then, so that neither who only reads the
// mailbox nor who only typed the address gets an account (features Z43). It signs in, too.
func confirm(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	token, password := f.token("token"), secret.Value(f.text("password", maxTyped))
	if err := f.check(); err != nil {
		return err
	}
	db := c.portal.db
	rows, err := c.portal.batch(c.ctx(), read{db.Tables.Sessions, account.LinkKey(token)},
		c.counterRead(failedConfirms, account.Hash(token)), read{db.Tables.Registry, account.TermsKey()})
	if err != nil {
		return err
	}
	if c.terms, err = account.ReadTerms(rows[2]); err != nil {
		return err
	}
	person, link, err := c.holder(rows[0], token, account.Confirm)
	if err != nil {
		return err
	}
	if readTally(rows[1]).count >= maxConfirms {
		return problem.New(problem.TooManyAttempts).After(c.untilNextWindow())
	}
	ok, _, err := c.portal.hasher.Verify(c.ctx(), person.Password, password)
	if err != nil {
		return err
	}
	if !ok {
		if _, err := c.count(c.ctx(), failedConfirms, account.Hash(token)); err != nil {
			return err
		}
		return &problem.Error{Code: problem.PasswordWrong, Field: "password"}
	}

	u := person.User
	u.Status, u.Epoch, u.Confirmed = account.Confirmed, u.Epoch+1, c.now.UTC()
	session, cookie := c.newSession(u)
	begin, err := session.Begin(db)
	if err != nil {
		return err
	}
	changes := c.userUpdate(person.User, link)
	changes.set("epoch", ddb.N(u.Epoch))
	items := append([]types.TransactWriteItem{changes.item(), link.Consume(db)}, begin...)
	done, err := c.confirmed(person.User, changes, items)
	if err != nil {
		return err
	}
	if !done {
		return problem.New(problem.LinkInvalid)
	}
	return c.welcome(u.ID, session, cookie)
}

// token reads a link's token.
func (f *form) token(field string) secret.Value {
	typed := f.text(field, maxToken)
	if !f.faulty(field) && !tokenForm.matches(typed) {
		f.fault(field, problem.Malformed)
	}
	return secret.Value(typed)
}

// holder is the person whom a link is for. Errors: link_invalid.
func (c *call) holder(row item, token secret.Value, purposes ...account.Purpose) (account.Person, account.Link, error) {
	link, ok := account.ReadLink(row, token, c.now)
	if !ok {
		return account.Person{}, link, problem.New(problem.LinkInvalid)
	}
	person, err := account.GetPerson(c.ctx(), c.portal.db, link.User)
	if problem.Is(err, problem.NotFound) {
		return account.Person{}, link, problem.New(problem.LinkInvalid) // the account was replaced or removed
	}
	if err != nil {
		return account.Person{}, link, err
	}
	for _, purpose := range purposes {
		if link.Purpose == purpose && person.Good(link) {
			return person, link, nil
		}
	}
	return account.Person{}, link, problem.New(problem.LinkInvalid)
}

// userUpdate begins the change of an account that a link allows: the condition is that the link is still the live one, the
// account as it was read, and every link dies with it. A mail that arrived speaks for its address, whatever came back before.
func (c *call) userUpdate(u account.User, link account.Link) *change {
	return c.change(u).
		when("#link = :link", "#link", link.Purpose.Attribute(), ":link", ddb.S(link.Hash)).
		remove("confirmLink", "passwordLink", "emailUndeliverable")
}

// confirmed writes a transaction whose first item changes an account by a link; for an unconfirmed account the confirming
// is part of it: status, place in the list of what is due, the organisation chosen at registration, the appointment of the
// first platform administrator, and the act. done is false when somebody else used the link first.
func (c *call) confirmed(u account.User, changes *change, items []types.TransactWriteItem) (done bool, err error) {
	db := c.portal.db
	if u.Status != account.Unconfirmed {
		return c.once(items)
	}
	changes.set("status", ddb.S(string(account.Confirmed))).set("confirmed", ddb.S(stamp(c.now))).remove("GSI3PK", "GSI3SK", "enrolIn")
	items[0] = changes.item()
	if items, err = c.put(c.event(u.ID, events.AccountConfirmed{User: u.ID}), items...); err != nil {
		return false, err
	}
	if u.PlatformAdministrator {
		appoint, err := account.Appoint(db, u)
		if err != nil {
			return false, err
		}
		return c.once(append(items, appoint...))
	}
	if u.EnrolIn == "" {
		return c.once(items)
	}
	join, err := organisation.Join(db, organisation.Membership{
		User: u.ID, Organisation: u.EnrolIn, Role: organisation.Developer, Name: u.Name, Since: c.now.UTC(), By: u.ID,
	})
	if err != nil {
		return false, err
	}
	err = db.Transact(c.ctx(), append(items, join...))
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) && failed.Index >= len(items) {
		return c.once(items) // the organisation was disabled since: the account is confirmed without it
	}
	return written(err)
}

// once writes a transaction; done is false when a condition did not hold.
func (c *call) once(items []types.TransactWriteItem) (done bool, err error) {
	return written(c.portal.db.Transact(c.ctx(), items))
}

func written(err error) (bool, error) {
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return false, nil
	}
	return err == nil, err
}

// welcome answers a sign-in: the cookie, and who is signed in.
func (c *call) welcome(user string, session account.Session, cookie secret.Value) error {
	person, err := account.GetPerson(c.ctx(), c.portal.db, user)
	if err != nil {
		return err
	}
	c.session, c.person = session, person
	document, err := c.signedInSession()
	if err != nil {
		return err
	}
	c.setCookie(cookie)
	return c.answer(http.StatusCreated, document)
}
