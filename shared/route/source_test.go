package route

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/quota"
	"guichet/shared/topology"
)

// fixture is the routes table of a channel, and a clock.
type fixture struct {
	t      *testing.T
	tables *localtest.TestTables
	db     ddb.Database
	table  string
	clock  atomic.Int64
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, tables: localtest.Tables(t)}
	f.clock.Store(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC).UnixNano())
	f.db, f.table = f.tables.Database(f.now), f.tables.Name(topology.Routes, channel.Sandbox)
	return f
}

func (f *fixture) now() time.Time { return time.Unix(0, f.clock.Load()) }

func (f *fixture) advance(d time.Duration) { f.clock.Add(int64(d)) }

func (f *fixture) source() *Source { return NewSource(f.tables.Client, f.table, f.now) }

func (f *fixture) put(routes ...Route) {
	f.t.Helper()
	if err := Put(context.WithoutCancel(f.t.Context()), f.db, f.table, routes...); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) index(s *Source) *Table {
	f.t.Helper()
	table, err := s.Table(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return table
}

func (f *fixture) load(s *Source, basePath string) *Route {
	f.t.Helper()
	r := f.index(s).ByPath(basePath)
	if r == nil {
		f.t.Fatalf("there is no route %s", basePath)
	}
	whole, err := s.Load(f.t.Context(), r)
	if err != nil {
		f.t.Fatal(err)
	}
	return whole
}

// requests returns what was asked of the table since the last time.
func (f *fixture) requests() map[string]int {
	counts := map[string]int{}
	for call, n := range f.tables.Faults.Calls() {
		if call.Table == f.table {
			counts[call.Operation] += n
		}
	}
	f.tables.Faults.Reset()
	return counts
}

// example is a published API with a scope.
func example(n int) Route {
	return Route{
		BasePath: fmt.Sprintf("/example/api%d/v1", n), API: fmt.Sprintf("01API%021d", n), ID: fmt.Sprintf("a%03d", n), Version: "1", State: Published,
		Bearer: true, APIKey: true, Backend: Backend{URL: "https://backend.example.fr/api"}, Scopes: map[string]string{"read": fmt.Sprintf("s%03d", n)},
		Operations: []Operation{{Method: "GET", Path: "/items/{id}", Alternatives: [][]string{{fmt.Sprintf("s%03d", n)}}}},
	}
}

// many is an API with that many operations, whose texts compress badly.
func many(n, operations int) Route {
	random := rand.New(rand.NewPCG(uint64(n), 7))
	r := example(n)
	r.Operations = nil
	for i := range operations {
		path := fmt.Sprintf("/p%d", i)
		for range 3 {
			path += fmt.Sprintf("/%x/{id}", random.Uint64())
		}
		r.Operations = append(r.Operations, Operation{Method: "GET", Path: path, Alternatives: [][]string{{r.Scopes["read"]}}})
	}
	return r
}

// sameContent compares what was published with what was read.
func sameContent(a, b Route) bool {
	for _, r := range [...]*Route{&a, &b} {
		r.digest, r.changes = "", 0
		r.Operations = append([]Operation(nil), r.Operations...)
		r.compile()
	}
	return reflect.DeepEqual(a, b)
}

func TestM3EveryFieldIsStored(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	perSecond, perDay := int64(7), int64(1_000_000)
	full := Route{
		BasePath: "/example/full/v1", API: "01JD8Z6H5K7M9N0P1Q2R3S4T5X", ID: "full", Version: "1.2.3", State: Retired, Successor: "/example/full/v2",
		Public: true, Organisations: []string{"01ORGANISATION0000000OWNER", "01ORGANISATION000000LISTED"},
		Bearer: true, APIKey: true, CORS: true, DocumentedOnly: true, Scopes: map[string]string{"read": "AAAA"},
		Operations: []Operation{{Method: "GET", Path: "/x", Alternatives: [][]string{{"AAAA"}}}},
		Limits:     &quota.Limits{PerSecond: &perSecond, PerDay: &perDay},
		Backend:    Backend{URL: "https://backend.example.fr", Authentication: Authentication{Kind: SecretHeader, Header: "X-Key", Secret: "01JD8Z6H5K7M9N0P1Q2R3S4T5X-header"}},
	}
	for v := reflect.ValueOf(full); ; {
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Field(i).IsZero() {
				t.Errorf("the test leaves %s empty, and so cannot tell whether it is stored", v.Type().Field(i).Name)
			}
		}
		break
	}
	bare := Route{BasePath: "/example/bare", API: "01JD8Z6H5K7M9N0P1Q2R3S4T5Y", ID: "bare", State: Published}
	unlimited := bare
	unlimited.BasePath, unlimited.ID, unlimited.Limits = "/example/unlimited", "unli", &quota.Limits{}
	f.put(full, bare, unlimited)
	for _, want := range []Route{full, bare, unlimited} {
		if got := *f.load(f.source(), want.BasePath); !sameContent(got, want) {
			t.Errorf("read %+v\nwant %+v", got, want)
		}
	}
	t.Run("what is no longer set is gone", func(t *testing.T) {
		bare.BasePath, bare.API, bare.ID = full.BasePath, full.API, full.ID
		f.put(bare)
		if got := *f.load(f.source(), bare.BasePath); !sameContent(got, bare) {
			t.Errorf("read %+v\nwant %+v", got, bare)
		}
	})
	t.Run("AP-40 to AP-44 keys and sizes", func(t *testing.T) {
		row := readAll(t, f)
		for _, key := range []string{"ROUTES @", "ROUTES#" + fmt.Sprintf("%x", partOf("/example/full/v1")) + " /example/full/v1"} {
			if row[key] == nil {
				t.Errorf("there is no row %s", key)
			}
		}
		index, _, err := Prepare(full)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"D#" + digestText(index.digest) + " O#00", "D#" + digestText(index.digest) + " S", "DEFINITIONS " + digestText(index.digest)} {
			if row[key] == nil {
				t.Errorf("there is no row %s", key)
			}
		}
		ordinary, _, err := Prepare(Route{
			BasePath: "/ministry/registry/v1", API: full.API, ID: "AAAA", Version: "1.4.0", State: Published, Bearer: true, APIKey: true,
			Backend: Backend{URL: "https://registry.ministry.gouv.fr/api"}, Scopes: full.Scopes,
		})
		if err != nil {
			t.Fatal(err)
		}
		item := ordinary.attributes()
		item[ddb.PK], item[ddb.SK], item[changesAttribute] = ddb.S("ROUTES#0"), ddb.S(ordinary.BasePath), ddb.N(12)
		if size := localtest.ItemBytes(item); size > 160 {
			t.Errorf("an ordinary row has %d bytes: 5,000 of them cost more than 100 read units", size)
		}
	})
}

// readAll returns the rows of the table by "PK SK".
func readAll(t *testing.T, f *fixture) map[string]map[string]types.AttributeValue {
	t.Helper()
	all, err := f.tables.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &f.table})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]types.AttributeValue{}
	for _, item := range all.Items {
		rows[item[ddb.PK].(*types.AttributeValueMemberS).Value+" "+item[ddb.SK].(*types.AttributeValueMemberS).Value] = item
	}
	return rows
}

func TestM3OnlyWhatChangedIsRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 40 {
		f.put(example(i))
	}
	s := f.source()
	f.requests()
	f.index(s)
	if got := f.requests(); got["GetItem"] != 1 || got["Query"] > partCount || len(got) != 2 {
		t.Errorf("the start asks for %v", got)
	}
	first := f.load(s, "/example/api1/v1")
	if got := f.requests(); got["Query"] != 1 || len(got) != 1 {
		t.Errorf("the first call of an API asks for %v", got)
	}
	for range 3 {
		if f.load(s, "/example/api1/v1") != first {
			t.Error("the operations are prepared at every call")
		}
	}
	f.advance(refreshAfter - refreshJitter)
	if got := f.requests(); len(got) != 0 {
		t.Errorf("calls in the next 7.5 seconds ask for %v", got)
	}
	f.advance(refreshJitter)
	f.index(s)
	if got := f.requests(); got["GetItem"] != 1 || len(got) != 1 {
		t.Errorf("after 10 seconds without a change: %v", got)
	}
	changed := example(2)
	changed.Backend.URL = "https://other.example.fr"
	f.put(changed)
	f.requests()
	f.advance(refreshAfter)
	if got := f.load(s, changed.BasePath); got.Backend != changed.Backend {
		t.Errorf("Z32 after 10 seconds the backend is %s", got.Backend.URL)
	}
	if got := f.requests(); got["GetItem"] != 1 || got["Query"] != 2 || len(got) != 2 { // its part and its operations
		t.Errorf("after a change of one API: %v", got)
	}
	if f.load(s, "/example/api1/v1") != first && partOf("/example/api1/v1") != partOf(changed.BasePath) {
		t.Error("another API's operations are prepared again")
	}
	if version := f.index(s).Version(); version != 41 {
		t.Errorf("version %d after 41 changes", version)
	}
}

// stale answers eventually consistent reads as a replica that knows nothing yet.
func stale(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if strings.Contains(string(body), `"ConsistentRead":true`) {
		return next(r)
	}
	answer := `{"Count":0,"ScannedCount":0,"Items":[],"Responses":{}}`
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(answer)),
		ContentLength: int64(len(answer)), Request: r,
	}, nil
}

func TestM3WhatAReplicaDoesNotKnowYetIsReadConsistently(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(example(1))
	for _, operation := range []string{"Query", "BatchGetItem"} {
		f.tables.Faults.Inject(faults.Rule{Operation: operation, Fault: stale})
	}
	s := f.source()
	r := f.load(s, "/example/api1/v1")
	if len(r.Operations) != 1 || r.Scopes["read"] != "s001" {
		t.Errorf("got %+v", r)
	}
	if names, unreadable, err := s.ScopeNames(t.Context(), []*Route{f.index(s).ByPath(r.BasePath)}); err != nil || unreadable != nil || names["a001"]["read"] != "s001" {
		t.Errorf("scope names: %v, %v, %v", names, unreadable, err)
	}
}

func TestM3ConcurrentCallers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(example(1), example(2))
	s := f.source()
	held, release := make(chan struct{}, 100), make(chan struct{})
	index := f.index(s)
	first, second := index.ByPath("/example/api1/v1"), index.ByPath("/example/api2/v1")
	f.requests()

	remove := f.tables.Faults.Inject(faults.Rule{Operation: "Query", Contains: digestText(first.digest), Fault: faults.Hold(held, release)})
	var group sync.WaitGroup
	failures := make([]error, 20)
	for i := range failures {
		group.Go(func() { _, failures[i] = s.Load(t.Context(), first) })
	}
	<-held // the one load of the first API is under way
	if _, err := s.Load(t.Context(), second); err != nil {
		t.Errorf("the load of one API stops calls of another: %v", err)
	}
	f.advance(refreshAfter)
	blocked, go_ := make(chan struct{}, 100), make(chan struct{})
	removeRoot := f.tables.Faults.Inject(faults.Rule{Operation: "GetItem", Fault: faults.Hold(blocked, go_)})
	group.Go(func() { _, _ = s.Table(t.Context()) })
	<-blocked // the refresh is under way
	if got := f.index(s); got != index {
		t.Error("a caller waits for the refresh although there are routes in memory")
	}
	close(go_)
	close(release)
	group.Wait()
	removeRoot()
	remove()
	for _, err := range failures {
		if err != nil {
			t.Error(err)
		}
	}
	if got := f.requests(); got["Query"] != 2 {
		t.Errorf("20 first calls of one API and one of another ask %d times", got["Query"])
	}
}

func TestM3AReadThatFailsHalfWayIsContinued(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 40 {
		f.put(example(i))
	}
	s := f.source()
	f.requests()
	last := partOf(example(39).BasePath)
	remove := f.tables.Faults.Inject(faults.Rule{Operation: "Query", Contains: `"` + ddb.RoutesPart(last) + `"`, Fault: faults.Refuse()})
	if table, err := s.Table(t.Context()); err == nil || table != nil {
		t.Errorf("a table that lacks a part is used: %v, %v", table, err)
	}
	f.requests()
	remove()
	if table := f.index(s); table.ByPath(example(39).BasePath) == nil || table.Version() != 40 {
		t.Errorf("version %d", table.Version())
	}
	if got := f.requests(); got["Query"] != 1 {
		t.Errorf("the second attempt reads %d parts", got["Query"])
	}
}

func TestM3AnUnreadableRowHarmsItsOwnAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 5 {
		f.put(example(i))
	}
	rows := readAll(t, f)
	spoil := func(pk, sk, attribute string, value types.AttributeValue) {
		t.Helper()
		row := rows[pk+" "+sk]
		if row == nil {
			t.Fatalf("there is no row %s %s", pk, sk)
		}
		row[attribute] = value
		if _, err := f.tables.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &f.table, Item: row}); err != nil {
			t.Fatal(err)
		}
	}
	digest := func(n int) string {
		index, _, err := Prepare(example(n))
		if err != nil {
			t.Fatal(err)
		}
		return digestText(index.digest)
	}
	spoil(ddb.RoutesPart(partOf(example(0).BasePath)), example(0).BasePath, flagsAttribute, ddb.S("b?"))
	spoil(ddb.RoutesPart(partOf(example(1).BasePath)), example(1).BasePath, apiAttribute, ddb.N(1))
	spoil("D#"+digest(2), "O#00", contentAttribute, &types.AttributeValueMemberB{Value: []byte("no deflate")})
	spoil("D#"+digest(3), "S", contentAttribute, &types.AttributeValueMemberB{Value: []byte("no deflate")})

	s := f.source()
	table := f.index(s)
	var all []*Route
	for i := range 5 {
		r := table.ByPath(example(i).BasePath)
		all = append(all, r)
		_, err := s.Load(t.Context(), r)
		if (err == nil) != (i == 4) {
			t.Errorf("API %d: %v", i, err)
		}
		if i < 2 && (r.Bearer || r.APIKey || r.Backend.URL != "") {
			t.Errorf("a row that cannot be read admits: %+v", r)
		}
	}
	names, unreadable, err := s.ScopeNames(t.Context(), all)
	if err != nil || unreadable == nil || names["a004"]["read"] != "s004" || names["a002"]["read"] != "s002" || len(names) != 2 {
		t.Errorf("scope names: %v, %v, %v", names, unreadable, err)
	}
}

func TestM3LargeDefinitions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := many(1, 20_000)
	_, rows, err := Prepare(r)
	if err != nil || len(rows) < 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	f.put(r)
	if got := *f.load(f.source(), r.BasePath); !sameContent(got, r) {
		t.Errorf("%d operations were read of %d", len(got.Operations), len(r.Operations))
	}
	if _, _, err := Prepare(many(2, 60_000)); err != ErrTooLarge {
		t.Errorf("more than %d bytes: %v", MaxDefinitionBytes, err)
	}
}

func TestM3DecodedSizeIsKnown(t *testing.T) {
	r := many(1, 2_000)
	packed, size, err := pack(struct{ Operations []Operation }{r.Operations})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var kept []*Route
	for range 5 {
		var content struct{ Operations []Operation }
		if _, err := unpack(packed, &content); err != nil {
			t.Fatal(err)
		}
		d := definition{operations: content.Operations}
		kept = append(kept, d.of(&r))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	factor := float64(after.HeapAlloc-before.HeapAlloc) / float64(len(kept)*size)
	runtime.KeepAlive(kept)
	t.Logf("%.1f times", factor)
	if factor > decodedFactor {
		t.Errorf("a definition of %d bytes takes %.1f times as many in memory; %d are reckoned with", size, factor, decodedFactor)
	}
}

func TestM3WhatNothingNamesIsRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(example(1), example(2))
	old := digestText(f.load(f.source(), example(1).BasePath).digest)
	changed := example(1)
	changed.Operations[0].Path = "/others/{id}"
	f.put(changed)
	run := func(want int) {
		t.Helper()
		if n, err := RemoveUnnamed(t.Context(), f.tables.Client, f.table, f.now(), 100); err != nil || n != want {
			t.Errorf("removed %d, want %d: %v", n, want, err)
		}
	}
	has := func(digest string) bool {
		rows := readAll(t, f)
		listed, scopes := rows["DEFINITIONS "+digest] != nil, rows["D#"+digest+" S"] != nil
		if listed != scopes {
			t.Errorf("definition %s: listed %v, there %v", digest, listed, scopes)
		}
		return listed
	}
	run(0)
	f.advance(59 * time.Minute)
	run(0)
	if !has(old) {
		t.Error("removed within the hour")
	}
	// Named again, and once more not: the hour begins again.
	f.put(example(1))
	run(0)
	f.put(changed)
	f.advance(2 * time.Minute)
	run(0)
	f.advance(59 * time.Minute)
	run(0)
	f.advance(2 * time.Minute)
	// A publication that stores its rows while they are being removed keeps them.
	_, rows, err := Prepare(example(1))
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	remove := f.tables.Faults.Inject(faults.Rule{Operation: "DeleteItem", Table: f.table, Fault: func(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
		once.Do(func() {
			if err := rows.Store(context.WithoutCancel(t.Context()), f.tables.Client, f.table); err != nil {
				t.Error(err)
			}
		})
		return next(r)
	}})
	run(0)
	remove()
	if !has(old) {
		t.Error("what was stored meanwhile was removed")
	}
	run(0)
	f.advance(time.Hour)
	run(1)
	if has(old) {
		t.Error("not removed after an hour")
	}
	for _, r := range []Route{changed, example(2)} {
		if got := f.load(f.source(), r.BasePath); len(got.Operations) != 1 {
			t.Errorf("what is named was removed: %+v", got)
		}
	}
}
