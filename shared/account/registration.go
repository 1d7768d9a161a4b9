package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// dummyUserID is that of an account that does not exist, read in place of one so that every address costs the same.
const dummyUserID = "00000000000000000000000000"

// AddressRow is the read of whose an address is (AP-62); UserOf reads the row.
func AddressRow(db ddb.Database, address Address) ddb.Get {
	return ddb.Get{Table: db.Tables.Registry, Key: ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self)}
}

// UserOf is the id in an address's row: of an account that does not exist where there is none.
func UserOf(row ddb.Item) string {
	if id := ddb.Text(row, "user"); id != "" {
		return id
	}
	return dummyUserID
}

// WithAddress returns the account of an address, without an id for none, at the same cost (AP-62, AP-60).
func WithAddress(ctx context.Context, db ddb.Database, address Address) (User, error) {
	rows, err := db.BatchGet(ctx, AddressRow(db, address))
	if err != nil {
		return User{}, err
	}
	owner, err := Get(ctx, db, UserOf(rows[0]))
	if problem.Is(err, problem.NotFound) {
		return User{}, nil
	}
	return owner, err
}

// Register is the items of a transaction that makes an unconfirmed account of u with the link to confirm it, where owner,
// who has the address, has no id; replaces an account that was never confirmed (features Z43); or tells the owner that
// there is one. A condition fails when the owner is not as given any more.
func Register(db ddb.Database, keys *LinkKeys, u User, address Address, owner User) ([]ddb.Write, error) {
	if owner.ID != "" && (owner.Status != Unconfirmed || owner.Password == "") {
		told, err := record(db, owner.ID, owner.ID, events.AddressRegisteredAgain{User: owner.ID})
		return []ddb.Write{told}, err
	}
	u.ID = db.NewID()
	recorded, link, err := mailLink(db, keys, u.ID, Confirm, func(key string) events.Act { return events.AccountRegistered{User: u.ID, LinkKey: key} })
	if err != nil {
		return nil, err
	}
	u.ConfirmLink = link.Hash
	row, err := u.Item()
	if err != nil {
		return nil, err
	}
	email := AddressRow(db, address).Key
	email["user"] = ddb.S(u.ID)
	unique := &types.Put{TableName: &db.Tables.Registry, Item: email, ConditionExpression: aws.String("attribute_not_exists(PK)")}
	items := []ddb.Write{
		{Put: unique},
		{Put: &types.Put{TableName: &db.Tables.Registry, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		link.Put(db), recorded,
	}
	if owner.ID != "" {
		unique.ConditionExpression = aws.String("#user = :before")
		unique.ExpressionAttributeNames = map[string]string{"#user": "user"}
		unique.ExpressionAttributeValues = ddb.Item{":before": ddb.S(owner.ID)}
		items = append(items, deleteUnconfirmed(db, owner.ID))
	}
	return items, nil
}

// deleteUnconfirmed is the item that removes an account unless it was confirmed meanwhile.
func deleteUnconfirmed(db ddb.Database, user string) ddb.Write {
	return ddb.Write{Delete: &types.Delete{
		TableName: &db.Tables.Registry, Key: Key(user), ConditionExpression: aws.String("#status = :unconfirmed"),
		ExpressionAttributeNames:  map[string]string{"#status": "status"},
		ExpressionAttributeValues: ddb.Item{":unconfirmed": ddb.S(string(Unconfirmed))},
	}}
}

// RequestLink is the items of a transaction that gives an account a new link of a kind, which ends the one before. act gets
// the id of the link's key. A condition fails when the account is not as given any more.
func RequestLink(db ddb.Database, keys *LinkKeys, u User, purpose Purpose, act func(key string) events.Act) ([]ddb.Write, error) {
	recorded, link, err := mailLink(db, keys, u.ID, purpose, act)
	if err != nil {
		return nil, err
	}
	after := u
	if purpose == Confirm {
		after.ConfirmLink = link.Hash
	} else {
		after.PasswordLink = link.Hash
	}
	update, err := u.update(db, after)
	return []ddb.Write{update, link.Put(db), recorded}, err
}

// mailLink makes the item of the act that a mail follows from, and the link that the mail will carry.
func mailLink(db ddb.Database, keys *LinkKeys, user string, purpose Purpose, act func(key string) events.Act) (ddb.Write, Link, error) {
	id, key := keys.Signing()
	event := events.Event{ID: db.NewID(), At: db.Now().UTC(), Actor: user, Subject: ddb.User(user), Act: act(id)}
	recorded, err := event.Put(db.Tables.Events)
	return recorded, NewLink(LinkToken(key, event.ID, purpose), user, purpose, event.At), err
}

// Confirmation is the account as it is once its link was used: confirmed, of another epoch.
func (u User) Confirmation(db ddb.Database) User {
	u.Status, u.Confirmed, u.EnrolIn = Confirmed, db.Now().UTC(), ""
	u.Epoch++
	return u
}

// ConfirmByLink completes a registration and begins a session of the account that Confirmation returns. Errors:
// link_invalid when the link was used or replaced meanwhile.
func ConfirmByLink(ctx context.Context, db ddb.Database, u User, link Link, s Session) error {
	begin, err := s.Begin(db)
	if err != nil {
		return err
	}
	return useLink(ctx, db, u, u.Confirmation(db), link, begin)
}

// ResetByLink sets a password by a link and ends every session; an unconfirmed account is confirmed by it (features Z43).
// Errors: link_invalid when the link was used or replaced meanwhile.
func ResetByLink(ctx context.Context, db ddb.Database, u User, link Link, hash string) error {
	after := u
	if u.Status == Unconfirmed {
		after = u.Confirmation(db)
	}
	after.setPassword(hash, db)
	recorded, err := record(db, u.ID, u.ID, events.PasswordChanged{User: u.ID, By: "reset"})
	if err != nil {
		return err
	}
	return useLink(ctx, db, u, after, link, []ddb.Write{recorded})
}

// useLink turns an account into another by a link, which ends with every other link of the account. The condition is that
// the link is still the live one. A mail that arrived speaks for its address, whatever came back before. Where the account
// is confirmed by it, that is part of the transaction: the appointment of the first platform administrator, or the
// organisation chosen at registration, and the act.
func useLink(ctx context.Context, db ddb.Database, u, after User, link Link, beside []ddb.Write) error {
	after.ConfirmLink, after.PasswordLink, after.EmailUndeliverable = "", "", false
	update, err := u.update(db, after)
	if err != nil {
		return err
	}
	items := append([]ddb.Write{update, link.Consume(db)}, beside...)
	if u.Status != Unconfirmed {
		return linkUsed(db.Transact(ctx, items))
	}
	confirmed, err := record(db, u.ID, u.ID, events.AccountConfirmed{User: u.ID})
	if err != nil {
		return err
	}
	items = append(items, confirmed)
	switch {
	case u.PlatformAdministrator:
		appoint, err := Appoint(db, u)
		if err != nil {
			return err
		}
		items = append(items, appoint...)
	case u.EnrolIn != "":
		join, err := organisation.Join(db, organisation.Membership{
			User: u.ID, Organisation: u.EnrolIn, Role: organisation.Developer, Name: u.Name, Since: after.Confirmed, By: u.ID,
		})
		if err != nil {
			return err
		}
		err = db.Transact(ctx, append(items, join...))
		var failed *ddb.ConditionFailed
		if !errors.As(err, &failed) || failed.Index < len(items) {
			return linkUsed(err)
		}
		// The organisation was disabled since: the account is confirmed without it.
	}
	return linkUsed(db.Transact(ctx, items))
}

func linkUsed(err error) error {
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return problem.New(problem.LinkInvalid)
	}
	return err
}

// Holder is the person whom a link's row is for, where the link is a live one of those purposes (AP-53, AP-60). Errors:
// link_invalid.
func Holder(ctx context.Context, db ddb.Database, row ddb.Item, token secret.Value, now time.Time, purposes ...Purpose) (Person, Link, error) {
	link, ok := ReadLink(row, token, now)
	if !ok {
		return Person{}, link, problem.New(problem.LinkInvalid)
	}
	person, err := GetPerson(ctx, db, link.User)
	if problem.Is(err, problem.NotFound) {
		return Person{}, link, problem.New(problem.LinkInvalid) // the account was replaced or removed
	}
	if err != nil {
		return Person{}, link, err
	}
	if !slices.Contains(purposes, link.Purpose) || !person.Good(link) {
		return Person{}, link, problem.New(problem.LinkInvalid)
	}
	return person, link, nil
}
