package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/localtest"
	"guichet/localtest/apigateway"
	"guichet/localtest/lambda"
	"guichet/localtest/secretsmanager"
	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/token"
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

func (r *recording) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func canary(text string) string {
	canaries.Lock()
	defer canaries.Unlock()
	if text != "" {
		canaries.texts = append(canaries.texts, text)
	}
	return text
}

func TestMain(m *testing.M) {
	slog.SetDefault(httpapi.NewLogger(&logs))
	code := m.Run()
	for _, text := range canaries.texts {
		if strings.Contains(logs.String(), text) {
			os.Stderr.WriteString("OP-01 a secret is in the log: " + text + "\n")
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

// start is five seconds into the next minute: DynamoDB Local removes what has expired by the machine's own clock.
func start() time.Time {
	return time.Now().UTC().Truncate(time.Minute).Add(time.Minute + 5*time.Second)
}

const (
	testPages  = "https://api.example/api/problems/"
	testPortal = "https://portal.example"
	address    = "203.0.113.7"
)

// platform is the service of one channel behind the API that the topology declares, on a store of its own.
type platform struct {
	channel channel.Channel
	tables  *localtest.TestTables
	clock   *clock
	config  configuration
	aws     amazon.Environment
	service *service
	http    http.Handler
}

func newPlatform(t *testing.T, c channel.Channel) *platform {
	t.Helper()
	return newPlatformOn(t, c, localtest.Tables(t))
}

func newPlatformOn(t *testing.T, c channel.Channel, tables *localtest.TestTables) *platform {
	t.Helper()
	secrets, err := secretsmanager.Open("")
	if err != nil {
		t.Fatal(err)
	}
	keys := canary(strings.Repeat("k"+c.Lower(), 8))
	if err := secrets.Put("token-keys", `{"sign":"1","1":"`+keys+`"}`); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(secrets)
	t.Cleanup(server.Close)
	environment := tables.Environment
	environment.Endpoints = map[string]string{"DYNAMODB": tables.Endpoint, "SECRETS_MANAGER": server.URL}

	p := &platform{channel: c, tables: tables, clock: &clock{at: start()}}
	p.config = configuration{
		Channel: c, GrantsTable: tables.Name(topology.Grants, c), RoutesTable: tables.Name(topology.Routes, c),
		SessionsTable: tables.Name(topology.Sessions), TokenKeys: "token-keys", IssuerURL: "https://" + c.Lower() + ".example",
		PortalURL: testPortal, ProblemPages: testPages,
	}
	p.aws = environment
	p.service = newService(p.config, environment, p.clock.now)
	p.service.pause = noPause
	p.http = p.behindAPIGateway(t, p.service)
	return p
}

// behindAPIGateway is another environment of the function when s is another service.
func (p *platform) behindAPIGateway(t *testing.T, s *service) http.Handler {
	t.Helper()
	plan := topology.Platform()
	declared, ok := plan.API(topology.ConsumerAPI)
	if !ok {
		t.Fatal("the topology has no consumer API")
	}
	call := httpapi.Lambda(s, testPages)
	api, err := apigateway.New(apigateway.Options{
		API: declared,
		Lambda: func(ctx context.Context, i lambda.Invocation) (*lambda.Result, error) {
			if i.Function != "oauth" {
				t.Errorf("API Gateway called the function %s", i.Function)
			}
			answer, err := call(ctx, i.Payload)
			if err != nil {
				return nil, err
			}
			payload, err := json.Marshal(answer)
			return &lambda.Result{Payload: payload}, err
		},
		AccessLog: func(line string) { logs.Write([]byte(line + "\n")) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// noPause is for tests that fail authentications by the dozen.
func noPause(context.Context, time.Duration) error { return nil }

func (p *platform) anotherEnvironment(t *testing.T) *platform {
	t.Helper()
	other := *p
	other.service = newService(p.config, p.aws, p.clock.now)
	other.service.pause = noPause
	other.http = p.behindAPIGateway(t, other.service)
	return &other
}

// Scopes of the two APIs that tests publish.
var (
	resourceAPI = route.Route{BasePath: "/demo/v1", API: "01JD0000000000000000000000", ID: "AAAA", Version: "1", State: route.Published, Bearer: true,
		Scopes: map[string]string{"resource.READ": "AAAB", "resource.WRITE": "AAAC"}}
	invoiceAPI = route.Route{BasePath: "/invoice/v1", API: "01JD0000000000000000000001", ID: "BBBB", Version: "1", State: route.Published, Bearer: true,
		Scopes: map[string]string{"invoice": "BBBC"}}
	// sharedAPI has a scope with the name of one of resourceAPI's.
	sharedAPI = route.Route{BasePath: "/shared/v1", API: "01JD0000000000000000000002", ID: "CCCC", Version: "1", State: route.Published, Bearer: true,
		Scopes: map[string]string{"resource.READ": "CCCB", "shared": "CCCD"}}
)

func (p *platform) publish(t *testing.T, routes ...route.Route) {
	t.Helper()
	if err := route.Put(t.Context(), p.tables.Database(p.clock.now), p.config.RoutesTable, routes...); err != nil {
		t.Fatal(err)
	}
}

const applicationID = "01JD8ZQ5V0M3X2N7K4W9T6R1BC"

// addClient stores a client and returns its id and its secret.
func (p *platform) addClient(t *testing.T, c client.Client) (id, password string) {
	t.Helper()
	return p.addClientWith(t, c, newUUID())
}

func (p *platform) addClientWith(t *testing.T, c client.Client, password string) (string, string) {
	t.Helper()
	id := newUUID()
	canary(password)
	if c.Application == "" {
		c.Application = applicationID
	}
	if c.Confidential && password != "" {
		c.Secrets = []client.Secret{{Hash: secret.Value(password).Hash()}}
	}
	item := c.Item()
	item[ddb.PK] = ddb.S(ddb.GrantClient(id))
	if _, err := p.tables.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &p.config.GrantsTable, Item: item}); err != nil {
		t.Fatal(err)
	}
	return id, password
}

// live is a confidential client in order.
func live(access ...string) client.Client {
	return client.Client{Number: 7, Enabled: true, Confidential: true, Access: access}
}

// call is a request to the service; zero fields are those of an honest token request.
type call struct {
	method, path, query string
	header              http.Header
	contentType         string // "-" for none
	body                string
	address             string
}

func formOf(pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

// result is the answer to a call.
type result struct {
	status int
	header http.Header
	body   string

	Error       string `json:"error"`
	Description string `json:"error_description"`
	URI         string `json:"error_uri"`
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   any    `json:"expires_in"`
	Scope       string `json:"scope"`
}

// do sends a call and checks what holds for every answer of the token endpoint (TE-13, TE-14, guide I8).
func (p *platform) do(t *testing.T, c call) result {
	t.Helper()
	r := httptest.NewRequest(orElse(c.method, http.MethodPost), "https://"+p.channel.Lower()+".example"+orElse(c.path, tokenPath), strings.NewReader(c.body))
	r.URL.RawQuery = c.query
	r.RequestURI = r.URL.RequestURI()
	for name, values := range c.header {
		r.Header[name] = values
	}
	if c.contentType != "-" {
		r.Header.Set("Content-Type", orElse(c.contentType, "application/x-www-form-urlencoded"))
	}
	r.RemoteAddr = orElse(c.address, address) + ":1234"
	w := httptest.NewRecorder()
	p.http.ServeHTTP(w, r)
	got := result{status: w.Code, header: http.Header{}, body: w.Body.String()}
	for name, values := range w.Header() { // names leave as the function wrote them
		for _, value := range values {
			got.header.Add(name, value)
		}
	}
	if got.body != "" {
		if err := json.Unmarshal([]byte(got.body), &got); err != nil {
			t.Fatalf("TE-14 %d %q is no JSON: %v", got.status, got.body, err)
		}
		if kind := got.header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("TE-14 content type %q", kind)
		}
	}
	if got.header.Get("X-CorrelationID") == "" {
		t.Error("guide I8: no X-CorrelationID")
	}
	if strings.TrimSuffix(orElse(c.path, tokenPath), "/") != tokenPath {
		return got
	}
	if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Pragma") != "no-cache" {
		t.Errorf("TE-13 Cache-Control %q, Pragma %q", got.header.Get("Cache-Control"), got.header.Get("Pragma"))
	}
	if strings.Contains(strings.ToLower(got.body), "canary") {
		t.Errorf("TE-14 the answer echoes the request: %s", got.body)
	}
	for i := range len(got.Description) {
		if d := got.Description[i]; d < ' ' || d > '~' || d == '"' || d == '\\' {
			t.Errorf("TE-14 description %q (RFC 6749 §5.2)", got.Description)
		}
	}
	if (got.status == http.StatusOK) == (got.AccessToken == "") && orElse(c.method, http.MethodPost) == http.MethodPost {
		t.Errorf("status %d with the body %s", got.status, got.body)
	}
	return got
}

// ask sends an honest token request with the client's secret in the body.
func (p *platform) ask(t *testing.T, id, password, scope string) result {
	t.Helper()
	return p.do(t, call{body: formOf("grant_type", "client_credentials", "client_id", id, "client_secret", password, "scope", scope)})
}

// claims reads a token.
func (p *platform) claims(t *testing.T, text string) token.Claims {
	t.Helper()
	keys, err := p.service.keys.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	claims, err := keys.Verify(text, p.clock.now())
	if err != nil {
		t.Fatalf("token %q: %v", text, err)
	}
	return claims
}

func newUUID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:])
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
