package main

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// Limits within an hour. Beyond those of mails nothing is said and nothing is sent (RG-17): who asks may be somebody else
// than who reads. Beyond that of forms the network is told to wait: it protects the hashes.
const (
	maxMailsTo   = 3
	maxMailsFrom = 10
	maxFormsFrom = 100
)

// request is what a visitor asks for by a form that ends in a mail: registration, confirmation or reset. The three go the
// same way, so that nobody learns from an answer, its time or its cost whether an address has an account (RG-01, RG-03).
type request struct {
	intent  intent
	captcha solved
	address account.Address
	// owner is the account of the address; without an id for none.
	owner account.User
	// mailable is false when the limits of mails are reached.
	mailable bool
}

// errAnswered says that the call was answered already.
var errAnswered = errors.New("account: answered")

// begin reads what is known of the request: the first answer to it, the captcha, the address and the counters, the owner.
// extra reads ride along with the first. Errors: errAnswered, captcha_invalid, idempotency_conflict, too_many_attempts.
func (c *call) begin(form string, address account.Address, captcha string, extra ...read) (request, []item, error) {
	q := request{address: address}
	var err error
	if q.intent, err = c.intent(); err != nil {
		return q, nil, err
	}
	db := c.portal.db
	// A repeated request is answered before its captcha is looked at: it was used by the first.
	rows, err := c.portal.batch(c.ctx(), append([]read{q.intent.read(db)}, extra...)...)
	if err != nil {
		return q, nil, err
	}
	if done, err := c.replay(q.intent, rows[0]); done || err != nil {
		return q, nil, errors.Join(err, answeredUnless(err))
	}
	if q.captcha, err = c.checkCaptcha(form, captcha); err != nil {
		return q, nil, err
	}
	mark, err := c.portal.batch(c.ctx(), q.captcha.read(db))
	if err != nil {
		return q, nil, err
	}
	if mark[0] != nil { // by another request, or by this one between the two reads: sent twice at once
		return q, nil, c.replayAgain(q.intent, q.captcha.used())
	}
	forms, err := c.count(c.ctx(), formsFrom, c.network())
	if err != nil {
		return q, nil, err
	}
	if forms > maxFormsFrom {
		return q, nil, problem.New(problem.TooManyAttempts).After(c.untilNextWindow())
	}
	return q, rows[1:], nil
}

func answeredUnless(err error) error {
	if err != nil {
		return nil //nolint:nilerr // the caller joins the error itself
	}
	return errAnswered
}

// allow counts the mail that is asked for, and reads the address's owner.
func (c *call) allow(q *request) error {
	to, err := c.admit(mailsTo, maxMailsTo, q.intent, q.address.Canonical)
	if err != nil {
		return err
	}
	from, err := c.admit(mailsFrom, maxMailsFrom, q.intent, c.network())
	if err != nil {
		return err
	}
	q.mailable = to && from
	return c.findOwner(q)
}

// nobody is an account that does not exist, read in its place so that every address costs the same.
const nobody = "00000000000000000000000000"

// findOwner reads who has the address (AP-62, AP-60).
func (c *call) findOwner(q *request) error {
	db := c.portal.db
	rows, err := c.portal.batch(c.ctx(), read{db.Tables.Registry, ddb.Key(ddb.EmailAddress(q.address.Hash()), ddb.Self)})
	if err != nil {
		return err
	}
	id := text(rows[0], "user")
	if id == "" {
		id = nobody
	}
	owner, err := account.Get(c.ctx(), db, id)
	if problem.Is(err, problem.NotFound) {
		owner, err = account.User{}, nil
	}
	q.owner = owner
	return err
}

// maxRounds bounds how often a request is decided again because the account changed meanwhile. Only the few that the limit
// of mails lets through can meet.
const maxRounds = 6

// settle does what decide says of the address's owner, in one transaction with the captcha and the memory of the answer,
// and decides again when the owner changed meanwhile. decide returns no items when there is nothing to do.
func (c *call) settle(q *request, status int, answer string, decide func(account.User) ([]types.TransactWriteItem, error)) error {
	db := c.portal.db
	for range maxRounds {
		items := []types.TransactWriteItem{q.intent.remember(db, c.now, status, answer), q.captcha.spend(db)}
		if q.mailable {
			more, err := decide(q.owner)
			if err != nil {
				return err
			}
			items = append(items, more...)
		}
		err := db.Transact(c.ctx(), items)
		var failed *ddb.ConditionFailed
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &failed):
			return err
		case failed.Index == 0: // the same request at the same moment was first
			return c.replayAgain(q.intent, problem.New(problem.Conflict))
		case failed.Index == 1:
			return q.captcha.used()
		}
		if err := c.findOwner(q); err != nil {
			return err
		}
	}
	return problem.New(problem.Unavailable)
}

// replayAgain looks once more for the first answer, and refuses with otherwise when there is none.
func (c *call) replayAgain(i intent, otherwise error) error {
	rows, err := c.portal.batch(c.ctx(), i.read(c.portal.db))
	if err != nil {
		return err
	}
	done, err := c.replay(i, rows[0])
	if err == nil && !done {
		err = otherwise
	}
	return errors.Join(err, answeredUnless(err))
}

// mailUnderWay is the answer to every such request.
func mailUnderWay(purpose account.Purpose) (string, error) {
	return encode(struct {
		LinkLifetimeMinutes int `json:"linkLifetimeMinutes"`
	}{int(purpose.Lifetime().Minutes())})
}

// accept answers 202 with a document that is already JSON.
func (c *call) accept(answer string) error {
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(http.StatusAccepted)
	_, _ = c.w.Write([]byte(answer)) // a caller who is gone cannot be told
	return nil
}

// link makes the act that a mail follows from, and the link that the mail will carry. act gets the id of the link's key.
func (c *call) link(user string, purpose account.Purpose, act func(key string) events.Act) (events.Event, account.Link, error) {
	keys, err := c.portal.links.Keys(c.ctx())
	if err != nil {
		return events.Event{}, account.Link{}, err
	}
	id, key := keys.Signing()
	event := c.event(user, act(id))
	return event, account.NewLink(account.LinkToken(key, event.ID, purpose), user, purpose, c.now), nil
}

// event is an act that concerns a person and was done by him.
func (c *call) event(user string, act events.Act) events.Event {
	return events.Event{ID: c.portal.db.NewID(), At: c.now.UTC(), Actor: user, Subject: ddb.User(user), Act: act}
}

// put is the item that records an event, with others beside it.
func (c *call) put(event events.Event, beside ...types.TransactWriteItem) ([]types.TransactWriteItem, error) {
	recorded, err := event.Put(c.portal.db.Tables.Events)
	return append(beside, recorded), err
}
