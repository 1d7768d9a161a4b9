// Package portaltest tests functions of the portal: an Env runs one behind the site and the API that the topology declares,
// on a store of its own, and holds every answer to the function's part of the OpenAPI document; Conforms tests what is
// promised of any route, field, answer and right.
//
// A function's whole share in it is
//
//	var function = portaltest.Function{…}
//
//	func TestMain(m *testing.M)      { os.Exit(portaltest.Run(m, function)) }
//	func TestConforms(t *testing.T)  { portaltest.Conforms(t, function) }
//
// Nothing in it stands for our own code: the store is DynamoDB Local, and only the clock, the network and the mail are the
// test's.
package portaltest

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caarlos0/env/v11"

	"guichet/shared/amazon"
	"guichet/shared/httpapi"
	"guichet/shared/portal"
)

// Function is a function of the portal under test.
type Function struct {
	// Name of the function in the topology, and of its folder.
	Name string
	// Open makes its routes for a configuration, as main does. The environment is what the topology gives it.
	Open func(environment map[string]string, aws amazon.Environment, now func() time.Time) (portal.Options, []portal.Route)
	// Bodies are well-formed requests of every operation that reads one, by operation id. None of them does anything when
	// somebody who is signed in sends it: what is secret in them is wrong.
	Bodies map[string]map[string]any
	// Parameters are values of path parameters that name nothing; a ULID where none is given.
	Parameters map[string]string
	// Queries are the queries that operations need, by operation id: "form=sign-in".
	Queries map[string]string
	// Storeless operations answer while the store is down.
	Storeless []string
}

// Parse reads a configuration from an environment, as portal.Parse does from the process's.
func Parse[C any](environment map[string]string) C {
	c, err := env.ParseAsWithOptions[C](env.Options{Environment: environment})
	if err != nil {
		panic(err)
	}
	return c
}

// logs hold what all tests logged; canaries are texts that must never be in it.
var (
	logs     recording
	canaries struct {
		sync.Mutex
		texts []string
	}
)

type recording struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *recording) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// Canary notes a secret that must never be logged (OP-01), and returns it.
func Canary(text string) string {
	canaries.Lock()
	defer canaries.Unlock()
	if len(text) > 8 {
		canaries.texts = append(canaries.texts, text)
	}
	return text
}

// Run runs the tests of a function. After all of them it fails when a secret was logged, when the document promises what no
// test has seen, and when the function's rights are not exactly those that it used.
func Run(m *testing.M, f Function) int {
	slog.SetDefault(httpapi.NewLogger(&logs))
	code := m.Run()
	var failures []string
	if flag.Lookup("test.run").Value.String() == "" && code == 0 {
		for _, missing := range unobserved(f) {
			failures = append(failures, "openapi.yaml promises what no test has seen: "+missing)
		}
		failures = append(failures, rightsOffPlan(f.Name)...)
	}
	logged := logs.text.String()
	for _, secret := range canaries.texts {
		if strings.Contains(logged, secret) {
			failures = append(failures, "OP-01 a secret is in the log: "+secret)
		}
	}
	slices.Sort(failures)
	for _, failure := range failures {
		fmt.Fprintln(os.Stderr, failure)
		code = 1
	}
	return code
}

// Clock is a time that tests move.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
