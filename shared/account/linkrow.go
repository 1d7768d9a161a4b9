package account

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/secret"
)

// Link is what is stored of a link in a mail: whom it is for. It is good while it is in time and the account names it as
// the one live link of its kind, so a newer one, a new password or a sign-in ends it by changing the account alone.
type Link struct {
	User    string
	Purpose Purpose
	Expires time.Time
	// Hash of the token.
	Hash string
}

// Attributes of a link's item.
const (
	linkUser    = "user"
	linkPurpose = "purpose"
)

// NewLink returns a link that begins now.
func NewLink(token secret.Value, user string, purpose Purpose, now time.Time) Link {
	return Link{User: user, Purpose: purpose, Expires: now.Add(purpose.Lifetime()).UTC().Truncate(time.Second), Hash: Hash(token)}
}

// Put is the item of a transaction that stores the link (AP-53).
func (l Link) Put(db ddb.Database) types.TransactWriteItem {
	item := ddb.PartitionKey(ddb.Link(l.Hash))
	item[linkUser], item[linkPurpose], item[ddb.TTL] = ddb.S(l.User), ddb.S(string(l.Purpose)), ddb.N(l.Expires.Unix())
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &db.Tables.Sessions, Item: item, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}
}

// LinkKey is the key of the link with that token.
func LinkKey(token secret.Value) map[string]types.AttributeValue {
	return ddb.PartitionKey(ddb.Link(Hash(token)))
}

// ReadLink returns a link from its item. ok is false for none and for one that is over (TK-04).
func ReadLink(item map[string]types.AttributeValue, token secret.Value, now time.Time) (l Link, ok bool) {
	user, ok1 := item[linkUser].(*types.AttributeValueMemberS)
	purpose, ok2 := item[linkPurpose].(*types.AttributeValueMemberS)
	ttl, ok3 := item[ddb.TTL].(*types.AttributeValueMemberN)
	if !ok1 || !ok2 || !ok3 {
		return Link{}, false
	}
	seconds, err := strconv.ParseInt(ttl.Value, 10, 64)
	if err != nil {
		return Link{}, false
	}
	l = Link{User: user.Value, Purpose: Purpose(purpose.Value), Expires: time.Unix(seconds, 0).UTC(), Hash: Hash(token)}
	return l, now.Before(l.Expires)
}

// attribute of the account that names the live link of this kind.
func (p Purpose) attribute() string {
	if p == Confirm {
		return "confirmLink"
	}
	return "passwordLink"
}

// Good reports whether the account names this link as its live one.
func (u User) Good(l Link) bool {
	live := u.PasswordLink
	if l.Purpose == Confirm {
		live = u.ConfirmLink
	}
	return l.Hash != "" && live == l.Hash && u.ID == l.User
}

// Consume is the item of the transaction that the link is for. What makes it single use is the condition on the account.
func (l Link) Consume(db ddb.Database) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: &db.Tables.Sessions, Key: ddb.PartitionKey(ddb.Link(l.Hash))}}
}
