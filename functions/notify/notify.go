package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
)

type notifier struct {
	db     ddb.Database
	keys   *account.LinkKeySource
	office *postOffice
	portal string // base URL without a trailing slash

	mu            sync.Mutex
	configuration account.Configuration
	read          time.Time // of the configuration
}

var errOtherRecord = errors.New("notify: a record that the filter does not let through")

// handle does what follows from a row of the table of events: an act, or a delivery that is looked after once more.
func (n *notifier) handle(ctx context.Context, r events.Record) error {
	if r.New == nil {
		return nil // gone since: only what has ended is removed
	}
	sk, _ := r.Keys[ddb.SK].(*types.AttributeValueMemberS)
	if sk != nil && strings.HasPrefix(sk.Value, events.Prefix) {
		return n.follow(ctx, r.New)
	}
	d, isDelivery, err := events.ParseDelivery(r.New)
	if err != nil {
		return err
	}
	if !isDelivery {
		return errOtherRecord
	}
	return n.deliver(ctx, d.Recipient)
}

// follow plans what follows from an act, and sends it.
func (n *notifier) follow(ctx context.Context, item map[string]types.AttributeValue) error {
	act, err := events.Parse(item)
	if err != nil {
		return err
	}
	deliveries := follows(act.Act)
	user, former := settles(act.Act)
	if err := events.Plan(ctx, n.db, act, deliveries, events.Check{User: user, Former: former}); err != nil {
		return err
	}
	for _, d := range deliveries {
		if err := n.deliver(ctx, d.Recipient); err != nil {
			return err
		}
	}
	return nil
}

const (
	// leaseMargin is what a claim outlives its invocation by: Lambda has ended it then.
	leaseMargin = 2 * time.Second
	// leaseAlone is the lease where no deadline is known.
	leaseAlone = time.Minute
	// expires is when a mail without a link of its own is too old to be sent.
	expires = 3 * 24 * time.Hour
	// Pauses before another attempt, doubled each time. After an outage of SES all mails are out within five minutes: the
	// longest pause, and the minute in which sweep looks (F14).
	firstPause, longestPause = 30 * time.Second, 3 * time.Minute
	// mendPause is how long a mail waits that could not be written: somebody has to mend the words.
	mendPause = time.Hour
)

// deliver sends a person's undone mails, the oldest first, until there is none or one has to wait: the next must not
// overtake it. Whoever finds one claimed leaves the rest to the one that has it, which looks again before it ends.
func (n *notifier) deliver(ctx context.Context, recipient string) error {
	lease := leaseAlone
	if deadline, ok := ctx.Deadline(); ok {
		lease = time.Until(deadline) + leaseMargin
	}
	stuck := map[string]bool{} // mails that could not be written
	for {
		undone, err := events.Undone(ctx, n.db, recipient)
		if err != nil {
			return err
		}
		progress := false
		for _, d := range undone {
			if stuck[d.Act+d.Mail] {
				continue
			}
			claimed, ok, err := d.Claim(ctx, n.db, owner(ctx, n.db), lease)
			if err != nil || !ok {
				return err
			}
			outcome, err := n.send(ctx, claimed)
			if err != nil || outcome == waits {
				return err
			}
			if outcome == cannotBeWritten {
				stuck[d.Act+d.Mail] = true
				continue
			}
			progress = true
		}
		if !progress {
			return nil
		}
	}
}

// owner names a claim: no two claims have the same.
func owner(ctx context.Context, db ddb.Database) string {
	if l, ok := lambdacontext.FromContext(ctx); ok {
		return l.AwsRequestID + "/" + db.NewID()
	}
	return db.NewID()
}

// outcome of an attempt.
type outcome int

const (
	done outcome = iota
	// waits: it is tried again later, and what comes after it waits too.
	waits
	// cannotBeWritten is our mistake; it holds up nothing else.
	cannotBeWritten
)

// send makes one attempt at a claimed mail.
func (n *notifier) send(ctx context.Context, d events.Delivery) (outcome, error) {
	e, reason, err := n.prepare(ctx, d)
	switch {
	case err != nil && events.Transient(err):
		// The record comes again at once, and must not find the claim; should this fail too, the claim ends by itself.
		if _, err := d.Postpone(ctx, n.db, n.db.Now(), "not prepared"); err != nil {
			slog.WarnContext(ctx, "claim not released", "act", d.Act, "mail", d.Mail, "error", err.Error())
		}
		return waits, err
	case err != nil:
		slog.ErrorContext(ctx, unwritableLine, "act", d.Act, "mail", d.Mail, "error", err.Error())
		_, err := d.Postpone(ctx, n.db, n.db.Now().Add(mendPause), "cannot be written")
		return cannotBeWritten, err
	case reason != "":
		slog.InfoContext(ctx, "mail not sent", "act", d.Act, "mail", d.Mail, "reason", reason)
		_, err := d.Failed(ctx, n.db, reason)
		return done, err
	}
	messageID, err := n.office.send(ctx, e)
	if err == nil {
		ok, err := d.Sent(ctx, n.db, messageID)
		if err == nil && !ok {
			slog.WarnContext(ctx, "mail sent by two", "act", d.Act, "mail", d.Mail)
		}
		slog.InfoContext(ctx, "mail sent", "act", d.Act, "mail", d.Mail, "attempts", d.Attempts)
		return done, err
	}
	if judged := judge(err); judged != later {
		slog.WarnContext(ctx, "mail refused", "act", d.Act, "mail", d.Mail, "reason", reasonOf(err))
		if judged == undeliverable {
			if err := account.MarkUndeliverable(ctx, n.db, d.Recipient, e.to); err != nil {
				return waits, err
			}
		}
		_, err := d.Failed(ctx, n.db, reasonOf(err))
		return done, err
	}
	slog.WarnContext(ctx, "mail postponed", "act", d.Act, "mail", d.Mail, "attempts", d.Attempts, "error", reasonOf(err))
	// The attempt may have used up the invocation's time; the row must know all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseMargin)
	defer cancel()
	_, err = d.Postpone(ctx, n.db, n.db.Now().Add(pause(d.Attempts)), reasonOf(err))
	return waits, err
}

// pause before the attempt after the nth, with a fifth of chance, so that a crowd does not come back at once.
func pause(attempts int) time.Duration {
	p := longestPause
	if n := attempts - 1; n < 4 {
		p = min(firstPause<<max(n, 0), longestPause)
	}
	return p - p/10 + rand.N(p/5) //nolint:gosec // spreads load, guards nothing
}

// unwritableLine is the message of the log line of a mail whose words or data are broken; an alarm counts it.
const unwritableLine = "mail cannot be written"

// prepare writes a mail. reason says why it is not to be sent; it is empty when it is.
func (n *notifier) prepare(ctx context.Context, d events.Delivery) (e envelope, reason string, err error) {
	m, ok := find(d.Mail)
	if !ok {
		return envelope{}, "", fmt.Errorf("there is no mail %q", d.Mail)
	}
	act, ok, err := events.Find(ctx, n.db, d.Subject, d.Act)
	if err != nil {
		return envelope{}, "", err
	}
	if !ok {
		return envelope{}, "act unknown", nil
	}
	user, err := account.Get(ctx, n.db, d.Recipient)
	if problem.Is(err, problem.NotFound) {
		return envelope{}, "no account", nil
	}
	if err != nil {
		return envelope{}, "", err
	}
	if reason := n.refuses(m, act, user); reason != "" {
		return envelope{}, reason, nil
	}
	l := letter{mail: m, language: user.Language}
	if reason, err = n.link(ctx, &l, act, user); err != nil || reason != "" {
		return envelope{}, reason, err
	}
	product, err := n.tell(ctx, &l, act, user)
	if problem.Is(err, problem.NotFound) {
		return envelope{}, "its subject is gone", nil
	}
	if err != nil {
		return envelope{}, "", err
	}
	text, err := writeSafely(l)
	if err != nil {
		return envelope{}, "", err
	}
	e = envelope{written: text, product: product, to: user.Email, tags: map[string]string{"recipient": d.Recipient, "act": d.Act, "mail": d.Mail}}
	if m.kind != aboutAccount {
		e.unsubscribe = n.portal + "/profile/preferences"
	}
	return e, "", nil
}

// writeSafely turns a panic of a template into an error.
func writeSafely(l letter) (w written, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v", value)
		}
	}()
	return write(l)
}

// refuses says why a person is not to get a mail.
func (n *notifier) refuses(m mail, act events.Event, user account.User) string {
	age := n.db.Now().Sub(act.At)
	switch {
	case user.Email == "" || user.Status == account.Erased:
		return "account erased"
	case user.Status == account.Deleted && !m.farewell:
		return "account deleted"
	case m.link != "" && age > m.link.Lifetime() || age > expires:
		return "too old"
	case m.link == account.Confirm && user.Status != account.Unconfirmed:
		return "account confirmed"
	case !m.kind.wanted(user.Preferences):
		return "not wanted" // ML-05
	case m.kind != aboutAccount && user.EmailUndeliverable:
		return "address undeliverable" // ML-03: what concerns security is tried all the same
	}
	return ""
}

// link puts the secret link into the letter: the same however often the mail is sent, and only while it is alive.
func (n *notifier) link(ctx context.Context, l *letter, act events.Event, user account.User) (reason string, err error) {
	if l.mail.link == "" {
		if l.mail.page != "" {
			l.url = n.portal + l.mail.page
		}
		return "", nil
	}
	keys, err := n.keys.Keys(ctx)
	if err != nil {
		return "", events.Retry(err)
	}
	key, ok := keys.Key(linkKey(act.Act))
	if !ok {
		return "link key gone", nil
	}
	token := account.LinkToken(key, act.ID, l.mail.link)
	live := user.PasswordLink
	if l.mail.link == account.Confirm {
		live = user.ConfirmLink
	}
	if live != account.Hash(token) {
		return "link replaced", nil
	}
	l.url = n.portal + l.mail.link.Path(token)
	return "", nil
}

// linkKey is the id of the key with which an act's link was made.
func linkKey(act events.Act) string {
	switch a := act.(type) {
	case events.AccountRegistered:
		return a.LinkKey
	case events.ConfirmationRequested:
		return a.LinkKey
	case events.AccountInvited:
		return a.LinkKey
	case events.PasswordResetRequested:
		return a.LinkKey
	}
	return ""
}

// tell gathers what the words speak of, and returns the product's name.
func (n *notifier) tell(ctx context.Context, l *letter, act events.Event, user account.User) (product string, err error) {
	c, err := n.installation(ctx)
	if err != nil {
		return "", err
	}
	l.accent = c.Accent
	if l.language != account.French && l.language != account.English {
		l.language = c.Languages[0]
	}
	l.facts = facts{
		Product: c.Product.Name, Support: c.Support.Email, DataProtection: c.Legal.DataProtectionEmail, Controller: c.Legal.Controller.Name,
		At: moment(act.At, l.language), Lifetime: duration(l.mail.link.Lifetime(), l.language),
	}
	if !l.mail.stranger {
		l.facts.Name = greetingName(user.Name)
	}
	in := ""
	switch a := act.Act.(type) {
	case events.MembershipAdded:
		in, l.facts.Role = a.Organisation, a.Role
	case events.MembershipChanged:
		in, l.facts.Role = a.Organisation, a.Role
	case events.MembershipEnded:
		in = a.Organisation
	case events.ApplicationCreated:
		made, err := application.Load(ctx, n.db, a.Application)
		if err != nil {
			return "", err
		}
		l.facts.Application = harmless(made.Name)
	}
	if in != "" {
		o, err := organisation.Get(ctx, n.db, in)
		if err != nil {
			return "", err
		}
		l.facts.Organisation = harmless(o.Name)
	}
	return c.Product.Name, nil
}

// configurationKept is how long the installation's name and colours are not looked up again.
const configurationKept = 5 * time.Minute

// installation returns the portal's configuration.
func (n *notifier) installation(ctx context.Context) (account.Configuration, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now := n.db.Now(); n.read.IsZero() || now.Sub(n.read) > configurationKept {
		c, err := account.GetConfiguration(ctx, n.db)
		if err != nil {
			return account.Configuration{}, err
		}
		n.configuration, n.read = c, now
	}
	return n.configuration, nil
}
