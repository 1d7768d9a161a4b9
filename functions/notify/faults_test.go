package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest/faults"
	"guichet/localtest/lambda"
	"guichet/localtest/ses"
	"guichet/localtest/streams"
	"guichet/shared/account"
	"guichet/shared/ddb"
)

func TestF13KilledAfterSESAcceptedTheMailGoesOutTwiceAtMostWithTheSameLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada := w.person("ada@example.org")
	held := make(chan struct{})
	w.StoreFaults.Inject(faults.Rule{Operation: "UpdateItem", Contains: `"sent"`, Times: 1, Fault: faults.Hold(held, nil)})
	w.linked(&ada, account.Reset)
	select {
	case <-held:
	case <-time.After(20 * time.Second):
		t.Fatal("the mail was not sent")
	}
	for _, process := range w.Lambda.Processes("notify") {
		if err := syscall.Kill(process, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	}
	w.settle()
	if n := len(w.ses.Mails()); n != 1 {
		t.Fatalf("F13 %d mails while the claim lives", n)
	}
	for range 3 {
		w.pass()
	}
	mails := w.ses.Mails()
	if len(mails) != 2 || mails[0].Text != mails[1].Text || mails[0].HTML != mails[1].HTML {
		t.Errorf("F13 %d mails, or not the same", len(mails))
	}
	w.expect("F13", w.deliveries(), []string{"reset sent"})
}

func TestF14AfterAnOutageOfSESEveryMailIsSentOnceInOrderAtTheRate(t *testing.T) {
	t.Parallel()
	const perSecond = 20
	for name, answer := range map[string]ses.Answer{"429": ses.Throttled, "500": ses.Broken, "paused": ses.Paused} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, streams.Chaos{}, map[string]string{"MAIL_PER_SECOND": fmt.Sprint(perSecond)})
			w.ses.Decide(func(ses.Mail) ses.Answer { return answer })
			var people []account.User
			for n := range 4 {
				people = append(people, w.person(fmt.Sprintf("p%d@example.org", n)))
			}
			for _, p := range people {
				w.act(p.ID, events.PasswordChanged{User: p.ID, By: "profile"}, 0)
				w.act(p.ID, events.AddressRegisteredAgain{User: p.ID}, 0)
			}
			w.settle()
			w.pass() // still down
			if n := len(w.ses.Mails()); n != 0 {
				t.Fatalf("%d mails", n)
			}
			for _, p := range people {
				w.act(p.ID, events.PlatformAdministratorAppointed{User: p.ID}, 0)
			}
			w.settle()
			w.ses.Decide(nil)
			w.pass()
			for _, p := range people {
				w.expect("F14 "+p.Email, w.subjects(p.Email), []string{changed, known, appointed})
			}
			if w.due() != 0 {
				t.Error("F14 something is still due")
			}
			requests := w.ses.Requests()
			for i := range requests {
				inSecond := 0
				for _, later := range requests[i:] {
					if later.Sub(requests[i]) < time.Second {
						inSecond++
					}
				}
				if inSecond > perSecond+2 { // each of two processes may begin a new second's share at the edge
					t.Fatalf("F14 %d requests in one second, %d are allowed", inSecond, perSecond)
				}
			}
		})
	}
}

func TestF14AServiceThatDoesNotAnswerHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	slow, quick := w.person("slow@example.org"), w.person("quick@example.org")
	never := make(chan struct{})
	w.ses.Decide(func(m ses.Mail) ses.Answer {
		if m.To[0] == slow.Email {
			return ses.Answer{Wait: never}
		}
		return ses.Answer{}
	})
	for _, p := range []account.User{slow, quick} {
		w.act(p.ID, events.PasswordChanged{User: p.ID, By: "profile"}, 0)
	}
	w.settle()
	w.expect("F14", w.deliveries(), []string{"password-changed pending", "password-changed sent"})
	w.expect("F14", w.subjects(quick.Email), []string{changed})
	close(never)
	w.ses.Decide(nil)
	w.pass()
	if n := len(w.subjects(slow.Email)); n < 1 || n > 2 {
		t.Errorf("F14 %d mails", n)
	}
	w.expect("F14", w.deliveries(), []string{"password-changed sent", "password-changed sent"})
}

func TestAMailWhoseSubjectIsGoneOrThatCannotBeWrittenHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada := w.person("ada@example.org")
	w.act(ada.ID, events.MembershipAdded{User: ada.ID, Organisation: "01JD8Z3K4M5N6P7Q8R9S0T1V2X", Role: "developer"}, 0)
	strange := w.act(ada.ID, events.AccountConfirmed{User: ada.ID}, 0)
	row, err := attributevalue.MarshalMap(events.Delivery{
		Recipient: ada.ID, Act: strange.ID, Subject: strange.Subject, Mail: "of-a-later-version", State: events.Pending, Created: w.db.Now().UTC(),
	})
	if err != nil {
		t.Fatal(err)
	}
	row[ddb.PK], row[ddb.SK] = ddb.S(ddb.Deliveries(ada.ID)), ddb.S("M#"+strange.ID+"#of-a-later-version")
	w.put(w.db.Tables.Events, row)
	w.act(ada.ID, events.PasswordChanged{User: ada.ID, By: "profile"}, 0)
	w.settle()
	w.expect("F16", w.subjects(ada.Email), []string{changed})
	got := w.deliveries()
	want := []string{"enrolled failed: its subject is gone", "of-a-later-version pending", "password-changed sent"}
	w.expect("F16", got, want)
	if !slices.ContainsFunc(w.Lines(), func(line string) bool { return strings.Contains(line, unwritableLine) }) {
		t.Error("F16 nobody is told of the mail that cannot be written")
	}
}

func TestASecretThatCannotBeReadDelaysAMailAndLosesNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada := w.person("ada@example.org")
	w.SecretFaults.Inject(faults.Rule{Times: 3, Fault: faults.InternalError()})
	w.linked(&ada, account.Reset)
	w.settle()
	w.expect("F07", w.deliveries(), []string{"reset sent"})
	if n := len(w.ses.Mails()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestF16PoisonActsAreAsideAndTheOthersAreSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada := w.person("ada@example.org")
	store := func(id, kind, data string) {
		e := events.Event{ID: id, At: w.db.Now().UTC(), Actor: "u", Subject: "U#u", Act: events.AccountConfirmed{User: "u"}}
		put, err := e.Put(w.db.Tables.Events)
		if err != nil {
			t.Fatal(err)
		}
		put.Put.Item["type"], put.Put.Item["data"] = ddb.S(kind), ddb.S(data)
		w.put(w.db.Tables.Events, put.Put.Item)
	}
	w.act(ada.ID, events.PasswordChanged{User: ada.ID, By: "profile"}, 0)
	store("1", "of.a.later.version", "{}")
	store("2", "account.confirmed", `{"user":[1]}`)
	store("3", "account.confirmed", `{"user":"`+strings.Repeat("x", 300<<10)+`"`)
	w.act(ada.ID, events.AddressRegisteredAgain{User: ada.ID}, 0)
	w.settle()
	w.expect("F16", w.subjects(ada.Email), []string{changed, known})
	aside := func() int {
		n := 0
		for _, item := range w.rows() {
			if pk, ok := item[ddb.PK].(*types.AttributeValueMemberS); ok && pk.Value == ddb.Quarantine("notify") {
				n++
			}
		}
		return n
	}
	if n := aside(); n != 3 {
		t.Errorf("F16 %d rows in quarantine, want 3", n)
	}
	if w.due() != 0 {
		t.Error("F16 what is aside comes again every five minutes")
	}
	redrive := func(want string) {
		t.Helper()
		result, err := w.Lambda.Invoke(t.Context(), lambda.Invocation{Function: "notify", Payload: []byte(`{"redrive":"quarantine"}`)})
		if err != nil || string(result.Payload) != want {
			t.Errorf("F16 redrive: %v %s, want %s", err, result.Payload, want)
		}
	}
	redrive(`{"done":0,"left":3}`)
	if n := aside(); n != 3 {
		t.Errorf("F16 %d rows in quarantine after a redrive that mended nothing", n)
	}
	// As if a version came that knows the act: the record in quarantine and its row say one that this version knows.
	data := `{"user":"` + ada.ID + `","by":"profile"}`
	store("1", "account.password_changed", data)
	w.mendQuarantined("of.a.later.version", "account.password_changed", `"{}"`, strconv.Quote(data))
	redrive(`{"done":1,"left":2}`)
	redrive(`{"done":0,"left":2}`)
	w.settle()
	w.expect("F16 the mended one, once", w.subjects(ada.Email), []string{changed, known, changed})
}

// mendQuarantined replaces texts in the one record in quarantine that has the first of them, as if what it met was mended.
func (w *world) mendQuarantined(first string, replacements ...string) {
	w.T.Helper()
	for _, item := range w.rows() {
		packed, ok := item["payload"].(*types.AttributeValueMemberB)
		if !ok {
			continue
		}
		unpack, err := gzip.NewReader(bytes.NewReader(packed.Value))
		if err != nil {
			w.T.Fatal(err)
		}
		raw, err := io.ReadAll(unpack)
		if err != nil {
			w.T.Fatal(err)
		}
		if !bytes.Contains(raw, []byte(first)) {
			continue
		}
		var mended bytes.Buffer
		writer := gzip.NewWriter(&mended)
		if _, err := strings.NewReplacer(append([]string{first}, replacements...)...).WriteString(writer, string(raw)); err != nil {
			w.T.Fatal(err)
		}
		if err := writer.Close(); err != nil {
			w.T.Fatal(err)
		}
		item["payload"] = &types.AttributeValueMemberB{Value: mended.Bytes()}
		w.put(w.db.Tables.Events, item)
		return
	}
	w.T.Fatalf("nothing in quarantine has %q", first)
}

func TestF17F18TheMailboxIsThatOfOneOrderedDelivery(t *testing.T) {
	t.Parallel()
	orders := map[string]streams.Chaos{"F17 three times": {Copies: 3}}
	for seed := range uint64(20) {
		orders[fmt.Sprintf("F18 late and in any order, seed %d", seed)] = streams.Chaos{Seed: seed, Late: 1, Shuffle: true, Copies: 1 + int(seed%2)}
	}
	for name, chaos := range orders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, chaos, nil)
			var people []account.User
			for n := range 5 {
				people = append(people, w.person(fmt.Sprintf("p%d@example.org", n)))
			}
			for _, p := range people {
				w.act(p.ID, events.PasswordChanged{User: p.ID, By: "profile"}, 0)
				w.act(p.ID, events.AddressRegisteredAgain{User: p.ID}, 0)
			}
			w.settle()
			w.pass()
			for _, p := range people {
				got := w.subjects(p.Email)
				slices.Sort(got) // the order of two acts is kept where the stream keeps it
				w.expect(p.Email, got, []string{changed, known})
			}
		})
	}
}

func TestF19WhatTheStreamLostForADayIsSentAllTheSame(t *testing.T) {
	t.Parallel()
	var lost atomic.Bool
	lost.Store(true)
	w := newWorld(t, streams.Chaos{Lose: func(streams.Record) bool { return lost.Load() }}, nil)
	var people []account.User
	for n := range 5 {
		p := w.person(fmt.Sprintf("p%d@example.org", n))
		people = append(people, p)
		w.act(p.ID, events.PasswordChanged{User: p.ID, By: "profile"}, 25*time.Hour)
	}
	w.settle()
	if n := len(w.ses.Mails()); n != 0 {
		t.Fatalf("%d mails", n)
	}
	lost.Store(false)
	w.sweep("minute")
	for _, p := range people {
		w.expect("F19", w.subjects(p.Email), []string{changed})
	}
	if w.due() != 0 {
		t.Error("F19 something is still due")
	}
	w.sweep("minute")
	if n := len(w.ses.Mails()); n != len(people) {
		t.Errorf("F19 %d mails after another run", n)
	}
}

func TestF20WhatFollowsARecordThatFailedIsNotSentTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	var people []account.User
	for n := range 10 {
		people = append(people, w.person(fmt.Sprintf("p%d@example.org", n)))
	}
	w.StoreFaults.Inject(faults.Rule{Operation: "GetItem", Contains: people[2].ID, Times: 2, Fault: faults.Throttled()})
	for _, p := range people {
		w.act(p.ID, events.PasswordChanged{User: p.ID, By: "profile"}, 0)
	}
	w.settle()
	w.pass()
	for _, p := range people {
		w.expect("F20 "+p.Email, w.subjects(p.Email), []string{changed})
	}
}

func TestF01ALostAnswerOfTheStoreSendsNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada := w.person("ada@example.org")
	w.StoreFaults.Inject(faults.Rule{Operation: "UpdateItem", Contains: ada.ID, Share: 0.5, Times: 2, Fault: faults.LoseAnswer()})
	w.StoreFaults.Inject(faults.Rule{Operation: "TransactWriteItems", Contains: ada.ID, Times: 1, Fault: faults.LoseAnswer()})
	w.act(ada.ID, events.PasswordChanged{User: ada.ID, By: "profile"}, 0)
	w.settle()
	w.pass()
	w.expect("F01", w.subjects(ada.Email), []string{changed})
	w.expect("F01", w.deliveries(), []string{"password-changed sent"})
}

func TestALostAnswerOfSESSendsTwiceAtMost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada := w.person("ada@example.org")
	var first atomic.Bool
	w.ses.Decide(func(ses.Mail) ses.Answer {
		if first.CompareAndSwap(false, true) {
			return ses.Lost
		}
		return ses.Answer{}
	})
	w.act(ada.ID, events.PasswordChanged{User: ada.ID, By: "profile"}, 0)
	w.settle()
	w.pass()
	w.pass()
	w.expect("F13", w.subjects(ada.Email), []string{changed, changed})
}
