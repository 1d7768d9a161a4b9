package main

import (
	"net/http"

	"golang.org/x/text/unicode/norm"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tokenForm is what the token of a link looks like; what does not is looked up nowhere.
var tokenForm = form64url{20, 128}

// requestPasswordReset sends a link to choose a new password, if the address has an account that may be used (features Z1,
// RG-03).
func requestPasswordReset(c *call) error {
	return c.mailRequest(formReset, account.Reset, func(owner account.User) bool {
		return owner.Status == account.Confirmed || owner.Status == account.Unconfirmed
	}, func(user, key string) events.Act { return events.PasswordResetRequested{User: user, LinkKey: key} })
}

// passwordLink finds the link of the path and its holder. Errors: link_invalid.
func (c *call) passwordLink() (account.Person, account.Link, error) {
	token := secret.Value(c.path["token"])
	if !tokenForm.matches(token.Reveal()) {
		return account.Person{}, account.Link{}, problem.New(problem.LinkInvalid)
	}
	rows, err := c.portal.batch(c.ctx(), read{c.portal.db.Tables.Sessions, account.LinkKey(token)})
	if err != nil {
		return account.Person{}, account.Link{}, err
	}
	return c.holder(rows[0], token, account.Reset, account.Invite)
}

// getPasswordReset tells whether a link is still good, and uses nothing up: mail scanners open links (RG-05).
func getPasswordReset(c *call) error {
	_, link, err := c.passwordLink()
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		ExpiresAt string `json:"expiresAt"`
	}{moment(link.Expires)})
}

// resetPassword chooses a new password by a link: it is used up, an unconfirmed account is confirmed, and every session
// ends (features Z1, Z43).
func resetPassword(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	password := secret.Value(f.text("newPassword", maxTyped))
	if err := f.check(); err != nil {
		return err
	}
	person, link, err := c.passwordLink()
	if err != nil {
		return err
	}
	if err := c.checkNewPassword(person, password); err != nil {
		return err
	}
	hash, err := c.portal.hasher.Hash(c.ctx(), password)
	if err != nil {
		return err
	}
	changes := c.newPassword(c.userUpdate(person.User, link), person.User, hash)
	items, err := c.put(c.event(person.ID, events.PasswordChanged{User: person.ID, By: "reset"}), changes.item(), link.Consume(c.portal.db))
	if err != nil {
		return err
	}
	done, err := c.confirmed(person.User, changes, items)
	if err != nil {
		return err
	}
	if !done {
		return problem.New(problem.LinkInvalid)
	}
	return c.nothing()
}

// newPassword sets a password, which is the person's own from then on, and ends every session.
func (c *call) newPassword(changes *change, u account.User, hash string) *change {
	return changes.set("password", ddb.S(hash)).set("passwordChanged", ddb.S(stamp(c.now))).set("epoch", ddb.N(u.Epoch+1)).
		remove("passwordMustChange", "passwordLink")
}

// checkNewPassword holds a password to the rules and to the words of the person, of the organisations and of the portal.
func (c *call) checkNewPassword(person account.Person, password secret.Value) error {
	configuration, err := c.portal.facts.configuration(c.ctx(), c.portal.db)
	if err != nil {
		return err
	}
	var ids []string
	for _, m := range person.Memberships {
		ids = append(ids, m.Organisation)
	}
	names, err := c.portal.names(c.ctx(), append(ids, organisation.Default)...)
	if err != nil {
		return err
	}
	personal := []string{person.Email, person.Name, configuration.Product.Name}
	for _, name := range names {
		personal = append(personal, name)
	}
	f := &form{}
	f.fault("newPassword", account.CheckPassword(password, personal...)...)
	return f.check()
}

// Limits of wrong passwords typed by a signed-in person within an hour: enough for a forgetful one, not for whoever found
// a browser open.
const maxOwnFailures = 10

// checkOwnPassword asks a signed-in person for the password. Errors: password_wrong, too_many_attempts.
func (c *call) checkOwnPassword(field string, password secret.Value) error {
	before, err := c.reserve(failedPasswords, c.person.ID)
	if err != nil {
		return err
	}
	if before.count >= maxOwnFailures {
		return problem.New(problem.TooManyAttempts).After(c.untilNextWindow())
	}
	ok, _, err := c.portal.hasher.Verify(c.ctx(), c.person.Password, password)
	switch {
	case err != nil:
		return err
	case ok:
		return c.forgive(failedPasswords, c.person.ID)
	}
	return &problem.Error{Code: problem.PasswordWrong, Field: field}
}

// changePassword changes the password of a signed-in person, and ends every session, this one too (C14 to C16, features
// Z34).
func changePassword(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	current, wanted := secret.Value(f.text("currentPassword", maxTyped)), secret.Value(f.text("newPassword", maxTyped))
	if err := f.check(); err != nil {
		return err
	}
	if err := c.checkOwnPassword("currentPassword", current); err != nil {
		return err
	}
	if norm.NFC.String(current.Reveal()) == norm.NFC.String(wanted.Reveal()) {
		return invalid("newPassword", problem.PasswordUnchanged)
	}
	if err := c.checkNewPassword(c.person, wanted); err != nil {
		return err
	}
	hash, err := c.portal.hasher.Hash(c.ctx(), wanted)
	if err != nil {
		return err
	}
	changes := c.newPassword(c.change(c.person.User), c.person.User, hash)
	items, err := c.put(c.event(c.person.ID, events.PasswordChanged{User: c.person.ID, By: "profile"}), append([]types.TransactWriteItem{changes.item()}, c.session.End(c.portal.db)...)...)
	if err != nil {
		return err
	}
	done, err := c.once(items)
	if err != nil {
		return err
	}
	if !done {
		return problem.New(problem.SignInRequired) // disabled, or changed by somebody else, at this moment
	}
	c.clearCookie()
	return c.nothing()
}
