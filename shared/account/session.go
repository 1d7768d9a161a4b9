package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/problem"
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

// Live reports whether the session admits a person now. It compares the clock: DynamoDB deletes late (TK-04).
func (s Session) Live(u User, now time.Time) bool {
	return s.ID != "" && s.User == u.ID && s.Epoch == u.Epoch && u.Status == Confirmed && s.inTime(now)
}

func (s Session) inTime(now time.Time) bool {
	return now.Before(s.Ends()) && now.Before(s.Seen.Add(SessionIdle))
}

// Touch writes when the session was last seen, at most once a minute, and returns it as it is now. Errors:
// sign_in_required when it ended at this moment.
func (s Session) Touch(ctx context.Context, db ddb.Database, now time.Time) (Session, error) {
	if now.Sub(s.Seen) < sessionTouch {
		return s, nil
	}
	s.Seen = now.UTC()
	_, err := db.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &db.Tables.Sessions, Key: s.Key(), UpdateExpression: aws.String("SET #seen = :now"),
		ConditionExpression: aws.String("attribute_exists(PK)"), ExpressionAttributeNames: map[string]string{"#seen": "seen"},
		ExpressionAttributeValues: ddb.Item{":now": ddb.S(stamp(s.Seen))},
	}, ddb.Read)
	if _, gone := ddb.OldItem(err); gone {
		return s, problem.New(problem.SignInRequired)
	}
	return s, err
}

// stamp is a time as attributevalue stores it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

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

// listedSessions returns the keys of the sessions on a person's list (AP-52), the oldest first, and their ids. Some may be
// over.
func listedSessions(ctx context.Context, db ddb.Database, user string) (ids []string, keys []ddb.Item, err error) {
	rows, err := db.BatchGet(ctx, ddb.Get{Table: db.Tables.Sessions, Key: ddb.PartitionKey(ddb.Sessions(user))})
	if err != nil {
		return nil, nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(rows[0])) {
		if id, isEntry := strings.CutPrefix(name, listed); isEntry {
			ids = append(ids, id)
			keys = append(keys, ddb.PartitionKey(ddb.Session(ddb.Text(rows[0], name))))
		}
	}
	return ids, keys, nil
}

// LiveSessions returns a person's live sessions, the latest used first.
func LiveSessions(ctx context.Context, db ddb.Database, u User, now time.Time) ([]Session, error) {
	_, keys, err := listedSessions(ctx, db, u.ID)
	if err != nil {
		return nil, err
	}
	gets := make([]ddb.Get, 0, len(keys))
	for _, key := range keys {
		gets = append(gets, ddb.Get{Table: db.Tables.Sessions, Key: key})
	}
	var live []Session
	for some := range slices.Chunk(gets, ddb.MaxBatch) {
		rows, err := db.BatchGet(ctx, some...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			s, err := ReadSession(row)
			if err != nil {
				return nil, err
			}
			if s.Live(u, now) {
				live = append(live, s)
			}
		}
	}
	slices.SortFunc(live, func(a, b Session) int { return b.Seen.Compare(a.Seen) })
	return live, nil
}

// EndSessions ends sessions of one person, as many in one transaction as fit.
func EndSessions(ctx context.Context, db ddb.Database, sessions ...Session) error {
	for some := range slices.Chunk(sessions, MaxSessions) {
		var items []ddb.Write
		var ids []string
		for _, s := range some {
			items = append(items, s.End(db)[0])
			ids = append(ids, s.ID)
		}
		if err := db.Transact(ctx, append(items, forget(db, some[0].User, ids))); err != nil {
			return err
		}
	}
	return nil
}

// TrimSessions keeps the list of a person's sessions short: the oldest ones end when there are more than MaxSessions.
func TrimSessions(ctx context.Context, db ddb.Database, user string) error {
	ids, keys, err := listedSessions(ctx, db, user)
	if err != nil {
		return err
	}
	extra := min(len(ids)-MaxSessions, MaxSessions)
	if extra <= 0 {
		return nil
	}
	items := []ddb.Write{forget(db, user, ids[:extra])}
	for _, key := range keys[:extra] {
		items = append(items, ddb.Write{Delete: &types.Delete{TableName: &db.Tables.Sessions, Key: key}})
	}
	return db.Transact(ctx, items)
}

// forget is the update of a person's list that drops sessions by their ids.
func forget(db ddb.Database, user string, ids []string) ddb.Write {
	names := map[string]string{}
	var drop []string
	for i, id := range ids {
		name := "#s" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		names[name] = listed + id
		drop = append(drop, name)
	}
	return ddb.Write{Update: &types.Update{
		TableName: &db.Tables.Sessions, Key: ddb.PartitionKey(ddb.Sessions(user)), ExpressionAttributeNames: names,
		UpdateExpression: aws.String("REMOVE " + strings.Join(drop, ", ")),
	}}
}
