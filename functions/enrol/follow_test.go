package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/localtest/lambda"
	"guichet/localtest/streams"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/quota"
	"guichet/shared/topology"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what the tests provoke is told by their failures
	os.Exit(m.Run())
}

// world is a store with the default organisation and another one.
type world struct {
	*testing.T
	db    ddb.Database
	other string
}

func newWorld(t *testing.T, db ddb.Database) *world {
	t.Helper()
	w := &world{T: t, db: db}
	if _, err := organisation.EnsureDefault(t.Context(), db, "test", "Universelle"); err != nil {
		t.Fatal(err)
	}
	o, err := organisation.Create(t.Context(), db, "test", "Service des essais", false)
	if err != nil {
		t.Fatal(err)
	}
	w.other = o.ID
	return w
}

// person stores an account.
func (w *world) person(email string, status account.Status) account.User {
	w.Helper()
	u := account.User{ID: w.db.NewID(), Name: "Camille", Email: email, Language: account.French, Status: status, Created: w.db.Now().UTC()}
	w.store(u)
	return u
}

func (w *world) store(u account.User) {
	w.Helper()
	item, err := u.Item()
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.db.Client.PutItem(w.Context(), &dynamodb.PutItemInput{TableName: &w.db.Tables.Registry, Item: item}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) join(user string) organisation.Membership {
	w.Helper()
	m := organisation.Membership{User: user, Organisation: w.other, Role: organisation.Developer, By: user, Since: w.db.Now().UTC()}
	if err := organisation.Enrol(w.Context(), w.db, m); err != nil {
		w.Fatal(err)
	}
	return m
}

func (w *world) leave(m organisation.Membership) {
	w.Helper()
	items, err := organisation.Leave(w.db, m.User, m)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.db.Transact(w.Context(), items); err != nil {
		w.Fatal(err)
	}
}

// state is all that the registry and the grants say of applications, one line each: name, channel, live or the reason.
func (w *world) state() []string {
	w.Helper()
	var lines []string
	for item := range scan(w.T, w.db, w.db.Tables.Registry) {
		if text(item, ddb.SK) != ddb.Self || !strings.HasPrefix(text(item, ddb.PK), ddb.Application("")) {
			continue
		}
		a, err := application.Load(w.Context(), w.db, text(item, "id"))
		if err != nil {
			w.Fatal(err)
		}
		line := a.Name
		if a.Suspended != "" {
			line += " " + string(a.Suspended)
		}
		if len(a.Credentials) != 2 {
			line += fmt.Sprintf(" with %d credentials", len(a.Credentials))
		}
		grant, err := w.db.Client.GetItem(w.Context(), &dynamodb.GetItemInput{
			TableName: aws.String(w.db.Tables.Grants[a.Channel]), Key: ddb.PartitionKey(ddb.Grant(a.ID, "")),
		})
		if err != nil {
			w.Fatal(err)
		}
		if enabled, _ := grant.Item[quota.Enabled].(*types.AttributeValueMemberBOOL); enabled == nil || enabled.Value != a.Live() {
			line += " not as granted"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// orphans counts the items of clients in both channels; each application has one.
func (w *world) clients() int {
	n := 0
	for _, table := range w.db.Tables.Grants {
		for item := range scan(w.T, w.db, table) {
			if strings.HasPrefix(text(item, ddb.PK), ddb.GrantClient("")) {
				n++
			}
		}
	}
	return n
}

// acts counts the acts of creation.
func (w *world) acts() int {
	n := 0
	for item := range scan(w.T, w.db, w.db.Tables.Events) {
		if event, err := events.Parse(item); err == nil {
			if _, created := event.Act.(events.ApplicationCreated); created {
				n++
			}
		}
	}
	return n
}

func (w *world) expect(what string, want ...string) {
	w.Helper()
	if got := w.state(); !slices.Equal(got, want) {
		w.Errorf("%s: applications %q, want %q", what, got, want)
	}
	if n := w.clients(); n != len(want) {
		w.Errorf("%s: %d clients for %d applications", what, n, len(want))
	}
	if n := w.acts(); n != len(want) {
		w.Errorf("%s: %d acts of creation for %d applications", what, n, len(want))
	}
}

// scan reads a whole table.
func scan(t *testing.T, db ddb.Database, table string) func(func(map[string]types.AttributeValue) bool) {
	t.Helper()
	return func(yield func(map[string]types.AttributeValue) bool) {
		pages := dynamodb.NewScanPaginator(db.Client, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				if !yield(item) {
					return
				}
			}
		}
	}
}

// cloud runs the real function behind the real stream.
func cloud(t *testing.T, o streams.Options) (*localtest.TestCloud, *world) {
	t.Helper()
	o.Poll, o.Pause = 20*time.Millisecond, 10*time.Millisecond
	c := localtest.Start(t, localtest.Options{Functions: []string{"enrol"}, Streams: o})
	return c, newWorld(t, c.Database(nil))
}

func settle(t *testing.T, c *localtest.TestCloud) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := c.Delivery.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	if letters := c.Delivery.DeadLetters(); len(letters) > 0 {
		t.Errorf("discarded: %+v", letters[0].Message)
	}
}

func TestZ4PeopleHaveTheirApplicationsExactlyOnceWhateverTheStreamDoes(t *testing.T) {
	t.Parallel()
	for name, chaos := range map[string]streams.Chaos{
		"an ordinary day":                               {},
		"F17 every record three times":                  {Copies: 3},
		"F18 old images late, any order, seed 1":        {Seed: 1, Late: 1, Shuffle: true},
		"F18 old images late, any order, twice, seed 2": {Seed: 2, Late: 1, Shuffle: true, Copies: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, w := cloud(t, streams.Options{Chaos: chaos})
			w.person("unconfirmed@example.org", account.Unconfirmed)
			ada := w.person("ada@example.org", account.Confirmed)
			kept := w.person("kept@example.org", account.Unconfirmed)
			w.join(ada.ID)
			kept.Status = account.Confirmed
			w.store(kept)
			left := w.join(kept.ID)
			settle(t, c)
			w.expect("Z4 confirmed and enrolled",
				"APP_PRODUCTION_ada@example.org_Service des essais", "APP_PRODUCTION_kept@example.org_Service des essais",
				"APP_SANDBOX_ada@example.org", "APP_SANDBOX_ada@example.org_Service des essais",
				"APP_SANDBOX_kept@example.org", "APP_SANDBOX_kept@example.org_Service des essais")

			w.leave(left)
			ada.Status = account.Disabled
			w.store(ada)
			settle(t, c)
			w.expect("Z42 a membership ended, Z32 an account disabled",
				"APP_PRODUCTION_"+kept.ID+"_Service des essais membership_ended", "APP_PRODUCTION_ada@example.org_Service des essais owner_disabled",
				"APP_SANDBOX_"+kept.ID+"_Service des essais membership_ended",
				"APP_SANDBOX_ada@example.org owner_disabled", "APP_SANDBOX_ada@example.org_Service des essais owner_disabled",
				"APP_SANDBOX_kept@example.org")

			ada.Status = account.Confirmed
			w.store(ada)
			w.join(kept.ID)
			kept.Status = account.Deleted
			w.store(kept)
			settle(t, c)
			w.expect("Z4 enabled again, enrolled again; Z35 deleted",
				"APP_PRODUCTION_"+kept.ID+"_Service des essais owner_deleted", "APP_PRODUCTION_ada@example.org_Service des essais",
				"APP_SANDBOX_"+kept.ID+" owner_deleted", "APP_SANDBOX_"+kept.ID+"_Service des essais owner_deleted",
				"APP_SANDBOX_ada@example.org", "APP_SANDBOX_ada@example.org_Service des essais")
		})
	}
}

// F17, F18: twenty seeds. Each person's changes are told twice, in any order, some of them long after the next change; what
// a person has in the end is what the last change asks for, and nothing that ended runs on.
func TestF17F18WhateverIsToldInWhateverOrderThePresentDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t, localtest.Tables(t).Database(nil))
	const seeds = 20
	want := map[string][]string{} // by address: what must run
	for seed := range uint64(seeds) {
		chance := rand.New(rand.NewPCG(seed, 18))
		u := w.person(fmt.Sprintf("seed%02d@example.org", seed), account.Confirmed)
		var pool []events.Record
		tell := func() {
			i := chance.IntN(len(pool))
			r := pool[i]
			pool = slices.Delete(pool, i, i+1)
			if err := follow(w.db)(t.Context(), r); err != nil {
				t.Errorf("F18 seed %d: %v", seed, err)
			}
		}
		happened := func(r events.Record) {
			pool = append(pool, r, r)
			for len(pool) > 0 && chance.IntN(5) < 2 {
				tell()
			}
		}
		become := func(status account.Status) {
			old := u.Status
			u.Status = status
			w.store(u)
			r := person(u.ID, "MODIFY")
			r.Old, r.New = map[string]types.AttributeValue{"status": ddb.S(string(old))}, map[string]types.AttributeValue{"status": ddb.S(string(status))}
			happened(r)
		}
		happened(person(u.ID, "INSERT"))
		m := w.join(u.ID)
		happened(membership(u.ID, w.other, "INSERT"))
		become(account.Disabled)
		w.leave(m)
		happened(membership(u.ID, w.other, "REMOVE"))
		become(account.Confirmed)
		live := []string{"APP_SANDBOX_" + u.Email}
		if seed%2 == 0 {
			w.join(u.ID)
			happened(membership(u.ID, w.other, "INSERT"))
			live = append(live, "APP_PRODUCTION_"+u.Email+"_Service des essais", "APP_SANDBOX_"+u.Email+"_Service des essais")
		}
		if seed%5 == 0 {
			become(account.Deleted)
			live = nil
		}
		for len(pool) > 0 {
			tell()
		}
		slices.Sort(live)
		want[u.Email] = live
	}
	state := w.state()
	for email, live := range want {
		var got []string
		for _, line := range state {
			if strings.Contains(line, email) {
				got = append(got, line) // what is stopped bears a reason
			}
		}
		if !slices.Equal(got, live) {
			t.Errorf("F18 %s has %q, want %q", email, got, live)
		}
	}
	for _, line := range state {
		if !strings.Contains(line, "seed") && !strings.HasSuffix(line, "membership_ended") && !strings.HasSuffix(line, "owner_deleted") {
			t.Errorf("F18 %s runs for nobody", line)
		}
	}
	if clients, acts := w.clients(), w.acts(); clients != len(state) || acts != len(state) {
		t.Errorf("F17 %d applications have %d clients, and %d acts of creation", len(state), clients, acts)
	}
}

func TestF12KilledBetweenItsWritesTheFunctionMakesOneOfEach(t *testing.T) {
	t.Parallel()
	for skip := range 3 { // before the first application, the second, the third
		t.Run(fmt.Sprintf("after %d applications", skip), func(t *testing.T) {
			t.Parallel()
			o := streams.Options{Poll: 20 * time.Millisecond, Pause: 10 * time.Millisecond}
			c := localtest.Start(t, localtest.Options{Functions: []string{"enrol"}, Streams: o})
			w := newWorld(t, c.Database(nil))
			held, release := make(chan struct{}), make(chan struct{})
			c.StoreFaults.Inject(faults.Rule{Operation: "TransactWriteItems", Skip: skip, Times: 1, Fault: faults.Hold(held, release)})
			ada := w.person("ada@example.org", account.Confirmed)
			w.join(ada.ID)
			select {
			case <-held:
			case <-time.After(20 * time.Second):
				t.Fatal("the function wrote nothing")
			}
			for _, process := range c.Lambda.Processes("enrol") {
				if err := syscall.Kill(process, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
			}
			close(release)
			settle(t, c)
			w.expect("F12", "APP_PRODUCTION_ada@example.org_Service des essais", "APP_SANDBOX_ada@example.org", "APP_SANDBOX_ada@example.org_Service des essais")
		})
	}
}

func TestF04ALostAnswerMakesNoSecondApplication(t *testing.T) {
	t.Parallel()
	c, w := cloud(t, streams.Options{})
	c.StoreFaults.Inject(faults.Rule{Operation: "TransactWriteItems", Share: 0.5, Times: 4, Fault: faults.LoseAnswer()})
	ada := w.person("ada@example.org", account.Confirmed)
	w.join(ada.ID)
	settle(t, c)
	w.expect("F04", "APP_PRODUCTION_ada@example.org_Service des essais", "APP_SANDBOX_ada@example.org", "APP_SANDBOX_ada@example.org_Service des essais")
}

func TestRG16HostileAddressesAreDataOnly(t *testing.T) {
	t.Parallel()
	c, w := cloud(t, streams.Options{})
	addresses := []string{
		`"><img src=x>@x.fr`, "a+b@x.fr", "../x@x.fr", "#@x.fr", "A+B@x.fr", "a#P@x.fr", "{{.}}@x.fr", `'; DROP TABLE--@x.fr`,
		strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 46)+".", 4) + "fr",
	}
	var want []string
	for _, address := range addresses {
		w.person(address, account.Confirmed)
		want = append(want, "APP_SANDBOX_"+address)
	}
	slices.Sort(want)
	settle(t, c)
	w.expect("RG-16", want...)
}

func TestAnApplicationThatIsMadeWhileTheMembershipEndsIsStopped(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	w := newWorld(t, tables.Database(nil))
	ada := w.person("ada@example.org", account.Confirmed)
	m := w.join(ada.ID)
	held, release := make(chan struct{}), make(chan struct{})
	// The slow one has read the membership and is about to make the second application.
	tables.Faults.Inject(faults.Rule{Operation: "TransactWriteItems", Skip: 1, Times: 1, Fault: faults.Hold(held, release)})
	done := make(chan error, 1)
	go func() {
		done <- follow(w.db)(t.Context(), person(ada.ID, "INSERT"))
	}()
	<-held
	w.leave(m)
	if err := follow(w.db)(t.Context(), membership(ada.ID, w.other, "REMOVE")); err != nil {
		t.Fatal(err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	w.expect("F18", "APP_PRODUCTION_"+ada.ID+"_Service des essais membership_ended",
		"APP_SANDBOX_"+ada.ID+"_Service des essais membership_ended", "APP_SANDBOX_ada@example.org")
}

func person(user, change string) events.Record {
	return events.Record{ID: "1", Change: change, Keys: account.Key(user), New: map[string]types.AttributeValue{"status": ddb.S("confirmed")}}
}

func membership(user, organisation, change string) events.Record {
	return events.Record{ID: "2", Change: change, Keys: ddb.Key(ddb.User(user), ddb.Membership(organisation))}
}

func TestSamplesAreHandled(t *testing.T) {
	t.Parallel()
	c, _ := cloud(t, streams.Options{})
	for _, sample := range []string{"enrol-account-confirmed.json", "enrol-membership-ended.json", "enrol-organisation-disabled.json"} {
		payload, err := os.ReadFile("../../events/samples/" + sample)
		if err != nil {
			t.Fatal(err)
		}
		result, err := c.Lambda.Invoke(t.Context(), lambda.Invocation{Function: "enrol", Payload: payload})
		if err != nil || result.FunctionError != "" {
			t.Fatalf("%s: %v %s", sample, err, result.Payload)
		}
		var response events.Response
		if err := json.Unmarshal(result.Payload, &response); err != nil || len(response.Failures) != 0 {
			t.Errorf("%s: %s", sample, result.Payload)
		}
	}
	for _, lines := range c.Lines() {
		if strings.Contains(lines, events.QuarantineLine) {
			t.Errorf("a sample was put aside: %s", lines)
		}
	}
	plan := topology.Platform()
	if f, ok := plan.Function("enrol"); !ok || !slices.Equal(f.AlarmLines, []string{events.QuarantineLine}) {
		t.Error("F16 nobody is told of what is put aside")
	}
}
