package account

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
)

// Applications are those that the platform made for a person, and those that the person owns.
func Applications(ctx context.Context, db ddb.Database, p Person) ([]application.Aggregate, error) {
	ids := []string{application.AutomaticID(p.ID, organisation.Default, channel.Sandbox)}
	for _, m := range p.Memberships {
		for _, in := range channel.All {
			ids = append(ids, application.AutomaticID(p.ID, m.Organisation, in))
		}
	}
	for _, s := range p.Shares {
		if s.Role == "owner" {
			ids = append(ids, s.Application)
		}
	}
	var found []application.Aggregate
	for _, id := range ids {
		a, err := application.Load(ctx, db, id)
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

// Blocker is an organisation or an application that depends on one person alone (features Z56).
type Blocker struct {
	// Code is sole_administrator of an organisation, or sole_owner of an application.
	Code     problem.Code
	ID, Name string
}

// maxBlockers bounds those that a refusal names.
const maxBlockers = 50

// refuseBlocked is the refusal that names blockers.
func refuseBlocked(code problem.Code, blockers []Blocker) error {
	var fields []problem.Field
	for _, b := range blockers[:min(len(blockers), maxBlockers)] {
		kind := "organisation:"
		if b.Code == problem.SoleOwner {
			kind = "application:"
		}
		fields = append(fields, problem.Field{Name: kind + b.ID, Code: b.Code})
	}
	return &problem.Error{Code: code, Fields: fields}
}

// soleOwner lists the live production applications of a kind that a person alone owns. Those that enrolment made end with
// their membership and block nothing (features Z42).
func soleOwner(ctx context.Context, db ddb.Database, p Person, kind func(application.Aggregate) bool) ([]Blocker, error) {
	if len(p.Shares) == 0 {
		return nil, nil
	}
	applications, err := Applications(ctx, db, p)
	if err != nil {
		return nil, err
	}
	var found []Blocker
	for _, a := range applications {
		if !a.Automatic && a.Owner == p.ID && a.Channel == channel.Production && a.Live() && kind(a) {
			found = append(found, Blocker{problem.SoleOwner, a.ID, a.Name})
		}
	}
	return found, nil
}

// DeletionBlockers lists what depends on a person alone.
func DeletionBlockers(ctx context.Context, db ddb.Database, p Person) ([]Blocker, error) {
	var blockers []Blocker
	for _, m := range p.Memberships {
		if m.Role != organisation.Administrator {
			continue
		}
		o, err := organisation.Get(ctx, db, m.Organisation)
		if err != nil {
			return nil, err
		}
		if o.Administrators <= 1 {
			blockers = append(blockers, Blocker{problem.SoleAdministrator, o.ID, o.Name})
		}
	}
	owned, err := soleOwner(ctx, db, p, func(application.Aggregate) bool { return true })
	return append(blockers, owned...), err
}

// Leave ends a person's membership; what enrolment made there ends with it (features Z42, Z44). Errors: sole_owner,
// sole_administrator, conflict.
func Leave(ctx context.Context, db ddb.Database, actor string, p Person, m organisation.Membership) error {
	blocked, err := soleOwner(ctx, db, p, func(a application.Aggregate) bool { return a.Organisation == m.Organisation })
	if err != nil {
		return err
	}
	if len(blocked) > 0 {
		return refuseBlocked(problem.SoleOwner, blocked)
	}
	return organisation.EndMembership(ctx, db, actor, m)
}

// leavesAtOnce is how many memberships end in the transaction of the deletion itself; a membership takes three items. Those
// beyond end just before.
const leavesAtOnce = 25

// Delete deletes an account and ends the session current (guide C21, OP-07): nobody can sign in any more; what is personal
// is erased by a job within days. The audit trail keeps the id. Errors: account_deletion_blocked, conflict.
func Delete(ctx context.Context, db ddb.Database, actor string, p Person, current Session) error {
	if err := deletable(ctx, db, p); err != nil {
		return err
	}
	last := p.Memberships[:min(leavesAtOnce, len(p.Memberships))]
	for some := range slices.Chunk(p.Memberships[len(last):], leavesAtOnce) {
		items, err := leaveAll(db, actor, some)
		if err != nil {
			return err
		}
		if err := deleteOrBlocked(ctx, db, p, items); err != nil {
			return err
		}
	}
	items, err := deletion(ctx, db, actor, p, last)
	if err != nil {
		return err
	}
	return deleteOrBlocked(ctx, db, p, append(items, current.End(db)...))
}

func deletable(ctx context.Context, db ddb.Database, p Person) error {
	blockers, err := DeletionBlockers(ctx, db, p)
	if err == nil && len(blockers) > 0 {
		err = refuseBlocked(problem.AccountDeletionBlocked, blockers)
	}
	return err
}

// deleteOrBlocked writes a transaction of a deletion; one whose condition failed is explained by what blocks it now.
func deleteOrBlocked(ctx context.Context, db ddb.Database, p Person, items []ddb.Write) error {
	err := db.Transact(ctx, items)
	var failed *ddb.ConditionFailed
	if !errors.As(err, &failed) {
		return err
	}
	if err := deletable(ctx, db, p); err != nil {
		return err
	}
	return problem.New(problem.Conflict)
}

func leaveAll(db ddb.Database, actor string, memberships []organisation.Membership) ([]ddb.Write, error) {
	var items []ddb.Write
	for _, m := range memberships {
		leave, err := organisation.Leave(db, actor, m)
		if err != nil {
			return nil, err
		}
		items = append(items, leave...)
	}
	return items, nil
}

// deletion is the transaction: the account, its address, its last memberships, one act.
func deletion(ctx context.Context, db ddb.Database, actor string, p Person, last []organisation.Membership) ([]ddb.Write, error) {
	after := p.User
	after.Status, after.Preferences, after.PlatformAdministrator = Deleted, Preferences{}, false
	after.Password, after.PasswordLink, after.ConfirmLink = "", "", ""
	now := db.Now().UTC()
	after.Ended = &now
	after.Epoch++
	update, err := p.User.update(db, after)
	if err != nil {
		return nil, err
	}
	recorded, err := record(db, actor, p.ID, events.AccountDeleted{User: p.ID})
	if err != nil {
		return nil, err
	}
	items := []ddb.Write{update, recorded}
	if free := p.FreeAddress(db); free != nil {
		items = append(items, ddb.Write{Delete: free})
	}
	leave, err := leaveAll(db, actor, last)
	if err != nil {
		return nil, err
	}
	items = append(items, leave...)
	if p.PlatformAdministrator {
		resign, err := resignation(ctx, db, p.ID)
		if err != nil {
			return nil, err
		}
		items = append(items, resign...)
	}
	return items, nil
}

// resignation takes the mark that there is a platform administrator away when it names this one, so that a platform
// without any can be bootstrapped again (AP-67).
func resignation(ctx context.Context, db ddb.Database, user string) ([]ddb.Write, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: PlatformKey(), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil || ddb.Text(found.Item, administratorAttribute) != user {
		return nil, err
	}
	return []ddb.Write{{Update: &types.Update{
		TableName: &db.Tables.Registry, Key: PlatformKey(), UpdateExpression: aws.String("REMOVE #administrator"),
		ConditionExpression: aws.String("#administrator = :user"), ExpressionAttributeNames: map[string]string{"#administrator": administratorAttribute},
		ExpressionAttributeValues: ddb.Item{":user": ddb.S(user)},
	}}}, nil
}
