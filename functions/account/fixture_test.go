package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/amazon"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/portal/portaltest"
)

var function = portaltest.Function{
	Name: "account",
	Open: func(environment map[string]string, aws amazon.Environment, now func() time.Time) (portal.Options, []portal.Route) {
		a, options := openTest(environment, aws, now)
		return options, a.routes()
	},
	Bodies: map[string]map[string]any{
		"register": {
			"fullName": "Camille", "email": "nobody@example.org", "password": goodPassword, "newsletter": false, "surveys": false,
			"termsHash": strings.Repeat("0", 64), "language": "en", "captcha": "AAAA",
		},
		"resendConfirmation":   {"email": "nobody@example.org", "captcha": "AAAA"},
		"requestPasswordReset": {"email": "nobody@example.org", "captcha": "AAAA"},
		"confirm":              {"token": strings.Repeat("A", 43), "password": "wrong"},
		"signIn":               {"email": "nobody@example.org", "password": "wrong"},
		"resetPassword":        {"newPassword": goodPassword},
		"acceptTerms":          {"hash": strings.Repeat("0", 64)},
		"updateMe":             {"language": "fr"},
		"deleteMe":             {"password": "wrong"},
		"updatePreferences":    {"requests": true, "quotaAlerts": true, "lifecycle": true, "news": false, "surveys": true},
		"changePassword":       {"currentPassword": "wrong", "newPassword": goodPassword},
		"joinOrganisation":     {"code": "0000-0000-0000-0000"},
	},
	Parameters: map[string]string{"token": strings.Repeat("A", 43)},
	Queries:    map[string]string{"getCaptcha": "form=sign-in", "endOtherSessions": "except=current"},
	Storeless:  []string{"getDocument", "getConfiguration"},
}

func TestMain(m *testing.M) { os.Exit(portaltest.Run(m, function)) }

func TestConforms(t *testing.T) { portaltest.Conforms(t, function) }

// openTest opens the function with passwords and captchas that cost next to nothing.
func openTest(environment map[string]string, aws amazon.Environment, now func() time.Time) (*api, portal.Options) {
	a, options := open(portaltest.Parse[configuration](environment), aws, account.NewHasher(account.Cost{Memory: 64, Time: 1, Threads: 1}), now)
	options.CaptchaCost = 3
	return a, options
}

// fixture is the function with what its tests ask of it.
type fixture struct {
	*portaltest.Env
	api *api
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	w := &fixture{}
	f := function
	f.Open = func(environment map[string]string, aws amazon.Environment, now func() time.Time) (portal.Options, []portal.Route) {
		var options portal.Options
		w.api, options = openTest(environment, aws, now)
		return options, w.api.routes()
	}
	w.Env = portaltest.New(t, f)
	return w
}

// captcha solves a challenge of a form.
func (w *fixture) captcha(form string) string {
	w.T.Helper()
	a := w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/captcha?form=" + form, Address: "198.51.100.1"}), 200)
	return portaltest.SolveCaptcha(w.T, a.Body)
}

// goodPassword keeps all rules.
const goodPassword = "Brume-loutre 47 galet"

// registration is an honest form.
func (w *fixture) registration(email string) map[string]any {
	return map[string]any{
		"fullName": "Camille Martin", "email": email, "password": portaltest.Canary(goodPassword), "newsletter": false, "surveys": true,
		"termsHash": w.Terms.Hash, "language": "fr", "captcha": w.captcha(formRegistration),
	}
}

// user reads the account of an address; without an id for none.
func (w *fixture) user(email string) account.User {
	w.T.Helper()
	address, ok := account.ParseAddress(email)
	if !ok {
		w.T.Fatalf("%s is no address", email)
	}
	found, err := w.Tables.Client.GetItem(w.T.Context(), &dynamodb.GetItemInput{
		TableName: &w.DB.Tables.Registry, Key: ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		w.T.Fatal(err)
	}
	id := ddb.Text(found.Item, "user")
	if id == "" {
		return account.User{}
	}
	u, err := account.Get(w.T.Context(), w.DB, id)
	if err != nil {
		w.T.Fatalf("the address %s belongs to %s: %v", email, id, err)
	}
	return u
}

// acts lists those of a person, the first one first.
func (w *fixture) acts(user string) []events.Event {
	w.T.Helper()
	found, err := w.Tables.Client.Query(w.T.Context(), &dynamodb.QueryInput{
		TableName: &w.DB.Tables.Events, KeyConditionExpression: aws.String("PK = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: ddb.Item{":pk": ddb.S(ddb.User(user))},
	})
	if err != nil {
		w.T.Fatal(err)
	}
	var all []events.Event
	for _, row := range found.Items {
		e, err := events.Parse(row)
		if err != nil {
			w.T.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// mailed is the token in the last mail of a purpose to a person, as notify makes it.
func (w *fixture) mailed(user string, purpose account.Purpose) string {
	w.T.Helper()
	all := w.acts(user)
	for i := len(all) - 1; i >= 0; i-- {
		var key string
		switch act := all[i].Act.(type) {
		case events.AccountRegistered:
			if purpose == account.Confirm {
				key = act.LinkKey
			}
		case events.ConfirmationRequested:
			if purpose == account.Confirm {
				key = act.LinkKey
			}
		case events.PasswordResetRequested:
			if purpose == account.Reset {
				key = act.LinkKey
			}
		case events.AccountInvited:
			if purpose == account.Invite {
				key = act.LinkKey
			}
		}
		if material, ok := w.Keys.Key(key); ok {
			return portaltest.Canary(account.LinkToken(material, all[i].ID, purpose).Reveal())
		}
	}
	w.T.Fatalf("no mail of purpose %s to %s", purpose, user)
	return ""
}

// registered is an unconfirmed account.
func (w *fixture) registered(email string) account.User {
	w.T.Helper()
	a := w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: w.registration(email), Address: "198.51.100.2"})
	w.Must(a, 202)
	u := w.user(email)
	if u.ID == "" {
		w.T.Fatalf("%s was not registered", email)
	}
	return u
}

// signedUp is a confirmed account and the cookie of its first session; the terms are not accepted yet.
func (w *fixture) signedUp(email string) (account.User, string) {
	w.T.Helper()
	u := w.registered(email)
	a := w.Must(w.Post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201)
	return w.user(email), a.Cookie()
}

// member is a person who has accepted the terms.
func (w *fixture) member(email string) (account.User, string) {
	w.T.Helper()
	_, cookie := w.signedUp(email)
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/terms/acceptances", Body: map[string]any{"hash": w.Terms.Hash}, Cookie: cookie}), 204)
	return w.user(email), cookie
}

// signIn from a network.
func (w *fixture) signIn(email, password, address string, captcha ...string) portaltest.Answer {
	w.T.Helper()
	body := map[string]any{"email": email, "password": portaltest.Canary(password)}
	if len(captcha) > 0 {
		body["captcha"] = captcha[0]
	}
	return w.Do(portaltest.Request{Method: "POST", Path: "/sessions", Body: body, Address: address})
}

// alive reports whether a cookie is of a live session.
func (w *fixture) alive(cookie string) bool {
	w.T.Helper()
	return w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/session", Cookie: cookie}), 200).Document()["signedIn"] == true
}

// address is one of many networks' that tests take one from each.
func address(n int) string { return fmt.Sprintf("192.0.2.%d", 1+n%250) }

// code gives an organisation a code.
func (w *fixture) code(o organisation.Organisation) string {
	w.T.Helper()
	code, err := organisation.SetCode(w.T.Context(), w.DB, "test", o.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	return portaltest.Canary(code.Reveal())
}

// enrol does what the stream job does.
func (w *fixture) enrol(user string, former ...string) {
	w.T.Helper()
	if err := enrolment.Settle(w.T.Context(), w.DB, user, former...); err != nil {
		w.T.Fatal(err)
	}
}
