package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/events"
	"guichet/localtest"
	"guichet/localtest/apigateway"
	"guichet/localtest/lambda"
	"guichet/localtest/secretsmanager"
	"guichet/shared/account"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/organisation"
	"guichet/shared/topology"
)

// logs holds what all tests logged; canaries are texts that must never be in it.
var (
	logs     recording
	canaries struct {
		sync.Mutex
		texts []string
	}
)

type recording struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *recording) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func canary(text string) string {
	canaries.Lock()
	defer canaries.Unlock()
	if len(text) > 8 {
		canaries.texts = append(canaries.texts, text)
	}
	return text
}

func TestMain(m *testing.M) {
	slog.SetDefault(httpapi.NewLogger(&logs))
	code := m.Run()
	if flag.Lookup("test.run").Value.String() == "" && code == 0 {
		for _, missing := range unobserved() {
			fmt.Fprintln(os.Stderr, "openapi.yaml promises what no test has seen: "+missing)
			code = 1
		}
		for _, wrong := range rightsOffPlan() {
			fmt.Fprintln(os.Stderr, wrong)
			code = 1
		}
	}
	text := logs.text.String()
	for _, secret := range canaries.texts {
		if strings.Contains(text, secret) {
			fmt.Fprintln(os.Stderr, "OP-01 a secret is in the log: "+secret)
			code = 1
		}
	}
	os.Exit(code)
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

const (
	testOrigin = "https://portal.example"
	testPages  = "https://sandbox.example/api/problems/"
	testPlaces = `[{"network":"ADER","channel":"SANDBOX","use":"API","url":"https://ader.example"},
		{"network":"INTERNET","channel":"SANDBOX","use":"API","url":"https://sandbox.example"},
		{"network":"INTERNET","channel":"SANDBOX","use":"TOKEN","url":"https://token.example"},
		{"network":"INTERNET","use":"PORTAL","url":"https://portal.example"}]`
)

// world is the portal behind the site and the API that the topology declares, on a store of its own.
type world struct {
	t      *testing.T
	tables *localtest.TestTables
	clock  *clock
	db     ddb.Database
	portal *portal
	http   http.Handler
	keys   *account.LinkKeys
	terms  account.Terms
	// secrets serves what is read from Secrets Manager.
	secrets *secretsmanager.Store
}

// newWorld has terms and the default organisation.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, tables: localtest.Tables(t), clock: &clock{at: time.Now().UTC().Truncate(time.Hour).Add(time.Hour + time.Second)}}
	var err error
	if w.secrets, err = secretsmanager.Open(""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"keys-sandbox", "keys-production", "links"} {
		if err := w.secrets.Put(name, `{"sign":"1","1":"`+canary(strings.Repeat(name, 8))+`"}`); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(w.secrets)
	t.Cleanup(server.Close)
	environment := w.tables.Environment
	environment.Endpoints = map[string]string{"DYNAMODB": w.tables.Endpoint, "SECRETS_MANAGER": server.URL}
	c := configuration{
		RegistryTable: w.tables.Name(topology.Registry), EventsTable: w.tables.Name(topology.Events), SessionsTable: w.tables.Name(topology.Sessions),
		GrantsSandbox: w.tables.Name(topology.Grants, channel.Sandbox), GrantsProduction: w.tables.Name(topology.Grants, channel.Production),
		KeysSandbox: "keys-sandbox", KeysProduction: "keys-production", LinkKeys: "links", PortalURL: testOrigin, ProblemPages: testPages,
		TrustedProxies: 1,
	}
	if err := c.AccessPoints.UnmarshalText([]byte(testPlaces)); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{
		c.RegistryTable: topology.Registry, c.EventsTable: topology.Events, c.SessionsTable: topology.Sessions,
		c.GrantsSandbox: topology.Name(topology.Grants, channel.Sandbox), c.GrantsProduction: topology.Name(topology.Grants, channel.Production),
	}
	environment.HTTP = &http.Client{Transport: watcher{next: environment.HTTP.Transport, names: names}}
	w.portal = newPortal(c, environment, account.NewHasher(account.Cost{Memory: 64, Time: 1, Threads: 1}), w.clock.now)
	w.portal.captchaCost = 1
	w.http = w.behindAPIGateway(w.portal)
	w.db = w.tables.Database(w.clock.now)
	if w.keys, err = w.portal.links.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := organisation.EnsureDefault(t.Context(), w.db, "test", "Universelle"); err != nil {
		t.Fatal(err)
	}
	w.publishTerms("1")
	return w
}

func (w *world) publishTerms(version string) {
	w.t.Helper()
	var err error
	if w.terms, err = account.PublishTerms(w.t.Context(), w.db, "test", version, account.TermsText{French: "Conditions " + version, English: "Terms " + version}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) behindAPIGateway(p *portal) http.Handler {
	w.t.Helper()
	plan := topology.Platform()
	declared, ok := plan.API(topology.PortalAPI)
	if !ok {
		w.t.Fatal("the topology has no portal API")
	}
	call := httpapi.Lambda(p, testPages)
	key := canary(random())
	api, err := apigateway.New(apigateway.Options{
		API: declared, Key: key,
		Lambda: func(ctx context.Context, i lambda.Invocation) (*lambda.Result, error) {
			answer, err := call(ctx, i.Payload)
			if err != nil {
				return nil, err
			}
			payload, err := json.Marshal(answer)
			return &lambda.Result{Payload: payload}, err
		},
		AccessLog: func(line string) { _, _ = logs.Write([]byte(line + "\n")) },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return localtest.BehindSite(api, key)
}

// ask is a request; zero fields are those of an honest page of the portal.
type ask struct {
	method, path string
	// body is sent as JSON; a string or bytes as they are.
	body    any
	cookie  string
	key     string // idempotency key; "-" for none, a random one when empty
	address string // network
	header  http.Header
	// unchecked leaves the answer unvalidated, for requests that API Gateway itself answers.
	unchecked bool
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// document decodes the body.
func (a answer) document() map[string]any {
	a.t.Helper()
	var d map[string]any
	if err := json.Unmarshal(a.body, &d); err != nil {
		a.t.Fatalf("%d: not JSON: %s", a.status, a.body)
	}
	return d
}

// code of a problem; the status alone for an answer without one.
func (a answer) code() string {
	var d struct{ Code string }
	_ = json.Unmarshal(a.body, &d)
	if d.Code == "" {
		return fmt.Sprint(a.status)
	}
	return d.Code
}

// faults of a problem: "field code" each.
func (a answer) faults() []string {
	var d struct {
		Errors []struct{ Field, Code string }
	}
	_ = json.Unmarshal(a.body, &d)
	var all []string
	for _, e := range d.Errors {
		all = append(all, e.Field+" "+e.Code)
	}
	return all
}

// cookie that the answer sets.
func (a answer) cookie() string {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == cookieName {
			return c.Value
		}
	}
	return ""
}

func random() string { return rand.Text() }

// do sends a request through API Gateway, and holds question and answer against the document.
func (w *world) do(q ask) answer {
	w.t.Helper()
	var body []byte
	switch b := q.body.(type) {
	case nil:
	case string:
		body = []byte(b)
	case []byte:
		body = b
	default:
		var err error
		if body, err = json.Marshal(b); err != nil {
			w.t.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(w.t.Context(), q.method, testOrigin+prefix+q.path, bytes.NewReader(body))
	r.RemoteAddr = q.address + ":4711"
	if q.address == "" {
		r.RemoteAddr = "203.0.113.7:4711"
	}
	if q.method != http.MethodGet && q.method != http.MethodHead {
		r.Header.Set("Origin", testOrigin)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if q.body != nil {
			r.Header.Set("Content-Type", "application/json")
		}
		switch q.key {
		case "":
			r.Header.Set(idempotencyHeader, random())
		case "-":
		default:
			r.Header.Set(idempotencyHeader, q.key)
		}
	}
	if q.cookie != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: q.cookie})
	}
	for name, values := range q.header {
		r.Header[name] = values
		if values == nil {
			delete(r.Header, name)
		}
	}
	recorded := httptest.NewRecorder()
	w.http.ServeHTTP(recorded, r)
	content, err := io.ReadAll(recorded.Result().Body)
	if err != nil {
		w.t.Fatal(err)
	}
	a := answer{t: w.t, status: recorded.Code, header: recorded.Result().Header, body: content}
	if !q.unchecked {
		if err := validate(q.method, q.path, a); err != nil {
			w.t.Errorf("%s %s: %v\n%s", q.method, q.path, err, a.body)
		}
	}
	if c := a.cookie(); c != "" {
		canary(c)
	}
	return a
}

func (w *world) post(path string, body any) answer {
	w.t.Helper()
	return w.do(ask{method: "POST", path: path, body: body})
}

// expect fails with the sentence when the answer has not that code, or status.
func (w *world) expect(sentence string, a answer, want string) {
	w.t.Helper()
	if a.code() != want {
		w.t.Errorf("%s: %s instead of %s: %s", sentence, a.code(), want, a.body)
	}
}

// must is expect for what the rest of a test rests on.
func (w *world) must(a answer, status int) answer {
	w.t.Helper()
	if a.status != status {
		w.t.Fatalf("%d instead of %d: %s", a.status, status, a.body)
	}
	return a
}

// captcha solves a challenge of a form.
func (w *world) captcha(form string) string {
	w.t.Helper()
	a := w.must(w.do(ask{method: "GET", path: "/captcha?form=" + form, address: "198.51.100.1"}), 200)
	return canary(solve(w.t, a.body))
}

// solve does the widget's work.
func solve(t *testing.T, body []byte) string {
	t.Helper()
	var c challenge
	if err := json.Unmarshal(body, &c); err != nil {
		t.Fatal(err)
	}
	nonce, _ := hex.DecodeString(c.Parameters.Nonce)
	salt, _ := hex.DecodeString(c.Parameters.Salt)
	for counter := range uint32(captchaMost) {
		derived, err := deriveCaptcha(nonce, salt, counter, c.Parameters.Cost)
		if err != nil {
			t.Fatal(err)
		}
		if key := hex.EncodeToString(derived); strings.HasPrefix(key, c.Parameters.KeyPrefix) {
			// As the widget writes it: the challenge comes back as an object of its own.
			payload, err := json.Marshal(map[string]any{
				"challenge": json.RawMessage(body), "solution": map[string]any{"counter": counter, "derivedKey": key, "time": 12.5},
			})
			if err != nil {
				t.Fatal(err)
			}
			return base64.StdEncoding.EncodeToString(payload)
		}
	}
	t.Fatal("RG-14 the challenge has no solution")
	return ""
}

// goodPassword keeps all rules.
const goodPassword = "Brume-loutre 47 galet"

// registration is an honest form.
func (w *world) registration(email string) map[string]any {
	return map[string]any{
		"fullName": "Camille Martin", "email": email, "password": canary(goodPassword), "newsletter": false, "surveys": true,
		"termsHash": w.terms.Hash, "language": "fr", "captcha": w.captcha(formRegistration),
	}
}

// user reads the account of an address; without an id for none.
func (w *world) user(email string) account.User {
	w.t.Helper()
	address, ok := account.ParseAddress(email)
	if !ok {
		w.t.Fatalf("%s is no address", email)
	}
	found, err := w.tables.Client.GetItem(w.t.Context(), &dynamodb.GetItemInput{
		TableName: &w.db.Tables.Registry, Key: ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	id := text(found.Item, "user")
	if id == "" {
		return account.User{}
	}
	u, err := account.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatalf("the address %s belongs to %s: %v", email, id, err)
	}
	return u
}

// acts lists those of a person, the first one first.
func (w *world) acts(user string) []events.Event {
	w.t.Helper()
	found, err := w.tables.Client.Query(w.t.Context(), &dynamodb.QueryInput{
		TableName: &w.db.Tables.Events, KeyConditionExpression: aws.String("PK = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: item{":pk": ddb.S(ddb.User(user))},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var all []events.Event
	for _, row := range found.Items {
		e, err := events.Parse(row)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// mailed is the token in the last mail of a purpose to a person, as notify makes it.
func (w *world) mailed(user string, purpose account.Purpose) string {
	w.t.Helper()
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
		if material, ok := w.keys.Key(key); ok {
			return canary(account.LinkToken(material, all[i].ID, purpose).Reveal())
		}
	}
	w.t.Fatalf("no mail of purpose %s to %s", purpose, user)
	return ""
}

// registered is an unconfirmed account.
func (w *world) registered(email string) account.User {
	w.t.Helper()
	a := w.do(ask{method: "POST", path: "/registrations", body: w.registration(email), address: "198.51.100.2"})
	w.must(a, 202)
	u := w.user(email)
	if u.ID == "" {
		w.t.Fatalf("%s was not registered", email)
	}
	return u
}

// signedUp is a confirmed account and the cookie of its first session; the terms are not accepted yet.
func (w *world) signedUp(email string) (account.User, string) {
	w.t.Helper()
	u := w.registered(email)
	a := w.must(w.post("/confirmations", map[string]any{"token": w.mailed(u.ID, account.Confirm), "password": goodPassword}), 201)
	return w.user(email), a.cookie()
}

// member is a person who has accepted the terms.
func (w *world) member(email string) (account.User, string) {
	w.t.Helper()
	_, cookie := w.signedUp(email)
	w.must(w.do(ask{method: "POST", path: "/terms/acceptances", body: map[string]any{"hash": w.terms.Hash}, cookie: cookie}), 204)
	return w.user(email), cookie
}

// signIn from a network.
func (w *world) signIn(email, password, address string, captcha ...string) answer {
	w.t.Helper()
	body := map[string]any{"email": email, "password": canary(password)}
	if len(captcha) > 0 {
		body["captcha"] = captcha[0]
	}
	return w.do(ask{method: "POST", path: "/sessions", body: body, address: address})
}

// alive tells whether a cookie opens anything.
func (w *world) alive(cookie string) bool {
	w.t.Helper()
	return w.must(w.do(ask{method: "GET", path: "/session", cookie: cookie}), 200).document()["signedIn"] == true
}

// address is one of many networks' that tests take one from each.
func address(n int) string { return fmt.Sprintf("192.0.2.%d", 1+n%250) }

// code gives an organisation a code.
func (w *world) code(o organisation.Organisation) string {
	w.t.Helper()
	code, err := organisation.SetCode(w.t.Context(), w.db, "test", o.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return canary(code.Reveal())
}

func (w *world) organisation(name string, open bool) organisation.Organisation {
	w.t.Helper()
	o, err := organisation.Create(w.t.Context(), w.db, "test", name, open)
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// put writes a row behind the portal's back.
func (w *world) put(table string, row item) {
	w.t.Helper()
	if _, err := w.tables.Client.PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: row}); err != nil {
		w.t.Fatal(err)
	}
}
