package events_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest"
	"guichet/shared/ddb"
)

// clock is a time that a test moves.
type clock struct{ nanoseconds atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.nanoseconds.Store(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time       { return time.Unix(0, c.nanoseconds.Load()).UTC() }
func (c *clock) pass(d time.Duration) { c.nanoseconds.Add(int64(d)) }

// act writes an act and returns it.
func act(t *testing.T, db ddb.Database) events.Event {
	t.Helper()
	e := events.Event{ID: db.NewID(), At: db.Now(), Actor: "u1", Subject: "U#u1", Act: events.OrganisationCreated{Organisation: "o1"}}
	put, err := e.Put(db.Tables.Events)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Transact(t.Context(), []types.TransactWriteItem{put}); err != nil {
		t.Fatal(err)
	}
	return e
}

func undone(t *testing.T, db ddb.Database) []events.Delivery {
	t.Helper()
	list, err := events.Undone(t.Context(), db, "u1")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// due counts the rows of a partition of the index.
func due(t *testing.T, db ddb.Database, partition string) int {
	t.Helper()
	found, err := db.Client.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &db.Tables.Events, IndexName: aws.String("Due"), KeyConditionExpression: aws.String("DuePK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": ddb.S(partition)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(found.Items)
}

func TestF17AnActIsPlannedOnce(t *testing.T) {
	t.Parallel()
	db := localtest.Tables(t).Database(nil)
	e := act(t, db)
	for range 3 {
		if err := events.Plan(t.Context(), db, e, []events.Delivery{{Recipient: "u1", Mail: "welcome"}, {Recipient: "u1", Mail: "more"}}, events.Check{User: "u1", Former: "o2"}); err != nil {
			t.Fatal(err)
		}
	}
	if list := undone(t, db); len(list) != 2 || list[0].State != events.Pending || list[0].Act != e.ID {
		t.Errorf("F17 planned %+v", list)
	}
	if due(t, db, ddb.DueActs) != 0 || due(t, db, ddb.DueDeliveries) != 2 {
		t.Error("F17 the act is still due, or its deliveries are not")
	}
	if checks, err := events.DueChecks(t.Context(), db, 10); err != nil || len(checks) != 0 {
		t.Errorf("checks at once: %v %v", checks, err)
	}
	later := db
	later.Now = func() time.Time { return time.Now().Add(6 * time.Minute) }
	checks, err := events.DueChecks(t.Context(), later, 10)
	if err != nil || len(checks) != 1 || checks[0].User != "u1" || checks[0].Former != "o2" {
		t.Fatalf("F19 checks after six minutes: %v %v", checks, err)
	}
	if err := checks[0].Done(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if checks, err := events.DueChecks(t.Context(), later, 10); err != nil || len(checks) != 0 {
		t.Errorf("a check that was done is due: %v %v", checks, err)
	}
	found, ok, err := events.Find(t.Context(), db, e.Subject, e.ID)
	if err != nil || !ok || found.Act != e.Act || !found.At.Equal(e.At) {
		t.Errorf("the act is %+v, %t, %v", found, ok, err)
	}
}

func TestADeliveryIsClaimedByOneAndNeverGoesBack(t *testing.T) {
	t.Parallel()
	watch := newClock()
	db := localtest.Tables(t).Database(watch.now)
	if err := events.Plan(t.Context(), db, act(t, db), []events.Delivery{{Recipient: "u1", Mail: "welcome"}}, events.Check{}); err != nil {
		t.Fatal(err)
	}
	delivery := undone(t, db)[0]
	var owners atomic.Int32
	var claimed events.Delivery
	var mu sync.Mutex
	var group sync.WaitGroup
	for n := range 20 {
		group.Go(func() {
			mine, ok, err := delivery.Claim(t.Context(), db, string(rune('a'+n)), time.Minute)
			if err != nil {
				t.Error(err)
			}
			if ok {
				owners.Add(1)
				mu.Lock()
				claimed = mine
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if owners.Load() != 1 {
		t.Fatalf("F17 %d claimed the delivery", owners.Load())
	}
	// F13: whoever held it died; after the lease somebody else has it, and the first one's mark counts no more.
	watch.pass(61 * time.Second)
	second, ok, err := delivery.Claim(t.Context(), db, "second", time.Minute)
	if err != nil || !ok {
		t.Fatalf("F13 the claim did not end: %v", err)
	}
	if ok, err := claimed.Sent(t.Context(), db, "late"); err != nil || ok {
		t.Errorf("F13 the owner before marked it: %t %v", ok, err)
	}
	if ok, err := second.Postpone(t.Context(), db, watch.now().Add(time.Minute), "throttled"); err != nil || !ok {
		t.Fatalf("%t %v", ok, err)
	}
	third, ok, err := undone(t, db)[0].Claim(t.Context(), db, "third", time.Minute)
	if err != nil || !ok || third.Attempts != 2 {
		t.Fatalf("F14 after a postponement: %+v %t %v", third, ok, err)
	}
	if ok, err := third.Sent(t.Context(), db, "m-1"); err != nil || !ok {
		t.Fatalf("%t %v", ok, err)
	}
	for what, do := range map[string]func() (bool, error){
		"claim": func() (bool, error) {
			_, ok, err := third.Claim(t.Context(), db, "fourth", time.Minute)
			return ok, err
		},
		"fail":     func() (bool, error) { return third.Failed(t.Context(), db, "x") },
		"postpone": func() (bool, error) { return third.Postpone(t.Context(), db, watch.now(), "x") },
	} {
		watch.pass(time.Hour)
		if ok, err := do(); err != nil || ok {
			t.Errorf("F18 a sent delivery went back: %s %v", what, err)
		}
	}
	if got, ok, err := events.FindDelivery(t.Context(), db, "u1", third.Act, "welcome"); err != nil || !ok || got.State != events.Sent || got.MessageID != "m-1" {
		t.Errorf("stored %+v, %t, %v", got, ok, err)
	}
	if len(undone(t, db)) != 0 || due(t, db, ddb.DueDeliveries) != 0 {
		t.Error("a sent delivery is still due")
	}
}

func TestF19WhatTheStreamLostComesOnceMore(t *testing.T) {
	t.Parallel()
	watch := newClock()
	db := localtest.Tables(t).Database(watch.now)
	for range 5 {
		act(t, db)
	}
	redrive := func(limit int) int {
		t.Helper()
		n, err := events.RedriveActs(t.Context(), db, limit)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := redrive(10); n != 0 {
		t.Errorf("F19 %d acts of this minute were driven again", n)
	}
	watch.pass(25 * time.Hour)
	if counts := []int{redrive(2), redrive(2), redrive(2), redrive(2)}; !slices.Equal(counts, []int{2, 2, 1, 0}) {
		t.Errorf("F19 driven again %v: the limit starves some, or some come twice", counts)
	}
	watch.pass(6 * time.Minute)
	if n := redrive(10); n != 5 {
		t.Errorf("F19 %d of 5 acts that nobody did came again", n)
	}
	done := act(t, db)
	watch.pass(10 * time.Minute)
	if err := events.Plan(t.Context(), db, done, []events.Delivery{{Recipient: "u1", Mail: "welcome"}}, events.Check{}); err != nil {
		t.Fatal(err)
	}
	if n := redrive(10); n != 5 {
		t.Errorf("F19 an act that was done came again: %d", n)
	}
	deliveries := func() int {
		t.Helper()
		n, err := events.RedriveDeliveries(t.Context(), db, 10)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := deliveries()
	watch.pass(6 * time.Minute)
	if after := deliveries(); before != 0 || after != 1 {
		t.Errorf("F19 deliveries driven again: %d at once, %d after six minutes", before, after)
	}
}
