package publication

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// errStale says that the API, or what was random, was taken meanwhile: the decision is made anew.
var errStale = errors.New("publication: decided on what is no longer so")

// transaction is the one that turns an API into another: each item with what it means when its condition fails.
type transaction struct {
	db    ddb.Database
	items []types.TransactWriteItem
	means []error
}

func (t *transaction) add(item types.TransactWriteItem, meaning error) {
	t.items, t.means = append(t.items, item), append(t.means, meaning)
}

const absent = "attribute_not_exists(PK)"

// put adds an item of the registry under its key.
func (t *transaction) put(pk, sk string, value any, condition string, meaning error) error {
	item, err := attributevalue.MarshalMap(value)
	if err != nil {
		return err
	}
	maps.Copy(item, ddb.Key(pk, sk))
	put := &types.Put{TableName: &t.db.Tables.Registry, Item: item}
	if condition != "" {
		put.ConditionExpression = &condition
	}
	t.add(types.TransactWriteItem{Put: put}, meaning)
	return nil
}

// failure says what a failed transaction means.
func (t *transaction) failure(err error) error {
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) && t.means[failed.Index] != nil {
		return t.means[failed.Index]
	}
	return err
}

func conflict(field, detail string) error {
	return &problem.Error{Code: problem.Conflict, Field: field, Detail: detail}
}

// write builds the transaction from before to after, with the routes of the channels that it changes, as Prepare returned
// them. It holds 20 items at most, whatever the document.
func write(db ddb.Database, before, after catalogue.Aggregate, routes map[channel.Channel]route.Route, event events.Event) (*transaction, error) {
	t := &transaction{db: db}
	if err := t.api(before, after); err != nil {
		return nil, err
	}
	if err := t.versions(before, after); err != nil {
		return nil, err
	}
	if before.ID == "" {
		t.path(after)
		t.unique(ddb.ShortID(after.ShortID), after.ID, errStale)
	}
	for _, c := range channel.All {
		if r, ok := routes[c]; ok {
			for _, item := range route.Switch(db.Tables.Routes[c], r) {
				t.add(item, nil)
			}
		}
	}
	if err := t.put(ddb.Catalogue, ddb.API(after.ID), row(after), "", nil); err != nil {
		return nil, err
	}
	t.count(db.Tables.Registry, ddb.CatalogueVersion)
	t.add(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.Organisation(after.Organisation), ddb.Self),
		ConditionExpression:       aws.String("#enabled = :true"),
		ExpressionAttributeNames:  map[string]string{"#enabled": "enabled"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":true": &types.AttributeValueMemberBOOL{Value: true}},
	}}, problem.Invalid("organisation", "There is no such organisation, or it is disabled."))
	recorded, err := event.Put(db.Tables.Events)
	if err != nil {
		return nil, err
	}
	t.add(recorded, nil)
	return t, nil
}

// api writes the API's own row, which carries the lock.
func (t *transaction) api(before, after catalogue.Aggregate) error {
	if err := t.put(ddb.API(after.ID), ddb.Self, after.API, absent, errStale); err != nil {
		return err
	}
	put := t.items[0].Put
	put.Item["GSI1PK"] = ddb.S(ddb.OrganisationAPIs(after.Organisation))
	put.Item["GSI1SK"] = ddb.S(strings.ToLower(after.Name) + "#" + after.ID)
	if before.ID != "" {
		put.ConditionExpression = aws.String("revision = :revision")
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":revision": ddb.N(before.Revision)}
	}
	return nil
}

func (t *transaction) versions(before, after catalogue.Aggregate) error {
	for _, text := range slices.Sorted(maps.Keys(after.Versions)) {
		had, known := before.Versions[text]
		if known && reflect.DeepEqual(had, after.Versions[text]) {
			continue
		}
		condition := absent
		if known {
			condition = "attribute_exists(PK)"
		}
		if err := t.put(ddb.API(after.ID), ddb.Version(text), after.Versions[text], condition, errStale); err != nil {
			return err
		}
	}
	for _, text := range slices.Sorted(maps.Keys(before.Versions)) {
		if _, kept := after.Versions[text]; !kept {
			t.add(types.TransactWriteItem{Delete: &types.Delete{
				TableName: &t.db.Tables.Registry, Key: ddb.Key(ddb.API(after.ID), ddb.Version(text)), ConditionExpression: aws.String("attribute_exists(PK)"),
			}}, errStale)
		}
	}
	return nil
}

// belowAttribute counts the base paths below a path.
const belowAttribute = "below"

// path takes the base path, and marks the paths above it: none of them can be taken any more, and none is (AP-03).
func (t *transaction) path(a catalogue.Aggregate) {
	t.unique(ddb.Path(a.BasePath), a.ID, conflict("basePath", "The base path "+a.BasePath+" is taken, or other APIs lie below it."))
	for _, above := range ancestors(a.BasePath) {
		t.add(types.TransactWriteItem{Update: &types.Update{
			TableName: &t.db.Tables.Registry, Key: ddb.Key(ddb.Path(above), ddb.Self),
			UpdateExpression: aws.String("ADD #below :one"), ConditionExpression: aws.String("attribute_not_exists(#api)"),
			ExpressionAttributeNames:  map[string]string{"#below": belowAttribute, "#api": catalogue.APIAttribute},
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": ddb.N(1)},
		}}, conflict("basePath", "The base path lies below "+above+", which is another API's."))
	}
}

// unique takes a key for the API, which nobody may have.
func (t *transaction) unique(pk, api string, meaning error) {
	item := ddb.Key(pk, ddb.Self)
	item[catalogue.APIAttribute] = ddb.S(api)
	t.add(types.TransactWriteItem{Put: &types.Put{TableName: &t.db.Tables.Registry, Item: item, ConditionExpression: aws.String(absent)}}, meaning)
}

// count adds one to the version that lies under a partition's own key.
func (t *transaction) count(table, pk string) {
	t.add(types.TransactWriteItem{Update: &types.Update{
		TableName: &table, Key: ddb.Key(pk, ddb.Self), UpdateExpression: aws.String("ADD #version :one"),
		ExpressionAttributeNames:  map[string]string{"#version": "version"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": ddb.N(1)},
	}}, nil)
}

// Sizes of what a row takes from documents, so that a row stays below 900 bytes.
const (
	maxRowDescriptionBytes = 200
	maxRowTags             = 5
	maxRowTagBytes         = 24
)

// row is the catalogue's view of an API: the words of the channel that people meet last count.
func row(a catalogue.Aggregate) catalogue.Row {
	r := catalogue.Row{
		API: a.ID, Name: a.Name, BasePath: a.BasePath, Organisation: a.Organisation, Visibility: a.Visibility,
		Channels: make(map[channel.Channel]catalogue.RowChannel, len(a.Channels)),
	}
	for _, c := range channel.All {
		state, ok := a.Channels[c]
		if !ok {
			continue
		}
		r.Channels[c] = catalogue.RowChannel{Version: state.Settings.Version, State: state.State, ApprovalNeeded: state.Settings.ApprovalNeeded}
		v := a.Versions[state.Settings.Version]
		r.Description = cut(strings.Join(strings.Fields(cut(v.Description, 4*maxRowDescriptionBytes)), " "), maxRowDescriptionBytes)
		r.Tags = nil
		for _, tag := range v.Tags[:min(len(v.Tags), maxRowTags)] {
			r.Tags = append(r.Tags, cut(tag, maxRowTagBytes))
		}
	}
	return r
}
