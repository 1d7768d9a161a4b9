package ddb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/amazon"
	"guichet/shared/channel"
)

// Tables are the deployed names of the tables.
type Tables struct {
	Registry, Events, Sessions string
	// Grants and Routes have one table per channel.
	Grants, Routes map[channel.Channel]string
}

// Database is what the domain's nouns read and write.
type Database struct {
	Client *dynamodb.Client
	Tables Tables
	// Now and NewID are the handler's clock and its maker of ULIDs.
	Now   func() time.Time
	NewID func() string
}

// Open returns a database with a clock and a maker of ids.
func Open(env amazon.Environment, tables Tables, now func() time.Time, newID func() string) Database {
	return Database{Client: New(env), Tables: tables, Now: now, NewID: newID}
}

// Channels is a table that exists once per channel.
func Channels(sandbox, production string) map[channel.Channel]string {
	return map[channel.Channel]string{channel.Sandbox: sandbox, channel.Production: production}
}

// maxConflicts bounds how often a transaction that met another write on one of its items is sent again. A busy
// application's item is written at every call, so a few conflicts are expected.
const maxConflicts = 12

// MaxTransaction is the number of items that one transaction may hold (DynamoDB's limit).
const MaxTransaction = 100

// ConditionFailed says that a transaction was not written because the condition of one of its items did not hold.
type ConditionFailed struct {
	// Index of the item within the transaction.
	Index int
	// Old is the item as it was, when the write asked for it.
	Old map[string]types.AttributeValue
}

func (e *ConditionFailed) Error() string {
	return fmt.Sprintf("ddb: the condition of item %d of the transaction does not hold", e.Index)
}

// Transact writes all items or none. Conflicts with other writes are known unwritten and tried again with growing pauses;
// a lost answer is tried again under the same token, which DynamoDB honours for ten minutes. Errors: *ConditionFailed for
// the first item whose condition failed, anything else is unexpected.
func (d Database) Transact(ctx context.Context, items []types.TransactWriteItem) error {
	if len(items) > MaxTransaction {
		return fmt.Errorf("ddb: a transaction of %d items; %d are possible", len(items), MaxTransaction)
	}
	pause := 10 * time.Millisecond
	for attempt := 0; ; attempt++ {
		_, err := d.Client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items}, Read)
		var canceled *types.TransactionCanceledException
		if !errors.As(err, &canceled) {
			return err
		}
		conflict := false
		for i, reason := range canceled.CancellationReasons {
			switch code := *reason.Code; code {
			case "None":
			case "ConditionalCheckFailed":
				return &ConditionFailed{Index: i, Old: reason.Item}
			case "TransactionConflict":
				conflict = true
			default:
				return fmt.Errorf("ddb: item %d of the transaction: %s: %w", i, code, err)
			}
		}
		if !conflict || attempt == maxConflicts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // spreads load, guards nothing
		}
		pause = min(2*pause, 300*time.Millisecond)
	}
}
