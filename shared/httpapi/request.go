package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"

	"guichet/shared/problem"
)

// RequestContext returns what API Gateway says about the request: its id, the caller's address, the host, and the
// authorizer's context, a map of strings. Nothing of it can be set by the caller. The zero value for a request that did
// not come through Lambda.
func RequestContext(r *http.Request) events.APIGatewayProxyRequestContext {
	if found, ok := r.Context().Value(platformKey{}).(*events.APIGatewayProxyRequestContext); ok {
		return *found
	}
	return events.APIGatewayProxyRequestContext{}
}

type platformKey struct{}

// RawPath returns the path byte for byte as it was received, still escaped, without the query. r.URL.EscapedPath differs
// from it where the caller left unescaped what should be.
func RawPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return path
}

// server tells httputil.ReverseProxy that it runs under a server, so that it aborts an answer that breaks off instead of
// passing on what it has.
var server = &http.Server{ReadHeaderTimeout: 1}

// request converts an event. It always returns a request that can be logged and answered; with an error, the handler must
// not see it.
func request(ctx context.Context, raw json.RawMessage) (*http.Request, error) {
	var event events.APIGatewayProxyRequest
	unreadable := json.Unmarshal(raw, &event) != nil
	ctx = context.WithValue(ctx, http.ServerContextKey, server)
	ctx = context.WithValue(ctx, platformKey{}, &event.RequestContext)
	refused := (&http.Request{Method: http.MethodGet, URL: &url.URL{}, Header: http.Header{}, RequestURI: event.Path}).WithContext(ctx)
	if unreadable {
		return refused, problem.Wrap(problem.BadRequest, errors.New("httpapi: the event is no REST v1 event")) // json's own words may quote it
	}
	// What an Application Load Balancer, an HTTP API (v2), a function URL or somebody's own Invoke sends lacks one of these.
	if event.HTTPMethod == "" || event.RequestContext.RequestID == "" || !strings.HasPrefix(event.Path, "/") {
		return refused, problem.Wrap(problem.BadRequest, errors.New("httpapi: the event is not API Gateway's"))
	}

	path, query := event.Path, event.MultiValueQueryStringParameters
	if query == nil && event.QueryStringParameters != nil {
		query = make(map[string][]string, len(event.QueryStringParameters))
		for name, value := range event.QueryStringParameters {
			query[name] = []string{value}
		}
	}
	event.Path, event.MultiValueQueryStringParameters, event.QueryStringParameters = "/", nil, nil
	r, err := new(core.RequestAccessor).EventToRequest(event)
	if err != nil {
		return refused, problem.Wrap(problem.BadRequest, fmt.Errorf("httpapi: %w", err))
	}
	r = r.WithContext(ctx)
	r.RequestURI = path
	r.Header.Del("Host") // net/http has it in r.Host; here that is the host API Gateway knows, not the caller's
	if ip := event.RequestContext.Identity.SourceIP; ip != "" {
		r.RemoteAddr = net.JoinHostPort(ip, "0")
	}
	if !plainPath(path) {
		return r, problem.New(problem.PathInvalid)
	}
	unescaped, err := url.PathUnescape(path)
	if err != nil {
		return r, problem.New(problem.PathInvalid)
	}
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = unescaped, path, encode(query)
	if r.URL.RawQuery != "" {
		r.RequestURI += "?" + r.URL.RawQuery
	}
	return r, nil
}

// plainPath tells whether a path could stand in the request line of HTTP; a question mark would make a query of the rest.
func plainPath(path string) bool {
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c == 0x7f || c == '?' || c == '#' {
			return false
		}
	}
	return true
}

// encode writes a query in one way only: names sorted, the order of each name's values kept. A blank is %20, which every
// reader of queries understands, also those that do not read forms.
func encode(query map[string][]string) string {
	return strings.ReplaceAll(url.Values(query).Encode(), "+", "%20")
}
