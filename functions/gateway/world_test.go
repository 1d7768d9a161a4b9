package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"guichet/localtest"
	"guichet/shared/channel"
	"guichet/shared/guard"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/topology"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // a line per call would hide what fails
	os.Exit(m.Run())
}

const (
	pages        = "https://sandbox.api.example.org/api/problems/"
	portal       = "https://portal.example.org"
	requestID    = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
	caller       = "198.51.100.23"
	host         = "sandbox.api.example.org"
	application  = "01JD8Z6H5K7M9N0P1Q2R3S4T5V"
	organisation = "01JD8Z6H5K7M9N0P1Q2R3S4T5W"
	apiID        = "01JD8Z6H5K7M9N0P1Q2R3S4T5X"
	basePath     = "/dila/cadastre/v1"
)

// world is a gateway behind the adapter, with a real route table and backends of the test's own.
type world struct {
	t       *testing.T
	gateway *gateway
	tables  *localtest.TestTables
	secrets map[string]secret.Value // by full name; what is missing cannot be read
	reads   int
	mu      sync.Mutex
	serve   func(context.Context, json.RawMessage) (events.APIGatewayProxyResponse, error)
}

// published is a route of a world, with what its backend does.
type published struct {
	route.Route
	backend http.Handler // served over http at an address of its own, unless the route has a URL
	private bool         // the API is not public
}

// newWorld publishes routes. A route's API, id, base path and state have defaults.
func newWorld(t *testing.T, routes ...published) *world {
	t.Helper()
	tables := localtest.Tables(t)
	table := tables.Name(topology.Routes, channel.Sandbox)
	w := &world{t: t, tables: tables, secrets: map[string]secret.Value{}}
	var exceptions []string
	for i := range routes {
		p := &routes[i]
		if p.API == "" {
			p.API = apiID
		}
		if p.ID == "" {
			p.ID = "id" + strconv.Itoa(10+i)
		}
		if p.BasePath == "" {
			p.BasePath = basePath
		}
		if p.State == "" {
			p.State = route.Published
		}
		p.Public = !p.private
		if p.backend != nil {
			server := httptest.NewServer(p.backend)
			t.Cleanup(server.Close)
			p.Backend.URL = server.URL + p.Backend.URL
		}
		if u, err := url.Parse(p.Backend.URL); err == nil && strings.HasPrefix(u.Host, "127.0.0.1:") {
			exceptions = append(exceptions, u.Host)
		}
		if err := route.Put(t.Context(), tables.Database(nil), table, p.Route); err != nil {
			t.Fatal(err)
		}
	}

	g, err := guard.New(guard.Options{Exceptions: strings.Join(exceptions, ",")})
	if err != nil {
		t.Fatal(err)
	}
	w.gateway = &gateway{
		channel:     channel.Sandbox,
		routes:      route.NewSource(tables.Client, table, time.Now),
		credentials: newCredentials(w.secret, "sandbox/backend/", time.Now),
		transport:   g.Transport(),
		portal:      portal,
		pages:       pages,
		budget:      budget,
		now:         time.Now,
	}
	w.serve = httpapi.Lambda(w.gateway, pages)
	return w
}

// secret stands for Secrets Manager.
func (w *world) secret(_ context.Context, name string) (secret.Value, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reads++
	if value, ok := w.secrets[name]; ok {
		return value, nil
	}
	return "", errors.New("no such secret")
}

// call is what a consumer sends, as API Gateway hands it over.
type call struct {
	method string // GET when empty
	path   string // basePath + "/parcelles" when empty
	header http.Header
	query  url.Values
	body   []byte
	// authorizer's context; nil for an admitted call, and changed by alter.
	authorizer map[string]any
	alter      map[string]any
}

// allowed is what the authorizer says of an admitted call.
func allowed(method, path string) map[string]any {
	return map[string]any{
		"decision": "allow", "path": path, "method": method, "basePath": basePath, "api": apiID, "application": application,
		"organisation": organisation, "scopes": "cadastre.lire cadastre.ecrire", "rateLimitPolicy": `"second";q=20;w=1`,
		"rateLimit": `"second";r=19;t=1`, "principalId": application, "integrationLatency": "3",
	}
}

// event is a proxy event of a REST API.
func (c *call) event() map[string]any {
	method, path := c.method, c.path
	if method == "" {
		method = http.MethodGet
	}
	if path == "" {
		path = basePath + "/parcelles"
	}
	authorizer := c.authorizer
	if authorizer == nil {
		canonical, err := route.Canonical(path)
		if err != nil {
			canonical = path
		}
		authorizer = allowed(method, canonical)
		maps.Copy(authorizer, c.alter)
	}
	headers := map[string][]string{"Host": {host}, "X-Forwarded-For": {caller}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Port": {"443"}}
	for name, values := range c.header {
		headers[name] = values
	}
	event := map[string]any{
		"resource": "/{proxy+}", "path": path, "httpMethod": method, "multiValueHeaders": headers,
		"multiValueQueryStringParameters": nil, "queryStringParameters": nil, "stageVariables": nil,
		"pathParameters": map[string]string{"proxy": strings.TrimPrefix(path, "/")}, "body": nil, "isBase64Encoded": false,
		"requestContext": map[string]any{
			"accountId": "123456789012", "apiId": "abcdef1234", "stage": "sandbox", "domainName": host, "path": path, "protocol": "HTTP/1.1",
			"httpMethod": method, "requestId": requestID, "identity": map[string]any{"sourceIp": caller}, "authorizer": authorizer,
		},
	}
	if c.query != nil {
		event["multiValueQueryStringParameters"] = c.query
	}
	if c.body != nil {
		event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(c.body), true
	}
	return event
}

// answer is what the caller of the API gets.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// document returns the problem document of a refusal; the zero value for another answer.
func (a *answer) document() (d problem.Document) {
	if a.header.Get("Content-Type") == problem.ContentType {
		_ = json.Unmarshal(a.body, &d)
	}
	return d
}

func (w *world) do(c call) answer { return w.in(w.t.Context(), c) }

func (w *world) in(ctx context.Context, c call) answer {
	event, err := json.Marshal(c.event())
	if err != nil {
		w.t.Error(err)
	}
	return w.send(ctx, event)
}

func (w *world) send(ctx context.Context, event []byte) answer {
	said, err := w.serve(ctx, event)
	if err != nil {
		w.t.Error(err)
	}
	a := answer{status: said.StatusCode, header: http.Header{}, body: []byte(said.Body)}
	if said.IsBase64Encoded {
		if a.body, err = base64.StdEncoding.DecodeString(said.Body); err != nil {
			w.t.Error(err)
		}
	}
	for name, values := range said.MultiValueHeaders {
		for _, value := range values {
			a.header.Add(name, value)
		}
	}
	if got := a.header.Values(httpapi.CorrelationHeader); len(got) != 1 || got[0] != requestID {
		w.t.Errorf("K13 the answer's correlation id is %q", got)
	}
	return a
}

// refused checks that an answer is the problem document of a code, whole.
func refused(t *testing.T, name string, a answer, code problem.Code) {
	t.Helper()
	d := a.document()
	if d.Code != code || a.status != code.Status() || d.Status != a.status {
		t.Errorf("%s: %d %s, want %d %s", name, a.status, a.body, code.Status(), code)
		return
	}
	if d.Type != pages+string(code) || d.CorrelationID != requestID || d.Title == "" || d.Detail == "" {
		t.Errorf("%s: the document lacks something: %s", name, a.body)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s: GW-16 a refusal's Cache-Control is %q", name, got)
	}
}

// recorder is a backend that keeps what it was sent, and answers 200.
type recorder struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   [][]byte
	answer   func(http.ResponseWriter, *http.Request) // nil: an empty 200
}

func (b *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	b.requests, b.bodies = append(b.requests, r), append(b.bodies, body)
	b.mu.Unlock()
	if b.answer != nil {
		b.answer(w, r)
	}
}

// taken returns the requests since the last time.
func (b *recorder) taken() []*http.Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.requests
	b.requests, b.bodies = nil, nil
	return taken
}

func (b *recorder) body() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.bodies) == 0 {
		return nil
	}
	return b.bodies[len(b.bodies)-1]
}

// socket is a backend that speaks in bytes: handle gets each connection with the head of its first request, and owns it.
func socket(t *testing.T, handle func(conn net.Conn, head string)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for _, conn := range open {
			conn.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			running.Go(func() {
				defer conn.Close()
				if head, ok := readHead(conn); ok {
					handle(conn, head)
				}
			})
		}
	})
	return "http://" + listener.Addr().String()
}

func readHead(conn net.Conn) (string, bool) {
	var head strings.Builder
	var one [1]byte
	for !strings.HasSuffix(head.String(), "\r\n\r\n") {
		if _, err := conn.Read(one[:]); err != nil {
			return head.String(), false
		}
		head.WriteByte(one[0])
	}
	return head.String(), true
}

// captured runs do with the log going into a buffer. Not for parallel tests: the logger is the process's.
func captured(do func()) string {
	var log bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(httpapi.NewLogger(&log))
	do()
	return log.String()
}

var discarded = log.New(io.Discard, "", 0)

func serveWith(g *gateway) func(context.Context, json.RawMessage) (events.APIGatewayProxyResponse, error) {
	return httpapi.Lambda(g, pages)
}
