package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/shared/ddb"
)

// record is one of a stream, as Lambda gives it.
func record(n int, image string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"eventID":"e%d","eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1.7e9,"Keys":{"PK":{"S":"P%d"}},"NewImage":%s,"SequenceNumber":"%d"}}`, n, n, image, 1000+n))
}

func batch(t *testing.T, records ...json.RawMessage) json.RawMessage {
	t.Helper()
	payload, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// quarantined returns what lies in the quarantine of a reader.
func quarantined(t *testing.T, db ddb.Database, reader string) []map[string]types.AttributeValue {
	t.Helper()
	found, err := db.Client.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &db.Tables.Events, KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": ddb.S(ddb.Quarantine(reader))},
	})
	if err != nil {
		t.Fatal(err)
	}
	return found.Items
}

func TestF16APoisonRecordIsQuarantinedWithItsPayloadAndBlocksNothing(t *testing.T) {
	t.Parallel()
	db := localtest.Tables(t).Database(nil)
	noise := make([]byte, 600<<10) // does not shrink: two parts
	for i := range noise {
		noise[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[rand.IntN(64)]
	}
	poison := map[int]json.RawMessage{
		100: record(100, `{"type":{"S":"panics"}}`),
		200: record(200, `{"type":{"X":"of no known kind"}}`),
		300: json.RawMessage(`{"eventID":"e300","dynamodb":{"SequenceNumber":"1300","Keys":"none"}}`),
		400: record(400, `{"type":{"S":"refused"},"big":{"S":"`+string(noise)+`"}}`),
		500: record(500, `{"type":{"S":"`+strings.Repeat(`\ud800`, 3)+`"},"wrong":{"S":1}}`),
	}
	var records []json.RawMessage
	for n := range 1000 {
		if raw, ok := poison[n]; ok {
			records = append(records, raw)
		} else {
			records = append(records, record(n, `{"type":{"S":"good"}}`))
		}
	}
	mended, handled := false, map[string]int{}
	reader := events.Reader{Name: "test", DB: db, Handle: func(_ context.Context, r events.Record) error {
		kind, _ := r.New["type"].(*types.AttributeValueMemberS)
		switch {
		case mended || kind.Value == "good":
			handled[r.ID]++
			return nil
		case kind.Value == "panics":
			panic("an index out of range")
		}
		return errors.New("never seen before")
	}}
	began := time.Now()
	for range 2 { // a stream brings a batch again
		for start := 0; start < len(records); start += 100 {
			response, err := reader.Batch(t.Context(), batch(t, records[start:start+100]...))
			if err != nil || len(response.Failures) != 0 {
				t.Fatalf("F16 the batch is blocked: %v %v", response, err)
			}
		}
	}
	if took := time.Since(began); len(handled) != 995 || took > 30*time.Second {
		t.Errorf("F16 %d records were handled in %s", len(handled), took)
	}
	if rows := quarantined(t, db, "test"); len(rows) != 6 {
		t.Errorf("F16 the quarantine has %d rows, want one for each poison record and two for the large one", len(rows))
	}
	for _, row := range quarantined(t, db, "test") {
		ttl, _ := row[ddb.TTL].(*types.AttributeValueMemberN)
		if at, err := strconv.ParseInt(ttl.Value, 10, 64); err != nil || time.Until(time.Unix(at, 0)) > 23*24*time.Hour {
			t.Errorf("OP-07 an image of a person's row stays in quarantine until %s", ttl.Value)
		}
	}
	mended = true
	clear(handled)
	redriven, err := reader.Redrive(t.Context())
	if err != nil || redriven.Done != 2 || redriven.Left != 3 {
		t.Errorf("F16 after the fix: %+v, %v", redriven, err)
	}
	if handled["e100"] != 1 || handled["e400"] != 1 || len(handled) != 2 {
		t.Errorf("F16 after the fix handled %v", handled)
	}
	if redriven, err = reader.Redrive(t.Context()); err != nil || redriven.Done != 0 || redriven.Left != 3 {
		t.Errorf("F16 a second redrive: %+v, %v", redriven, err)
	}
}

func TestARecordThatMeetsAnOutageComesAgainWithAllAfterIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   faults.Fault
		err     error
		blocked bool
	}{
		"F05 throttled":                     {fault: faults.Throttled(), blocked: true},
		"F07 the store is down":             {fault: faults.Refuse(), blocked: true},
		"an error of the store's own":       {fault: faults.InternalError(), blocked: true},
		"F01 the answer is lost":            {fault: faults.LoseAnswer(), blocked: true},
		"a right is missing":                {fault: faults.AccessDenied(), blocked: true},
		"marked as passing":                 {err: events.Retry(errors.New("the secret cannot be read")), blocked: true},
		"out of time":                       {err: fmt.Errorf("x: %w", context.DeadlineExceeded), blocked: true},
		"F16 anything else is the record's": {err: errors.New("unknown act")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tables := localtest.Tables(t)
			db := tables.Database(nil)
			handled := 0
			reader := events.Reader{Name: "test", DB: db, Handle: func(ctx context.Context, r events.Record) error {
				if r.ID != "e1" {
					handled++
					return nil
				}
				if c.err != nil {
					return c.err
				}
				_, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &db.Tables.Registry, Key: ddb.Key("x", ddb.Self)})
				return fmt.Errorf("read: %w", err)
			}}
			if c.fault != nil {
				tables.Faults.Inject(faults.Rule{Operation: "GetItem", Fault: c.fault})
			}
			response, err := reader.Batch(t.Context(), batch(t, record(0, "{}"), record(1, "{}"), record(2, "{}")))
			if err != nil {
				t.Fatal(err)
			}
			if blocked := len(response.Failures) == 1 && response.Failures[0].Sequence == "1001"; blocked != c.blocked {
				t.Errorf("failures %v", response.Failures)
			}
			if want := map[bool]int{true: 1, false: 2}[c.blocked]; handled != want {
				t.Errorf("%d of the other records were handled, want %d", handled, want)
			}
			if n := len(quarantined(t, db, "test")); (n == 0) != c.blocked {
				t.Errorf("%d rows in quarantine", n)
			}
		})
	}
}

func TestOP08WhatIsNoBatchIsRefused(t *testing.T) {
	t.Parallel()
	reader := events.Reader{Name: "test", Handle: func(context.Context, events.Record) error { t.Error("handled"); return nil }}
	for _, payload := range []string{`{}`, `[]`, `{"Records":[]}`, `{"Records":"x"}`, `null`, `{"httpMethod":"GET"}`} {
		if _, err := reader.Batch(t.Context(), json.RawMessage(payload)); err == nil {
			t.Errorf("OP-08 %s was taken for a batch", payload)
		}
	}
}
