package main

import (
	"errors"
	"time"

	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// Limits of failed sign-ins within an hour (RG-13). Nothing locks an account: its owner gets in with a captcha, from a
// network from which nobody else guesses.
const (
	// captchaAfter is the failures of an account, or of a network, after which a captcha is asked for.
	captchaAfter     = 5
	captchaAfterFrom = 20
	// freeFailures of an account from one network cost no time; each further one doubles the wait.
	freeFailures = 3
	longestWait  = time.Minute
	// maxFailures of an account: beyond them only networks are accepted that did not fail with it in this hour.
	maxFailures = 100
	// maxFailuresFrom of a network: beyond them it waits for the next hour.
	maxFailuresFrom = 300
)

type credentials struct {
	Email    account.Address `json:"email" form:"max=254"`
	Password secret.Value    `json:"password" form:"max=512"`
	Captcha  string          `json:"captcha" form:"max=2048,optional"`
}

// signIn begins a session. An unknown address, a wrong password, an unconfirmed and a disabled account get the same answer
// at the same cost (RG-02).
func (a *api) signIn(c *portal.Call, f credentials) (portal.Answer, error) {
	network := c.Network()
	rows, err := c.DB.BatchGet(c.Context(),
		account.AddressRow(c.DB, f.Email), ddb.Get{Table: c.DB.Tables.Registry, Key: account.TermsKey()},
		c.ReadCounter(failedSignIns, f.Email.Canonical), c.ReadCounter(failedSignInsFrom, network),
		c.ReadCounter(failedSignInsPair, f.Email.Canonical, network))
	if err != nil {
		return portal.Answer{}, err
	}
	if c.Terms, err = account.ReadTerms(rows[1]); err != nil {
		return portal.Answer{}, err
	}
	ofAccount, ofNetwork, ofPair := portal.ReadTally(rows[2]), portal.ReadTally(rows[3]), portal.ReadTally(rows[4])
	needed, err := throttle(c, ofAccount, ofNetwork, ofPair)
	if err != nil {
		return portal.Answer{}, err
	}
	if needed {
		if f.Captcha == "" {
			return portal.Answer{}, &problem.Error{Code: problem.CaptchaRequired, Field: "captcha"}
		}
		// Alone and first: one solution is one attempt, whatever comes of it.
		if err := c.UseCaptcha(formSignIn, f.Captcha); err != nil {
			return portal.Answer{}, err
		}
	}
	if err := reserveAttempt(c, f, ofNetwork, ofPair); err != nil {
		return portal.Answer{}, err
	}
	person, err := account.GetPerson(c.Context(), c.DB, account.UserOf(rows[0]))
	if err != nil && !problem.Is(err, problem.NotFound) {
		return portal.Answer{}, err
	}
	ok, outdated, err := a.hasher.Verify(c.Context(), person.Password, f.Password)
	if err != nil {
		return portal.Answer{}, err
	}
	if !ok || person.Status != account.Confirmed {
		return portal.Answer{}, failedSignIn(c, f.Email, network)
	}
	if err := c.RefundAttempt(failedSignIns, f.Email.Canonical); err != nil {
		return portal.Answer{}, err
	}
	return a.beginSession(c, person, f.Password, outdated)
}

// throttle decides on an attempt before any work is done for it. captcha says that one is needed.
func throttle(c *portal.Call, ofAccount, ofNetwork, ofPair portal.Tally) (captcha bool, err error) {
	if ofNetwork.Count >= maxFailuresFrom || ofAccount.Count >= maxFailures && ofPair.Count > 0 {
		return false, c.TooManyAttempts()
	}
	if wait := pause(ofPair, c.Now); wait > 0 {
		return false, problem.New(problem.TooManyAttempts).After(wait)
	}
	return ofAccount.Count >= captchaAfter || ofNetwork.Count >= captchaAfterFrom, nil
}

// reserveAttempt counts an attempt as a failure of the account before the password is compared, and decides once more by
// the count that it met: a thousand guesses at once get no further than a thousand in a row.
func reserveAttempt(c *portal.Call, f credentials, ofNetwork, ofPair portal.Tally) error {
	ofAccount, err := c.ReserveAttempt(failedSignIns, f.Email.Canonical)
	if err != nil {
		return err
	}
	needed, err := throttle(c, ofAccount, ofNetwork, ofPair)
	if err == nil && needed && f.Captcha == "" {
		err = &problem.Error{Code: problem.CaptchaRequired, Field: "captcha"}
	}
	if err != nil {
		return errors.Join(err, c.RefundAttempt(failedSignIns, f.Email.Canonical))
	}
	return nil
}

// pause is what is left of the pause after the last failure of an account from a network.
func pause(t portal.Tally, now time.Time) time.Duration {
	if t.Count <= freeFailures {
		return 0
	}
	wait := longestWait
	if n := t.Count - freeFailures; n < 7 {
		wait = min(wait, time.Second<<(n-1))
	}
	return max(0, t.Last.Add(wait).Sub(now))
}

// failedSignIn counts the failure in the two ways that reserveAttempt has not counted.
func failedSignIn(c *portal.Call, address account.Address, network string) error {
	if _, err := c.CountAttempt(failedSignInsFrom, network); err != nil {
		return err
	}
	if _, err := c.CountAttempt(failedSignInsPair, address.Canonical, network); err != nil {
		return err
	}
	return problem.New(problem.SignInFailed)
}

// beginSession writes the session: always a new one, whatever cookie was sent, whose session ends with it (PS-01).
func (a *api) beginSession(c *portal.Call, person account.Person, password secret.Value, outdated bool) (portal.Answer, error) {
	session, cookie := newSession(c, person.User)
	rehashed := ""
	if outdated {
		var err error
		if rehashed, err = a.hasher.Hash(c.Context(), password); err != nil {
			return portal.Answer{}, err
		}
	}
	var former ddb.Item
	if old := c.Cookie(); old != "" {
		former = account.SessionKey(old)
	}
	err := account.SignIn(c.Context(), c.DB, person.User, session, rehashed, former)
	if problem.Is(err, problem.Conflict) {
		return portal.Answer{}, problem.New(problem.SignInFailed) // disabled, or the password changed, at this moment
	}
	if err != nil {
		return portal.Answer{}, err
	}
	if err := account.TrimSessions(c.Context(), c.DB, person.ID); err != nil {
		return portal.Answer{}, err
	}
	return a.welcome(c, person.ID, session, cookie)
}

// signOut ends the session on the server and clears what the browser has of it (PS-04, PS-09).
func signOut(c *portal.Call) (portal.Answer, error) {
	answer := portal.NoContent().WithCookie(portal.NewCookie("")).With("Clear-Site-Data", `"cache", "cookies"`)
	if c.Person.ID == "" {
		return answer, nil
	}
	return answer, account.EndSessions(c.Context(), c.DB, c.Session)
}
