//go:build cdk

package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/shared/topology"
)

// portalTemplate is the portal's stack as text.
func portalTemplate(t *testing.T) string {
	t.Helper()
	stack, ok := deployed().templates["guichet-portal"]
	if !ok {
		t.Fatal("there is no stack guichet-portal")
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(stack.Resources); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// PS-06: every header that the topology declares for the portal's pages is in the distribution's policy.
func TestSiteHeaders(t *testing.T) {
	plan := topology.Platform()
	text := portalTemplate(t)
	channels := []string{"https://api.guichet.example", "https://oauth.guichet.example", "https://sandbox-api.guichet.example"}
	for _, url := range channels {
		if !regexp.MustCompile(`connect-src 'self'[^;]* ` + regexp.QuoteMeta(url) + `[ ;]`).MatchString(text) {
			t.Errorf("PS-06 pages may not call %s, an access point of the installation", url)
		}
	}
	for name, value := range plan.Site.Headers {
		switch name {
		case "Content-Security-Policy":
			value, _, _ = strings.Cut(value, "connect-src")
		case "Strict-Transport-Security":
			value = `"AccessControlMaxAgeSec":63072000`
		case "X-Content-Type-Options":
			value = `"ContentTypeOptions"`
		}
		if !strings.Contains(text, value) {
			t.Errorf("%s is not in the template", name)
		}
	}
}

// The bucket is the distribution's alone, and the API below the same host is never cached.
func TestSite(t *testing.T) {
	text := portalTemplate(t)
	for name, want := range map[string]string{
		"the distribution reads the bucket by origin access control": `"AWS::CloudFront::OriginAccessControl"`,
		"the bucket has no public access":                            `"RestrictPublicBuckets":true`,
		"the API is on the portal's origin":                          `"PathPattern":"/api/*"`,
		"the API is not cached":                                      `"4135ea2d-6df8-44a3-9df3-4b5a84be39ad"`, // CloudFront's managed policy CachingDisabled
		"calls come over HTTPS only":                                 `"ViewerProtocolPolicy":"https-only"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s: no %s", name, want)
		}
	}
}

// RG-13, RG-17: the API behind the distribution answers nobody else. Its key is a secret that CloudFormation resolves, the
// same one for API Gateway and for the distribution, and another number in the configuration is another key.
func TestTheSiteIsAloneInReachingItsAPI(t *testing.T) {
	t.Parallel()
	stack := deployed().templates["guichet-portal"]
	for route, m := range methodsOf(stack) {
		if m.Properties["ApiKeyRequired"] != true {
			t.Errorf("%s answers whoever calls API Gateway's own address", route)
		}
	}
	for name, stack := range deployed().channels(t) {
		for route, m := range methodsOf(stack) {
			if m.Properties["ApiKeyRequired"] == true {
				t.Errorf("%s of %s demands a key that no consumer has", route, name)
			}
		}
	}
	for _, api := range stack.of("AWS::ApiGateway::RestApi") {
		if source, ok := api.Properties["ApiKeySourceType"]; ok && source != "HEADER" {
			t.Errorf("the key is looked for in %s", source)
		}
	}
	only := func(kind string) (string, resource) {
		t.Helper()
		for id, r := range stack.of(kind) {
			if n := len(stack.of(kind)); n != 1 {
				t.Fatalf("%d resources are of type %s", n, kind)
			}
			return id, r
		}
		t.Fatalf("nothing is of type %s", kind)
		return "", resource{}
	}
	secretID, secret := only("AWS::SecretsManager::Secret")
	if name := secret.Properties.text("Name"); name != "guichet/site-key-1" || !strings.Contains(secretID, "1") {
		t.Errorf("the secret is %s, named %s: a new number would change the key under the distribution", secretID, name)
	}
	if secret.Properties["KmsKeyId"] == nil || spelled(secret.Properties["GenerateSecretString"]) != `{"ExcludePunctuation":true,"PasswordLength":64}` {
		t.Errorf("the secret is made so: %s", spelled(secret.Properties))
	}
	reference := `{"Fn::Join":["",["{{resolve:secretsmanager:",{"Ref":"` + secretID + `"},":SecretString:::}}"]]}`
	keyID, key := only("AWS::ApiGateway::ApiKey")
	if got := spelled(key.Properties["Value"]); got != reference || key.Properties["Enabled"] != true || key.Properties["Name"] != nil {
		t.Errorf("the key is %s, not the secret", spelled(key.Properties))
	}
	planID, plan := only("AWS::ApiGateway::UsagePlan")
	stageID, _ := only("AWS::ApiGateway::Stage")
	if stages := plan.Properties.list("ApiStages"); len(stages) != 1 || asObject(stages[0]).object("Stage").text("Ref") != stageID ||
		plan.Properties["Throttle"] != nil || plan.Properties["Quota"] != nil {
		t.Errorf("the plan is %s", spelled(plan.Properties))
	}
	linkID, link := only("AWS::ApiGateway::UsagePlanKey")
	if link.Properties.object("KeyId").text("Ref") != keyID || link.Properties.object("UsagePlanId").text("Ref") != planID {
		t.Errorf("the plan's key is %s", spelled(link.Properties))
	}
	_, distribution := only("AWS::CloudFront::Distribution")
	sent := 0
	for _, origin := range distribution.Properties.object("DistributionConfig").list("Origins") {
		for _, header := range asObject(origin).list("OriginCustomHeaders") {
			sent++
			if h := asObject(header); h.text("HeaderName") != "X-Api-Key" || spelled(h["HeaderValue"]) != reference || asObject(origin)["CustomOriginConfig"] == nil {
				t.Errorf("the distribution sends %s", spelled(origin))
			}
		}
	}
	if sent != 1 {
		t.Errorf("the distribution sends %d keys", sent)
	}
	if !slices.Contains(distribution.DependsOn, linkID) {
		t.Errorf("the distribution may send the key before the API knows it: it waits for %q", distribution.DependsOn)
	}
}
