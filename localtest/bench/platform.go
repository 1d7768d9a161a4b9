package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"guichet/localtest"
	"guichet/localtest/lambda"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/token"
	"guichet/shared/topology"
)

// in is the channel that is measured; they do not differ.
const in = channel.Sandbox

// actor is who the bench's acts are by.
const actor = "system:bench"

// platform is the local cloud with one published API and its backend.
type platform struct {
	cloud   *localtest.Cloud
	db      ddb.Database
	issuer  application.Issuer
	keys    string // the secret of the token keys
	backend *http.Server
	route   route.Route
	// grants and routes are the deployed names of the channel's tables.
	grants, routes string
	names          int // of applications
}

// newPlatform starts the cloud and publishes the API.
func newPlatform(ctx context.Context) (p *platform, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p = &platform{backend: &http.Server{Handler: http.HandlerFunc(sayHello), ReadHeaderTimeout: time.Minute}}
	go p.backend.Serve(listener) // ends with Close
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	p.cloud, err = localtest.Run(ctx, localtest.Options{
		Functions: []string{"oauth", "authorizer", "gateway"}, Backends: []string{listener.Addr().String()}, Faults: true, Log: say,
	})
	if err != nil {
		return nil, err
	}
	p.db = p.cloud.Database(nil)
	p.grants, p.routes = p.db.Tables.Grants[in], p.db.Tables.Routes[in]

	name, err := p.cloud.Deployed(topology.SecretName, topology.TokenKeys, in)
	if err != nil {
		return nil, err
	}
	p.keys = fmt.Sprintf(`{"sign":"1","1":%q}`, rand.Text()+rand.Text())
	if err := p.cloud.Secrets.Put(name, p.keys); err != nil {
		return nil, err
	}
	if p.issuer.Keys, err = token.ParseKeys(in, secret.Value(p.keys)); err != nil {
		return nil, err
	}
	p.route = route.Route{
		BasePath: "/bench/hello/v1", API: "01BENCH000000000000000HE11", ID: "hell", State: route.Published, Bearer: true, APIKey: true,
		Backend: route.Backend{URL: "http://" + listener.Addr().String()},
	}
	return p, route.Put(ctx, p.db, p.routes, p.route)
}

// Close ends everything that newPlatform started.
func (p *platform) Close() error {
	err := p.backend.Close()
	if p.cloud != nil {
		err = errors.Join(err, p.cloud.Close())
	}
	return err
}

func sayHello(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"message":"hello world"}`)) // a caller that hung up shows in its own count
}

// environment is what the topology configures a function with, here, with a store and the secrets at these URLs.
func (p *platform) environment(function, store, secrets string) (map[string]string, error) {
	plan := topology.Platform()
	declared, ok := plan.Function(function)
	if !ok {
		return nil, fmt.Errorf("the topology has no function %s", function)
	}
	variables := map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": store, "AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets}
	for name, reference := range declared.Environment {
		value, err := p.cloud.Deployed(reference.Kind, reference.Name, in)
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", name, function, err)
		}
		variables[name] = value
	}
	return variables, nil
}

// addEnvironments gives the Lambda service as many functions of their own as there shall be environments of one: the service reuses the environment that was used
// last, so that calls one after another would never meet another one.
func (p *platform) addEnvironments(ctx context.Context, function string, count int) ([]string, error) {
	binaries, err := localtest.Build(ctx, function)
	if err != nil {
		return nil, err
	}
	variables, err := p.environment(function, p.cloud.StoreFaults.URL, p.cloud.SecretFaults.URL)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range count {
		name := fmt.Sprintf("bench-%s-%d", function, i)
		if err := p.cloud.Lambda.Add(lambda.Function{Name: name, Bootstrap: binaries[function], MemoryMB: 512, Timeout: 10 * time.Second, Environment: variables}); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// invoke calls a function of the Lambda service and reads its answer into out.
func (p *platform) invoke(ctx context.Context, function string, event, out any) error {
	payload, err := json.Marshal(event)
	if err != nil {
		return err
	}
	result, err := p.cloud.Lambda.Invoke(ctx, lambda.Invocation{Function: function, Payload: payload})
	if err != nil {
		return err
	}
	if result.FunctionError != "" {
		return fmt.Errorf("%s: %s", function, result.Payload)
	}
	return json.Unmarshal(result.Payload, out)
}

// consumer is an application that calls, with all that it calls with.
type consumer struct {
	application string
	number      uint16 // of its client
	clientID    string
	secret      string
	token       string
}

// newConsumer makes an application that may call the API, within these limits.
func (p *platform) newConsumer(ctx context.Context, limits quota.Limits) (consumer, error) {
	p.names++
	a, err := application.Create(ctx, p.db, actor, application.New{
		Name: fmt.Sprintf("Bench %d", p.names), Channel: in, Organisation: "01BENCH00000000000000000RG",
	})
	if err != nil {
		return consumer{}, err
	}
	if err := application.SetLimits(ctx, p.db, actor, a.ID, "", &limits); err != nil {
		return consumer{}, err
	}
	if err := application.Link(ctx, p.db, actor, a.ID, application.Right{API: p.route.API, ShortID: p.route.ID}); err != nil {
		return consumer{}, err
	}
	c := consumer{application: a.ID}
	for _, credential := range a.Credentials {
		shown, err := p.issuer.ShowSecret(ctx, p.db, actor, a.ID, credential.ID)
		if err != nil {
			return consumer{}, err
		}
		if credential.Kind == application.OAuthClient {
			c.clientID, c.secret, c.number = credential.ID, shown.Reveal(), credential.Number
		}
	}
	c.token, err = p.getToken(ctx, c)
	return c, err
}

// perSecond are limits of a second alone.
func perSecond(calls int64) quota.Limits { return quota.Limits{PerSecond: &calls} }

// address is where the calls come from, in a range for documentation (RFC 5737).
const address = "203.0.113.7"

// header is what a caller such as curl sends, and API Gateway adds.
func header(more map[string]string) map[string][]string {
	h := map[string][]string{
		"Accept": {"*/*"}, "Host": {"sandbox.api.example"}, "User-Agent": {"curl/8.14.1"}, "X-Amzn-Trace-Id": {"Root=1-6b04b987-ff8c3e757f1a33ce1c6bcba4"},
		"X-Forwarded-For": {address}, "X-Forwarded-Port": {"443"}, "X-Forwarded-Proto": {"https"},
	}
	for name, value := range more {
		h[name] = []string{value}
	}
	return h
}

func single(h map[string][]string) map[string]string {
	one := make(map[string]string, len(h))
	for name, values := range h {
		one[name] = values[len(values)-1]
	}
	return one
}

const requestID = "c1a7f3c2-5d0e-4f0b-9a5e-0d7c2b1e6f48"

// tokenEvent is a token request as API Gateway hands it over.
func tokenEvent(clientID, clientSecret, from string) lambdaevents.APIGatewayProxyRequest {
	h := header(map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret}, "scope": {"openid"}}
	return lambdaevents.APIGatewayProxyRequest{
		Resource: "/api/oauth/token", Path: "/api/oauth/token", HTTPMethod: http.MethodPost, Headers: single(h), MultiValueHeaders: h, Body: form.Encode(),
		RequestContext: lambdaevents.APIGatewayProxyRequestContext{
			RequestID: requestID, Stage: "live", HTTPMethod: http.MethodPost, ResourcePath: "/api/oauth/token",
			Identity: lambdaevents.APIGatewayRequestIdentity{SourceIP: from, UserAgent: "curl/8.14.1"},
		},
	}
}

// callEvent is what an authorizer is asked about a call.
func (p *platform) callEvent(token string) lambdaevents.APIGatewayCustomAuthorizerRequestTypeRequest {
	h := header(map[string]string{"Authorization": "Bearer " + token})
	path := p.route.BasePath + "/world"
	return lambdaevents.APIGatewayCustomAuthorizerRequestTypeRequest{
		Type: "REQUEST", MethodArn: "arn:aws:execute-api:eu-west-3:000000000000:bench/live/GET" + path, Resource: "/{proxy+}", Path: path, HTTPMethod: http.MethodGet,
		Headers: single(h), MultiValueHeaders: h,
		RequestContext: lambdaevents.APIGatewayCustomAuthorizerRequestTypeRequestContext{
			RequestID: requestID, Stage: "live", HTTPMethod: http.MethodGet, Path: path,
			Identity: lambdaevents.APIGatewayCustomAuthorizerRequestTypeRequestIdentity{SourceIP: address},
		},
	}
}

// gatewayEvent is the same call with what the authorizer said of it.
func (p *platform) gatewayEvent(token string, decision map[string]any) lambdaevents.APIGatewayProxyRequest {
	h := header(map[string]string{"Authorization": "Bearer " + token})
	path := p.route.BasePath + "/world"
	return lambdaevents.APIGatewayProxyRequest{
		Resource: "/{proxy+}", Path: path, HTTPMethod: http.MethodGet, Headers: single(h), MultiValueHeaders: h, PathParameters: map[string]string{"proxy": path[1:]},
		RequestContext: lambdaevents.APIGatewayProxyRequestContext{
			RequestID: requestID, Stage: "live", HTTPMethod: http.MethodGet, ResourcePath: "/{proxy+}", Path: path,
			Identity: lambdaevents.APIGatewayRequestIdentity{SourceIP: address, UserAgent: "curl/8.14.1"}, Authorizer: decision,
		},
	}
}

// getToken asks the token service for a token.
func (p *platform) getToken(ctx context.Context, c consumer) (string, error) {
	var answer lambdaevents.APIGatewayProxyResponse
	if err := p.invoke(ctx, p.cloud.Function("oauth", in), tokenEvent(c.clientID, c.secret, address), &answer); err != nil {
		return "", err
	}
	return readToken(answer)
}

func readToken(answer lambdaevents.APIGatewayProxyResponse) (string, error) {
	if answer.StatusCode != http.StatusOK || answer.IsBase64Encoded {
		return "", fmt.Errorf("no token: %d %s", answer.StatusCode, answer.Body)
	}
	var body struct {
		AccessToken string `json:"access_token"`
	}
	err := json.Unmarshal([]byte(answer.Body), &body)
	return body.AccessToken, err
}

// call asks the authorizer's environment about a call, and returns the code of its refusal; empty when it is admitted.
func (p *platform) call(ctx context.Context, environment string, c consumer) (string, error) {
	var answer lambdaevents.APIGatewayCustomAuthorizerResponse
	if err := p.invoke(ctx, environment, p.callEvent(c.token), &answer); err != nil {
		return "", err
	}
	if answer.Context["decision"] == "allow" {
		return "", nil
	}
	code, _ := answer.Context["code"].(string)
	if code == "" {
		return "", fmt.Errorf("no decision: %v", answer)
	}
	return code, nil
}
