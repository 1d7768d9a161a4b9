package topology

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/shared/problem"
)

// API Gateway escapes nothing of what it fills in (M72): a variable that a caller writes would add members to the line.
func TestTheAccessLogHoldsNothingOfTheCallers(t *testing.T) {
	t.Parallel()
	safe := []string{
		"requestTimeEpoch", "requestId", "httpMethod", "resourcePath", "status", "responseLength", "responseLatency", "integration.latency", "identity.sourceIp",
		"authorizer.path", "authorizer.application", "authorizer.api", "authorizer.code", "authorizer.type", "authorizer.title", "authorizer.detail",
	}
	plan := Platform()
	for _, api := range plan.APIs {
		templates := map[string]string{"the access log": api.AccessLog}
		for _, r := range api.GatewayResponses {
			templates["the response "+r.Type] = r.Body
		}
		for what, template := range templates {
			for _, found := range regexp.MustCompile(`\$context\.([A-Za-z.]+)`).FindAllStringSubmatch(template, -1) {
				if !slices.Contains(safe, found[1]) {
					t.Errorf("M72 %s of %s holds %s", what, api.Name, found[1])
				}
			}
			if !json.Valid([]byte(template)) {
				t.Errorf("%s of %s is not JSON: %s", what, api.Name, template)
			}
		}
	}
}

// M13: what is answered without a function has its page and the sentences of its code, too.
func TestAnswersWithoutAFunctionHaveTheirPage(t *testing.T) {
	t.Parallel()
	check := func(what string, status int, body string) {
		t.Helper()
		var d problem.Document
		if err := json.Unmarshal([]byte(body), &d); err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		if _, known := problem.Lookup(d.Code); !known || d.Type != ProblemPagesPlaceholder+string(d.Code) || d.Status != status || d.Detail == "" || d.Title == "" {
			t.Errorf("M13 %s: %s", what, body)
		}
	}
	plan := Platform()
	for _, api := range plan.APIs {
		for _, r := range api.GatewayResponses {
			if !strings.Contains(r.Body, "$context.authorizer.type") {
				check(r.Type+" of "+api.Name, r.Status, r.Body)
			}
		}
		if api.BodyLimit != nil {
			check("a large body of "+api.Name, api.BodyLimit.Status, api.BodyLimit.Body)
			if row, _ := problem.Lookup(problem.BodyTooLarge); !strings.Contains(api.BodyLimit.Body, row.Detail()) || row.Status != api.BodyLimit.Status {
				t.Errorf("M13 the firewall says %s, the gateway %q", api.BodyLimit.Body, row.Detail())
			}
		}
	}
}
