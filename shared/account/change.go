package account

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// maxRevisions bounds how often a change is decided again because the account changed meanwhile.
const maxRevisions = 5

// Change lets decide change an account and writes what differs, with the one act that decide returns, done by actor, who
// may be somebody else than the person; a nil act means that there is nothing to do. beside are further items of the
// transaction.
//
// seen is the account as the actor knows it. When another change came first, decide is called again with the account as it
// is now, as long as status and epoch are still those of seen: somebody who was disabled, or whose password changed,
// changes nothing. Attributes that decide does not change stay, those of a newer version of this program too (F25).
// Errors: conflict, those of decide.
func Change(ctx context.Context, db ddb.Database, actor string, seen User, decide func(*User) (events.Act, error), beside ...ddb.Write) (User, error) {
	before := seen
	for range maxRevisions {
		after := before
		act, err := decide(&after)
		if err != nil || act == nil {
			return before, err
		}
		update, err := before.update(db, after)
		if err != nil {
			return User{}, err
		}
		recorded, err := record(db, actor, seen.ID, act)
		if err != nil {
			return User{}, err
		}
		err = db.Transact(ctx, append([]ddb.Write{update, recorded}, beside...))
		var failed *ddb.ConditionFailed
		if !errors.As(err, &failed) {
			return after, err
		}
		if before, err = Get(ctx, db, seen.ID); err != nil {
			return User{}, err
		}
		if failed.Index != 0 || before.Status != seen.Status || before.Epoch != seen.Epoch {
			break
		}
	}
	return User{}, problem.New(problem.Conflict)
}

// update is the item that turns an account into another, on the condition that its status, its epoch, and each live link
// that it changes are as they were read.
func (u User) update(db ddb.Database, after User) (ddb.Write, error) {
	old, err := u.Item()
	if err != nil {
		return ddb.Write{}, err
	}
	wanted, err := after.Item()
	if err != nil {
		return ddb.Write{}, err
	}
	names, values := map[string]string{"#status": "status", "#epoch": "epoch"}, ddb.Item{":status": ddb.S(string(u.Status)), ":epoch": ddb.N(u.Epoch)}
	conditions := []string{"#status = :status", "#epoch = :epoch"}
	var set, remove []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if !reflect.DeepEqual(old[name], wanted[name]) {
			names["#s_"+name], values[":s_"+name] = name, wanted[name]
			set = append(set, "#s_"+name+" = :s_"+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if wanted[name] == nil {
			names["#r_"+name] = name
			remove = append(remove, "#r_"+name)
		}
	}
	for _, purpose := range [...]Purpose{Confirm, Reset} {
		name := purpose.attribute()
		switch {
		case reflect.DeepEqual(old[name], wanted[name]):
		case old[name] == nil:
			names["#l_"+name] = name
			conditions = append(conditions, "attribute_not_exists(#l_"+name+")")
		default:
			names["#l_"+name], values[":l_"+name] = name, old[name]
			conditions = append(conditions, "#l_"+name+" = :l_"+name)
		}
	}
	condition := aws.String(strings.Join(conditions, " AND "))
	var expression []string
	if len(set) > 0 {
		expression = append(expression, "SET "+strings.Join(set, ", "))
	}
	if len(remove) > 0 {
		expression = append(expression, "REMOVE "+strings.Join(remove, ", "))
	}
	if expression == nil {
		return ddb.Write{ConditionCheck: &types.ConditionCheck{
			TableName: &db.Tables.Registry, Key: Key(u.ID), ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}}, nil
	}
	return ddb.Write{Update: &types.Update{
		TableName: &db.Tables.Registry, Key: Key(u.ID), UpdateExpression: aws.String(strings.Join(expression, " ")),
		ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}, nil
}

// record is the item of an act of actor that concerns a person.
func record(db ddb.Database, actor, user string, act events.Act) (ddb.Write, error) {
	return events.Event{ID: db.NewID(), At: db.Now().UTC(), Actor: actor, Subject: ddb.User(user), Act: act}.Put(db.Tables.Events)
}

// Difference names the preferences that differ.
func (p Preferences) Difference(other Preferences) []string {
	var names []string
	for _, one := range [...]struct {
		name    string
		differs bool
	}{
		{"requests", p.Requests != other.Requests}, {"quotaAlerts", p.QuotaAlerts != other.QuotaAlerts},
		{"lifecycle", p.Lifecycle != other.Lifecycle}, {"news", p.News != other.News}, {"surveys", p.Surveys != other.Surveys},
	} {
		if one.differs {
			names = append(names, one.name)
		}
	}
	return names
}

// SetProfile changes a person's name and language, and the copies of the name in the person's memberships. Errors:
// conflict.
func SetProfile(ctx context.Context, db ddb.Database, actor string, p Person, name string, language Language) error {
	var copies []ddb.Write
	if name != p.Name {
		for _, m := range p.Memberships {
			copies = append(copies, ddb.Write{Update: &types.Update{
				TableName: &db.Tables.Registry, Key: ddb.Key(ddb.User(m.User), ddb.Membership(m.Organisation)),
				UpdateExpression: aws.String("SET #name = :name, #list = :list"), ConditionExpression: aws.String("attribute_exists(PK)"),
				ExpressionAttributeNames:  map[string]string{"#name": "name", "#list": "GSI1SK"},
				ExpressionAttributeValues: ddb.Item{":name": ddb.S(name), ":list": ddb.S(name + "#" + m.User)},
			}})
		}
	}
	_, err := Change(ctx, db, actor, p.User, func(u *User) (events.Act, error) {
		var fields []string
		if name != u.Name {
			fields = append(fields, "name")
		}
		if language != u.Language {
			fields = append(fields, "language")
		}
		if fields == nil {
			return nil, nil
		}
		u.Name, u.Language = name, language
		return events.ProfileChanged{User: u.ID, Fields: fields}, nil
	}, copies...)
	return err
}

// SetPreferences says which mails a person wants. Who sends looks at the account first, so what is switched off ends with
// this (ML-05). Errors: conflict.
func SetPreferences(ctx context.Context, db ddb.Database, actor string, u User, wanted Preferences) error {
	_, err := Change(ctx, db, actor, u, func(u *User) (events.Act, error) {
		fields := u.Preferences.Difference(wanted)
		if fields == nil {
			return nil, nil
		}
		u.Preferences = wanted
		return events.PreferencesChanged{User: u.ID, Fields: fields}, nil
	})
	return err
}

// setPassword sets the hash of a password, which is the person's own from then on, and ends every session and every link
// to choose one.
func (u *User) setPassword(hash string, db ddb.Database) {
	u.Password, u.PasswordChanged, u.PasswordMustChange, u.PasswordLink = hash, db.Now().UTC(), false, ""
	u.Epoch++
}

// SetPassword changes the password of a signed-in person and ends every session, this one too (features Z34). Errors:
// conflict.
func SetPassword(ctx context.Context, db ddb.Database, u User, hash string, current Session) error {
	_, err := Change(ctx, db, u.ID, u, func(u *User) (events.Act, error) {
		u.setPassword(hash, db)
		return events.PasswordChanged{User: u.ID, By: "profile"}, nil
	}, current.End(db)...)
	return err
}

// SignIn begins a session of a person, whose links to choose a new password end with it (RG-04). rehashed replaces the hash
// of the password where it is not empty; former is the cookie of the session that the browser had, which ends. Errors:
// conflict when the account changed meanwhile.
func SignIn(ctx context.Context, db ddb.Database, u User, s Session, rehashed string, former ddb.Item) error {
	after := u
	after.PasswordLink = ""
	if rehashed != "" {
		after.Password = rehashed
	}
	update, err := u.update(db, after)
	if err != nil {
		return err
	}
	items, err := s.Begin(db)
	if err != nil {
		return err
	}
	items = append(items, update)
	if former != nil {
		items = append(items, ddb.Write{Delete: &types.Delete{TableName: &db.Tables.Sessions, Key: former}})
	}
	err = db.Transact(ctx, items)
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return problem.New(problem.Conflict)
	}
	return err
}
