//go:build cdk

package main

import (
	"encoding/json"
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
	for name, value := range plan.Site.Headers {
		switch name {
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
