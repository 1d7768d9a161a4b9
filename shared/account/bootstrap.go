package account

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/text/unicode/norm"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// maxName bounds a person's name, in code points.
const maxName = 100

// CleanName normalises a person's name. ok is false for an empty one, one of more than 100 code points, and one with
// characters that no name has: controls, marks that turn the direction of text, invalid UTF-8.
func CleanName(typed string) (name string, ok bool) {
	if !utf8.ValidString(typed) {
		return "", false
	}
	name = norm.NFC.String(strings.Join(strings.FieldsFunc(typed, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' }), " "))
	n := utf8.RuneCountInString(name)
	return name, n >= 1 && n <= maxName && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// Invitation is what the one who bootstraps hands to the first platform administrator.
type Invitation struct {
	User string
	// Token is the link's: portal URL + Path. The mail that notify sends has the same one.
	Token secret.Value
	// Path of the page, which holds the token.
	Path    secret.Value
	Expires time.Time
}

// Attributes of the row that there is a platform administrator.
const (
	administratorAttribute = "administrator"
	pendingAttribute       = "pending"
)

// PlatformKey is the key of that row (AP-67).
func PlatformKey() map[string]types.AttributeValue { return ddb.Key(ddb.Platform, ddb.Self) }

// Bootstrap makes the account of the first platform administrator, without a password, and the link with which that
// person chooses one within 72 hours (OP-05). It works while there is no platform administrator: another call before the
// link was used takes its place. Errors: validation, conflict when there is an administrator or the address has another
// account.
func Bootstrap(ctx context.Context, db ddb.Database, keys *LinkKeys, email, name string, language Language) (Invitation, error) {
	address, ok := ParseAddress(email)
	if !ok {
		return Invitation{}, problem.Invalid("email", "This is not an e-mail address.")
	}
	if name, ok = CleanName(name); !ok {
		return Invitation{}, problem.Invalid("name", "A name has 1 to %d characters.", maxName)
	}
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: PlatformKey(), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return Invitation{}, err
	}
	before := ""
	if pending, ok := found.Item[pendingAttribute].(*types.AttributeValueMemberS); ok {
		before = pending.Value
	}

	now := db.Now().UTC()
	u := User{
		ID: db.NewID(), Name: name, Email: address.Mail, Language: language, Status: Unconfirmed, Created: now,
		Preferences: NewPreferences(false, false), PlatformAdministrator: true,
	}
	keyID, key := keys.Signing()
	event := events.Event{ID: db.NewID(), At: now, Actor: "system:bootstrap", Subject: ddb.User(u.ID), Act: events.AccountInvited{User: u.ID, LinkKey: keyID}}
	token := LinkToken(key, event.ID, Invite)
	link := NewLink(token, u.ID, Invite, now)
	u.PasswordLink = link.Hash
	items, err := bootstrapItems(db, u, before, address)
	if err != nil {
		return Invitation{}, err
	}
	put, err := event.Put(db.Tables.Events)
	if err != nil {
		return Invitation{}, err
	}
	err = db.Transact(ctx, append(items, link.Put(db), put))
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		switch failed.Index {
		case 0:
			return Invitation{}, problem.Newf(problem.Conflict, "There is a platform administrator, or somebody else is making one.")
		case 1:
			return Invitation{}, problem.Newf(problem.Conflict, "This address has an account already.")
		}
		return Invitation{}, problem.New(problem.Conflict)
	}
	return Invitation{User: u.ID, Token: token, Path: secret.Value(Invite.Path(token)), Expires: link.Expires}, err
}

// bootstrapItems mark who is to be the administrator, take the address, and replace the account of an earlier bootstrap.
func bootstrapItems(db ddb.Database, u User, before string, address Address) ([]types.TransactWriteItem, error) {
	registry := &db.Tables.Registry
	mark := &types.Update{
		TableName: registry, Key: PlatformKey(), UpdateExpression: aws.String("SET #pending = :user"),
		ConditionExpression:       aws.String("attribute_not_exists(#administrator) AND attribute_not_exists(#pending)"),
		ExpressionAttributeNames:  map[string]string{"#administrator": administratorAttribute, "#pending": pendingAttribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{":user": ddb.S(u.ID)},
	}
	email := ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self)
	email["user"] = ddb.S(u.ID)
	unique := &types.Put{TableName: registry, Item: email, ConditionExpression: aws.String("attribute_not_exists(PK)")}
	row, err := u.Item()
	if err != nil {
		return nil, err
	}
	items := []types.TransactWriteItem{
		{Update: mark}, {Put: unique},
		{Put: &types.Put{TableName: registry, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
	}
	if before == "" {
		return items, nil
	}
	mark.ConditionExpression = aws.String("attribute_not_exists(#administrator) AND #pending = :before")
	mark.ExpressionAttributeValues[":before"] = ddb.S(before)
	unique.ConditionExpression = aws.String("attribute_not_exists(PK) OR #user = :before")
	unique.ExpressionAttributeNames = map[string]string{"#user": "user"}
	unique.ExpressionAttributeValues = map[string]types.AttributeValue{":before": ddb.S(before)}
	return append(items, types.TransactWriteItem{Delete: &types.Delete{TableName: registry, Key: Key(before)}}), nil
}

// Appoint is the items of the transaction in which an invited platform administrator becomes one: the mark and the act.
// The first item's condition fails when another invitation took this one's place.
func Appoint(db ddb.Database, u User) ([]types.TransactWriteItem, error) {
	event, err := events.Event{
		ID: db.NewID(), At: db.Now().UTC(), Actor: u.ID, Subject: ddb.User(u.ID), Act: events.PlatformAdministratorAppointed{User: u.ID},
	}.Put(db.Tables.Events)
	if err != nil {
		return nil, err
	}
	return []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: &db.Tables.Registry, Key: PlatformKey(), UpdateExpression: aws.String("SET #administrator = :user REMOVE #pending"),
			ConditionExpression:       aws.String("attribute_not_exists(#administrator) AND #pending = :user"),
			ExpressionAttributeNames:  map[string]string{"#administrator": administratorAttribute, "#pending": pendingAttribute},
			ExpressionAttributeValues: map[string]types.AttributeValue{":user": ddb.S(u.ID)},
		}},
		event,
	}, nil
}
