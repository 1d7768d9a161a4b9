package application

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
)

// Aggregate is an application with all that it has.
type Aggregate struct {
	Application
	// Credentials by id, Subscriptions by the API's ULID.
	Credentials   map[string]Credential
	Subscriptions map[string]Subscription
}

// Load reads an application whole (AP-08). Errors: not_found.
func Load(ctx context.Context, db ddb.Database, id string) (Aggregate, error) {
	a := Aggregate{Credentials: map[string]Credential{}, Subscriptions: map[string]Subscription{}}
	for item, err := range ddb.Query(ctx, db.Client, ddb.Partition(db.Tables.Registry, ddb.Application(id), "")) {
		if err == nil {
			err = a.read(item)
		}
		if err != nil {
			return Aggregate{}, fmt.Errorf("application %s: %w", id, err)
		}
	}
	if a.ID == "" {
		return Aggregate{}, problem.New(problem.NotFound)
	}
	return a, nil
}

func (a *Aggregate) read(item map[string]types.AttributeValue) error {
	sk, ok := item[ddb.SK].(*types.AttributeValueMemberS)
	if !ok {
		return errors.New("a row without a sort key")
	}
	switch {
	case sk.Value == ddb.Self:
		return attributevalue.UnmarshalMap(item, &a.Application)
	case strings.HasPrefix(sk.Value, ddb.Credential("")):
		var c Credential
		if err := attributevalue.UnmarshalMap(item, &c); err != nil {
			return err
		}
		a.Credentials[c.ID] = c
	case strings.HasPrefix(sk.Value, ddb.Subscription("")):
		var s Subscription
		if err := attributevalue.UnmarshalMap(item, &s); err != nil {
			return err
		}
		a.Subscriptions[s.API] = s
	}
	return nil // rows of other nouns (requests, locks) lie under the same partition
}

// clone copies what a change may touch.
func (a Aggregate) clone() Aggregate {
	a.Credentials, a.Subscriptions = maps.Clone(a.Credentials), maps.Clone(a.Subscriptions)
	return a
}

// maxGrantItems bounds the grants items of an application: clients, parts of a split limit, quotas of subscriptions. An act
// that stops the application writes all of them in one transaction, beside its own row and the event.
const maxGrantItems = 90

// maxRevisions bounds how often a change is decided again because another one came first.
const maxRevisions = 5

// change reads an application, lets decide change it, and writes what differs with the one event that decide returns, and
// the items beside it. It decides again when another change came first. A nil act means that there is nothing to do.
func change(ctx context.Context, db ddb.Database, actor, id string, decide func(*Aggregate) (events.Act, error), beside ...ddb.Write) (Aggregate, error) {
	for range maxRevisions {
		before, err := Load(ctx, db, id)
		if err != nil {
			return Aggregate{}, err
		}
		after := before.clone()
		act, err := decide(&after)
		if err != nil {
			return Aggregate{}, err
		}
		if act == nil {
			return before, nil
		}
		after.Revision++
		used, err := carryUsage(ctx, db, before, after)
		if err != nil {
			return Aggregate{}, err
		}
		items, err := writes(db, before, after, used)
		if err != nil {
			return Aggregate{}, err
		}
		items, err = appendEvent(db, items, actor, after, act)
		if err != nil {
			return Aggregate{}, err
		}
		err = db.Transact(ctx, append(items, beside...))
		var failed *ddb.ConditionFailed
		switch {
		case !errors.As(err, &failed):
			return after, err
		case failed.Index >= len(items):
			return Aggregate{}, problem.New(problem.Conflict)
		}
	}
	return Aggregate{}, problem.New(problem.Conflict)
}

func appendEvent(db ddb.Database, items []types.TransactWriteItem, actor string, a Aggregate, act events.Act) ([]types.TransactWriteItem, error) {
	event, err := events.Event{
		ID: db.NewID(), At: db.Now().UTC(), Actor: actor, Subject: ddb.Application(a.ID), Consumer: a.Organisation, Act: act,
	}.Put(db.Tables.Events)
	return append(items, event), err
}

// writes returns the items of the transaction that turns before into after: registry rows, then grants. The application's
// own row comes first and carries the lock. A zero before creates. used is added to the counters of the grants.
func writes(db ddb.Database, before, after Aggregate, used additions) ([]types.TransactWriteItem, error) {
	old, err := rows(before)
	if err != nil {
		return nil, err
	}
	wanted, err := rows(after)
	if err != nil {
		return nil, err
	}
	var items []types.TransactWriteItem
	for _, sk := range slices.Sorted(maps.Keys(wanted)) {
		if reflect.DeepEqual(old[sk], wanted[sk]) {
			continue
		}
		put := &types.Put{TableName: &db.Tables.Registry, Item: wanted[sk]}
		switch {
		case old[sk] == nil:
			put.ConditionExpression = aws.String("attribute_not_exists(PK)")
		case sk == ddb.Self:
			put.ConditionExpression = aws.String("revision = :revision")
			put.ExpressionAttributeValues = map[string]types.AttributeValue{":revision": ddb.N(before.Revision)}
		default:
			put.ConditionExpression = aws.String("attribute_exists(PK)")
		}
		items = append(items, types.TransactWriteItem{Put: put})
	}
	for _, sk := range slices.Sorted(maps.Keys(old)) {
		if wanted[sk] == nil {
			items = append(items, types.TransactWriteItem{Delete: &types.Delete{
				TableName: &db.Tables.Registry, Key: ddb.Key(ddb.Application(after.ID), sk), ConditionExpression: aws.String("attribute_exists(PK)"),
			}})
		}
	}
	if now, then := len(project(after)), len(project(before)); now > maxGrantItems && now > then {
		return nil, problem.Newf(problem.Conflict, "The application would take %d quota and client items; at most %d are possible. Each OAuth client takes one, each limit one for every %d calls a second.",
			now, maxGrantItems, quota.MaxPerItem)
	}
	return append(items, grantWrites(db.Tables.Grants[after.Channel], before, after, used)...), nil
}

// rows are the registry rows of an application by sort key.
func rows(a Aggregate) (map[string]map[string]types.AttributeValue, error) {
	all := map[string]map[string]types.AttributeValue{}
	if a.ID == "" {
		return all, nil
	}
	add := func(sk string, value any, indexPK, indexSK string) error {
		item, err := attributevalue.MarshalMap(value)
		if err != nil {
			return err
		}
		item[ddb.PK], item[ddb.SK] = ddb.S(ddb.Application(a.ID)), ddb.S(sk)
		if indexPK != "" {
			item["GSI1PK"], item["GSI1SK"] = ddb.S(indexPK), ddb.S(indexSK)
		}
		all[sk] = item
		return nil
	}
	err := add(ddb.Self, a.Application, ddb.OrganisationApplications(a.Organisation), fold(a.Name)+"#"+a.ID)
	for _, c := range a.Credentials {
		err = errors.Join(err, add(ddb.Credential(c.ID), c, "", ""))
	}
	for _, s := range a.Subscriptions {
		err = errors.Join(err, add(ddb.Subscription(s.API), s, ddb.APISubscriptions(s.API), ddb.APISubscription(a.Organisation, a.ID)))
	}
	return all, err
}

func decimal(n uint16) string { return strconv.FormatUint(uint64(n), 10) }
