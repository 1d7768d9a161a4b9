package main

import (
	"golang.org/x/text/unicode/norm"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// requestPasswordReset sends a link to choose a new password, if the address has an account that may be used (features Z1,
// RG-03).
func requestPasswordReset(c *portal.Call, f mailRequest) (portal.Answer, error) {
	return requestLink(c, f, formReset, account.Reset, func(owner account.User) bool {
		return owner.Status == account.Confirmed || owner.Status == account.Unconfirmed
	}, func(user, key string) events.Act { return events.PasswordResetRequested{User: user, LinkKey: key} })
}

// passwordLink finds the link of the path and its holder. Errors: link_invalid.
func passwordLink(c *portal.Call) (account.Person, account.Link, error) {
	token := secret.Value(c.Parameter("token"))
	if !isLinkToken(token.Reveal()) {
		return account.Person{}, account.Link{}, problem.New(problem.LinkInvalid)
	}
	rows, err := c.DB.BatchGet(c.Context(), ddb.Get{Table: c.DB.Tables.Sessions, Key: account.LinkKey(token)})
	if err != nil {
		return account.Person{}, account.Link{}, err
	}
	return account.Holder(c.Context(), c.DB, rows[0], token, c.Now, account.Reset, account.Invite)
}

// getPasswordReset says whether a link is still good, and uses nothing up: mail scanners open links (RG-05).
func getPasswordReset(c *portal.Call) (portal.Answer, error) {
	_, link, err := passwordLink(c)
	return portal.OK(struct {
		ExpiresAt string `json:"expiresAt"`
	}{portal.Time(link.Expires)}), err
}

type passwordReset struct {
	NewPassword secret.Value `json:"newPassword" form:"max=512"`
}

// resetPassword chooses a new password by a link: it is used up, an unconfirmed account is confirmed, and every session
// ends (features Z1, Z43).
func (a *api) resetPassword(c *portal.Call, f passwordReset) (portal.Answer, error) {
	person, link, err := passwordLink(c)
	if err != nil {
		return portal.Answer{}, err
	}
	if err := a.checkNewPassword(c, person, f.NewPassword); err != nil {
		return portal.Answer{}, err
	}
	hash, err := a.hasher.Hash(c.Context(), f.NewPassword)
	if err != nil {
		return portal.Answer{}, err
	}
	return portal.NoContent(), account.ResetByLink(c.Context(), c.DB, person.User, link, hash)
}

// checkNewPassword checks a password against the rules and the words of the person, of the organisations and of the portal.
func (a *api) checkNewPassword(c *portal.Call, person account.Person, password secret.Value) error {
	configuration, err := a.configuration.Get(c.Context(), c.DB)
	if err != nil {
		return err
	}
	ids := []string{organisation.Default}
	for _, m := range person.Memberships {
		ids = append(ids, m.Organisation)
	}
	names, err := a.organisations.Get(c.Context(), c.DB, ids...)
	if err != nil {
		return err
	}
	personal := []string{person.Email, person.Name, configuration.Product.Name}
	for _, name := range names {
		personal = append(personal, name)
	}
	return portal.Invalid("newPassword", account.CheckPassword(password, personal...)...)
}

// maxOwnFailures is how many wrong passwords a signed-in person may type within an hour: enough for somebody forgetful, not
// for somebody who found a browser open.
const maxOwnFailures = 10

// checkOwnPassword checks the password of a signed-in person. Errors: password_wrong, too_many_attempts.
func (a *api) checkOwnPassword(c *portal.Call, field string, password secret.Value) error {
	before, err := c.ReserveAttempt(failedPasswords, c.Person.ID)
	if err != nil {
		return err
	}
	if before.Count >= maxOwnFailures {
		return c.TooManyAttempts()
	}
	ok, _, err := a.hasher.Verify(c.Context(), c.Person.Password, password)
	switch {
	case err != nil:
		return err
	case ok:
		return c.RefundAttempt(failedPasswords, c.Person.ID)
	}
	return &problem.Error{Code: problem.PasswordWrong, Field: field}
}

type passwordChange struct {
	CurrentPassword secret.Value `json:"currentPassword" form:"max=512"`
	NewPassword     secret.Value `json:"newPassword" form:"max=512"`
}

// changePassword changes the password of a signed-in person, and ends every session, this one too (C14 to C16, features
// Z34).
func (a *api) changePassword(c *portal.Call, f passwordChange) (portal.Answer, error) {
	if err := a.checkOwnPassword(c, "currentPassword", f.CurrentPassword); err != nil {
		return portal.Answer{}, err
	}
	if norm.NFC.String(f.CurrentPassword.Reveal()) == norm.NFC.String(f.NewPassword.Reveal()) {
		return portal.Answer{}, portal.Invalid("newPassword", problem.PasswordUnchanged)
	}
	if err := a.checkNewPassword(c, c.Person, f.NewPassword); err != nil {
		return portal.Answer{}, err
	}
	hash, err := a.hasher.Hash(c.Context(), f.NewPassword)
	if err != nil {
		return portal.Answer{}, err
	}
	err = account.SetPassword(c.Context(), c.DB, c.Person.User, hash, c.Session)
	if problem.Is(err, problem.Conflict) {
		err = problem.New(problem.SignInRequired) // disabled, or changed by somebody else, at this moment
	}
	return portal.NoContent().WithCookie(portal.NewCookie("")), err
}
