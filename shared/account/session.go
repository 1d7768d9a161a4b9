package account

import (
	"crypto/rand"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/secret"
)

const (
	// SessionIdle ends a session that nobody used, SessionLifetime any (PS-05).
	SessionIdle     = 30 * time.Minute
	SessionLifetime = 8 * time.Hour
	// sessionTouch is how old Seen may become before it is written again: a session's end is early by that at most, and a
	// page of many calls writes once.
	sessionTouch = time.Minute
	// MaxSessions of a person; the oldest makes room.
	MaxSessions = 50
)

// Session is a person being signed in, in one browser. The cookie's value is random; what is stored is its hash (TK-03).
type Session struct {
	// ID names the session in lists; it opens nothing.
	ID   string `dynamodbav:"id"`
	User string `dynamodbav:"user"`
	// Epoch is the account's when the session began; a session of another epoch is dead.
	Epoch   int64     `dynamodbav:"epoch"`
	Created time.Time `dynamodbav:"created"`
	Seen    time.Time `dynamodbav:"seen"`
	// Browser and System are families that the browser names itself; Address is the network's, its last part left out.
	Browser string `dynamodbav:"browser,omitempty"`
	System  string `dynamodbav:"system,omitempty"`
	Address string `dynamodbav:"address"`

	hash string
}

// NewSession begins a session and returns the cookie's value: 256 bits.
func NewSession(u User, id string, now time.Time) (Session, secret.Value) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	value := secret.Value(base64.RawURLEncoding.EncodeToString(raw[:]))
	now = now.UTC()
	return Session{ID: id, User: u.ID, Epoch: u.Epoch, Created: now, Seen: now, hash: Hash(value)}, value
}

// Ends is when the session ends in any case.
func (s Session) Ends() time.Time { return s.Created.Add(SessionLifetime) }

// Live tells whether the session admits a person now. It compares the clock: DynamoDB deletes late (TK-04).
func (s Session) Live(u User, now time.Time) bool {
	return s.ID != "" && s.User == u.ID && s.Epoch == u.Epoch && u.Status == Confirmed && s.inTime(now)
}

func (s Session) inTime(now time.Time) bool {
	return now.Before(s.Ends()) && now.Before(s.Seen.Add(SessionIdle))
}

// Stale tells that the time at which the session was last seen should be written again.
func (s Session) Stale(now time.Time) bool { return now.Sub(s.Seen) >= sessionTouch }

// SessionKey is the key of the session that a cookie's value opens (AP-51).
func SessionKey(cookie secret.Value) map[string]types.AttributeValue {
	return ddb.PartitionKey(ddb.Session(Hash(cookie)))
}

// ReadSession returns a session from its item; the zero value, which is not live, from none.
func ReadSession(item map[string]types.AttributeValue) (Session, error) {
	var s Session
	if err := attributevalue.UnmarshalMap(item, &s); err != nil {
		return Session{}, err
	}
	if pk, ok := item[ddb.PK].(*types.AttributeValueMemberS); ok {
		s.hash = strings.TrimPrefix(pk.Value, ddb.Session(""))
	}
	return s, nil
}

// Begin is the items of a transaction that stores the session and puts it on the person's list.
func (s Session) Begin(db ddb.Database) ([]types.TransactWriteItem, error) {
	item, err := attributevalue.MarshalMap(s)
	if err != nil {
		return nil, err
	}
	ends := ddb.N(s.Ends().Unix())
	item[ddb.PK], item[ddb.TTL] = ddb.S(ddb.Session(s.hash)), ends
	return []types.TransactWriteItem{
		{Put: &types.Put{TableName: &db.Tables.Sessions, Item: item, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		{Update: &types.Update{
			TableName: &db.Tables.Sessions, Key: ddb.PartitionKey(ddb.Sessions(s.User)), UpdateExpression: aws.String("SET #entry = :hash, #ttl = :ends"),
			ExpressionAttributeNames:  map[string]string{"#entry": listed + s.ID, "#ttl": ddb.TTL},
			ExpressionAttributeValues: map[string]types.AttributeValue{":hash": ddb.S(s.hash), ":ends": ends},
		}},
	}, nil
}

// End is the items of a transaction that ends the session; nothing happens when it is over already.
func (s Session) End(db ddb.Database) []types.TransactWriteItem {
	return []types.TransactWriteItem{
		{Delete: &types.Delete{TableName: &db.Tables.Sessions, Key: ddb.PartitionKey(ddb.Session(s.hash))}},
		{Update: &types.Update{
			TableName: &db.Tables.Sessions, Key: ddb.PartitionKey(ddb.Sessions(s.User)), UpdateExpression: aws.String("REMOVE #entry"),
			ExpressionAttributeNames: map[string]string{"#entry": listed + s.ID},
		}},
	}
}

// Key of the session's item.
func (s Session) Key() map[string]types.AttributeValue { return ddb.PartitionKey(ddb.Session(s.hash)) }

// listed prefixes the ids of sessions among the attributes of a person's list.
const listed = "s:"

// ListedSessions returns the keys of the sessions on a person's list (AP-52), the oldest first, and their ids. Some may be
// over.
func ListedSessions(item map[string]types.AttributeValue) (ids []string, keys []map[string]types.AttributeValue) {
	for _, name := range slices.Sorted(maps.Keys(item)) {
		id, isEntry := strings.CutPrefix(name, listed)
		hash, isText := item[name].(*types.AttributeValueMemberS)
		if isEntry && isText {
			ids = append(ids, id)
			keys = append(keys, ddb.PartitionKey(ddb.Session(hash.Value)))
		}
	}
	return ids, keys
}

// Forget is the update of a person's list that drops sessions by their ids.
func Forget(db ddb.Database, user string, ids []string) *types.Update {
	names := map[string]string{}
	var drop []string
	for i, id := range ids {
		name := "#s" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		names[name] = listed + id
		drop = append(drop, name)
	}
	return &types.Update{
		TableName: &db.Tables.Sessions, Key: ddb.PartitionKey(ddb.Sessions(user)), ExpressionAttributeNames: names,
		UpdateExpression: aws.String("REMOVE " + strings.Join(drop, ", ")),
	}
}
