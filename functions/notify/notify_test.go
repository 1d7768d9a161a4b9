package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
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
