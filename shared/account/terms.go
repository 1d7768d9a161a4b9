package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// Terms of the portal, without their text.
type Terms struct {
	Version string `dynamodbav:"version"`
	// Hash covers both texts: who accepted it accepted them (C5).
	Hash      string    `dynamodbav:"hash"`
	Published time.Time `dynamodbav:"published"`
}

// TermsText is the text of terms, in Markdown.
type TermsText struct {
	French  string `dynamodbav:"fr"`
	English string `dynamodbav:"en"`
}

// Hash of the texts, in hexadecimal.
func (t TermsText) Hash() string {
	sum := sha256.Sum256([]byte(strconv.Itoa(len(t.French)) + "\n" + t.French + t.English))
	return hex.EncodeToString(sum[:])
}

// maxTerms bounds a text, in bytes: both fit into one item.
const maxTerms = 150_000

// PublishTerms makes a text the current terms of the portal, from now on: everybody is asked again. The current text again
// changes nothing. Errors: validation, conflict when other terms were published at the same moment.
func PublishTerms(ctx context.Context, db ddb.Database, actor, version string, text TermsText) (Terms, error) {
	for field, value := range map[string]string{"fr": text.French, "en": text.English} {
		if strings.TrimSpace(value) == "" || len(value) > maxTerms || !utf8.ValidString(value) {
			return Terms{}, problem.Invalid(field, "The terms have 1 to %d bytes of UTF-8 in each language.", maxTerms)
		}
	}
	if version = strings.TrimSpace(version); version == "" || len(version) > 40 {
		return Terms{}, problem.Invalid("version", "A version has 1 to 40 characters.")
	}
	current, err := CurrentTerms(ctx, db)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return Terms{}, err
	}
	published := Terms{Version: version, Hash: text.Hash(), Published: db.Now().UTC()}
	if current.Hash == published.Hash {
		return current, nil
	}
	head, err := attributevalue.MarshalMap(published)
	if err != nil {
		return Terms{}, err
	}
	head[ddb.PK], head[ddb.SK] = ddb.S(ddb.PortalTerms), ddb.S(ddb.Self)
	body, err := attributevalue.MarshalMap(text)
	if err != nil {
		return Terms{}, err
	}
	body[ddb.PK], body[ddb.SK] = ddb.S(ddb.PortalTerms), ddb.S(ddb.TermsText(published.Hash))
	event, err := events.Event{
		ID: db.NewID(), At: published.Published, Actor: actor, Subject: ddb.PortalTerms,
		Act: events.TermsPublished{Version: published.Version, Hash: published.Hash},
	}.Put(db.Tables.Events)
	if err != nil {
		return Terms{}, err
	}
	put := &types.Put{TableName: &db.Tables.Registry, Item: head, ConditionExpression: aws.String("attribute_not_exists(PK)")}
	if current.Hash != "" {
		put.ConditionExpression, put.ExpressionAttributeNames = aws.String("#hash = :current"), map[string]string{"#hash": "hash"}
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":current": ddb.S(current.Hash)}
	}
	err = db.Transact(ctx, []types.TransactWriteItem{
		{Put: put},
		{Put: &types.Put{TableName: &db.Tables.Registry, Item: body}}, // an older text that comes back is the same
		event,
	})
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return Terms{}, problem.New(problem.Conflict)
	}
	return published, err
}

// CurrentTerms returns the terms that count now (AP-65). Errors: not_found when none were ever published.
func CurrentTerms(ctx context.Context, db ddb.Database) (Terms, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: TermsKey(), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return Terms{}, err
	}
	if found.Item == nil {
		return Terms{}, problem.New(problem.NotFound)
	}
	return ReadTerms(found.Item)
}

// TermsKey is the key of the current terms, for reads that bring them along.
func TermsKey() map[string]types.AttributeValue { return ddb.Key(ddb.PortalTerms, ddb.Self) }

// ReadTerms returns terms from their row; the zero value from none.
func ReadTerms(item map[string]types.AttributeValue) (Terms, error) {
	var t Terms
	return t, attributevalue.UnmarshalMap(item, &t)
}

// Text returns the text of terms (AP-65).
func (t Terms) Text(ctx context.Context, db ddb.Database) (TermsText, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.PortalTerms, ddb.TermsText(t.Hash)),
	}, ddb.Read)
	if err != nil {
		return TermsText{}, err
	}
	if found.Item == nil {
		return TermsText{}, errors.New("account: the current terms have no text")
	}
	var text TermsText
	return text, attributevalue.UnmarshalMap(found.Item, &text)
}

// Accepted reports whether the person accepted these terms. Nobody accepted terms that do not exist.
func (u User) Accepted(t Terms) bool {
	return u.Terms != nil && t.Hash != "" && u.Terms.Hash == t.Hash
}

// AcceptTerms records that a person accepts the current terms: version, hash and time (guide C4, C5). Errors:
// terms_outdated when other ones were published meanwhile, conflict when the account changed.
func AcceptTerms(ctx context.Context, db ddb.Database, u User, t Terms) error {
	after := u
	after.Terms = &Acceptance{Version: t.Version, Hash: t.Hash, At: db.Now().UTC()}
	update, err := u.update(db, after)
	if err != nil {
		return err
	}
	history, err := attributevalue.MarshalMap(after.Terms)
	if err != nil {
		return err
	}
	history[ddb.PK], history[ddb.SK] = ddb.S(ddb.User(u.ID)), ddb.S(ddb.AcceptedTerms(t.Hash))
	recorded, err := record(db, u.ID, u.ID, events.TermsAccepted{User: u.ID, Version: t.Version, Hash: t.Hash})
	if err != nil {
		return err
	}
	err = db.Transact(ctx, []ddb.Write{
		{ConditionCheck: &types.ConditionCheck{
			TableName: &db.Tables.Registry, Key: TermsKey(), ConditionExpression: aws.String("#hash = :hash"),
			ExpressionAttributeNames: map[string]string{"#hash": "hash"}, ExpressionAttributeValues: ddb.Item{":hash": ddb.S(t.Hash)},
		}},
		update,
		{Put: &types.Put{TableName: &db.Tables.Registry, Item: history}},
		recorded,
	})
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		if failed.Index == 0 {
			return problem.New(problem.TermsOutdated)
		}
		return problem.New(problem.Conflict)
	}
	return err
}
