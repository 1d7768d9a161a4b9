package main

import (
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/ddb"
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
	// maxFailures of an account: beyond them only networks are heard that did not fail with it in this hour.
	maxFailures = 100
	// maxFailuresFrom of a network: beyond them it waits for the next hour.
	maxFailuresFrom = 300
)

// signIn begins a session. An unknown address, a wrong password, an unconfirmed and a disabled account get the same answer
// at the same cost (RG-02).
func signIn(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	address, password, captcha := f.address("email"), secret.Value(f.text("password", maxTyped)), f.optional("captcha", maxCaptcha)
	if err := f.check(); err != nil {
		return err
	}
	db, network := c.portal.db, c.network()
	rows, err := c.portal.batch(c.ctx(),
		read{db.Tables.Registry, ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self)}, read{db.Tables.Registry, account.TermsKey()},
		c.counterRead(failedSignIns, address.Canonical), c.counterRead(failedSignInsFrom, network),
		c.counterRead(failedSignInsPair, address.Canonical, network))
	if err != nil {
		return err
	}
	if c.terms, err = account.ReadTerms(rows[1]); err != nil {
		return err
	}
	needed, err := c.throttle(readTally(rows[2]), readTally(rows[3]), readTally(rows[4]))
	if err != nil {
		return err
	}
	if needed {
		if err := c.passCaptcha(captcha); err != nil {
			return err
		}
	}

	if err := c.takeTurn(address, captcha != "", readTally(rows[3]), readTally(rows[4])); err != nil {
		return err
	}

	id := text(rows[0], "user")
	if id == "" {
		id = nobody
	}
	person, err := account.GetPerson(c.ctx(), db, id)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return err
	}
	ok, outdated, err := c.portal.hasher.Verify(c.ctx(), person.Password, password)
	if err != nil {
		return err
	}
	if !ok || person.Status != account.Confirmed {
		return c.failedSignIn(address, network)
	}
	if err := c.forgive(failedSignIns, address.Canonical); err != nil {
		return err
	}
	return c.signedIn(person, password, outdated)
}

// throttle decides on an attempt before any work is done for it. captcha tells that one is needed.
func (c *call) throttle(ofAccount, ofNetwork, ofPair tally) (captcha bool, err error) {
	if ofNetwork.count >= maxFailuresFrom || ofAccount.count >= maxFailures && ofPair.count > 0 {
		return false, problem.New(problem.TooManyAttempts).After(c.untilNextWindow())
	}
	if wait := c.wait(ofPair); wait > 0 {
		return false, problem.New(problem.TooManyAttempts).After(wait)
	}
	return ofAccount.count >= captchaAfter || ofNetwork.count >= captchaAfterFrom, nil
}

// takeTurn counts an attempt as a failure of the account before it is heard, and decides once more by the count that it
// met: a thousand guesses at once get no further than a thousand in a row.
func (c *call) takeTurn(address account.Address, captcha bool, ofNetwork, ofPair tally) error {
	ofAccount, err := c.reserve(failedSignIns, address.Canonical)
	if err != nil {
		return err
	}
	needed, err := c.throttle(ofAccount, ofNetwork, ofPair)
	if err == nil && needed && !captcha {
		err = &problem.Error{Code: problem.CaptchaRequired, Field: "captcha"}
	}
	if err != nil {
		return errors.Join(err, c.forgive(failedSignIns, address.Canonical))
	}
	return nil
}

// wait is what is left of the pause after the last failure of an account from a network.
func (c *call) wait(t tally) time.Duration {
	if t.count <= freeFailures {
		return 0
	}
	pause := longestWait
	if n := t.count - freeFailures; n < 7 {
		pause = min(pause, time.Second<<(n-1))
	}
	return max(0, t.last.Add(pause).Sub(c.now))
}

// passCaptcha spends the solution that an attempt needs. Errors: captcha_required, captcha_invalid.
func (c *call) passCaptcha(sent string) error {
	if sent == "" {
		return &problem.Error{Code: problem.CaptchaRequired, Field: "captcha"}
	}
	s, err := c.checkCaptcha(formSignIn, sent)
	if err != nil {
		return err
	}
	// Alone and first: one solution is one attempt, whatever comes of it.
	done, err := c.once([]types.TransactWriteItem{s.spend(c.portal.db)})
	if err == nil && !done {
		return s.used()
	}
	return err
}

// failedSignIn counts the failure in the two ways that takeTurn has not counted.
func (c *call) failedSignIn(address account.Address, network string) error {
	for _, counted := range [...]struct {
		kind  counter
		parts []string
	}{
		{failedSignInsFrom, []string{network}}, {failedSignInsPair, []string{address.Canonical, network}},
	} {
		if _, err := c.count(c.ctx(), counted.kind, counted.parts...); err != nil {
			return err
		}
	}
	return problem.New(problem.SignInFailed)
}

// signedIn writes the session: always a new one, whatever cookie came along, which is over with it (PS-01).
func (c *call) signedIn(person account.Person, password secret.Value, outdated bool) error {
	db := c.portal.db
	session, cookie := c.newSession(person.User)
	items, err := session.Begin(db)
	if err != nil {
		return err
	}
	changes := c.change(person.User).remove("passwordLink") // a link to choose a new password dies with a sign-in (RG-04)
	if outdated {
		hash, err := c.portal.hasher.Hash(c.ctx(), password)
		if err != nil {
			return err
		}
		changes.set("password", ddb.S(hash))
	}
	items = append(items, changes.item())
	if old := c.cookie(); old != "" && old != cookie {
		items = append(items, types.TransactWriteItem{Delete: &types.Delete{TableName: &db.Tables.Sessions, Key: account.SessionKey(old)}})
	}
	done, err := c.once(items)
	if err != nil {
		return err
	}
	if !done {
		return problem.New(problem.SignInFailed) // disabled, or the password changed, at this moment
	}
	if err := c.trim(person.ID); err != nil {
		return err
	}
	return c.welcome(person.ID, session, cookie)
}

// signOut ends the session on the server and clears what the browser has of it (PS-04, PS-09).
func signOut(c *call) error {
	if c.person.ID != "" {
		if _, err := c.once(c.session.End(c.portal.db)); err != nil {
			return err
		}
	}
	c.clearCookie()
	c.w.Header().Set("Clear-Site-Data", `"cache", "cookies"`)
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
