// Package shared_test holds the floors of the house: which package may import which.
package shared_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func list(t *testing.T, arguments ...string) []goPackage {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list", "-tags=lambda.norpc", "-json=ImportPath,Imports,Deps"}, arguments...)...)
	command.Dir = ".."
	var failure bytes.Buffer
	command.Stderr = &failure
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, failure.String())
	}
	var all []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// floors from the ground up. A package imports its own floor and those below; within a floor go's ban on circles is enough.
var floors = [][]string{
	{"shared/channel", "shared/problem", "shared/topology", "shared/amazon", "shared/secret", "shared/ddb", "shared/guard", "shared/httpapi"},
	{"shared/token", "shared/quota", "shared/route"},
	{"events", "shared/client", "shared/organisation", "shared/account", "shared/catalogue", "shared/publication", "shared/application", "shared/enrolment"},
	{"shared/portal"},
	{"functions"},
	{"localtest", "shared/portal/portaltest"}, // what only tests and developers link
}

func floor(path string) int {
	path = strings.TrimPrefix(path, "guichet/")
	at, longest := -1, ""
	for i, names := range floors {
		for _, name := range names {
			if (path == name || strings.HasPrefix(path, name+"/")) && len(name) > len(longest) {
				at, longest = i, name
			}
		}
	}
	return at
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./shared/...", "./events/...", "./functions/...") {
		at := floor(p.ImportPath)
		if at < 0 {
			if p.ImportPath != "guichet/shared" {
				t.Errorf("%s stands on no floor; say in this test where it belongs", p.ImportPath)
			}
			continue
		}
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, "guichet/") {
				continue
			}
			if to := floor(imported); to < 0 || to > at {
				t.Errorf("%s imports %s, which is above it", p.ImportPath, imported)
			}
		}
	}
	for _, p := range list(t, "./localtest/...") {
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "guichet/functions/") || strings.HasPrefix(imported, "guichet/infra") {
				t.Errorf("%s imports %s: the local cloud knows the topology, not what is inside", p.ImportPath, imported)
			}
		}
	}
}

// What the hot path's binaries must never link: their size and their start are every caller's.
func TestTheHotPathStaysSmall(t *testing.T) {
	t.Parallel()
	common := []string{
		"guichet/events", "guichet/shared/catalogue", "guichet/shared/publication", "guichet/shared/application", "guichet/shared/account", "guichet/shared/organisation",
		"guichet/shared/client", "guichet/shared/portal", "guichet/shared/topology", "guichet/localtest",
		"github.com/aws/aws-sdk-go-v2/config", "github.com/aws/aws-sdk-go-v2/credentials", "github.com/aws/aws-sdk-go-v2/service/secretsmanager", "github.com/aws/aws-sdk-go-v2/service/s3",
		"github.com/aws/aws-sdk-go-v2/service/sesv2", "github.com/aws/aws-sdk-go-v2/feature/dynamodb", "github.com/caarlos0/env", "go.yaml.in/yaml", "golang.org/x/oauth2",
		"golang.org/x/text", "html/template", "text/template",
	}
	for binary, more := range map[string][]string{
		"./functions/authorizer": {"guichet/shared/httpapi", "guichet/shared/guard", "github.com/awslabs/aws-lambda-go-api-proxy"},
		"./functions/gateway":    {"guichet/shared/token"},
		"./functions/oauth":      {"guichet/shared/guard"},
	} {
		forbidden := slices.Concat(common, more)
		if binary == "./functions/oauth" { // it serves clients, and its start is no caller's but its own
			forbidden = slices.DeleteFunc(forbidden, func(path string) bool {
				return path == "guichet/shared/client" || path == "github.com/caarlos0/env"
			})
		}
		linksNone(t, binary, forbidden)
	}
}

// linksNone holds that a binary links none of the packages, nor any below them.
func linksNone(t *testing.T, binary string, forbidden []string) {
	t.Helper()
	for _, p := range list(t, binary) {
		for _, dependency := range p.Deps {
			for _, path := range forbidden {
				if dependency == path || strings.HasPrefix(dependency, path+"/") {
					t.Errorf("%s links %s", p.ImportPath, dependency)
				}
			}
		}
	}
}

// The portal's functions and the jobs start often, and for a person who waits or a record that does: each links the clients
// and the noun for publishing only when it does that work itself. A function that is not listed links nothing of it.
func TestFunctionsLinkWhatTheyUse(t *testing.T) {
	t.Parallel()
	// What quadruples the allocations of a start (localtest/bench).
	heavy := []string{
		"guichet/shared/publication", "guichet/shared/topology", "guichet/localtest", "go.yaml.in/yaml", "html/template", "text/template",
		"github.com/aws/aws-sdk-go-v2/config", "github.com/aws/aws-sdk-go-v2/credentials",
		"github.com/aws/aws-sdk-go-v2/service/s3", "github.com/aws/aws-sdk-go-v2/service/secretsmanager", "github.com/aws/aws-sdk-go-v2/service/sesv2",
	}
	used := map[string][]string{
		"notify": {"github.com/aws/aws-sdk-go-v2/service/sesv2", "html/template", "text/template"},
	}
	for _, p := range list(t, "./functions/...") {
		linksNone(t, p.ImportPath, slices.DeleteFunc(slices.Clone(heavy), func(path string) bool {
			return slices.Contains(used[strings.TrimPrefix(p.ImportPath, "guichet/functions/")], path)
		}))
	}
}
