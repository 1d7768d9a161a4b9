package main

import (
	"errors"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// blocker is what depends on the person alone (features Z56).
type blocker struct {
	Code problem.Code `json:"code"`
	ID   string       `json:"id"`
	Name string       `json:"name"`
}

// blockersOf names blockers as the faults of a refusal.
func blockersOf(blockers []blocker) []problem.Field {
	var fields []problem.Field
	for _, b := range blockers {
		kind := "organisation:"
		if b.Code == problem.SoleOwner {
			kind = "application:"
		}
		fields = append(fields, problem.Field{Name: kind + b.ID, Code: b.Code})
	}
	return fields[:min(len(fields), maxFaults)]
}

// deletionPreview says what a deletion would do, and what forbids it now.
type deletionPreview struct {
	Applications []string  `json:"applications"`
	Memberships  int       `json:"memberships"`
	Blockers     []blocker `json:"blockers"`
}

func previewDeletion(c *call) error {
	blockers, err := c.deletionBlockers()
	if err != nil {
		return err
	}
	applications, err := c.applications()
	if err != nil {
		return err
	}
	preview := deletionPreview{Applications: []string{}, Memberships: len(c.person.Memberships), Blockers: blockers}
	for _, a := range applications {
		if a.Live() {
			preview.Applications = append(preview.Applications, a.Name)
		}
	}
	return c.answer(http.StatusOK, preview)
}

// applications are those that the platform made for the person, and those that the person owns.
func (c *call) applications() ([]application.Aggregate, error) {
	ids := []string{application.AutomaticID(c.person.ID, organisation.Default, channel.Sandbox)}
	for _, m := range c.person.Memberships {
		for _, in := range channel.All {
			ids = append(ids, application.AutomaticID(c.person.ID, m.Organisation, in))
		}
	}
	for _, s := range c.person.Shares {
		if s.Role == "owner" {
			ids = append(ids, s.Application)
		}
	}
	var found []application.Aggregate
	for _, id := range ids {
		a, err := application.Load(c.ctx(), c.portal.db, id)
		if problem.Is(err, problem.NotFound) {
			continue // not made yet
		}
		if err != nil {
			return nil, err
		}
		found = append(found, a)
	}
	return found, nil
}

// soleOwner lists the live production applications of a kind that the person alone owns. Those that enrolment made end
// with their membership and block nothing (features Z42).
func (c *call) soleOwner(kind func(application.Aggregate) bool) ([]blocker, error) {
	if len(c.person.Shares) == 0 {
		return nil, nil
	}
	applications, err := c.applications()
	if err != nil {
		return nil, err
	}
	var found []blocker
	for _, a := range applications {
		if !a.Automatic && a.Owner == c.person.ID && a.Channel == channel.Production && a.Live() && kind(a) {
			found = append(found, blocker{problem.SoleOwner, a.ID, a.Name})
		}
	}
	return found, nil
}

func (c *call) deletionBlockers() ([]blocker, error) {
	blockers := []blocker{}
	for _, m := range c.person.Memberships {
		if m.Role != organisation.Administrator {
			continue
		}
		o, err := organisation.Get(c.ctx(), c.portal.db, m.Organisation)
		if err != nil {
			return nil, err
		}
		if o.Administrators <= 1 {
			blockers = append(blockers, blocker{problem.SoleAdministrator, o.ID, o.Name})
		}
	}
	owned, err := c.soleOwner(func(application.Aggregate) bool { return true })
	return append(blockers, owned...), err
}

// leavesAtOnce is how many memberships end in the transaction of the deletion itself; a membership takes three items. Who
// has more leaves the others just before.
const leavesAtOnce = 25

// deleteMe deletes the account (C21, OP-07): nobody can sign in any more and the applications are stopped when the answer
// is given; what is personal is erased by a job within days. The audit trail keeps the id.
func deleteMe(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	password := secret.Value(f.text("password", maxTyped))
	if err := f.check(); err != nil {
		return err
	}
	if err := c.checkOwnPassword("password", password); err != nil {
		return err
	}
	if err := c.refuseBlocked(); err != nil {
		return err
	}
	for some := range slices.Chunk(c.person.Memberships[min(leavesAtOnce, len(c.person.Memberships)):], leavesAtOnce) {
		items, err := c.leaveAll(some)
		if err != nil {
			return err
		}
		if done, err := c.once(items); err != nil || !done {
			return errors.Join(err, c.refuseBlocked(), problem.New(problem.Conflict))
		}
	}
	items, err := c.deletion()
	if err != nil {
		return err
	}
	done, err := c.once(items)
	if err != nil {
		return err
	}
	if !done {
		if err := c.refuseBlocked(); err != nil {
			return err
		}
		return problem.New(problem.Conflict)
	}
	c.clearCookie()
	var organisations []string
	for _, m := range c.person.Memberships {
		organisations = append(organisations, m.Organisation)
	}
	if err := c.stopped(enrolment.Settle(c.ctx(), c.portal.db, c.person.ID, organisations...)); err != nil {
		return err
	}
	return c.nothing()
}

// stopped judges the failure of stopping the person's applications, after the reason to stop them was written. They are
// stopped before the answer, so that it is true. While the store fails, the job retries from the registry's stream, and no
// call is admitted that the store cannot count; any other failure would meet the job, too, and is not kept from the caller.
func (c *call) stopped(err error) error {
	if err == nil || !events.Transient(err) {
		return err
	}
	c.note(err)
	return nil
}

// refuseBlocked refuses while something depends on the person alone. Errors: account_deletion_blocked.
func (c *call) refuseBlocked() error {
	blockers, err := c.deletionBlockers()
	if err == nil && len(blockers) > 0 {
		err = &problem.Error{Code: problem.AccountDeletionBlocked, Fields: blockersOf(blockers)}
	}
	return err
}

func (c *call) leaveAll(memberships []organisation.Membership) ([]types.TransactWriteItem, error) {
	var items []types.TransactWriteItem
	for _, m := range memberships {
		leave, err := organisation.Leave(c.portal.db, c.person.ID, m)
		if err != nil {
			return nil, err
		}
		items = append(items, leave...)
	}
	return items, nil
}

// deletion is the transaction: the account, its address, its memberships, the session, one act.
func (c *call) deletion() ([]types.TransactWriteItem, error) {
	db, u := c.portal.db, c.person.User
	none, err := attributevalue.Marshal(account.Preferences{})
	if err != nil {
		return nil, err
	}
	changes := c.change(u).set("status", ddb.S(string(account.Deleted))).set("epoch", ddb.N(u.Epoch+1)).set("preferences", none).
		set("GSI3PK", ddb.S(ddb.Due)).set("GSI3SK", ddb.S(ddb.DueAt(c.now.Add(account.ErasedAfter), ddb.User(u.ID)))).
		remove("password", "passwordLink", "confirmLink", "platformAdministrator")
	items := []types.TransactWriteItem{changes.item()}
	if free := u.FreeAddress(db); free != nil {
		items = append(items, types.TransactWriteItem{Delete: free})
	}
	leave, err := c.leaveAll(c.person.Memberships[:min(leavesAtOnce, len(c.person.Memberships))])
	if err != nil {
		return nil, err
	}
	items = append(append(items, leave...), c.session.End(db)...)
	if u.PlatformAdministrator {
		resign, err := c.resignation()
		if err != nil {
			return nil, err
		}
		items = append(items, resign...)
	}
	return c.put(c.event(u.ID, events.AccountDeleted{User: u.ID}), items...)
}

// resignation takes the mark that there is a platform administrator away when it names this one, so that a platform
// without any can be bootstrapped again.
func (c *call) resignation() ([]types.TransactWriteItem, error) {
	rows, err := c.portal.batch(c.ctx(), read{c.portal.db.Tables.Registry, account.PlatformKey()})
	if err != nil || text(rows[0], "administrator") != c.person.ID {
		return nil, err
	}
	return []types.TransactWriteItem{{Update: &types.Update{
		TableName: &c.portal.db.Tables.Registry, Key: account.PlatformKey(), UpdateExpression: aws.String("REMOVE #administrator"),
		ConditionExpression: aws.String("#administrator = :user"), ExpressionAttributeNames: map[string]string{"#administrator": "administrator"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":user": ddb.S(c.person.ID)},
	}}}, nil
}
