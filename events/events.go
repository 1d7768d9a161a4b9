// Package events is what functions tell each other: an act is written in the transaction that performs it, into a table
// that is outbox and audit trail in one. Readers (mails, webhooks, notification centre) follow its stream; no handler
// sends or logs an act itself.
//
// An event holds ids and the names of changed fields, never personal values nor free text (features Z35), and is never
// changed but for the marker of work that is still to be done.
package events

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"guichet/shared/ddb"
)

// NewID returns a random ULID, the form of the ids of acts and entities.
func NewID() string { return ulid.Make().String() }

// Event is one act with its circumstances.
type Event struct {
	// ID is a ULID: unique, and ordered by time.
	ID string
	At time.Time
	// Actor is the id of the person who acted, or "system:<function>" for what time or a stream caused.
	Actor string
	// Subject is the registry partition of the entity that changed.
	Subject string
	// Provider and Consumer are the organisations concerned; either may be empty.
	Provider, Consumer string
	// Act is what happened: one of the types of acts.go, as a value.
	Act Act
}

// Act is one kind of thing that happens. Its name is stored, so it is never changed.
type Act interface{ name() string }

// Attributes of a stored event.
const (
	typeAttribute  = "type"
	dataAttribute  = "data"
	atAttribute    = "at"
	actorAttribute = "actor"
	// DueAttribute marks an act whose readers have not finished; its reader removes it.
	DueAttribute = "due"
)

// Prefix of the sort key of acts; rows of deliveries have another.
const Prefix = "E#"

// Put is the item of a transaction that records the event. It is due until its readers are done.
func (e Event) Put(table string) (types.TransactWriteItem, error) {
	data, err := json.Marshal(e.Act)
	if err != nil {
		return types.TransactWriteItem{}, fmt.Errorf("events: %s: %w", e.Act.name(), err)
	}
	due := e.At.UTC().Format(time.RFC3339Nano)
	item := ddb.Key(e.Subject, Prefix+e.ID)
	item["id"] = ddb.S(e.ID)
	item[typeAttribute] = ddb.S(e.Act.name())
	item[dataAttribute] = ddb.S(string(data))
	item[atAttribute] = ddb.S(due)
	item[actorAttribute] = ddb.S(e.Actor)
	item["GSI3PK"], item["GSI3SK"] = ddb.S(e.Actor), ddb.S(e.ID)
	item[DueAttribute] = ddb.S(due)
	item["DuePK"], item["DueSK"] = ddb.S(ddb.DueActs), ddb.S(due+"#"+e.ID)
	if e.Provider != "" {
		item["GSI1PK"], item["GSI1SK"] = ddb.S(e.Provider), ddb.S(e.ID)
	}
	if e.Consumer != "" {
		item["GSI2PK"], item["GSI2SK"] = ddb.S(e.Consumer), ddb.S(e.ID)
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: item, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}, nil
}

// ErrUnknown is Parse's error for an act of a type that this version does not know.
var ErrUnknown = errors.New("unknown act")

// Parse reads a stored event. An act of a type that this version does not know is ErrUnknown: its record must wait for a
// version that does. The event's circumstances are there all the same.
func Parse(item map[string]types.AttributeValue) (Event, error) {
	text := func(name string) string {
		if s, ok := item[name].(*types.AttributeValueMemberS); ok {
			return s.Value
		}
		return ""
	}
	e := Event{ID: text("id"), Actor: text(actorAttribute), Subject: text(ddb.PK), Provider: text("GSI1PK"), Consumer: text("GSI2PK")}
	at, err := time.Parse(time.RFC3339Nano, text(atAttribute))
	if err != nil {
		return Event{}, fmt.Errorf("events: %s: %w", e.ID, err)
	}
	e.At = at
	kind, ok := kinds[text(typeAttribute)]
	if !ok {
		return e, fmt.Errorf("events: %s: %w %q", e.ID, ErrUnknown, text(typeAttribute))
	}
	act := reflect.New(kind)
	if err := json.Unmarshal([]byte(text(dataAttribute)), act.Interface()); err != nil {
		return Event{}, fmt.Errorf("events: %s: %w", e.ID, err)
	}
	e.Act = act.Elem().Interface().(Act)
	return e, nil
}
