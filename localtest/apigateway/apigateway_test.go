package apigateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"guichet/localtest/lambda"
	canonical "guichet/shared/route"
	"guichet/shared/topology"
)

const allow = `{"principalId":"p","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}]}}`

// platform is an API with functions that answer as told, and what they saw.
type platform struct {
	url string
	api *API

	mu     sync.Mutex
	events map[string][]byte
	lines  []string
}

// serve deploys routes whose functions answer with the texts given; an error is the Lambda service's.
func serve(t *testing.T, api topology.API, answers map[string]any, change func(*Options)) *platform {
	t.Helper()
	p := &platform{events: map[string][]byte{}}
	o := Options{API: api, AccessLog: func(line string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.lines = append(p.lines, line)
	}}
	o.Lambda = func(ctx context.Context, i lambda.Invocation) (*lambda.Result, error) {
		p.mu.Lock()
		p.events[i.Function] = i.Payload
		p.mu.Unlock()
		switch answer := answers[i.Function].(type) {
		case string:
			return &lambda.Result{Payload: []byte(answer)}, nil
		case *lambda.Result:
			return answer, nil
		case error:
			return nil, answer
		case time.Duration:
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return nil, &lambda.Error{Status: 404, Code: "ResourceNotFoundException"}
	}
	if change != nil {
		change(&o)
	}
	var err error
	if p.api, err = New(o); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p.api)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *platform) event(t *testing.T, function string, into any) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := json.Unmarshal(p.events[function], into); err != nil {
		t.Fatalf("event of %s: %v", function, err)
	}
}

func (p *platform) log() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines
}

func do(t *testing.T, method, url string, body io.Reader, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

// open is an API of one function without authorizer.
func open(routes ...topology.Route) topology.API {
	if routes == nil {
		routes = []topology.Route{{Method: "ANY", Path: "/{proxy+}", Function: "f"}, {Method: "ANY", Path: "/", Function: "f"}}
	}
	return topology.API{Name: "consumer", Routes: routes, BinaryMediaTypes: []string{"*/*"}}
}

// guarded is an API behind an authorizer.
func guarded() topology.API {
	return topology.API{
		Name: "consumer", Authorizer: "authorizer", BinaryMediaTypes: []string{"*/*"},
		Routes: []topology.Route{{Method: "ANY", Path: "/{proxy+}", Function: "f", Authorized: true}},
		GatewayResponses: []topology.GatewayResponse{
			{
				Type: "ACCESS_DENIED", Status: 401, Body: `{"code":"$context.authorizer.code","correlationId":"$context.requestId"}`,
				Headers: map[string]string{"WWW-Authenticate": "context.authorizer.challenge", "Content-Type": "'application/problem+json'", "X-CorrelationID": "context.requestId", "Access-Control-Allow-Origin": "context.authorizer.origin"},
			},
			{Type: "AUTHORIZER_FAILURE", Status: 503, Body: `{"code":"unavailable"}`},
			{Type: "AUTHORIZER_CONFIGURATION_ERROR", Status: 503, Body: `{"code":"misconfigured"}`},
		},
	}
}

const ok = `{"statusCode":200,"body":"fine"}`

func TestRoutes(t *testing.T) {
	t.Parallel()
	p := serve(t, open(
		topology.Route{Method: "ANY", Path: "/api/oauth/token", Function: "token"},
		topology.Route{Method: "GET", Path: "/.well-known/metadata", Function: "metadata"},
		topology.Route{Method: "GET", Path: "/api/problems/{proxy+}", Function: "problems"},
		topology.Route{Method: "OPTIONS", Path: "/{proxy+}", Function: "preflight"},
		topology.Route{Method: "ANY", Path: "/{proxy+}", Function: "gateway"},
		topology.Route{Method: "ANY", Path: "/", Function: "root"},
	), map[string]any{
		"token": `{"body":"token"}`, "metadata": `{"body":"metadata"}`, "problems": `{"body":"problems"}`, "preflight": `{"body":"preflight"}`,
		"gateway": `{"body":"gateway"}`, "root": `{"body":"root"}`,
	}, nil)
	missing := `{"message":"Missing Authentication Token"}`
	for _, c := range []struct{ call, want string }{
		{"POST /api/oauth/token", "token"},
		{"POST /api/oauth/token/", "token"},
		{"OPTIONS /api/oauth/token", "token"},
		{"POST /api/oauth/token/x", "gateway"},
		{"POST /api/oauth", "gateway"},
		{"GET /.well-known/metadata", "metadata"},
		{"POST /.well-known/metadata", missing}, // no way to a less exact resource
		{"GET /api/problems/quota_day", "problems"},
		{"GET /api/problems", "gateway"},
		{"OPTIONS /dila/x", "preflight"},
		{"GET /dila/x", "gateway"},
		{"GET /", "root"},
		{"TRACE /dila/x", missing}, // ANY is seven methods
	} {
		method, path, _ := strings.Cut(c.call, " ")
		if _, got := do(t, method, p.url+path, nil); got != c.want {
			t.Errorf("%s: %s, want %s", c.call, got, c.want)
		}
	}
}

func TestTheEventOfAProxyIntegration(t *testing.T) {
	t.Parallel()
	p := serve(t, open(), map[string]any{"f": ok}, nil)
	host := strings.TrimPrefix(p.url, "http://")
	do(t, "POST", p.url+"/cpro/a%2Fb/c%20d//e/?q=1&q=2%262&e=&n+1=%C3%A9", strings.NewReader("\x00body"),
		"X-Many", "one", "X-Many", "two", "Content-Type", "application/json", "Max-Forwards", "3", "Te", "trailers", "X-Forwarded-For", "1.2.3.4")
	var got events.APIGatewayProxyRequest
	p.event(t, "f", &got)
	context := got.RequestContext
	for what, pair := range map[string][2]any{
		"path, still encoded":       {got.Path, "/cpro/a%2Fb/c%20d//e/"},
		"its parameter":             {got.PathParameters["proxy"], "cpro/a%2Fb/c%20d//e/"},
		"resource":                  {got.Resource, "/{proxy+}"},
		"method":                    {got.HTTPMethod, "POST"},
		"query, decoded, last":      {got.QueryStringParameters["q"], "2&2"},
		"query, all":                {got.MultiValueQueryStringParameters["q"], []string{"1", "2&2"}},
		"query without a value":     {got.MultiValueQueryStringParameters["e"], []string{""}},
		"query with a coded name":   {got.QueryStringParameters["n 1"], "é"},
		"headers, all":              {got.MultiValueHeaders["X-Many"], []string{"one", "two"}},
		"headers, last":             {got.Headers["X-Many"], "two"},
		"host":                      {got.Headers["Host"], host},
		"address":                   {got.Headers["X-Forwarded-For"], "1.2.3.4, 127.0.0.1"},
		"a header that is dropped":  {got.MultiValueHeaders["Max-Forwards"], []string(nil)},
		"length, dropped":           {got.MultiValueHeaders["Content-Length"], []string(nil)},
		"body, always base64":       {got.Body, "AGJvZHk="},
		"and says so":               {got.IsBase64Encoded, true},
		"source":                    {context.Identity.SourceIP, "127.0.0.1"},
		"stage":                     {context.Stage, "live"},
		"path of the context":       {context.Path, "/cpro/a%2Fb/c%20d//e/"},
		"domain, without port":      {context.DomainName, "127.0.0.1"},
		"protocol":                  {context.Protocol, "HTTP/1.1"},
		"no authorizer":             {context.Authorizer, map[string]any(nil)},
		"a request id":              {len(context.RequestID), 36},
		"a trace":                   {strings.HasPrefix(got.Headers["X-Amzn-Trace-Id"], "Root=1-"), true},
		"no forgotten forwarded of": {got.Headers["X-Forwarded-Proto"], "http"},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: %#v, want %#v", what, pair[0], pair[1])
		}
	}

	do(t, "GET", p.url+"/x", nil)
	var bare map[string]any
	p.event(t, "f", &bare)
	for _, name := range []string{"queryStringParameters", "multiValueQueryStringParameters", "body", "stageVariables"} {
		if value, present := bare[name]; !present || value != nil {
			t.Errorf("%s of a bare call: %v, want null", name, value)
		}
	}
}

func TestHeaderNamesAsHTTP2ClientsSendThem(t *testing.T) {
	t.Parallel()
	p := serve(t, open(), map[string]any{"f": ok}, func(o *Options) { o.LowerCaseHeaders = true })
	do(t, "GET", p.url+"/x", nil, "KeyId", "k", "Authorization", "Bearer x")
	var got events.APIGatewayProxyRequest
	p.event(t, "f", &got)
	if got.Headers["keyid"] != "k" || got.Headers["Authorization"] != "Bearer x" {
		t.Errorf("headers %v", got.Headers)
	}
}

func TestAnAnswerBecomesWhatTheCallerSees(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		status int
		body   string
		header map[string]string
	}{
		"text":                   {`{"statusCode":201,"body":"é"}`, 201, "é", map[string]string{"Content-Type": "application/json", "Content-Length": "2"}},
		"bytes":                  {`{"statusCode":200,"body":"AP8=","isBase64Encoded":true}`, 200, "\x00\xff", nil},
		"nothing":                {`{}`, 200, "", map[string]string{"Content-Type": "application/json"}},
		"a status as text":       {`{"statusCode":"404"}`, 404, "", nil},
		"a type in small":        {`{"headers":{"content-type":"text/xml"}}`, 200, "", map[string]string{"Content-Type": "text/xml"}},
		"several values win":     {`{"headers":{"set-cookie":"c=3"},"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]}}`, 200, "", map[string]string{"Set-Cookie": "a=1|b=2"}},
		"a boolean":              {`{"headers":{"X-Flag":true}}`, 200, "", map[string]string{"X-Flag": "true"}},
		"a challenge is renamed": {`{"statusCode":403,"headers":{"www-authenticate":"Bearer"}}`, 403, "", map[string]string{"Www-Authenticate": "", "X-Amzn-Remapped-Www-Authenticate": "Bearer"}},
		"so are the others": {
			`{"headers":{"Date":"d","Server":"s","Connection":"close","Content-Length":"99"}}`, 200, "",
			map[string]string{"X-Amzn-Remapped-Date": "d", "X-Amzn-Remapped-Server": "s", "X-Amzn-Remapped-Connection": "close", "X-Amzn-Remapped-Content-Length": "99", "Server": "", "Content-Length": "0"},
		},
		"Retry-After is not":      {`{"statusCode":429,"headers":{"Retry-After":"1"}}`, 429, "", map[string]string{"Retry-After": "1"}},
		"Transfer-Encoding drops": {`{"headers":{"Transfer-Encoding":"chunked"},"body":"x"}`, 200, "x", map[string]string{"X-Amzn-Remapped-Transfer-Encoding": ""}},
		"204 has no body":         {`{"statusCode":204,"body":"x"}`, 204, "", nil},

		"no JSON":                 {`fine`, 502, `{"message":"Internal server error"}`, nil},
		"no object":               {`"fine"`, 502, `{"message":"Internal server error"}`, nil},
		"a member too many":       {`{"statusCode":200,"text":"x"}`, 502, `{"message":"Internal server error"}`, map[string]string{"X-Amzn-Errortype": "InternalServerErrorException"}},
		"a body that is no text":  {`{"body":{}}`, 502, `{"message":"Internal server error"}`, nil},
		"a header of a number":    {`{"headers":{"X":1}}`, 502, `{"message":"Internal server error"}`, nil},
		"a status out of range":   {`{"statusCode":99}`, 502, `{"message":"Internal server error"}`, nil},
		"bytes that are none":     {`{"body":"%","isBase64Encoded":true}`, 502, `{"message":"Internal server error"}`, nil},
		"GW-10 CR and LF":         {`{"headers":{"X":"a\r\nY: b"}}`, 502, `{"message":"Internal server error"}`, nil},
		"a name that is no token": {`{"headers":{"a b":"x"}}`, 502, `{"message":"Internal server error"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, open(), map[string]any{"f": c.answer}, nil)
			response, body := do(t, "GET", p.url+"/x", nil)
			if response.StatusCode != c.status || body != c.body {
				t.Errorf("%d %q, want %d %q", response.StatusCode, body, c.status, c.body)
			}
			for name, want := range c.header {
				if got := strings.Join(response.Header.Values(name), "|"); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if len(response.Header.Get("X-Amzn-Requestid")) != 36 {
				t.Error("no request id")
			}
		})
	}
}

func TestTheAuthorizerDecides(t *testing.T) {
	t.Parallel()
	policy := func(effect, resource, more string) string {
		return fmt.Sprintf(`{"principalId":"p","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":%q,"Resource":%q}]}%s}`, effect, resource, more)
	}
	const arn = "arn:aws:execute-api:eu-west-3:000000000000:localconsumer/live/GET/x/y"
	for name, c := range map[string]struct {
		answer any
		status int
		body   string // contained
	}{
		"allowed":                            {policy("Allow", arn, ""), 200, "fine"},
		"allowed by a wildcard":              {policy("Allow", "arn:aws:execute-api:*:*:*/live/?ET/*", ""), 200, "fine"},
		"another method's permission":        {policy("Allow", strings.Replace(arn, "GET", "PUT", 1), ""), 401, ""},
		"denied with its code":               {policy("Deny", "*", `,"context":{"code":"token_invalid","challenge":"Bearer error=\"invalid_token\"","origin":"*"}`), 401, `{"code":"token_invalid","correlationId":"`},
		"a deny beside an allow":             {`{"principalId":"p","policyDocument":{"Statement":[{"Action":"*","Effect":"Allow","Resource":["*"]},{"Action":["execute-api:*"],"Effect":"Deny","Resource":"*"}]}}`, 401, ""},
		"no statement":                       {`{"principalId":"p","policyDocument":{"Statement":[]}}`, 401, ""},
		"an object in the context":           {policy("Allow", "*", `,"context":{"o":{}}`), 503, "misconfigured"},
		"null in the context":                {policy("Allow", "*", `,"context":{"o":null}`), 503, "misconfigured"},
		"no principal":                       {`{"policyDocument":{"Statement":[]}}`, 503, "misconfigured"},
		"no policy":                          {`{"principalId":"p"}`, 503, "misconfigured"},
		"M17 a Resource of 512 characters":   {policy("Allow", arn[:len(arn)-1]+"?"+strings.Repeat("*", 512-len(arn)), ""), 200, "fine"},
		"M17 a Resource of 513 characters":   {policy("Allow", arn[:len(arn)-1]+"?"+strings.Repeat("*", 513-len(arn)), ""), 503, "misconfigured"},
		"M17 one of several, of 513 letters": {`{"principalId":"p","policyDocument":{"Statement":[{"Action":"*","Effect":"Allow","Resource":["*","` + strings.Repeat("é", 513) + `"]}]}}`, 503, "misconfigured"},
		"a condition":                        {`{"principalId":"p","policyDocument":{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*","Condition":{}}]}}`, 503, "misconfigured"},
		"no JSON":                            {`yes`, 503, "misconfigured"},
		"Unauthorized":                       {&lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"Unauthorized"}`)}, 401, `{"message":"Unauthorized"}`},
		"a failure":                          {&lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"Task timed out"}`)}, 503, "unavailable"},
		"no concurrency left":                {&lambda.Error{Status: 429, Code: "TooManyRequestsException"}, 503, "unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, guarded(), map[string]any{"authorizer": c.answer, "f": ok}, nil)
			response, body := do(t, "GET", p.url+"/x/y?a=1", strings.NewReader("body"), "Authorization", "Bearer t")
			if response.StatusCode != c.status || !strings.Contains(body, c.body) {
				t.Errorf("%d %s, want %d with %s", response.StatusCode, body, c.status, c.body)
			}
			if _, called := p.events["f"]; called != (c.status == 200) {
				t.Errorf("the function was called: %t", called)
			}
			var event events.APIGatewayCustomAuthorizerRequestTypeRequest
			p.event(t, "authorizer", &event)
			if event.Type != "REQUEST" || event.MethodArn != arn || event.Path != "/x/y" || event.Headers["Authorization"] != "Bearer t" ||
				event.QueryStringParameters["a"] != "1" || event.RequestContext.Identity.SourceIP != "127.0.0.1" || event.RequestContext.RequestID == "" {
				t.Errorf("event %+v", event)
			}
			if bytes.Contains(p.events["authorizer"], []byte(`"body"`)) {
				t.Error("an authorizer saw the body")
			}
		})
	}
}

func TestADenialCarriesTheAuthorizersWords(t *testing.T) {
	t.Parallel()
	p := serve(t, guarded(), map[string]any{
		"authorizer": `{"principalId":"p","policyDocument":{"Statement":[{"Action":"*","Effect":"Deny","Resource":"*"}]},"context":{"code":"token_missing","challenge":"Bearer realm=\"guichet\""}}`,
	}, nil)
	response, _ := do(t, "GET", p.url+"/x", nil)
	for name, want := range map[string]string{
		"WWW-Authenticate": `Bearer realm="guichet"`, "Content-Type": "application/problem+json", "X-Amzn-Errortype": "AccessDeniedException",
		"X-CorrelationID": response.Header.Get("X-Amzn-Requestid"),
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if _, present := response.Header["Access-Control-Allow-Origin"]; present {
		t.Error("a header without a value was sent")
	}
}

func TestTheContextReachesTheFunctionAsText(t *testing.T) {
	t.Parallel()
	p := serve(t, guarded(), map[string]any{"authorizer": strings.TrimSuffix(allow, "}") + `,"context":{"s":"x","n":17,"b":true}}`, "f": ok}, nil)
	do(t, "GET", p.url+"/x", nil)
	var event struct {
		RequestContext struct{ Authorizer map[string]any }
	}
	p.event(t, "f", &event)
	delete(event.RequestContext.Authorizer, "integrationLatency")
	if want := map[string]any{"principalId": "p", "s": "x", "n": "17", "b": "true"}; !reflect.DeepEqual(event.RequestContext.Authorizer, want) {
		t.Errorf("authorizer %v, want %v", event.RequestContext.Authorizer, want)
	}
}

func TestFailuresOfTheIntegration(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer any
		status int
		body   string
	}{
		"OP-03 a function that fails":  {&lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"x"}`)}, 502, `{"message":"Internal server error"}`},
		"a service that cannot":        {errors.New("no route"), 504, `{"message":"Internal server error"}`},
		"a function that takes longer": {time.Hour, 504, `{"message":"Endpoint request timed out"}`},
		"an event that is too large":   {&lambda.Error{Status: 413, Code: "RequestTooLargeException"}, 413, `{"message":"Request Too Long"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, open(), map[string]any{"f": c.answer}, func(o *Options) { o.Timeout = 50 * time.Millisecond })
			if response, body := do(t, "GET", p.url+"/x", nil); response.StatusCode != c.status || body != c.body {
				t.Errorf("%d %s, want %d %s", response.StatusCode, body, c.status, c.body)
			}
		})
	}
}

func TestADeclaredDefaultAnswersItsClass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ declared, want int }{{500, 500}, {0, 502}} {
		api := open()
		api.GatewayResponses = []topology.GatewayResponse{{Type: "DEFAULT_5XX", Status: c.declared, Body: `{"said":$context.error.messageString,"absent":"$context.authorizer.x"}`}}
		p := serve(t, api, map[string]any{"f": "no JSON"}, nil)
		if response, body := do(t, "GET", p.url+"/x", nil); response.StatusCode != c.want || body != `{"said":"Internal server error","absent":""}` {
			t.Errorf("%d %s, want %d", response.StatusCode, body, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	p := serve(t, open(), map[string]any{"f": ok}, nil)
	for name, c := range map[string]struct {
		body   int
		header int
		status int
	}{
		"4.5 MB fit into an event":           {4_500_000, 0, 200},
		"what base64 makes too large is 413": {4_718_593, 0, 413},
		"10 MB are 413 too":                  {10 << 20, 0, 413},
		"and one byte more is refused":       {10<<20 + 1, 0, 413},
		"headers of 10,000 bytes":            {0, 10_000, 200},
		"headers of 10,240 and a line":       {0, 10_240, 431},
	} {
		response, _ := do(t, "POST", p.url+"/x", bytes.NewReader(make([]byte, c.body)), "X-Filler", strings.Repeat("x", c.header))
		if response.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, response.StatusCode, c.status)
		}
	}
}

func TestPathsThatAnAuthorizerIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	p := serve(t, guarded(), map[string]any{"authorizer": allow, "f": ok}, nil)
	prefix := len(p.api.arn(&call{method: "GET", path: "/"}))
	for name, c := range map[string]struct {
		path   string
		status int
	}{
		"M17 an ARN of 1,600 bytes":       {"/" + strings.Repeat("a", 1_600-prefix), 200},
		"M17 an ARN of 1,601 bytes":       {"/" + strings.Repeat("a", 1_601-prefix), 414},
		"M17 the longest path of a route": {"/" + strings.Repeat("a", canonical.MaxPath-1), 200},
		"M17 a byte beyond ASCII":         {"/\xc3\xa9", 200},
	} {
		if status := raw(t, p.url, "GET "+c.path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); status != c.status {
			t.Errorf("%s: %d, want %d", name, status, c.status)
		}
	}
}

// raw sends a request as it is written, and returns the status of the answer.
func raw(t *testing.T, url, request string) int {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestBodiesAboveTheFirewallsLimit(t *testing.T) {
	t.Parallel()
	api := open()
	api.BodyLimit = &topology.BodyLimit{
		Bytes: 4_600_000, Status: 413, Headers: map[string]string{"Cache-Control": "no-store"}, Body: `{"type":"` + topology.ProblemPagesPlaceholder + `body_too_large"}`,
	}
	api.GatewayResponses = []topology.GatewayResponse{{Type: "REQUEST_TOO_LARGE", Body: `{"never":"sent"}`}}
	p := serve(t, api, map[string]any{"f": ok}, func(o *Options) { o.ProblemPages = "https://api.example.org/api/problems/" })
	const page, plain = `{"type":"https://api.example.org/api/problems/body_too_large"}`, `{"message":"Request Too Long"}`
	for name, c := range map[string]struct {
		body   io.Reader
		status int
		want   string
	}{
		"M13 4.6 MB reach the function":                {bytes.NewReader(make([]byte, 4_600_000)), 200, "fine"},
		"M13 a byte more has its page":                 {bytes.NewReader(make([]byte, 4_600_001)), 413, page},
		"M13 10 MB have it":                            {bytes.NewReader(make([]byte, 10<<20)), 413, page},
		"M13 more than API Gateway reads has it":       {bytes.NewReader(make([]byte, 10<<20+1)), 413, page},
		"M13 without a length it is the service's 413": {io.MultiReader(bytes.NewReader(make([]byte, 5_000_000))), 413, plain},
	} {
		response, body := do(t, "POST", p.url+"/x", c.body)
		if response.StatusCode != c.status || body != c.want {
			t.Errorf("%s: %d %s", name, response.StatusCode, body)
		}
	}
}

func TestWhatNoServerReads(t *testing.T) {
	t.Parallel()
	p := serve(t, open(), map[string]any{"f": ok}, nil)
	for request, want := range map[string]string{
		"GET /x HTTP/1.1\r\nHost: a\r\n\r\n":                                                   "200",
		"GET http://b/y HTTP/1.1\r\nHost: a\r\n\r\n":                                           "200",
		"GET //x HTTP/1.1\r\nHost: a\r\n\r\n":                                                  "200",
		"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n":                                                 "400",
		"GET /x?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n":                                             "400",
		"GET /x?{a} HTTP/1.1\r\nHost: a\r\n\r\n":                                               "400",
		"GET /x HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n":                                          "400",
		"GET /x HTTP/1.1\r\nHost: a\r\nA: b\x00\r\n\r\n":                                       "400",
		"GET /x HTTP/1.1\r\n\r\n":                                                              "400",
		"GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n":                                        "400",
		"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx":      "400",
		"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n":                       "501",
		"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n":              "400",
		"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n": "200",
		"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n":                            "400",
		"GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n":      "200",
		"CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n":                                        "403",
	} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(connection, request); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(connection).ReadString('\n')
		connection.Close()
		if err != nil || len(line) < 12 || line[9:12] != want {
			t.Errorf("%q: %q %v, want %s", request, line, err, want)
		}
	}
	var event events.APIGatewayProxyRequest
	do(t, "GET", p.url+"/x?a=1;b=2", nil)
	p.event(t, "f", &event)
	if event.QueryStringParameters["b"] != "2" {
		t.Errorf("a semicolon does not split: %v", event.QueryStringParameters)
	}
}

func TestARouteIsThrottledAsDeclared(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	p := serve(t, open(
		topology.Route{Method: "POST", Path: "/token", Function: "f", Rate: 1, Burst: 3},
		topology.Route{Method: "ANY", Path: "/{proxy+}", Function: "f"},
	), map[string]any{"f": ok}, func(o *Options) { o.now = func() time.Time { return now } })
	call := func() (refused int) {
		for range 5 {
			if response, _ := do(t, "POST", p.url+"/token", nil); response.StatusCode == 429 {
				refused++
			}
		}
		return refused
	}
	if n := call(); n != 2 {
		t.Errorf("%d of 5 refused, want 2", n)
	}
	if response, _ := do(t, "GET", p.url+"/other", nil); response.StatusCode != 200 {
		t.Error("another route is throttled")
	}
	now = now.Add(2 * time.Second)
	if n := call(); n != 3 {
		t.Errorf("two seconds later %d of 5 refused, want 3", n)
	}
}

func TestAnAPIOfTheSiteDemandsItsKey(t *testing.T) {
	t.Parallel()
	const key = "0123456789abcdefghij"
	api := open()
	api.SiteOnly = true
	api.GatewayResponses = []topology.GatewayResponse{{Type: "INVALID_API_KEY", Status: 403, Body: `{"code":"forbidden"}`}}
	for _, lower := range []bool{false, true} {
		p := serve(t, api, map[string]any{"f": ok}, func(o *Options) { o.Key, o.LowerCaseHeaders = key, lower })
		for name, headers := range map[string][]string{
			"no key":             nil,
			"another key":        {"X-Api-Key", "1" + key[1:]},
			"the key and more":   {"X-Api-Key", key + "0"},
			"another key before": {"X-Api-Key", "mine", "X-Api-Key", key},
			"another header":     {"Authorization", key},
		} {
			if response, body := do(t, "GET", p.url+"/x", nil, headers...); response.StatusCode != 403 || body != `{"code":"forbidden"}` {
				t.Errorf("%s: %d %s", name, response.StatusCode, body)
			}
		}
		if _, called := p.events["f"]; called {
			t.Error("RG-13 a call without the key reached the function")
		}
		if response, body := do(t, "GET", p.url+"/x", nil, "x-api-key", key); response.StatusCode != 200 {
			t.Errorf("with the key: %d %s", response.StatusCode, body)
		}
		var got events.APIGatewayProxyRequest
		if p.event(t, "f", &got); got.RequestContext.Identity.APIKey != key || got.RequestContext.Identity.APIKeyID == "" {
			t.Errorf("the event's identity: %+v", got.RequestContext.Identity)
		}
	}
}

func TestTheAccessLogHasOneLineForEachCall(t *testing.T) {
	t.Parallel()
	api := guarded()
	api.AccessLog = `{"id":"$context.requestId","method":"$context.httpMethod","path":"$context.path","status":"$context.status","code":"$context.authorizer.code","ms":"$context.responseLatency","backend":"$context.integration.latency"}`
	p := serve(t, api, map[string]any{"authorizer": allow, "f": ok}, nil)
	response, _ := do(t, "GET", p.url+"/x?secret=canary", nil)
	do(t, "TRACE", p.url+"/x", nil)
	do(t, "POST", p.url+"/x", bytes.NewReader(make([]byte, 10<<20+1)))
	lines := p.log()
	if len(lines) != 3 {
		t.Fatalf("lines %q", lines)
	}
	var line map[string]string
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatalf("%s: %v", lines[0], err)
	}
	if line["id"] != response.Header.Get("X-Amzn-Requestid") || line["path"] != "/x" || line["status"] != "200" || line["code"] != "-" || line["ms"] == "-" {
		t.Errorf("line %v", line)
	}
	if strings.Contains(lines[0], "canary") {
		t.Error("TE-04 the query is in the log")
	}
	if raw(t, p.url, `GET /x","code":"admin HTTP/1.1`+"\r\nHost: x\r\nConnection: close\r\n\r\n"); !strings.Contains(p.log()[3], `"path":"/x","code":"admin"`) {
		t.Errorf("M72 the log is escaped, which the service does not do: %s", p.log()[3])
	}
	if !strings.Contains(lines[1], `"status":"403"`) || !strings.Contains(lines[2], `"status":"413"`) {
		t.Errorf("lines %q", lines[1:])
	}
}

func TestADeclarationThatNoDeploymentTakes(t *testing.T) {
	t.Parallel()
	for name, api := range map[string]topology.API{
		"a method":             open(topology.Route{Method: "FETCH", Path: "/", Function: "f"}),
		"a path":               open(topology.Route{Method: "GET", Path: "x", Function: "f"}),
		"a parameter":          open(topology.Route{Method: "GET", Path: "/{id}/x", Function: "f"}),
		"no function":          open(topology.Route{Method: "GET", Path: "/"}),
		"no authorizer":        open(topology.Route{Method: "GET", Path: "/", Function: "f", Authorized: true}),
		"a gateway response":   {GatewayResponses: []topology.GatewayResponse{{Type: "FORBIDDEN"}}},
		"twice the same":       {GatewayResponses: []topology.GatewayResponse{{Type: "THROTTLED"}, {Type: "THROTTLED"}}},
		"a key that is none":   {SiteOnly: true},
		"a header from no way": {GatewayResponses: []topology.GatewayResponse{{Type: "THROTTLED", Headers: map[string]string{"X": "$context.requestId"}}}},
	} {
		if _, err := New(Options{API: api, Lambda: func(context.Context, lambda.Invocation) (*lambda.Result, error) { return nil, nil }}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	plan := topology.Platform()
	for _, api := range plan.APIs {
		if _, err := New(Options{API: api, Key: "k", Lambda: func(context.Context, lambda.Invocation) (*lambda.Result, error) { return nil, nil }}); err != nil {
			t.Error(err)
		}
	}
}
