//go:build cdk

package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The command line and the library are pinned apart, and npm's latest command line is older than the one that is needed:
// it refuses the assembly's schema.
func TestThePinnedCommandLineReadsTheAssembly(t *testing.T) {
	t.Parallel()
	var pins struct{ DevDependencies map[string]string }
	read(t, "package.json", &pins)
	for name, version := range pins.DevDependencies {
		if !regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`).MatchString(version) {
			t.Errorf("%s is pinned to %q, which is no exact version", name, version)
		}
		var installed struct{ Version string }
		read(t, filepath.Join("node_modules", name, "package.json"), &installed)
		if installed.Version != version {
			t.Errorf("%s is installed as %s and pinned to %s: run make test", name, installed.Version, version)
		}
	}
	var manifest struct {
		MinimumCliVersion string
	}
	read(t, filepath.Join(deployed().folder, "manifest.json"), &manifest)
	if pinned := pins.DevDependencies["aws-cdk"]; manifest.MinimumCliVersion == "" || older(t, pinned, manifest.MinimumCliVersion) {
		t.Errorf("aws-cdk is pinned to %s, the assembly needs %s", pinned, manifest.MinimumCliVersion)
	}

	list := exec.Command("node_modules/.bin/cdk", "--app", deployed().folder, "--no-notices", "list")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("cdk list: %v\n%s", err, out)
	}
	want := slices.Sorted(maps.Keys(deployed().templates))
	got := strings.Fields(string(out))
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("cdk lists %q, not %q", got, want)
	}
}

// go.mod's versions of CDK go together; another one of the three compiles and then fails at run time.
func TestCDKVersions(t *testing.T) {
	t.Parallel()
	for module, want := range map[string]string{
		"github.com/aws/aws-cdk-go/awscdk/v2":         "v2.270.0",
		"github.com/aws/constructs-go/constructs/v10": "v10.6.0",
		"github.com/aws/jsii-runtime-go":              "v1.139.0",
	} {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s is %s (%v), not %s", module, got, err, want)
		}
	}
}

// older compares two versions of three numbers.
func older(t *testing.T, a, b string) bool {
	t.Helper()
	numbers := func(version string) []int {
		var all []int
		for _, part := range strings.Split(version, ".") {
			n, err := strconv.Atoi(part)
			if err != nil {
				t.Fatalf("version %q: %v", version, err)
			}
			all = append(all, n)
		}
		return all
	}
	return slices.Compare(numbers(a), numbers(b)) < 0
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
