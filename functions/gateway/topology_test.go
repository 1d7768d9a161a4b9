package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/topology"
)

// TestTheTopologyIsServed holds the function against what is declared of it, in both directions.
func TestTheTopologyIsServed(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend, Route: route.Route{CORS: true}})
	plan := topology.Platform()
	api, ok := plan.API(topology.ConsumerAPI)
	if !ok {
		t.Fatal("the topology has no API of consumers")
	}
	// One request for each declared route, and what shows that it is served as declared.
	expected := map[string]struct {
		call   call
		public bool
		status int
	}{
		"GET /api/problems":           {call{path: "/api/problems"}, true, 200},
		"GET /api/problems/{proxy+}":  {call{path: "/api/problems/busy"}, true, 200},
		"HEAD /api/problems":          {call{method: "HEAD", path: "/api/problems"}, true, 200},
		"HEAD /api/problems/{proxy+}": {call{method: "HEAD", path: "/api/problems/busy"}, true, 200},
		"OPTIONS /{proxy+}":           {call{method: "OPTIONS"}, true, 204},
		"OPTIONS /":                   {call{method: "OPTIONS", path: "/"}, true, 204},
		"ANY /{proxy+}":               {call{}, false, 200},
		"ANY /":                       {call{path: "/"}, false, 404},
	}
	for _, declared := range api.Routes {
		if declared.Function != "gateway" {
			continue
		}
		name := declared.Method + " " + declared.Path
		want, ok := expected[name]
		if !ok {
			t.Errorf("the topology sends %s here, and nothing is expected of it", name)
			continue
		}
		delete(expected, name)
		if declared.Authorized == want.public {
			t.Errorf("%s is authorized: %v", name, declared.Authorized)
		}
		c := want.call
		if want.public {
			c.authorizer = map[string]any{}
		}
		if a := w.do(c); a.status != want.status {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, want.status)
		}
		if !want.public { // the same without a decision
			c.authorizer = map[string]any{}
			refused(t, "OP-08 "+name, w.do(c), problem.Internal)
		}
	}
	for name := range expected {
		t.Errorf("%s is served, and not in the topology", name)
	}
	// What is on no public route needs a decision, whatever its method.
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"} {
		for _, path := range []string{"/", basePath, route.HealthCheck, "/api/oauth/token", "/api/problem", "/api/problemsx", "/API/problems", "//api/problems/busy", "/api//problems"} {
			a := w.do(call{method: method, path: path, authorizer: map[string]any{}})
			if a.status != http.StatusInternalServerError {
				t.Errorf("OP-08 %s %s without a decision: %d", method, path, a.status)
			}
		}
	}
	if got := backend.taken(); len(got) != 1 {
		t.Errorf("%d calls reached the backend, want the one that was allowed", len(got))
	}
}

func TestTheEnvironmentIsTheDeclaredOne(t *testing.T) {
	plan := topology.Platform()
	function, ok := plan.Function("gateway")
	if !ok {
		t.Fatal("the topology has no gateway")
	}
	values := map[string]string{
		"CHANNEL": "SANDBOX", "ROUTES_TABLE": "routes-sandbox", "BACKEND_SECRETS": "guichet/sandbox/backend/", "PORTAL_URL": portal,
		"PROBLEM_PAGES": pages, "GOMAXPROCS": "1", topology.GuardException: "127.0.0.1:8085",
	}
	for name := range function.Environment {
		value, known := values[name]
		if !known {
			t.Errorf("the topology declares %s, which the function does not know", name)
		}
		t.Setenv(name, value)
	}
	g, err := fromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if g.portal != portal || g.pages != pages || g.credentials.prefix != "guichet/sandbox/backend/" {
		t.Errorf("not configured as declared: %+v", g)
	}
	if function.Environment[topology.GuardException].Kind != topology.LocalOnly {
		t.Error("GW-01 the guard's exceptions are not of the local cloud only")
	}
	for _, name := range []string{"CHANNEL", "ROUTES_TABLE", "BACKEND_SECRETS", "PROBLEM_PAGES"} {
		t.Setenv(name, "")
		if _, err := fromEnvironment(); err == nil {
			t.Errorf("the function starts without %s", name)
		}
		t.Setenv(name, values[name])
	}
	t.Setenv(topology.GuardException, "10.0.0.0/8")
	if _, err := fromEnvironment(); err == nil {
		t.Error("GW-01 the function starts with an exception that is no host:port pair")
	}
	if allowed := function.Access; !slices.ContainsFunc(allowed, func(a topology.Access) bool { return a.SecretPrefix == topology.BackendSecrets }) || len(allowed) != 2 {
		t.Errorf("GW-20 the function may do more than read routes and its backends' secrets: %+v", allowed)
	}
}

// TestWhatIsNotLinked: the gateway starts on the path of every call, and answers for its callers; what it links is small.
func TestWhatIsNotLinked(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "lambda.norpc", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	ground := []string{"amazon", "channel", "ddb", "guard", "httpapi", "problem", "quota", "route", "secret"}
	for _, linked := range strings.Fields(string(out)) {
		if own, ok := strings.CutPrefix(linked, "guichet/"); ok && own != "functions/gateway" && !slices.Contains(ground, strings.TrimPrefix(own, "shared/")) {
			t.Errorf("GW-20 the gateway links %s", linked)
		}
		for _, forbidden := range []string{
			"openapi", "oauth", "jwt", "jose", "fosite", "text/template", "html/template", "aws-sdk-go-v2/config", "service/secretsmanager", "service/s3",
			"service/ses", "net/rpc", "database/sql", "caarlos0",
		} {
			if strings.Contains(linked, forbidden) {
				t.Errorf("the gateway links %s", linked)
			}
		}
	}
}

// TestSamples runs the events that `make invoke` offers.
func TestSamples(t *testing.T) {
	t.Parallel()
	backend := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }}
	w := newWorld(t, published{backend: backend, Route: route.Route{CORS: true}})
	expected := map[string]int{
		"gateway-get.json": 202, "gateway-post.json": 202, "gateway-refused.json": 429, "gateway-preflight.json": 204, "gateway-healthcheck.json": 200,
		"gateway-explanation.json": 200,
	}
	files, err := filepath.Glob("../../events/samples/gateway*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		event, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(event) {
			t.Errorf("%s is no JSON", name)
			continue
		}
		want, ok := expected[name]
		if a := w.send(t.Context(), event); !ok || a.status != want {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, want)
		}
		delete(expected, name)
	}
	for name := range expected {
		t.Errorf("%s is missing", name)
	}
	if body := string(backend.body()); len(backend.taken()) != 2 || body != "" && body != `{"parcelles":["75056000AB0012"]}` {
		t.Errorf("the backend got %q last", body)
	}
}
