package localtest

import (
	"strings"
	"sync"
	"testing"

	"guichet/localtest/lambda"
	"guichet/shared/channel"
)

// TestCloud is the whole platform for one test, with everything that it wrote to its logs.
type TestCloud struct {
	*Cloud

	mu    sync.Mutex
	lines []string
}

// Start runs the platform for a test: its own tables on the process's DynamoDB Local, the real binaries behind both channels on free ports, and faults on demand.
// It ends with the test. Ports, DataDir and Faults of the options are Start's own; Log, Output, Access and Failure are called beside its own use of them.
func Start(t testing.TB, o Options) *TestCloud {
	t.Helper()
	endpoint, err := testStore()
	if err != nil {
		t.Fatal(err)
	}
	tc := &TestCloud{}
	output, access, failure := o.Output, o.Access, o.Failure
	o.Endpoint, o.DataDir, o.Ports, o.Faults = endpoint, "", Ports{}, true
	o.Output = func(line lambda.Line) {
		tc.note(line.Function + ": " + line.Text)
		if output != nil {
			output(line)
		}
	}
	o.Access = func(api string, in channel.Channel, line string) {
		tc.note("access " + string(in) + ": " + line)
		if access != nil {
			access(api, in, line)
		}
	}
	o.Failure = func(id string, cause error) {
		tc.note("failure " + id + ": " + cause.Error())
		if failure != nil {
			failure(id, cause)
		}
	}
	if tc.Cloud, err = Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := tc.Close()
		if t.Failed() {
			lines := tc.Lines()
			t.Logf("the last lines of the cloud's logs:\n%s", strings.Join(lines[max(0, len(lines)-40):], "\n"))
		}
		if err != nil {
			t.Error(err)
		}
	})
	return tc
}

// maxLines bounds what a test keeps; a hammer writes a line or two for each call.
const maxLines = 1_000_000

func (tc *TestCloud) note(line string) {
	tc.mu.Lock()
	defer tc.mu.Unlock()
	if len(tc.lines) < maxLines {
		tc.lines = append(tc.lines, line)
	}
}

// Lines returns everything logged until now: what functions printed, access logs and the platform's own failures. What a function prints arrives a moment after
// its answer; after Quiet it is all there.
func (tc *TestCloud) Lines() []string {
	tc.mu.Lock()
	defer tc.mu.Unlock()
	return tc.lines[:len(tc.lines):len(tc.lines)]
}

// Quiet ends the functions and returns all that was ever logged, for tests that look for secrets in it (OP-01). The cloud answers no call after it.
func (tc *TestCloud) Quiet() ([]string, error) {
	err := tc.Lambda.Close()
	return tc.Lines(), err
}
