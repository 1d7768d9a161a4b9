package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/localtest/lambda"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/topology"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what the tests provoke is told by their failures
	os.Exit(m.Run())
}

// world is a store and a sweeper whose clock the test moves.
type world struct {
	*testing.T
	sweeper
	tables *localtest.TestTables
	now    time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, tables: localtest.Tables(t), now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
	w.db = w.tables.Database(func() time.Time { return w.now })
	if _, err := organisation.EnsureDefault(t.Context(), w.db, "test", "Universelle"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }

// run runs tasks, and returns their counts.
func (w *world) run(order string) map[string]int {
	w.Helper()
	done, err := w.serve(w.Context(), json.RawMessage(order))
	if err != nil {
		w.Fatal(err)
	}
	return done
}

// person stores an account with the row that makes its address unique.
func (w *world) person(email string, status account.Status) account.User {
	w.Helper()
	u := account.User{ID: w.db.NewID(), Name: "Camille", Email: email, Language: account.French, Status: status, Created: w.now}
	item, err := u.Item()
	if err != nil {
		w.Fatal(err)
	}
	if status == account.Deleted {
		item["GSI3PK"], item["GSI3SK"] = ddb.S(ddb.Due), ddb.S(ddb.DueAt(w.now.Add(account.ErasedAfter), ddb.User(u.ID)))
	}
	w.put(item)
	address, ok := account.ParseAddress(email)
	if !ok {
		w.Fatalf("%s is no address", email)
	}
	row := ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self)
	row["user"] = ddb.S(u.ID)
	w.put(row)
	return u
}

func (w *world) put(item map[string]types.AttributeValue) {
	w.Helper()
	if _, err := w.db.Client.PutItem(w.Context(), &dynamodb.PutItemInput{TableName: &w.db.Tables.Registry, Item: item}); err != nil {
		w.Fatal(err)
	}
}

// exists reports whether a row of the registry is there.
func (w *world) exists(key map[string]types.AttributeValue) bool {
	w.Helper()
	found, err := w.db.Client.GetItem(w.Context(), &dynamodb.GetItemInput{TableName: &w.db.Tables.Registry, Key: key})
	if err != nil {
		w.Fatal(err)
	}
	return found.Item != nil
}

func (w *world) address(email string) map[string]types.AttributeValue {
	address, _ := account.ParseAddress(email)
	return ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self)
}

func TestZ43AnAccountThatIsNotConfirmedWithinSevenDaysIsRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.person("old@example.org", account.Unconfirmed)
	confirmed := w.person("confirmed@example.org", account.Confirmed)
	w.pass(3 * 24 * time.Hour)
	young := w.person("young@example.org", account.Unconfirmed)
	if n := w.run(`{"tasks":["accounts"]}`)["accounts"]; n != 0 {
		t.Errorf("Z43 %d accounts removed after three days", n)
	}
	w.pass(4*24*time.Hour + time.Minute)
	if n := w.run(`{"tasks":["accounts"]}`)["accounts"]; n != 1 {
		t.Errorf("Z43 %d accounts removed after seven days, want 1", n)
	}
	if w.exists(account.Key(old.ID)) || w.exists(w.address(old.Email)) {
		t.Error("Z43 the account or its address is still there")
	}
	for _, u := range []account.User{confirmed, young} {
		if !w.exists(account.Key(u.ID)) || !w.exists(w.address(u.Email)) {
			t.Errorf("Z43 %s was removed", u.Email)
		}
	}
	if n := w.run(`{"tasks":["accounts"]}`)["accounts"]; n != 0 {
		t.Errorf("Z43 %d accounts removed again", n)
	}
}

// F24: an index may be late. It only says whom to look at; the account itself decides.
func TestF24ALateIndexRemovesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := account.User{ID: w.db.NewID(), Name: "Camille", Email: "kept@example.org", Language: account.French, Status: account.Unconfirmed, Created: w.now}
	row, err := u.Item()
	if err != nil {
		t.Fatal(err)
	}
	row["status"] = ddb.S(string(account.Confirmed)) // confirmed, and the index has not heard of it
	w.put(row)
	w.pass(8 * 24 * time.Hour)
	if n := w.run(`{"tasks":["accounts"]}`)["accounts"]; n != 0 || !w.exists(account.Key(u.ID)) {
		t.Errorf("F24 %d accounts were removed by what a late index says", n)
	}
}

func TestOP07ADeletedAccountIsErased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone := w.person("gone@example.org", account.Deleted)
	w.pass(account.ErasedAfter - time.Minute)
	if n := w.run(`{"tasks":["accounts"]}`)["accounts"]; n != 0 {
		t.Errorf("OP-07 erased too early: %d", n)
	}
	w.pass(2 * time.Minute)
	if n := w.run(`{"tasks":["accounts"]}`)["accounts"]; n != 1 {
		t.Errorf("OP-07 erased %d accounts, want 1", n)
	}
	u, err := account.Get(t.Context(), w.db, gone.ID)
	if err != nil || u.Status != account.Erased || u.Name != "" || u.Email != "" {
		t.Errorf("OP-07 what stays is %+v, %v", u, err)
	}
}

func TestARunIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var items []types.WriteRequest
	for range maxAccounts + 5 {
		u := account.User{ID: w.db.NewID(), Email: "", Status: account.Unconfirmed, Created: w.now}
		item, err := u.Item()
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
	}
	for batch := range slices.Chunk(items, 25) {
		_, err := w.db.Client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.db.Tables.Registry: batch}})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.pass(8 * 24 * time.Hour)
	if first, second := w.run(`{"tasks":["accounts"]}`)["accounts"], w.run(`{"tasks":["accounts"]}`)["accounts"]; first != maxAccounts || second != 5 {
		t.Errorf("%d in the first run, %d in the second", first, second)
	}
}

func TestF19AnEnrolmentThatTheStreamForgotComesAboutAllTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.person("ada@example.org", account.Confirmed)
	e := events.Event{ID: w.db.NewID(), At: w.now, Actor: ada.ID, Subject: ddb.User(ada.ID), Act: events.AccountConfirmed{User: ada.ID}}
	put, err := e.Put(w.db.Tables.Events)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.db.Transact(t.Context(), []types.TransactWriteItem{put}); err != nil {
		t.Fatal(err)
	}
	if err := events.Plan(t.Context(), w.db, e, nil, events.Check{User: ada.ID}); err != nil { // as notify does
		t.Fatal(err)
	}
	id := application.AutomaticID(ada.ID, organisation.Default, channel.Sandbox)
	if n := w.run(`{"tasks":["enrolments"]}`)["enrolments"]; n != 0 {
		t.Errorf("F19 looked at once: %d", n)
	}
	w.pass(6 * time.Minute)
	// The store fails once: the check stays.
	remove := w.tables.Faults.Inject(faults.Rule{Operation: "TransactWriteItems", Fault: faults.Throttled()})
	if _, err := w.serve(t.Context(), json.RawMessage(`{"tasks":["enrolments"]}`)); err == nil {
		t.Error("F05 a failure is not told")
	}
	remove()
	if _, err := application.Load(t.Context(), w.db, id); !problem.Is(err, problem.NotFound) {
		t.Errorf("there is an application: %v", err)
	}
	if n := w.run(`{"tasks":["enrolments"]}`)["enrolments"]; n != 1 {
		t.Errorf("F19 settled %d enrolments, want 1", n)
	}
	if a, err := application.Load(t.Context(), w.db, id); err != nil || a.Name != "APP_SANDBOX_ada@example.org" {
		t.Errorf("F19 the application is %q, %v", a.Name, err)
	}
	if n := w.run(`{"tasks":["enrolments"]}`)["enrolments"]; n != 0 {
		t.Errorf("F19 settled again: %d", n)
	}
}

func TestM15AnEnrolmentThatCannotBeSettledMakesRoomForOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.person("ada@example.org", account.Confirmed)
	id := application.AutomaticID(u.ID, organisation.Default, channel.Sandbox)
	row := ddb.Key(ddb.Application(id), ddb.Self)
	row["id"], row["revision"] = ddb.S(id), ddb.S("not a number")
	if _, err := w.db.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.db.Tables.Registry, Item: row}); err != nil {
		t.Fatal(err)
	}
	e := events.Event{ID: w.db.NewID(), At: w.now, Actor: u.ID, Subject: ddb.User(u.ID), Act: events.AccountConfirmed{User: u.ID}}
	put, err := e.Put(w.db.Tables.Events)
	if err == nil {
		err = w.db.Transact(t.Context(), []types.TransactWriteItem{put})
	}
	if err == nil {
		err = events.Plan(t.Context(), w.db, e, nil, events.Check{User: u.ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.pass(6 * time.Minute)
		if _, err := w.serve(t.Context(), json.RawMessage(`{"tasks":["enrolments"]}`)); err == nil {
			t.Error("an enrolment that fails is not reported, or not tried again")
		}
		if checks, err := events.DueChecks(t.Context(), w.db, 1); err != nil || len(checks) != 0 {
			t.Errorf("the failed one is due at once: %v, %v", checks, err)
		}
	}
}

func TestTheFailureOfATaskKeepsNoOtherFromRunning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("old@example.org", account.Unconfirmed)
	w.pass(8 * 24 * time.Hour)
	w.tables.Faults.Inject(faults.Rule{Operation: "Query", Table: w.db.Tables.Events, Fault: faults.InternalError()})
	done, err := w.serve(t.Context(), json.RawMessage(`{"tasks":["acts","deliveries","accounts"]}`))
	if err == nil || done["accounts"] != 1 {
		t.Errorf("done %v, %v", done, err)
	}
}

func TestEveryScheduleAsksForTasksThatThereAre(t *testing.T) {
	t.Parallel()
	plan := topology.Platform()
	f, ok := plan.Function("sweep")
	if !ok {
		t.Fatal("the topology has no sweep")
	}
	asked := map[string]bool{}
	for _, schedule := range f.Schedules {
		var order struct{ Tasks []string }
		if err := json.Unmarshal([]byte(schedule.Input), &order); err != nil {
			t.Fatal(err)
		}
		for _, name := range order.Tasks {
			asked[name] = true
			if tasks[name] == nil {
				t.Errorf("schedule %s asks for %q, which does not exist", schedule.Name, name)
			}
		}
	}
	for name := range tasks {
		if !asked[name] {
			t.Errorf("no schedule asks for %q", name)
		}
	}
	w := newWorld(t)
	for _, order := range []string{`{}`, `{"tasks":[]}`, `{"tasks":["acts","everything"]}`, `null`, `[]`, `{"tasks":"acts"}`} {
		if _, err := w.serve(t.Context(), json.RawMessage(order)); err == nil {
			t.Errorf("OP-08 %s was taken for an order", order)
		}
	}
}

func TestTheRealFunctionTakesItsSamplesAndSchedules(t *testing.T) {
	t.Parallel()
	cloud := localtest.Start(t, localtest.Options{Functions: []string{"sweep"}})
	for _, sample := range []string{"sweep-minute.json", "sweep-hour.json"} {
		payload, err := os.ReadFile("../../events/samples/" + sample)
		if err != nil {
			t.Fatal(err)
		}
		result, err := cloud.Lambda.Invoke(t.Context(), lambda.Invocation{Function: "sweep", Payload: payload})
		if err != nil || result.FunctionError != "" {
			t.Errorf("%s: %v %s", sample, err, result.Payload)
		}
	}
	for _, schedule := range []string{"minute", "hour"} {
		if _, err := cloud.Delivery.Run(t.Context(), "sweep", schedule); err != nil {
			t.Errorf("schedule %s: %v", schedule, err)
		}
	}
}

func TestM3DefinitionsAreRemovedInBothChannels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range channel.All {
		for _, path := range []string{"/old", "/new"} {
			r := route.Route{
				BasePath: "/example/v1", API: "01API00000000000000EXAMPLE", ID: "exam", State: route.Published,
				Operations: []route.Operation{{Method: "GET", Path: path}},
			}
			if err := route.Put(t.Context(), w.db, w.db.Tables.Routes[c], r); err != nil {
				t.Fatal(err)
			}
		}
	}
	const order = `{"tasks":["definitions"]}`
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 0}, {59 * time.Minute, 0}, {time.Minute, 2}, {time.Hour, 0}} {
		w.pass(step.after)
		if got := w.run(order)["definitions"]; got != step.want {
			t.Errorf("%s later: %d removed, want %d", step.after, got, step.want)
		}
	}
}
