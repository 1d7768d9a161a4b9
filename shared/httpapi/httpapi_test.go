package httpapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"guichet/shared/httpapi"
	"guichet/shared/problem"
)

const pages = "https://pages.example/problems/"

// event is a REST v1 proxy event as API Gateway sends it, changed by fields.
func event(t *testing.T, fields map[string]any) json.RawMessage {
	t.Helper()
	e := map[string]any{
		"resource": "/{proxy+}", "path": "/demo", "httpMethod": "GET",
		"headers":           map[string]string{"Host": "api.example", "Accept": "*/*"},
		"multiValueHeaders": map[string][]string{"Host": {"api.example"}, "Accept": {"*/*"}},
		"requestContext": map[string]any{
			"requestId": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "domainName": "api.example", "httpMethod": "GET", "stage": "live",
			"identity":   map[string]any{"sourceIp": "203.0.113.7"},
			"authorizer": map[string]any{"application": "01JAPP", "principalId": "x"},
		},
	}
	for name, value := range fields {
		e[name] = value
	}
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func call(t *testing.T, handler http.HandlerFunc, raw json.RawMessage) events.APIGatewayProxyResponse {
	t.Helper()
	answer, err := httpapi.Lambda(handler, pages)(t.Context(), raw)
	if err != nil {
		t.Fatalf("Lambda returned an error: %v", err)
	}
	return answer
}

func TestRequest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		fields map[string]any
		check  func(*http.Request) (got, want any)
	}{
		{"a header with commas stays one value", map[string]any{"multiValueHeaders": map[string][]string{"Idempotency-Key": {"x,y"}, "If-None-Match": {`"a,b"`}}},
			func(r *http.Request) (any, any) { return r.Header.Values("Idempotency-Key"), []string{"x,y"} }},
		{"a header that was sent twice has two values", map[string]any{"multiValueHeaders": map[string][]string{"X-A": {"1", "2"}}},
			func(r *http.Request) (any, any) { return r.Header.Values("X-A"), []string{"1", "2"} }},
		{"GW-08 the escaped path is kept", map[string]any{"path": "/a%2Fb/c%20d"},
			func(r *http.Request) (any, any) {
				return []string{httpapi.RawPath(r), r.URL.Path, r.URL.EscapedPath(), r.RequestURI}, []string{"/a%2Fb/c%20d", "/a/b/c d", "/a%2Fb/c%20d", "/a%2Fb/c%20d"}
			}},
		{"GW-08 a path that starts with two slashes is no host", map[string]any{"path": "//evil.test/x"},
			func(r *http.Request) (any, any) {
				return []string{r.Host, r.URL.Host, r.URL.Path, httpapi.RawPath(r)}, []string{"api.example", "api.example", "//evil.test/x", "//evil.test/x"}
			}},
		{"GW-08 a raw path that needs escapes reaches the handler as it is", map[string]any{"path": `/a"b^`},
			func(r *http.Request) (any, any) { return httpapi.RawPath(r), `/a"b^` }},
		{"the host is API Gateway's, not the caller's", map[string]any{"multiValueHeaders": map[string][]string{"Host": {"evil.test"}}},
			func(r *http.Request) (any, any) {
				return []string{r.Host, r.Header.Get("Host")}, []string{"api.example", ""}
			}},
		{"a query of one value per name is understood", map[string]any{"queryStringParameters": map[string]string{"a": "1&b=2"}},
			func(r *http.Request) (any, any) { return r.URL.RawQuery, "a=1%26b%3D2" }},
		{"the body arrives decoded, with its length", map[string]any{"httpMethod": "POST", "body": base64.StdEncoding.EncodeToString([]byte{0, 0xff}), "isBase64Encoded": true},
			func(r *http.Request) (any, any) {
				body, err := io.ReadAll(r.Body)
				return []any{body, err, r.ContentLength}, []any{[]byte{0, 0xff}, nil, int64(2)}
			}},
		{"the request context is within reach", nil,
			func(r *http.Request) (any, any) {
				c := httpapi.RequestContext(r)
				return []any{c.RequestID, c.Identity.SourceIP, c.DomainName, c.Authorizer["application"], r.RemoteAddr},
					[]any{"3fa85f64-5717-4562-b3fc-2c963f66afa6", "203.0.113.7", "api.example", "01JAPP", "203.0.113.7:0"}
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			called := false
			call(t, func(_ http.ResponseWriter, r *http.Request) {
				called = true
				if got, want := test.check(r); !reflect.DeepEqual(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			}, event(t, test.fields))
			if !called {
				t.Error("the handler was not called")
			}
		})
	}
}

func TestTheQueryIsRebuiltInOneWayOnly(t *testing.T) {
	t.Parallel()
	fields := map[string]any{"multiValueQueryStringParameters": map[string][]string{
		"z": {"2", "1"}, "a": {"é +"}, "m": {""}, "k": {"1"}, "b": {"&"}, "q": {"="},
	}}
	for range 50 {
		call(t, func(_ http.ResponseWriter, r *http.Request) {
			const want = "a=%C3%A9%20%2B&b=%26&k=1&m=&q=%3D&z=2&z=1"
			if r.URL.RawQuery != want || r.RequestURI != "/demo?"+want {
				t.Errorf("query %q, URI %q", r.URL.RawQuery, r.RequestURI)
			}
		}, event(t, fields))
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	untyped := map[string][]string{"Content-Type": {"application/octet-stream"}, "X-Content-Type-Options": {"nosniff"}}
	binary := string([]byte{0xff, 0xfe})
	tests := []struct {
		name    string
		method  string
		handler http.HandlerFunc
		status  int
		body    string // decoded
		base64  bool
		headers map[string][]string // nil values: the header must be absent
	}{
		{"a handler that writes nothing answers 200", "", func(http.ResponseWriter, *http.Request) {}, 200, "", false, nil},
		{"a status without a body is an answer", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, "", false, nil},
		{"the first WriteHeader wins", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); w.WriteHeader(500) }, 201, "", false, nil},
		{"an informational status is not the answer", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(202) }, 202, "", false, nil},
		{"a body without a status is 200", "", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "x"); w.WriteHeader(500) }, 200, "x", false, nil},
		{"headers after the status are ignored", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("A", "1")
			w.WriteHeader(200)
			w.Header().Set("A", "2")
			w.Header().Set("B", "2")
		}, 200, "", false, map[string][]string{"A": {"1"}, "B": nil}},
		{"headers after a flush are ignored", "", func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).Flush(); err != nil {
				panic(err)
			}
			w.Header().Set("A", "2")
		}, 200, "", false, map[string][]string{"A": nil}},
		{"HEAD has no body, and the header of GET", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<p>x")
		}, 200, "", false, map[string][]string{"Content-Type": {"text/html; charset=utf-8"}, "X-Content-Type-Options": nil}},
		{"204 has no body", "", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrBodyNotAllowed) {
				panic("written")
			}
		}, 204, "", false, nil},
		{"a header with several values keeps them", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Set-Cookie", "a=1")
			w.Header().Add("Set-Cookie", "b=2")
		}, 200, "", false, map[string][]string{"Set-Cookie": {"a=1", "b=2"}}},
		{"text leaves as text", "", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"é":"<&>"}`) }, 200, `{"é":"<&>"}`, false, nil},
		{"what is no UTF-8 leaves as base64", "", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, binary) }, 200, binary, true, nil},
		{"a large text that JSON would inflate leaves as base64", "", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("\x01", 2<<20)) }, 200, strings.Repeat("\x01", 2<<20), true, nil},
		{"a large plain text leaves as text", "", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("a", 2<<20)) }, 200, strings.Repeat("a", 2<<20), false, nil},
		{"a header cannot smuggle another line", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["A"] = []string{"1\r\nB: 2"}
			w.Header()["C D"] = []string{"1"}
		}, 200, "", false, map[string][]string{"A": {"1  B: 2"}, "C D": nil}},
		{"headers of a connection are dropped", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			w.Header().Set("Content-Length", "7")
			w.Header().Set("Transfer-Encoding", "chunked")
		}, 200, "", false, map[string][]string{"Connection": nil, "Content-Length": nil, "Transfer-Encoding": nil}},
		{"the correlation id is the platform's, once, whatever the handler sets", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-CorrelationID", "forged")
		}, 200, "", false, map[string][]string{"X-CorrelationID": {"3fa85f64-5717-4562-b3fc-2c963f66afa6"}, "X-Correlationid": nil}},
		{"M73 no type is guessed for an answer without one", "", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<script>alert(1)</script>")
		}, 200, "<script>alert(1)</script>", false, untyped},
		{"M73 nor for one that suppresses it", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			fmt.Fprint(w, "<p>")
		}, 200, "<p>", false, untyped},
		{"M73 nor for a compressed one, to which API Gateway would add application/json", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "compressed")
		}, 200, "compressed", false, untyped},
		{"M73 nor for an answer to HEAD", "HEAD", func(http.ResponseWriter, *http.Request) {}, 200, "", false, untyped},
		{"M73 304 has no type of its own", "", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(304)
		}, 304, "", false, map[string][]string{"Content-Type": nil, "X-Content-Type-Options": nil}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fields := map[string]any{}
			if test.method != "" {
				fields["httpMethod"] = test.method
			}
			answer := call(t, test.handler, event(t, fields))
			body := answer.Body
			if answer.IsBase64Encoded {
				decoded, err := base64.StdEncoding.DecodeString(body)
				if err != nil {
					t.Fatal(err)
				}
				body = string(decoded)
			}
			if answer.StatusCode != test.status || body != test.body || answer.IsBase64Encoded != test.base64 {
				t.Errorf("got %d, %d bytes %.40q, base64 %v", answer.StatusCode, len(body), body, answer.IsBase64Encoded)
			}
			for name, want := range test.headers {
				if got := answer.MultiValueHeaders[name]; !reflect.DeepEqual(got, want) {
					t.Errorf("header %s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

func document(t *testing.T, answer events.APIGatewayProxyResponse) problem.Document {
	t.Helper()
	var d problem.Document
	if err := json.Unmarshal([]byte(answer.Body), &d); err != nil {
		t.Fatalf("body %q: %v", answer.Body, err)
	}
	if got := answer.MultiValueHeaders["Content-Type"]; !reflect.DeepEqual(got, []string{problem.ContentType}) {
		t.Errorf("content type %q", got)
	}
	if got := answer.MultiValueHeaders["Cache-Control"]; !reflect.DeepEqual(got, []string{"no-store"}) {
		t.Errorf("cache control %q", got)
	}
	if d.Status != answer.StatusCode {
		t.Errorf("status %d in the document, %d outside", d.Status, answer.StatusCode)
	}
	return d
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		handler http.HandlerFunc
	}{
		{"OP-03 a panic is a 500 and the process survives", func(http.ResponseWriter, *http.Request) { panic("secret detail") }},
		{"OP-03 a panic after a partial answer is a 500, not half an answer", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(200)
			fmt.Fprint(w, "secret detail")
			panic(errors.New("boom"))
		}},
		{"OP-03 an aborted answer is a 500", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "secret detail")
			panic(http.ErrAbortHandler)
		}},
		{"an impossible status is a 500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(99) }},
		{"an answer above what Lambda passes on is a 500, not a broken invocation", func(w http.ResponseWriter, _ *http.Request) {
			piece := bytes.Repeat([]byte("a"), 1<<20)
			for range 5 {
				if _, err := w.Write(piece); err != nil {
					return
				}
			}
			panic("never told")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer := call(t, test.handler, event(t, nil))
			d := document(t, answer)
			if d.Status != 500 || d.Type != pages+"internal" || d.CorrelationID == "" || strings.Contains(answer.Body, "secret") {
				t.Errorf("got %s", answer.Body)
			}
		})
	}
}

func TestAReverseProxyWhoseBackendBreaksOffIsNoAnswer(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "half")
	}))
	t.Cleanup(backend.Close)
	target, err := url.Parse(backend.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target) }}
	if answer := call(t, proxy.ServeHTTP, event(t, nil)); answer.StatusCode != 500 {
		t.Errorf("got %d %q", answer.StatusCode, answer.Body)
	}
}

func TestOP08ForgedEventsAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]json.RawMessage{
		"an empty object":                  json.RawMessage(`{}`),
		"a text":                           json.RawMessage(`"x"`),
		"null":                             json.RawMessage(`null`),
		"no request id":                    event(t, map[string]any{"requestContext": map[string]any{"domainName": "api.example"}}),
		"no method":                        event(t, map[string]any{"httpMethod": ""}),
		"an HTTP API (v2) event":           json.RawMessage(`{"version":"2.0","rawPath":"/x","requestContext":{"requestId":"r","http":{"method":"GET","path":"/x"}}}`),
		"a load balancer's event":          json.RawMessage(`{"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":"GET","path":"/x"}`),
		"a path without a slash":           event(t, map[string]any{"path": "x"}),
		"an empty path":                    event(t, map[string]any{"path": ""}),
		"a broken escape in the path":      event(t, map[string]any{"path": "/%zz"}),
		"a query in the path":              event(t, map[string]any{"path": "/x?a=1"}),
		"a line break in the path":         event(t, map[string]any{"path": "/x\r\ny"}),
		"a body that is no base64":         event(t, map[string]any{"body": "%", "isBase64Encoded": true}),
		"a method that is none":            event(t, map[string]any{"httpMethod": "G E T"}),
		"headers of another shape":         event(t, map[string]any{"multiValueHeaders": "x"}),
		"a host that would end the origin": event(t, map[string]any{"requestContext": map[string]any{"requestId": "r", "domainName": "a b"}}),
	}
	for name, raw := range tests {
		t.Run("OP-08 "+name, func(t *testing.T) {
			t.Parallel()
			answer := call(t, func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }, raw)
			if d := document(t, answer); d.Status != 400 {
				t.Errorf("got %s", answer.Body)
			}
		})
	}
}

func TestWriteProblem(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		err        error
		status     int
		code       problem.Code
		retryAfter string
	}{
		{"a domain error has its own status and code", problem.New(problem.NotFound), 404, problem.NotFound, ""},
		{"Retry-After is rounded up to whole seconds", problem.New(problem.Busy).After(1200 * time.Millisecond), 429, problem.Busy, "2"},
		{"what is no domain error is internal and shows nothing", errors.New("secret"), 500, problem.Internal, ""},
		{"no error at all is internal", nil, 500, problem.Internal, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer := call(t, func(w http.ResponseWriter, r *http.Request) { httpapi.WriteProblem(w, r, pages, test.err) }, event(t, nil))
			d := document(t, answer)
			if d.Status != test.status || d.Code != test.code || d.Type != pages+string(test.code) || strings.Contains(answer.Body, "secret") {
				t.Errorf("got %s", answer.Body)
			}
			if d.CorrelationID != "3fa85f64-5717-4562-b3fc-2c963f66afa6" {
				t.Errorf("correlation id %q", d.CorrelationID)
			}
			if got := strings.Join(answer.MultiValueHeaders["Retry-After"], ","); got != test.retryAfter {
				t.Errorf("Retry-After %q, want %q", got, test.retryAfter)
			}
		})
	}
}

// TestLog replaces the process's logger, so that it and what it calls run alone.
func TestLog(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(httpapi.NewLogger(&out))
	defer slog.SetDefault(before)

	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "aws-1"})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpapi.Log(r, slog.String(httpapi.KeyApplication, "01J"), slog.String(httpapi.KeyCode, "first"))
		httpapi.WriteProblem(w, r, pages, problem.Wrap(problem.Unavailable, errors.New("store down\n{}")))
	})
	raw := event(t, map[string]any{"multiValueQueryStringParameters": map[string][]string{"client_secret": {"canary"}}})
	if _, err := httpapi.Lambda(handler, pages)(ctx, raw); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(out.String(), "\n"); lines != 1 {
		t.Fatalf("OP-01 %d lines for one request:\n%s", lines, &out)
	}
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("OP-01 the line is no JSON: %v", err)
	}
	for key, want := range map[string]any{
		"level": "ERROR", "msg": "request", "correlationId": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "awsRequestId": "aws-1", "method": "GET",
		"path": "/demo", "status": 503.0, "address": "203.0.113.7", "application": "01J", "code": "unavailable", "error": "store down\n{}",
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	if strings.Contains(out.String(), "canary") {
		t.Errorf("TE-04 the query is in the log: %s", &out)
	}

	out.Reset()
	raw = event(t, map[string]any{"path": "/%zz", "multiValueQueryStringParameters": map[string][]string{"client_secret": {"canary"}}, "httpMethod": "ü"})
	if _, err := httpapi.Lambda(handler, pages)(ctx, raw); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "canary") {
		t.Errorf("TE-04 the query of an unreadable request is in the log: %s", &out)
	}
}
