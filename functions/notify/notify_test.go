package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
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
	"guichet/shared/organisation"
	"guichet/shared/topology"
)

// Subjects of mails in French.
const (
	changed   = "Votre mot de passe Guichet a été modifié"
	known     = "Vous avez déjà un compte Guichet"
	appointed = "Vous administrez Guichet"
)

func TestEveryActIsKnownToSendAMailOrNone(t *testing.T) {
	t.Parallel()
	expected := map[string]string{
		"OrganisationCreated": "", "APIPublished": "", "VersionStateChanged": "", "ApplicationChanged": "", "CredentialChanged": "",
		"SubscriptionChanged": "", "LimitsChanged": "", "AccountConfirmed": "", "TermsAccepted": "", "TermsPublished": "", "ProfileChanged": "",
		"PreferencesChanged": "", "AccountErased": "", "OrganisationCodeChanged": "",
		"AccountRegistered": "confirm", "ConfirmationRequested": "confirm-again", "AddressRegisteredAgain": "known-address", "AccountInvited": "invitation",
		"PasswordResetRequested": "reset", "PasswordChanged": "password-changed", "ApplicationCreated": "welcome", "MembershipAdded": "enrolled",
		"MembershipChanged": "role-changed", "MembershipEnded": "removed", "AccountDeleted": "account-deleted", "PlatformAdministratorAppointed": "platform-administrator",
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), "../../events/acts.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, declaration := range parsed.Decls {
		if f, ok := declaration.(*ast.FuncDecl); ok && f.Name.Name == "name" && f.Recv != nil {
			act := f.Recv.List[0].Type.(*ast.Ident).Name
			name, listed := expected[act]
			if !listed {
				t.Errorf("Z49 nobody said whom the act %s is mailed to; say it here, and in follows", act)
			}
			if _, exists := find(name); name != "" && !exists {
				t.Errorf("there is no mail %q", name)
			}
			delete(expected, act)
		}
	}
	if len(expected) > 0 {
		t.Errorf("no longer acts: %v", expected)
	}
	for _, c := range []struct {
		act  events.Act
		want string
	}{
		{events.AccountRegistered{User: "u"}, "confirm"}, {events.ConfirmationRequested{User: "u"}, "confirm-again"},
		{events.AddressRegisteredAgain{User: "u"}, "known-address"}, {events.AccountInvited{User: "u"}, "invitation"},
		{events.PasswordResetRequested{User: "u"}, "reset"}, {events.PasswordChanged{User: "u"}, "password-changed"},
		{events.MembershipAdded{User: "u", Organisation: "o"}, "enrolled"},
		{events.MembershipAdded{User: "u", Organisation: organisation.Default}, "role-changed"},
		{events.MembershipChanged{User: "u"}, "role-changed"}, {events.MembershipEnded{User: "u"}, "removed"},
		{events.AccountDeleted{User: "u"}, "account-deleted"}, {events.PlatformAdministratorAppointed{User: "u"}, "platform-administrator"},
		{events.ApplicationCreated{Application: "a", Owner: "u"}, ""}, {events.TermsAccepted{User: "u"}, ""},
	} {
		list := follows(c.act)
		if c.want == "" && len(list) != 0 || c.want != "" && (len(list) != 1 || list[0].Mail != c.want || list[0].Recipient != "u") {
			t.Errorf("Z49 %T sends %+v, want %q to the person alone", c.act, list, c.want)
		}
	}
}

func TestAMailGoesToTheOnePersonInTheirLanguageWithTheirLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	french, english := w.person("ada@example.org"), w.person("bob@example.org")
	english.Language, english.Status = account.English, account.Unconfirmed
	w.store(english)
	registered := w.linked(&english, account.Confirm)
	asked := w.linked(&french, account.Reset)
	w.settle()
	mails := w.ses.Mails()
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	slices.SortFunc(mails, func(a, b ses.Mail) int { return strings.Compare(a.To[0], b.To[0]) })
	for i, want := range []struct {
		to, subject, link string
	}{
		{"ada@example.org", "Choisissez un nouveau mot de passe Guichet", w.Portal + account.Reset.Path(account.LinkToken(linkKey1, asked.ID, account.Reset))},
		{"bob@example.org", "Confirm your registration with Guichet", w.Portal + account.Confirm.Path(account.LinkToken(linkKey1, registered.ID, account.Confirm))},
	} {
		m := mails[i]
		if len(m.To) != 1 || m.To[0] != want.to || m.Subject != want.subject {
			t.Errorf("ML-01 to %v: %q", m.To, m.Subject)
		}
		if !strings.Contains(m.Text, want.link) || !strings.Contains(m.HTML, `href="`+want.link+`"`) {
			t.Errorf("RG-06 the link is not %s:\n%s", want.link, m.Text)
		}
		if m.From != `"Guichet" <no-reply@guichet.example>` || m.Headers["Auto-Submitted"] != "auto-generated" || m.Headers["List-Unsubscribe"] != "" {
			t.Errorf("from %s with headers %v", m.From, m.Headers)
		}
	}
	if strings.Contains(mails[1].Text, "Camille") {
		t.Error("ML-02 what a registrant typed is mailed to an address that nobody has confirmed")
	}
	if w.due() != 0 {
		t.Error("something is still due")
	}
	// OP-01: neither links nor addresses are logged.
	lines, err := w.Quiet()
	if err != nil {
		t.Fatal(err)
	}
	for _, canary := range []string{account.LinkToken(linkKey1, asked.ID, account.Reset).Reveal(), account.LinkToken(linkKey1, registered.ID, account.Confirm).Reveal(), linkKey1.Reveal(), "ada@", "bob@"} {
		for _, line := range lines {
			if strings.Contains(line, canary) {
				t.Errorf("OP-01 logged: %s", line)
			}
		}
	}
	if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "mail sent") }) {
		t.Error("nothing says that mails were sent")
	}
}

// linked records the act of a link, with the link alive.
func (w *world) linked(u *account.User, purpose account.Purpose) events.Event {
	w.Helper()
	id := w.db.NewID()
	hash := account.Hash(account.LinkToken(linkKey1, id, purpose))
	var act events.Act
	switch purpose {
	case account.Confirm:
		u.ConfirmLink, act = hash, events.AccountRegistered{User: u.ID, LinkKey: "1"}
	case account.Reset:
		u.PasswordLink, act = hash, events.PasswordResetRequested{User: u.ID, LinkKey: "1"}
	case account.Invite:
		u.PasswordLink, act = hash, events.AccountInvited{User: u.ID, LinkKey: "1"}
	}
	w.store(*u)
	e := events.Event{ID: id, At: w.db.Now().UTC(), Actor: u.ID, Subject: ddb.User(u.ID), Act: act}
	put, err := e.Put(w.db.Tables.Events)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.db.Transact(w.Context(), []types.TransactWriteItem{put}); err != nil {
		w.Fatal(err)
	}
	return e
}

func TestMailsThatHaveLostTheirSenseAreNotSent(t *testing.T) {
	t.Parallel()
	n := &notifier{}
	n.db.Now = func() time.Time { return time.Unix(1_000_000_000, 0) }
	at := func(age time.Duration) events.Event { return events.Event{At: n.db.Now().Add(-age)} }
	mailOf := func(name string) mail { m, _ := find(name); return m }
	confirmed := account.User{Email: "a@example.org", Status: account.Confirmed}
	with := func(change func(*account.User)) account.User { u := confirmed; change(&u); return u }
	optional := mail{name: "decided", kind: aboutRequests}
	for name, c := range map[string]struct {
		mail mail
		age  time.Duration
		user account.User
		want string
	}{
		"an account mail is sent whatever the preferences": {mailOf("password-changed"), time.Hour, confirmed, ""},
		"F15 and to an address that mails came back from":  {mailOf("password-changed"), time.Hour, with(func(u *account.User) { u.EmailUndeliverable = true }), ""},
		"ML-05 a decision mail that is not wanted":         {optional, 0, confirmed, "not wanted"},
		"ML-05 a decision mail that is":                    {optional, 0, with(func(u *account.User) { u.Preferences.Requests = true }), ""},
		"F15 an optional mail to an address marked":        {optional, 0, with(func(u *account.User) { u.Preferences.Requests, u.EmailUndeliverable = true, true }), "address undeliverable"},
		"Z43 a link that is over":                          {mailOf("confirm"), 25 * time.Hour, with(func(u *account.User) { u.Status = account.Unconfirmed }), "too old"},
		"Z1 a link that is over":                           {mailOf("reset"), 31 * time.Minute, confirmed, "too old"},
		"a mail of last week":                              {mailOf("known-address"), 7 * 24 * time.Hour, confirmed, "too old"},
		"Z43 a confirmed account needs no confirming":      {mailOf("confirm"), time.Hour, confirmed, "account confirmed"},
		"OP-07 an erased account gets nothing":             {mailOf("account-deleted"), time.Hour, account.User{Status: account.Erased}, "account erased"},
		"C21 a deleted account gets the mail that says so": {mailOf("account-deleted"), time.Hour, with(func(u *account.User) { u.Status = account.Deleted }), ""},
		"C21 and nothing else":                             {mailOf("removed"), time.Hour, with(func(u *account.User) { u.Status = account.Deleted }), "account deleted"},
	} {
		if got := n.refuses(c.mail, at(c.age), c.user); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestZ43ALinkThatWasReplacedIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada := w.person("ada@example.org")
	ada.Status = account.Unconfirmed
	w.ses.Decide(func(ses.Mail) ses.Answer { return ses.Throttled })
	w.linked(&ada, account.Confirm)
	w.settle()
	second := w.linked(&ada, account.Confirm)
	w.settle()
	w.ses.Decide(nil)
	w.pass()
	mails := w.ses.Mails()
	if len(mails) != 1 || !strings.Contains(mails[0].Text, account.LinkToken(linkKey1, second.ID, account.Confirm).Reveal()) {
		t.Errorf("Z43 %d mails", len(mails))
	}
	w.expect("Z43", w.deliveries(), []string{"confirm failed: link replaced", "confirm sent"})
}

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

func TestF15OneBadAddressFailsAloneAndIsMarked(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]ses.Answer{"rejected": ses.Refused, "illegal": ses.Illegal} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, streams.Chaos{}, nil)
			bad, good := w.person("bad@example.org"), w.person("good@example.org")
			w.ses.Decide(func(m ses.Mail) ses.Answer {
				if m.To[0] == bad.Email {
					return answer
				}
				return ses.Answer{}
			})
			for _, p := range []account.User{bad, good} {
				w.act(p.ID, events.PasswordChanged{User: p.ID, By: "profile"}, 0)
			}
			w.settle()
			w.pass()
			w.expect("F15", w.deliveries(), []string{"password-changed failed: " + answer.Code, "password-changed sent"})
			w.expect("F15", w.subjects(good.Email), []string{changed})
			w.marked(bad.ID, true)
			w.marked(good.ID, false)
			if n := len(w.ses.Requests()); n != 2 {
				t.Errorf("F15 %d requests: a refused mail was tried again", n)
			}
		})
	}
}

func (w *world) marked(user string, want bool) {
	w.Helper()
	u, err := account.Get(w.Context(), w.db, user)
	if err != nil {
		w.Fatal(err)
	}
	if u.EmailUndeliverable != want || u.Status != account.Confirmed {
		w.Errorf("the address of %s is marked: %t, want %t; status %s", u.Email, u.EmailUndeliverable, want, u.Status)
	}
}

func TestML03OnlyTrueFeedbackMarksAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada, bob := w.person("ada@example.org"), w.person("bob@example.org")
	w.act(ada.ID, events.PasswordChanged{User: ada.ID, By: "profile"}, 0)
	w.act(bob.ID, events.PasswordChanged{User: bob.ID, By: "profile"}, 0)
	w.settle()
	sent := map[string]ses.Mail{}
	for _, m := range w.ses.Mails() {
		sent[m.To[0]] = m
	}
	bounce := func(kind, messageID, address string, tags map[string]string) {
		t.Helper()
		lists := map[string][]string{}
		for name, value := range tags {
			lists[name] = []string{value}
		}
		detail := map[string]any{
			"eventType": "Bounce", "mail": map[string]any{"messageId": messageID, "destination": []string{address}, "tags": lists},
			"bounce": map[string]any{"bounceType": kind, "bouncedRecipients": []map[string]string{{"emailAddress": address}}},
		}
		if err := w.Emit(t.Context(), "aws.ses", "Email Bounced", detail); err != nil {
			t.Fatal(err)
		}
	}
	a, b := sent[ada.Email], sent[bob.Email]
	bounce("Permanent", "invented", ada.Email, a.Tags)
	bounce("Permanent", a.MessageID, bob.Email, a.Tags)
	bounce("Permanent", b.MessageID, ada.Email, a.Tags)
	bounce("Permanent", a.MessageID, ada.Email, b.Tags)
	bounce("Permanent", a.MessageID, ada.Email, nil)
	bounce("Transient", a.MessageID, ada.Email, a.Tags)
	w.marked(ada.ID, false)
	w.marked(bob.ID, false)
	bounce("Permanent", a.MessageID, "ADA@example.org", a.Tags)
	w.marked(ada.ID, true)
	w.marked(bob.ID, false)
	// A mail about security is tried all the same.
	w.act(ada.ID, events.AddressRegisteredAgain{User: ada.ID}, 0)
	w.settle()
	w.expect("ML-03", w.subjects(ada.Email), []string{changed, known})

	complaint := map[string]any{
		"eventType": "Complaint", "mail": map[string]any{"messageId": b.MessageID, "tags": map[string][]string{
			"recipient": {b.Tags["recipient"]}, "act": {b.Tags["act"]}, "mail": {b.Tags["mail"]},
		}},
		"complaint": map[string]any{"complainedRecipients": []map[string]string{{"emailAddress": bob.Email}}},
	}
	if err := w.Emit(t.Context(), "aws.ses", "Email Complaint Received", complaint); err != nil {
		t.Fatal(err)
	}
	w.marked(bob.ID, true)
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

func TestSamplesAreHandled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	for _, sample := range []string{"notify-act.json", "notify-delivery-due.json", "notify-bounce.json", "notify-redrive.json"} {
		payload, err := os.ReadFile("../../events/samples/" + sample)
		if err != nil {
			t.Fatal(err)
		}
		result, err := w.Lambda.Invoke(t.Context(), lambda.Invocation{Function: "notify", Payload: payload})
		if err != nil || result.FunctionError != "" {
			t.Fatalf("%s: %v %s", sample, err, result.Payload)
		}
		var response events.Response
		if err := json.Unmarshal(result.Payload, &response); err != nil || len(response.Failures) != 0 {
			t.Errorf("%s: %s", sample, result.Payload)
		}
	}
	for _, payload := range []string{`{}`, `{"Records":[]}`, `{"source":"aws.ses"}`, `{"source":"evil","detail":{"mail":{"messageId":"1"}}}`, `{"httpMethod":"GET"}`} {
		result, err := w.Lambda.Invoke(t.Context(), lambda.Invocation{Function: "notify", Payload: []byte(payload)})
		if err != nil || result.FunctionError == "" {
			t.Errorf("OP-08 %s was taken: %v", payload, err)
		}
	}
	if len(w.ses.Mails()) != 0 {
		t.Error("a sample about nobody sent a mail")
	}
}

func TestTheLinesThatAreAlarmsAreThoseOfTheTopology(t *testing.T) {
	t.Parallel()
	plan := topology.Platform()
	f, ok := plan.Function("notify")
	if !ok {
		t.Fatal("the topology has no notify")
	}
	if want := []string{events.QuarantineLine, unwritableLine}; !slices.Equal(f.AlarmLines, want) {
		t.Errorf("F16 alarms on %q, want %q", f.AlarmLines, want)
	}
	if workers := f.Environment["MAIL_WORKERS"].Name; workers != fmt.Sprint(f.ReservedConcurrency) {
		t.Errorf("F14 %s workers share the rate, and %d may run", workers, f.ReservedConcurrency)
	}
}
