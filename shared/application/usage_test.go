package application_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/faults"
	. "guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/quota"
)

// used is an application whose calls are counted as the authorizer counts them.
type used struct {
	*testing.T
	db     ddb.Database
	faults *faults.Transport
	id     string
}

func newUsed(t *testing.T, apis ...string) used {
	t.Helper()
	tables := localtest.Tables(t)
	db := tables.Database(nil)
	u := used{t, db, tables.Faults, create(t, db, "Usage").ID}
	for _, api := range apis {
		if err := Link(t.Context(), db, "u", u.id, Right{API: "API" + api, ShortID: api}); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

// limit sets the limits of the application, or with an API those of its subscription; perSecond 0 is none of its own.
func (u used) limit(api string, perSecond int64) {
	u.Helper()
	l := &quota.Limits{PerSecond: &perSecond}
	if perSecond == 0 {
		l = nil
	}
	if api != "" {
		api = "API" + api
	}
	if err := SetLimits(u.Context(), u.db, "u", u.id, api, l); err != nil {
		u.Fatal(err)
	}
}

// count counts calls on item n of the limit under a short id; byAPI where the API sets the limit.
func (u used) count(short string, n int, byAPI string, calls int64) {
	u.Helper()
	_, err := u.db.Client.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: aws.String(u.db.Tables.Grants[channel.Sandbox]), Key: ddb.PartitionKey(ddb.GrantShard(ddb.Grant(u.id, short), n)),
		ConditionExpression: aws.String("attribute_exists(PK)"), UpdateExpression: aws.String("ADD #d :n"),
		ExpressionAttributeNames:  map[string]string{"#d": quota.DayCounter(u.db.Now(), byAPI)},
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": ddb.N(calls)},
	})
	if err != nil {
		u.Fatal(err)
	}
}

// is compares the counters of the items of a limit.
func (u used) is(what, short, byAPI string, want ...int64) {
	u.Helper()
	all := grants(u.T, u.db)
	for n, calls := range want {
		key := ddb.GrantShard(ddb.Grant(u.id, short), n)
		if got := Counted(all[key], quota.DayCounter(u.db.Now(), byAPI)); all[key] == nil || got != calls {
			u.Errorf("M70 %s: %s counts %d, want %d", what, key, got, calls)
		}
	}
	if extra := ddb.GrantShard(ddb.Grant(u.id, short), len(want)); all[extra] != nil {
		u.Errorf("M70 %s: there is an item %s", what, extra)
	}
}

func TestM70WhatWasUsedTodayStaysUsed(t *testing.T) {
	t.Parallel()
	t.Run("the application's limit is split over more items, and fewer", func(t *testing.T) {
		t.Parallel()
		u := newUsed(t, "aaa1", "aaa2")
		u.limit("", 20)
		u.count("", 0, "", 41)
		u.count("", 0, "aaa2", 5)
		u.limit("", 1000)
		u.is("1 to 3", "", "", 14, 14, 13)
		u.is("1 to 3, the API's own counter", "", "aaa2", 5, 0, 0)
		u.count("", 2, "", 10)
		u.limit("", 500)
		u.is("3 to 2", "", "", 26, 25)
		u.limit("", 20)
		u.is("2 to 1", "", "", 51)
		u.is("2 to 1, the API's own counter", "", "aaa2", 5)
	})
	t.Run("a subscription's limit is split over more items, and fewer", func(t *testing.T) {
		t.Parallel()
		u := newUsed(t, "aaa1", "aaa2")
		u.limit("aaa1", 20)
		u.count("aaa1", 0, "", 30)
		u.count("", 0, "", 7)
		u.limit("aaa1", 800)
		u.is("1 to 2", "aaa1", "", 15, 15)
		u.limit("aaa1", 20)
		u.is("2 to 1", "aaa1", "", 30)
		u.is("the application's is another", "", "", 7)
	})
	t.Run("a subscription loses its own quota and gets it again", func(t *testing.T) {
		t.Parallel()
		u := newUsed(t, "aaa1", "aaa2")
		u.limit("", 500)
		u.limit("aaa1", 20)
		u.count("aaa1", 0, "", 30)
		u.count("", 1, "", 6)
		for range 2 { // and nothing is counted twice
			u.limit("aaa1", 0)
			u.is("off", "", "", 18, 18)
			u.is("off, the API's own counter", "", "aaa1", 30, 0)
			u.limit("aaa1", 20)
			u.is("on", "aaa1", "", 30)
			u.is("on, the application's", "", "", 18, 18)
		}
		u.count("aaa1", 0, "", 4)
		if err := Unlink(t.Context(), u.db, "u", u.id, "APIaaa1"); err != nil {
			t.Fatal(err)
		}
		u.is("unlinked", "", "", 20, 20)
		if err := Link(t.Context(), u.db, "u", u.id, Right{API: "APIaaa1", ShortID: "aaa1"}); err != nil {
			t.Fatal(err)
		}
		u.limit("aaa1", 20)
		u.is("linked again with a quota of its own", "aaa1", "", 34)
	})
	t.Run("a first quota of its own starts with what the API's limit counted", func(t *testing.T) {
		t.Parallel()
		u := newUsed(t, "aaa1", "aaa2")
		u.count("", 0, "aaa1", 12)
		u.count("", 0, "", 40) // of which API is not known
		u.limit("aaa1", 20)
		u.is("on", "aaa1", "", 12)
	})
	t.Run("a first quota of its own starts with what the application used where it has no other API", func(t *testing.T) {
		t.Parallel()
		u := newUsed(t, "aaa1")
		u.count("", 0, "", 40)
		u.limit("aaa1", 20)
		u.is("on", "aaa1", "", 40)
		u.limit("aaa1", 0)
		u.is("off", "", "", 40)
	})
	t.Run("one read, and none where no item comes or goes", func(t *testing.T) {
		t.Parallel()
		u := newUsed(t, "aaa1")
		u.limit("", 20)
		u.faults.Reset()
		u.limit("", 30)
		if n := u.faults.Count("BatchGetItem", ""); n != 0 {
			t.Errorf("%d reads of the counters for another limit", n)
		}
		u.limit("", 1000)
		if n := u.faults.Count("BatchGetItem", ""); n != 1 {
			t.Errorf("%d reads of the counters for a split", n)
		}
	})
}
