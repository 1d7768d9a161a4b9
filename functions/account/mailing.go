package main

import (
	"errors"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/portal"
	"guichet/shared/problem"
)

// Limits within an hour. Beyond those of mails the answer stays the same and nothing is sent (RG-17): who asks may be
// somebody else than who reads. Beyond that of forms the network is told to wait: it protects the hashes.
const (
	maxMailsTo   = 3
	maxMailsFrom = 10
	maxFormsFrom = 100
)

// request is what a visitor asks for by a form that ends in a mail: registration, confirmation or reset. The three take the
// same steps, so that nobody learns from an answer, its time or its cost whether an address has an account (RG-01, RG-03).
type request struct {
	captcha portal.Captcha
	address account.Address
	// owner is the account of the address; without an id for none.
	owner account.User
	// mailable is false when the limits of mails are reached.
	mailable bool
}

// begin checks the captcha and counts the form. Errors: captcha_invalid, too_many_attempts.
func begin(c *portal.Call, form string, address account.Address, captcha string) (request, error) {
	solved, err := c.CheckCaptcha(form, captcha)
	if err != nil {
		return request{}, err
	}
	forms, err := c.CountAttempt(formsFrom, c.Network())
	if err != nil {
		return request{}, err
	}
	if forms > maxFormsFrom {
		return request{}, c.TooManyAttempts()
	}
	return request{captcha: solved, address: address}, nil
}

// admit counts the mail that is asked for, and reads the address's owner.
func (q *request) admit(c *portal.Call) error {
	to, err := c.AdmitIntent(mailsTo, maxMailsTo, q.address.Canonical)
	if err != nil {
		return err
	}
	from, err := c.AdmitIntent(mailsFrom, maxMailsFrom, c.Network())
	if err != nil {
		return err
	}
	q.mailable = to && from
	q.owner, err = account.WithAddress(c.Context(), c.DB, q.address)
	return err
}

// maxRounds bounds how often a request is decided again because the account changed meanwhile. Only the few that the limit
// of mails admits can meet.
const maxRounds = 6

// commit writes what decide says of the address's owner, in one transaction with the captcha and the memory of the answer,
// and decides again when the owner changed meanwhile. decide returns no items when there is nothing to do.
func (q *request) commit(c *portal.Call, answer portal.Answer, decide func(account.User) ([]ddb.Write, error)) (portal.Answer, error) {
	for range maxRounds {
		items := []ddb.Write{c.Remember(answer), q.captcha.Spend(c.DB)}
		if q.mailable {
			more, err := decide(q.owner)
			if err != nil {
				return portal.Answer{}, err
			}
			items = append(items, more...)
		}
		err := c.DB.Transact(c.Context(), items)
		var failed *ddb.ConditionFailed
		switch {
		case !errors.As(err, &failed):
			return answer, err
		case failed.Index == 0: // the same request at the same moment was first
			return portal.Answer{}, problem.New(problem.Conflict)
		case failed.Index == 1:
			return portal.Answer{}, &problem.Error{Code: problem.CaptchaInvalid, Field: "captcha"}
		}
		if q.owner, err = account.WithAddress(c.Context(), c.DB, q.address); err != nil {
			return portal.Answer{}, err
		}
	}
	return portal.Answer{}, problem.New(problem.Unavailable)
}

// mailUnderWay is the answer to every such request.
func mailUnderWay(purpose account.Purpose) portal.Answer {
	return portal.Accepted(struct {
		LinkLifetimeMinutes int `json:"linkLifetimeMinutes"`
	}{int(purpose.Lifetime().Minutes())})
}

type mailRequest struct {
	Email   account.Address `json:"email" form:"max=254"`
	Captcha string          `json:"captcha" form:"max=2048,missing=captcha_required"`
}

// requestLink serves a form of an address and a captcha that ends in a link, for owners who may have one.
func requestLink(c *portal.Call, f mailRequest, form string, purpose account.Purpose, may func(account.User) bool, act func(user, key string) events.Act) (portal.Answer, error) {
	q, err := begin(c, form, f.Email, f.Captcha)
	if err != nil {
		return portal.Answer{}, err
	}
	if err := q.admit(c); err != nil {
		return portal.Answer{}, err
	}
	keys, err := c.Keys()
	if err != nil {
		return portal.Answer{}, err
	}
	return q.commit(c, mailUnderWay(purpose), func(owner account.User) ([]ddb.Write, error) {
		if owner.ID == "" || !may(owner) {
			return nil, nil
		}
		return account.RequestLink(c.DB, keys, owner, purpose, func(key string) events.Act { return act(owner.ID, key) })
	})
}
