//go:build cdk

package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// verdict is what cfn-guard says of one template.
type verdict struct {
	Name          string
	Status        string
	NotCompliant  []any    `json:"not_compliant"`
	NotApplicable []string `json:"not_applicable"`
	Compliant     []string
}

func guard(t *testing.T, folder string) []verdict {
	t.Helper()
	out, err := exec.Command("guard/check", folder, "--structured", "--output-format", "json", "--show-summary", "none").Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) && len(out) == 0 {
		t.Fatalf("guard/check: %v\n%s", err, failed.Stderr)
	}
	var all []verdict
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatalf("guard/check: %v\n%s", err, out)
	}
	return all
}

func TestGuard(t *testing.T) {
	t.Parallel()
	held, unused := map[string]bool{}, map[string]bool{}
	for _, a := range []assembly{deployed(), bare()} {
		for _, v := range guard(t, a.folder) {
			if v.Status != "PASS" {
				t.Errorf("%s: %s %s", filepath.Base(v.Name), v.Status, spelled(v.NotCompliant))
			}
			for _, rule := range v.Compliant {
				held[rule] = true
			}
			for _, rule := range v.NotApplicable {
				unused[rule] = true
			}
		}
	}
	for rule := range unused {
		if !held[rule] {
			t.Errorf("rule %s applies to no template: it holds nothing", rule)
		}
	}
	if len(held) < 20 {
		t.Errorf("only %d rules were held", len(held))
	}
}

func TestGuardRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, stack, from, to, rule string }{
		{"RS-05 an authorizer that keeps decisions is refused", "guichet-sandbox", `"AuthorizerResultTtlInSeconds": 0`, `"AuthorizerResultTtlInSeconds": 300`, "authorizers_decide_on_every_call"},
		{"a table that may be deleted is refused", "guichet-data", `"DeletionProtectionEnabled": true`, `"DeletionProtectionEnabled": false`, "tables_can_be_restored_and_not_deleted"},
		{"RG-13 a method of the portal's API that anybody may call is refused", "guichet-portal", `"ApiKeyRequired": true`, `"ApiKeyRequired": false`, "an_api_behind_a_distribution_answers_it_alone"},
		{"a public bucket is refused", "guichet-data", `"BlockPublicPolicy": true`, `"BlockPublicPolicy": false`, "s3_bucket_level_public_access_prohibited_check"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(deployed().folder, test.stack+".template.json"))
			if err != nil {
				t.Fatal(err)
			}
			spoilt := strings.Replace(string(text), test.from, test.to, 1)
			if spoilt == string(text) {
				t.Fatalf("the template holds no %s", test.from)
			}
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "spoilt.template.json"), []byte(spoilt), 0o600); err != nil {
				t.Fatal(err)
			}
			refused := slices.ContainsFunc(guard(t, folder), func(v verdict) bool {
				return v.Status == "FAIL" && strings.Contains(spelled(v.NotCompliant), test.rule)
			})
			if !refused {
				t.Errorf("%s let it pass", test.rule)
			}
		})
	}
}
