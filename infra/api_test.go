//go:build cdk

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/shared/topology"
)

// method is what a template says of one method of its REST API.
type method struct {
	resource
	route string // "POST /api/oauth/token"
}

// methodsOf finds every method of a template, with its path put together from its resources.
func methodsOf(t template) map[string]method {
	all := map[string]method{}
	for _, m := range t.of("AWS::ApiGateway::Method") {
		full := ""
		for id := m.Properties.object("ResourceId").text("Ref"); id != ""; {
			r := t.Resources[id]
			full = path.Join("/"+r.Properties.text("PathPart"), full)
			id = r.Properties.object("ParentId").text("Ref")
		}
		if full == "" {
			full = "/"
		}
		route := m.Properties.text("HttpMethod") + " " + full
		all[route] = method{m, route}
	}
	return all
}

// served is a stack with the REST API that it declares.
type served struct {
	template
	api topology.API
}

// served finds the stacks that have a REST API: each channel's, and the portal's.
func (a assembly) served(t *testing.T) map[string]served {
	t.Helper()
	all := map[string]served{}
	for name, stack := range a.templates {
		for _, api := range stack.of("AWS::ApiGateway::RestApi") {
			for _, declared := range a.plan.APIs {
				if strings.Contains(api.Properties.text("Name"), "-"+declared.Name) {
					all[name] = served{stack, declared}
				}
			}
		}
	}
	want := 0
	for _, api := range a.plan.APIs {
		want++
		if api.Stage == topology.Channel {
			want++
		}
	}
	if len(all) != want {
		t.Fatalf("%d stacks serve an API, not %d", len(all), want)
	}
	return all
}

func TestAuthorizer(t *testing.T) {
	t.Parallel()
	for name, stack := range deployed().channels(t) {
		authorizers := stack.of("AWS::ApiGateway::Authorizer")
		if len(authorizers) != 1 {
			t.Errorf("%s has %d authorizers", name, len(authorizers))
		}
		for _, authorizer := range authorizers {
			properties := authorizer.Properties
			if kind := properties.text("Type"); kind != "REQUEST" {
				t.Errorf("RS-05 the authorizer of %s is of type %s", name, kind)
			}
			if ttl, ok := properties["AuthorizerResultTtlInSeconds"]; !ok || ttl != 0.0 {
				t.Errorf("RS-05 the authorizer of %s keeps decisions for %v seconds, not 0", name, ttl)
			}
			if source, ok := properties["IdentitySource"]; ok {
				t.Errorf("RS-05 the authorizer of %s has the identity source %q: API Gateway would answer by itself", name, source)
			}
			if uri := spelled(properties["AuthorizerUri"]); !strings.Contains(uri, functionID(t, stack, "authorizer")) {
				t.Errorf("the authorizer of %s is another function: %s", name, uri)
			}
		}
	}
}

func TestEveryRouteIsAuthorizedOrPublic(t *testing.T) {
	t.Parallel()
	for name, stack := range deployed().served(t) {
		var authorizer string
		for id := range stack.of("AWS::ApiGateway::Authorizer") {
			authorizer = id
		}
		found := methodsOf(stack.template)
		for _, route := range stack.api.Routes {
			key := route.Method + " " + route.Path
			m, ok := found[key]
			if !ok {
				t.Errorf("%s lacks the declared route %s", name, key)
				continue
			}
			delete(found, key)
			kind, by := m.Properties.text("AuthorizationType"), m.Properties.object("AuthorizerId").text("Ref")
			switch {
			case route.Authorized && (kind != "CUSTOM" || by != authorizer):
				t.Errorf("RS-06 %s of %s passes without the authorizer", key, name)
			case !route.Authorized && kind != "NONE":
				t.Errorf("the public route %s of %s asks for %s", key, name, kind)
			}
			integration := m.Properties.object("Integration")
			if integration.text("Type") != "AWS_PROXY" || !strings.Contains(spelled(integration["Uri"]), functionID(t, stack.template, route.Function)) {
				t.Errorf("%s of %s does not lead to %s: %s", key, name, route.Function, spelled(integration))
			}
		}
		for key := range found {
			t.Errorf("RS-06 %s serves %s, which the topology does not declare", name, key)
		}
	}
}

// The public list is short and closed: who opens a route writes it here, too.
func TestPublicRoutes(t *testing.T) {
	t.Parallel()
	want := []string{
		"ANY /api/oauth/token", "GET /.well-known/oauth-authorization-server", "GET /api/problems", "GET /api/problems/{proxy+}",
		"HEAD /.well-known/oauth-authorization-server", "HEAD /api/problems", "HEAD /api/problems/{proxy+}",
		"OPTIONS /", "OPTIONS /{proxy+}",
	}
	for name, stack := range deployed().channels(t) {
		var public []string
		for route, m := range methodsOf(stack) {
			if m.Properties.text("AuthorizationType") == "NONE" {
				public = append(public, route)
			}
		}
		if slices.Sort(public); !slices.Equal(public, want) {
			t.Errorf("RS-06 the public routes of %s are %q, not %q", name, public, want)
		}
	}
}

func TestDefaultEndpoint(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"guichet-sandbox": true, "guichet-production": true, "bare-sandbox": false, "bare-production": false} {
		a := deployed()
		if strings.HasPrefix(name, "bare") {
			a = bare()
		}
		stack := a.templates[name]
		for _, api := range stack.of("AWS::ApiGateway::RestApi") {
			if closed, _ := api.Properties["DisableExecuteApiEndpoint"].(bool); closed != want {
				t.Errorf("RS-06 API Gateway's own address of %s is closed: %v, not %v", name, closed, want)
			}
			if kinds := spelled(api.Properties.object("EndpointConfiguration")["Types"]); kinds != `["REGIONAL"]` {
				t.Errorf("the API of %s is of type %s", name, kinds)
			}
		}
		hosts := 0
		for _, host := range stack.of("AWS::ApiGateway::DomainName") {
			hosts++
			if policy := host.Properties.text("SecurityPolicy"); policy != "TLS_1_2" {
				t.Errorf("%s takes %s", host.Properties.text("DomainName"), policy)
			}
		}
		if mappings := len(stack.of("AWS::ApiGateway::BasePathMapping")); (hosts > 0) != want || mappings != hosts {
			t.Errorf("%s has %d hosts and %d mappings", name, hosts, mappings)
		}
	}
}

func TestGatewayResponses(t *testing.T) {
	t.Parallel()
	for name, stack := range deployed().served(t) {
		declared := map[string]topology.GatewayResponse{}
		for _, response := range stack.api.GatewayResponses {
			declared[response.Type] = response
		}
		found := map[string]bool{}
		for _, response := range stack.of("AWS::ApiGateway::GatewayResponse") {
			kind := response.Properties.text("ResponseType")
			want, ok := declared[kind]
			if !ok {
				t.Errorf("%s has the undeclared response %s", name, kind)
				continue
			}
			found[kind] = true
			if got := response.Properties.text("StatusCode"); got != strings.TrimPrefix(fmt.Sprint(want.Status), "0") {
				t.Errorf("%s of %s has the status %s, not %d", kind, name, got, want.Status)
			}
			if got := response.Properties.object("ResponseTemplates").text("application/json"); !strings.Contains(got, `"code":`) || strings.Contains(got, topology.ProblemPagesPlaceholder) ||
				got != strings.ReplaceAll(want.Body, topology.ProblemPagesPlaceholder, pagesOf(got)) {
				t.Errorf("%s of %s has the body %s, not %s", kind, name, got, want.Body)
			}
			headers := map[string]string{}
			for header, value := range response.Properties.object("ResponseParameters") {
				headers[strings.TrimPrefix(header, "gatewayresponse.header.")] = fmt.Sprint(value)
			}
			if !maps.Equal(headers, want.Headers) {
				t.Errorf("%s of %s has the headers %v, not %v", kind, name, headers, want.Headers)
			}
		}
		if len(found) != len(declared) {
			t.Errorf("%s has %d of %d gateway responses", name, len(found), len(declared))
		}
	}
}

// pagesOf is the base URL of the page that a problem document of API Gateway itself names.
func pagesOf(body string) string {
	page, _, _ := strings.Cut(strings.TrimPrefix(body, `{"type":"`), `"`)
	if pages, _, found := strings.Cut(page, "/api/problems/"); found && strings.HasPrefix(pages, "https://") {
		return pages + "/api/problems/"
	}
	return ""
}

func TestAPISettings(t *testing.T) {
	t.Parallel()
	for name, stack := range deployed().served(t) {
		for _, api := range stack.of("AWS::ApiGateway::RestApi") {
			if got := spelled(api.Properties["BinaryMediaTypes"]); got != spelled(stack.api.BinaryMediaTypes) {
				t.Errorf("bodies of %s: %s", name, got)
			}
		}
		stages := stack.of("AWS::ApiGateway::Stage")
		if len(stages) != 1 {
			t.Errorf("%s has %d stages", name, len(stages))
		}
		for _, stage := range stages {
			if format := stage.Properties.object("AccessLogSetting").text("Format"); format != stack.api.AccessLog || strings.Contains(format, "query") {
				t.Errorf("TE-04 the access log of %s: %s", name, format)
			}
			for _, setting := range stage.Properties.list("MethodSettings") {
				if o := asObject(setting); o["DataTraceEnabled"] != false || (o["LoggingLevel"] != nil && o["LoggingLevel"] != "OFF") {
					t.Errorf("OP-01 %s logs requests whole: %s", name, spelled(o))
				}
			}
		}
	}
}

func TestThrottles(t *testing.T) {
	t.Parallel()
	for name, stack := range deployed().served(t) {
		limits := map[string]object{}
		for _, stage := range stack.of("AWS::ApiGateway::Stage") {
			for _, setting := range stage.Properties.list("MethodSettings") {
				o := asObject(setting)
				limits[o.text("HttpMethod")+" "+strings.ReplaceAll(strings.TrimPrefix(o.text("ResourcePath"), "/"), "~1", "/")] = o
			}
		}
		for _, route := range stack.api.Routes {
			if route.Function == "oauth" && route.Rate == 0 {
				t.Errorf("%s %s is not throttled", route.Method, route.Path)
			}
			if route.Rate == 0 {
				continue
			}
			want := []string{route.Method}
			if route.Method == "ANY" { // a setting knows no ANY: each method has its own
				want = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
			}
			for _, m := range want {
				limit := limits[m+" "+route.Path]
				if limit.number("ThrottlingRateLimit") != route.Rate || limit.number("ThrottlingBurstLimit") != route.Burst {
					t.Errorf("%s %s of %s is throttled at %s, not at %d/%d", m, route.Path, name, spelled(limit), route.Rate, route.Burst)
				}
			}
		}
	}
}

func TestFirewall(t *testing.T) {
	t.Parallel()
	for name, stack := range deployed().channels(t) {
		acls, associations := stack.of("AWS::WAFv2::WebACL"), stack.of("AWS::WAFv2::WebACLAssociation")
		if len(acls) != 1 || len(associations) != 1 {
			t.Fatalf("%s has %d firewalls and %d associations", name, len(acls), len(associations))
		}
		for id := range stack.of("AWS::ApiGateway::Stage") {
			if got := spelled(associations["FirewallOfAPI"].Properties["ResourceArn"]); !strings.Contains(got, id) {
				t.Errorf("the firewall of %s guards %s", name, got)
			}
		}
		for _, acl := range acls {
			rules := acl.Properties.list("Rules")
			rule := asObject(rules[0])
			rate := rule.object("Statement").object("RateBasedStatement")
			match := rate.object("ScopeDownStatement").object("ByteMatchStatement")
			if len(rules) != 2 || rule.object("Action")["Block"] == nil || rate.text("AggregateKeyType") != "IP" || rate.number("Limit") != 2000 ||
				rate.number("EvaluationWindowSec") != 300 || match.text("SearchString") != "/api/oauth/token" {
				t.Errorf("the rate rule of %s: %s", name, spelled(rules))
			}
			rule = asObject(rules[1])
			answer := rule.object("Action").object("Block").object("CustomResponse")
			length := rule.object("Statement").object("RegexMatchStatement")
			body := acl.Properties.object("CustomResponseBodies").object(tooLarge).text("Content")
			if answer.number("ResponseCode") != 413 || answer.text("CustomResponseBodyKey") != tooLarge || pagesOf(body) == "" || !json.Valid([]byte(body)) ||
				length.object("FieldToMatch").object("SingleHeader").text("Name") != "content-length" {
				t.Errorf("M13 the rule about bodies of %s: %s, %s", name, spelled(rule), body)
			}
			matched := regexp.MustCompile(length.text("RegexString"))
			for number, want := range map[string]bool{
				"0": false, "4500000": false, "4600000": false, "4600001": true, "4700000": true, "5000000": true, "10485760": true, "99999999999": true,
				"04600001": true, "999999": false, "4599999": false, "-5000000": false, "5000000x": false, "": false,
			} {
				if got := matched.MatchString(number); got != want {
					t.Errorf("M13 a body of %q bytes is blocked in %s: %t", number, name, got)
				}
			}
		}
	}
}

// functionID is the logical id of a function.
func functionID(t *testing.T, stack template, name string) string {
	t.Helper()
	for id, f := range stack.of("AWS::Lambda::Function") {
		if strings.Contains(f.Properties.text("FunctionName"), "-"+name) {
			return id
		}
	}
	t.Fatalf("there is no function %s", name)
	return ""
}
