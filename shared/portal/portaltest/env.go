package portaltest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/apigateway"
	"guichet/localtest/lambda"
	"guichet/localtest/secretsmanager"
	"guichet/shared/account"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/secret"
	"guichet/shared/token"
	"guichet/shared/topology"
)

// Origin of the portal's pages in tests; Pages is the base URL of the pages that explain codes.
const (
	Origin = "https://portal.example"
	Pages  = "https://sandbox.example/api/problems/"
	// settings of an installation, by name.
	accessPoints = `[{"network":"ADER","channel":"SANDBOX","use":"API","url":"https://ader.example"},
		{"network":"INTERNET","channel":"SANDBOX","use":"API","url":"https://sandbox.example"},
		{"network":"INTERNET","channel":"SANDBOX","use":"TOKEN","url":"https://token.example"},
		{"network":"INTERNET","use":"PORTAL","url":"https://portal.example"}]`
)

// Env is a function behind the site and the API that the topology declares, on a store of its own. There are terms of the
// portal and the default organisation.
type Env struct {
	T       testing.TB
	Tables  *localtest.TestTables
	Clock   *Clock
	DB      ddb.Database
	Options portal.Options
	Routes  []portal.Route
	Keys    *account.LinkKeys
	// Terms are the current ones.
	Terms account.Terms

	function Function
	contract *contract
	// direct reaches the store without faults.
	direct  *dynamodb.Client
	secrets *secret.Manager
	http    http.Handler
}

// New returns an Env of a function.
func New(t testing.TB, f Function) *Env {
	t.Helper()
	e := &Env{
		T: t, Tables: localtest.Tables(t), function: f, contract: contractOf(t, f),
		Clock: &Clock{at: time.Now().UTC().Truncate(time.Hour).Add(time.Hour + time.Second)},
	}
	secrets, err := secretsmanager.Open("")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(secrets)
	t.Cleanup(server.Close)
	environment, names := e.environment(secrets)
	runtime := e.Tables.Environment
	runtime.Endpoints = map[string]string{"DYNAMODB": e.Tables.Endpoint, "SECRETS_MANAGER": server.URL}
	runtime.HTTP = &http.Client{Transport: watcher{next: runtime.HTTP.Transport, names: names}}
	e.secrets = secret.NewManager(runtime)
	direct := e.Tables.Environment
	direct.HTTP = http.DefaultClient
	e.direct = ddb.New(direct)
	e.Options, e.Routes = f.Open(environment, runtime, e.Clock.Now)
	e.http = behindAPIGateway(t, portal.New(e.Options, e.Routes))
	e.DB = e.Tables.Database(e.Clock.Now)
	if e.Keys, err = e.Options.Keys.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := organisation.EnsureDefault(t.Context(), e.DB, "test", "Universelle"); err != nil {
		t.Fatal(err)
	}
	e.PublishTerms("1")
	t.Cleanup(e.checkSecrets)
	return e
}

// environment resolves what the topology gives the function. names are the topology's names of its tables.
func (e *Env) environment(secrets *secretsmanager.Store) (environment, names map[string]string) {
	e.T.Helper()
	plan := topology.Platform()
	f, ok := plan.Function(e.function.Name)
	if !ok {
		e.T.Fatalf("the topology has no function %s", e.function.Name)
	}
	environment, names = map[string]string{}, map[string]string{}
	table := func(name string, in ...channel.Channel) string {
		deployed := e.Tables.Name(name, in...)
		names[deployed] = name
		if len(in) > 0 {
			names[deployed] = topology.Name(name, in[0])
		}
		return deployed
	}
	putSecret := func(name string) string {
		if err := secrets.Put(name, `{"sign":"1","1":"`+Canary(strings.Repeat(name, 8))+`"}`); err != nil {
			e.T.Fatal(err)
		}
		return name
	}
	for variable, reference := range f.Environment {
		value := reference.Name
		switch reference.Kind {
		case topology.Literal:
		case topology.TableName:
			value = table(reference.Name)
		case topology.SandboxTable:
			value = table(reference.Name, channel.Sandbox)
		case topology.ProductionTable:
			value = table(reference.Name, channel.Production)
		case topology.SecretName:
			value = putSecret(reference.Name)
		case topology.SandboxSecret:
			value = putSecret(topology.Name(reference.Name, channel.Sandbox))
		case topology.ProductionSecret:
			value = putSecret(topology.Name(reference.Name, channel.Production))
		case topology.PortalURL:
			value = Origin
		case topology.ProblemPages:
			value = Pages
		case topology.Setting:
			if reference.Name != "ACCESS_POINTS" {
				e.T.Fatalf("portaltest has no value for the setting %s", reference.Name)
			}
			value = accessPoints
		default:
			e.T.Fatalf("portaltest has no value for %s", variable)
		}
		environment[variable] = value
	}
	return environment, names
}

func behindAPIGateway(t testing.TB, server http.Handler) http.Handler {
	t.Helper()
	plan := topology.Platform()
	declared, ok := plan.API(topology.PortalAPI)
	if !ok {
		t.Fatal("the topology has no portal API")
	}
	call := httpapi.Lambda(server, Pages)
	key := Canary(Random())
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
		t.Fatal(err)
	}
	return localtest.BehindSite(api, key)
}

// Request is one to the function; zero fields are those of an honest page of the portal.
type Request struct {
	Method, Path string
	// Body is sent as JSON; a string or bytes as they are.
	Body    any
	Cookie  string
	Key     string // idempotency key; "-" for none, a random one when empty
	Address string // network
	Header  http.Header
	// Unchecked leaves the answer unvalidated, for requests that API Gateway itself answers.
	Unchecked bool
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	t      testing.TB
}

// Document decodes the body.
func (a Answer) Document() map[string]any {
	a.t.Helper()
	var d map[string]any
	if err := json.Unmarshal(a.Body, &d); err != nil {
		a.t.Fatalf("%d: not JSON: %s", a.Status, a.Body)
	}
	return d
}

// Code of a problem; the status alone for an answer without one.
func (a Answer) Code() string {
	var d struct{ Code string }
	_ = json.Unmarshal(a.Body, &d)
	if d.Code == "" {
		return fmt.Sprint(a.Status)
	}
	return d.Code
}

// FieldErrors of a problem: "field code" each.
func (a Answer) FieldErrors() []string {
	var d struct {
		Errors []struct{ Field, Code string }
	}
	_ = json.Unmarshal(a.Body, &d)
	var all []string
	for _, e := range d.Errors {
		all = append(all, e.Field+" "+e.Code)
	}
	return all
}

// Cookie is the session cookie that the answer sets.
func (a Answer) Cookie() string {
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == portal.SessionCookie {
			return c.Value
		}
	}
	return ""
}

// Random is a text that nobody guesses.
func Random() string { return rand.Text() }

// Do sends a request through API Gateway, and holds the answer to the document.
func (e *Env) Do(q Request) Answer {
	e.T.Helper()
	var body []byte
	switch b := q.Body.(type) {
	case nil:
	case string:
		body = []byte(b)
	case []byte:
		body = b
	default:
		var err error
		if body, err = json.Marshal(b); err != nil {
			e.T.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(e.T.Context(), q.Method, Origin+portal.Prefix+q.Path, bytes.NewReader(body))
	r.RemoteAddr = q.Address + ":4711"
	if q.Address == "" {
		r.RemoteAddr = "203.0.113.7:4711"
	}
	if q.Method != http.MethodGet && q.Method != http.MethodHead {
		r.Header.Set("Origin", Origin)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if q.Body != nil {
			r.Header.Set("Content-Type", "application/json")
		}
		switch q.Key {
		case "":
			r.Header.Set(portal.IdempotencyHeader, Random())
		case "-":
		default:
			r.Header.Set(portal.IdempotencyHeader, q.Key)
		}
	}
	if q.Cookie != "" {
		r.AddCookie(&http.Cookie{Name: portal.SessionCookie, Value: q.Cookie})
	}
	for name, values := range q.Header {
		r.Header[name] = values
		if values == nil {
			delete(r.Header, name)
		}
	}
	recorded := httptest.NewRecorder()
	e.http.ServeHTTP(recorded, r)
	content, err := io.ReadAll(recorded.Result().Body)
	if err != nil {
		e.T.Fatal(err)
	}
	a := Answer{t: e.T, Status: recorded.Code, Header: recorded.Result().Header, Body: content}
	if !q.Unchecked {
		if err := e.contract.validate(q.Method, q.Path, a); err != nil {
			e.T.Errorf("%s %s: %v\n%s", q.Method, q.Path, err, a.Body)
		}
	}
	if c := a.Cookie(); c != "" {
		Canary(c)
	}
	return a
}

// Post sends a body as a visitor.
func (e *Env) Post(path string, body any) Answer {
	e.T.Helper()
	return e.Do(Request{Method: "POST", Path: path, Body: body})
}

// Expect fails with the sentence when the answer does not have that code, or status.
func (e *Env) Expect(sentence string, a Answer, want string) {
	e.T.Helper()
	if a.Code() != want {
		e.T.Errorf("%s: %s instead of %s: %s", sentence, a.Code(), want, a.Body)
	}
}

// Must is Expect for what the rest of a test depends on.
func (e *Env) Must(a Answer, status int) Answer {
	e.T.Helper()
	if a.Status != status {
		e.T.Fatalf("%d instead of %d: %s", a.Status, status, a.Body)
	}
	return a
}

// PublishTerms makes other terms of the portal the current ones.
func (e *Env) PublishTerms(version string) {
	e.T.Helper()
	var err error
	if e.Terms, err = account.PublishTerms(e.T.Context(), e.DB, "test", version, account.TermsText{French: "Conditions " + version, English: "Terms " + version}); err != nil {
		e.T.Fatal(err)
	}
}

// NewMember is a confirmed person who has accepted the terms and reads French, and the cookie of a session. The account has
// no password.
func (e *Env) NewMember(email string) (account.User, string) {
	e.T.Helper()
	address, ok := account.ParseAddress(email)
	if !ok {
		e.T.Fatalf("%s is not an address", email)
	}
	now := e.Clock.Now()
	u := account.User{
		ID: e.DB.NewID(), Name: "Camille Martin", Email: address.Mail, Language: account.French, Status: account.Confirmed, Created: now, Confirmed: now,
		Preferences: account.NewPreferences(false, true), Terms: &account.Acceptance{Version: e.Terms.Version, Hash: e.Terms.Hash, At: now},
	}
	row, err := u.Item()
	if err != nil {
		e.T.Fatal(err)
	}
	unique := account.AddressRow(e.DB, address).Key
	unique["user"] = ddb.S(u.ID)
	e.Put(e.DB.Tables.Registry, row)
	e.Put(e.DB.Tables.Registry, unique)
	return u, e.BeginSession(u)
}

// BeginSession returns the cookie of a new session of a person.
func (e *Env) BeginSession(u account.User) string {
	e.T.Helper()
	s, cookie := account.NewSession(u, e.DB.NewID(), e.Clock.Now())
	items, err := s.Begin(e.DB)
	if err == nil {
		err = e.DB.Transact(e.T.Context(), items)
	}
	if err != nil {
		e.T.Fatal(err)
	}
	return Canary(cookie.Reveal())
}

// TokenKeys are the keys of a channel's tokens, as the function has them.
func (e *Env) TokenKeys(in channel.Channel) (*token.Keys, error) {
	text, err := e.secrets.Get(e.T.Context(), topology.Name(topology.TokenKeys, in))
	if err != nil {
		return nil, err
	}
	return token.ParseKeys(in, text)
}

// Organisation makes an organisation.
func (e *Env) Organisation(name string, open bool) organisation.Organisation {
	e.T.Helper()
	o, err := organisation.Create(e.T.Context(), e.DB, "test", name, open)
	if err != nil {
		e.T.Fatal(err)
	}
	return o
}

// Join makes a person a member of an organisation.
func (e *Env) Join(u account.User, o organisation.Organisation, role organisation.Role) {
	e.T.Helper()
	m := organisation.Membership{User: u.ID, Organisation: o.ID, Role: role, Name: u.Name, By: "test"}
	if err := organisation.Enrol(e.T.Context(), e.DB, m); err != nil {
		e.T.Fatal(err)
	}
}

// Membership is a person's in an organisation.
func (e *Env) Membership(user, of string) organisation.Membership {
	e.T.Helper()
	p, err := account.GetPerson(e.T.Context(), e.DB, user)
	if err != nil {
		e.T.Fatal(err)
	}
	m, ok := p.Membership(of)
	if !ok {
		e.T.Fatalf("%s is not a member of %s", user, of)
	}
	return m
}

// Put writes a row directly, as other functions do.
func (e *Env) Put(table string, row ddb.Item) {
	e.T.Helper()
	if _, err := e.Tables.Client.PutItem(e.T.Context(), &dynamodb.PutItemInput{TableName: &table, Item: row}); err != nil {
		e.T.Fatal(err)
	}
}

// SetUser writes an attribute of an account directly, as other functions do.
func (e *Env) SetUser(user, attribute string, value types.AttributeValue) {
	e.T.Helper()
	_, err := e.Tables.Client.UpdateItem(e.T.Context(), &dynamodb.UpdateItemInput{
		TableName: &e.DB.Tables.Registry, Key: account.Key(user), UpdateExpression: aws.String("SET #a = :v"),
		ExpressionAttributeNames: map[string]string{"#a": attribute}, ExpressionAttributeValues: ddb.Item{":v": value},
	})
	if err != nil {
		e.T.Fatal(err)
	}
}

// Dump is all that is stored, by table and key, but for the counters of attempts.
func (e *Env) Dump() map[string]ddb.Item {
	e.T.Helper()
	all := map[string]ddb.Item{}
	tables := []string{e.DB.Tables.Registry, e.DB.Tables.Events, e.DB.Tables.Sessions}
	for _, table := range append(tables, slices.Collect(maps.Values(e.DB.Tables.Grants))...) {
		pages := dynamodb.NewScanPaginator(e.direct, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(context.WithoutCancel(e.T.Context()))
			if err != nil {
				e.T.Fatal(err)
			}
			for _, row := range page.Items {
				if !strings.HasPrefix(ddb.Text(row, ddb.PK), "TRY#") {
					all[table+" "+ddb.Text(row, ddb.PK)+" "+ddb.Text(row, ddb.SK)] = row
				}
			}
		}
	}
	return all
}

// Unchanged fails when something is stored that was not in before, or the other way round.
func (e *Env) Unchanged(sentence string, before map[string]ddb.Item) {
	e.T.Helper()
	after := e.Dump()
	for key, row := range after {
		if !reflect.DeepEqual(before[key], row) {
			e.T.Errorf("%s: %s was written", sentence, key)
		}
	}
	for key := range before {
		if after[key] == nil {
			e.T.Errorf("%s: %s was removed", sentence, key)
		}
	}
}

// StoredText is all that is stored as text.
func (e *Env) StoredText() string {
	e.T.Helper()
	var all strings.Builder
	for key, row := range e.Dump() {
		all.WriteString(key + TextOf(&types.AttributeValueMemberM{Value: row}))
	}
	return all.String()
}

// Forms are those in which a secret could be found: as it is, and in base64.
func Forms(secret string) []string {
	return []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret))}
}

// checkSecrets: of what was given to somebody, the tables hold hashes only (TK-03).
func (e *Env) checkSecrets() {
	stored := e.StoredText()
	canaries.Lock()
	defer canaries.Unlock()
	for _, secret := range canaries.texts {
		for _, form := range Forms(secret) {
			if strings.Contains(stored, form) {
				e.T.Errorf("TK-03 a secret is stored: %s", secret)
			}
		}
	}
}

// TextOf is all text of a value.
func TextOf(value types.AttributeValue) string {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	case *types.AttributeValueMemberM:
		text := ""
		for name, member := range v.Value {
			text += name + TextOf(member)
		}
		return text
	case *types.AttributeValueMemberL:
		text := ""
		for _, member := range v.Value {
			text += TextOf(member)
		}
		return text
	}
	return ""
}
