// Package organisation is the noun of those who provide and consume APIs: what an organisation is, how one is made and
// found, who belongs to it, and the code by which one joins.
package organisation

import (
	"context"
	"errors"
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

// Organisation provides APIs, consumes them, or both.
type Organisation struct {
	// ID is a ULID.
	ID   string `dynamodbav:"id"`
	Name string `dynamodbav:"name"`
	// Open organisations can be chosen by everybody at registration; the default one is.
	Open    bool      `dynamodbav:"open"`
	Enabled bool      `dynamodbav:"enabled"`
	Created time.Time `dynamodbav:"created"`
	// Administrators counts the members with that role; it is the condition under which one may go.
	Administrators int64 `dynamodbav:"administrators"`
	// Code is the hash of the code by which one joins; empty for none.
	Code string `dynamodbav:"code,omitempty"`
}

// Default is the id of the organisation that everybody is in (guide B14). It is the same in every installation, so that
// nothing has to look it up.
const Default = "00000000000000000000000001"

// MaxName bounds a name, in characters.
const MaxName = 120

// validate normalises and checks a name.
func validate(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 2 || n > MaxName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }) {
		return "", problem.Invalid("name", "The name of an organisation has 2 to %d characters.", MaxName)
	}
	return name, nil
}

// Create makes an organisation, enabled. Errors: validation.
func Create(ctx context.Context, db ddb.Database, actor, name string, open bool) (Organisation, error) {
	name, err := validate(name)
	if err != nil {
		return Organisation{}, err
	}
	return create(ctx, db, actor, Organisation{ID: db.NewID(), Name: name, Open: open, Enabled: true})
}

// EnsureDefault returns the default organisation, made with that name when there is none yet. Errors: validation.
func EnsureDefault(ctx context.Context, db ddb.Database, actor, name string) (Organisation, error) {
	o, err := Get(ctx, db, Default)
	if !problem.Is(err, problem.NotFound) {
		return o, err
	}
	if name, err = validate(name); err != nil {
		return Organisation{}, err
	}
	o, err = create(ctx, db, actor, Organisation{ID: Default, Name: name, Open: true, Enabled: true})
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return Get(ctx, db, Default)
	}
	return o, err
}

func create(ctx context.Context, db ddb.Database, actor string, o Organisation) (Organisation, error) {
	o.Created = db.Now().UTC()
	item, err := attributevalue.MarshalMap(o)
	if err != nil {
		return Organisation{}, err
	}
	item[ddb.PK], item[ddb.SK] = ddb.S(ddb.Organisation(o.ID)), ddb.S(ddb.Self)
	item["GSI2PK"], item["GSI2SK"] = ddb.S(ddb.AllOrganisations), ddb.S(strings.ToLower(o.Name)+"#"+o.ID)
	event, err := events.Event{
		ID: db.NewID(), At: o.Created, Actor: actor, Subject: ddb.Organisation(o.ID), Consumer: o.ID,
		Act: events.OrganisationCreated{Organisation: o.ID},
	}.Put(db.Tables.Events)
	if err != nil {
		return Organisation{}, err
	}
	err = db.Transact(ctx, []types.TransactWriteItem{
		{Put: &types.Put{TableName: &db.Tables.Registry, Item: item, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		event,
	})
	return o, err
}

// Get returns an organisation (AP-06). Errors: not_found.
func Get(ctx context.Context, db ddb.Database, id string) (Organisation, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.Organisation(id), ddb.Self), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return Organisation{}, err
	}
	if found.Item == nil {
		return Organisation{}, problem.New(problem.NotFound)
	}
	var o Organisation
	return o, attributevalue.UnmarshalMap(found.Item, &o)
}

// All returns every organisation, by name (AP-07).
func All(ctx context.Context, db ddb.Database) ([]Organisation, error) {
	var all []Organisation
	for item, err := range ddb.Query(ctx, db.Client, &dynamodb.QueryInput{
		TableName: &db.Tables.Registry, IndexName: aws.String("GSI2"), KeyConditionExpression: aws.String("GSI2PK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": ddb.S(ddb.AllOrganisations)},
	}) {
		if err != nil {
			return nil, err
		}
		var o Organisation
		if err := attributevalue.UnmarshalMap(item, &o); err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// Named returns the organisation with exactly that name, making it when there is none: what declarative files do. Two
// that do so at once may make two.
func Named(ctx context.Context, db ddb.Database, actor, name string, open bool) (Organisation, error) {
	all, err := All(ctx, db)
	if err != nil {
		return Organisation{}, err
	}
	for _, o := range all {
		if o.Name == strings.TrimSpace(name) {
			return o, nil
		}
	}
	o, err := Create(ctx, db, actor, name, open)
	var refused *problem.Error
	if errors.As(err, &refused) {
		return Organisation{}, refused
	}
	return o, err
}
