package main

import (
	"net/http"

	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// maxConfirms is how many wrong passwords a link admits in an hour.
const maxConfirms = 10

type confirmation struct {
	Token    linkToken    `json:"token" form:"max=128"`
	Password secret.Value `json:"password" form:"max=512"`
}

// confirm completes a registration: the link of the mail and the password chosen then, so that neither who only reads the
// mailbox nor who only typed the address gets an account (features Z43). It signs in, too.
func (a *api) confirm(c *portal.Call, f confirmation) (portal.Answer, error) {
	token := secret.Value(f.Token)
	rows, err := c.DB.BatchGet(c.Context(), ddb.Get{Table: c.DB.Tables.Sessions, Key: account.LinkKey(token)},
		c.ReadCounter(failedConfirms, account.Hash(token)), ddb.Get{Table: c.DB.Tables.Registry, Key: account.TermsKey()})
	if err != nil {
		return portal.Answer{}, err
	}
	if c.Terms, err = account.ReadTerms(rows[2]); err != nil {
		return portal.Answer{}, err
	}
	person, link, err := account.Holder(c.Context(), c.DB, rows[0], token, c.Now, account.Confirm)
	if err != nil {
		return portal.Answer{}, err
	}
	if portal.ReadTally(rows[1]).Count >= maxConfirms {
		return portal.Answer{}, c.TooManyAttempts()
	}
	ok, _, err := a.hasher.Verify(c.Context(), person.Password, f.Password)
	if err != nil {
		return portal.Answer{}, err
	}
	if !ok {
		if _, err := c.CountAttempt(failedConfirms, account.Hash(token)); err != nil {
			return portal.Answer{}, err
		}
		return portal.Answer{}, &problem.Error{Code: problem.PasswordWrong, Field: "password"}
	}
	session, cookie := newSession(c, person.Confirmation(c.DB))
	if err := account.ConfirmByLink(c.Context(), c.DB, person.User, link, session); err != nil {
		return portal.Answer{}, err
	}
	return a.welcome(c, person.ID, session, cookie)
}

// welcome answers a sign-in: the cookie, and who is signed in.
func (a *api) welcome(c *portal.Call, user string, session account.Session, cookie secret.Value) (portal.Answer, error) {
	var err error
	if c.Person, err = account.GetPerson(c.Context(), c.DB, user); err != nil {
		return portal.Answer{}, err
	}
	c.Session = session
	document, err := a.signedInSession(c)
	return portal.JSON(http.StatusCreated, document).WithCookie(portal.NewCookie(cookie)), err
}
