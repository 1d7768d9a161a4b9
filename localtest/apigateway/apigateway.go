// Package apigateway runs a REST API (API Gateway v1, regional, behind a custom domain at its root) as the topology declares it.
//
// It does what a function or a caller can observe: routing, throttling by route, the REQUEST authorizer without cache, the proxy integration's events and answers,
// the headers that the platform drops and renames, its limits of size and time, gateway responses, and the access log. It checks what a deployment would refuse and
// says so when it is made. Of the WAF in front it has the limit of bodies; it has no request validation, of usage plans one key without limits, and no streaming. TLS is left out: a loopback host is a secure context to browsers.
//
// The behaviour is the documented one and that of published snapshots of the real service; where neither says anything, the comment says "assumed".
package apigateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"guichet/localtest/lambda"
	"guichet/shared/topology"
)

// The limits of the service.
const (
	// maxBodyBytes is the largest body of a request.
	maxBodyBytes = 10 << 20
	// maxArnBytes is the longest ARN of a method that an authorizer decides on, maxResourceCharacters the longest Resource of
	// its policy ("Output from an API Gateway Lambda authorizer").
	maxArnBytes           = 1_600
	maxResourceCharacters = 512
	// maxHeaderBytes is the request line and all header values together.
	maxHeaderBytes = 10_240
	// integrationTimeout is how long a function may take to answer.
	integrationTimeout = 29 * time.Second
)

// KeyHeader is where a call has its API key: the API's key source is HEADER.
const KeyHeader = "X-Api-Key"

// Options of an API.
type Options struct {
	// API is what the topology declares.
	API topology.API
	// Lambda calls a function.
	Lambda func(context.Context, lambda.Invocation) (*lambda.Result, error)
	// FunctionName turns a name of the topology into a deployed one; nil leaves it.
	FunctionName func(string) string
	// AccessLog receives each line of the access log, without its end; nil drops them. It may be called from several goroutines at once.
	AccessLog func(string)
	// Failure receives why a call was answered with a gateway response of the 5xx kind, by its request id; nil drops it.
	Failure func(requestID string, cause error)
	// Key is what X-Api-Key must hold on an API that is SiteOnly.
	Key string
	// ProblemPages is the base URL of the pages that explain codes, for what is answered without a function.
	ProblemPages string
	// Region and Account stand in the ARNs; "eu-west-3" and twelve zeros when empty.
	Region, Account string
	// Stage is the deployed stage's name; "live" when empty.
	Stage string
	// LowerCaseHeaders gives functions the header names as HTTP/2 clients send them.
	LowerCaseHeaders bool
	// Timeout is how long a function may take to answer; 29 s, the service's, when 0.
	Timeout time.Duration

	now func() time.Time
}

// API is a deployed REST API. It serves HTTP.
type API struct {
	options   Options
	id        string
	routes    []route
	responses map[string]topology.GatewayResponse
	account   *bucket
}

// The account's default throttle, shared by all routes without one of their own.
const accountRate, accountBurst = 10_000, 5_000

// New checks the declaration and deploys it.
func New(o Options) (*API, error) {
	if o.Lambda == nil {
		return nil, errors.New("apigateway: no Lambda service")
	}
	if o.FunctionName == nil {
		o.FunctionName = func(name string) string { return name }
	}
	if o.AccessLog == nil {
		o.AccessLog = func(string) {}
	}
	if o.Failure == nil {
		o.Failure = func(string, error) {}
	}
	if o.now == nil {
		o.now = time.Now
	}
	for field, value := range map[*string]string{&o.Region: "eu-west-3", &o.Account: strings.Repeat("0", 12), &o.Stage: "live"} {
		if *field == "" {
			*field = value
		}
	}
	if o.Timeout == 0 {
		o.Timeout = integrationTimeout
	}
	if o.API.SiteOnly && o.Key == "" {
		return nil, fmt.Errorf("apigateway: API %s demands a key, and there is none", o.API.Name)
	}
	a := &API{options: o, id: "local" + o.API.Name, responses: map[string]topology.GatewayResponse{}, account: newBucket(accountRate, accountBurst, o.now())}
	for _, declared := range o.API.Routes {
		r, err := newRoute(declared, o.now())
		if err != nil {
			return nil, fmt.Errorf("apigateway: API %s: %w", o.API.Name, err)
		}
		if declared.Authorized && o.API.Authorizer == "" {
			return nil, fmt.Errorf("apigateway: API %s: %s %s is authorized, and the API has no authorizer", o.API.Name, declared.Method, declared.Path)
		}
		a.routes = append(a.routes, r)
	}
	for _, response := range o.API.GatewayResponses {
		if _, known := kinds[response.Type]; !known {
			return nil, fmt.Errorf("apigateway: API %s: no gateway response is called %s", o.API.Name, response.Type)
		}
		if _, twice := a.responses[response.Type]; twice {
			return nil, fmt.Errorf("apigateway: API %s: gateway response %s is declared twice", o.API.Name, response.Type)
		}
		for header, source := range response.Headers {
			if !mappable(source) {
				return nil, fmt.Errorf("apigateway: API %s: header %s of gateway response %s cannot be %q", o.API.Name, header, response.Type, source)
			}
		}
		a.responses[response.Type] = response
	}
	return a, nil
}

// ServeHTTP serves one call. Malformed HTTP never arrives: Go's server refuses it with 400.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, refused := a.parse(w, r)
	defer func() {
		c.set("responseLatency", strconv.FormatInt(a.options.now().Sub(c.began).Milliseconds(), 10))
		a.options.AccessLog(c.logLine(a.options.API.AccessLog))
	}()
	if refused != nil {
		a.refuse(w, c, refused)
		return
	}
	if failure := a.serve(r.Context(), w, c); failure != nil {
		a.writeFailure(w, c, failure)
	}
}

// serve runs the steps of a call in the service's order.
func (a *API) serve(ctx context.Context, w http.ResponseWriter, c *call) *failure {
	route, parameters := a.match(c.method, c.path)
	if route == nil {
		return &failure{kind: "MISSING_AUTHENTICATION_TOKEN", message: "Missing Authentication Token"}
	}
	c.resource, c.parameters = route.declared.Path, parameters
	c.set("resourcePath", route.declared.Path)
	if a.options.API.SiteOnly && c.apiKey != a.options.Key { // before the throttle: assumed
		return &failure{kind: "INVALID_API_KEY", message: "Forbidden"}
	}
	if !a.allow(route) {
		return &failure{kind: "THROTTLED", message: "Too Many Requests"}
	}
	// A caller who hangs up does not stop what he has begun.
	ctx = context.WithoutCancel(ctx)
	if route.declared.Authorized {
		if failure := a.authorize(ctx, c); failure != nil {
			return failure
		}
	}
	return a.integrate(ctx, w, c, a.options.FunctionName(route.declared.Function))
}

// arn is the method's ARN, which an authorizer's policy must allow.
func (a *API) arn(c *call) string {
	return fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/%s/%s/%s", a.options.Region, a.options.Account, a.id, a.options.Stage, c.method, strings.TrimPrefix(c.path, "/"))
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// newRequestID returns a random UUID, the form of the service's request ids.
func newRequestID() string {
	h := randomHex(16)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
