package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var binaries string

func TestMain(m *testing.M) {
	code, err := func() (int, error) {
		var err error
		if binaries, err = os.MkdirTemp("", "guichet-lambda-"); err != nil {
			return 0, err
		}
		defer os.RemoveAll(binaries)
		build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", binaries+"/", "./testdata/obedient", "./testdata/broken")
		if out, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%w\n%s", err, out)
		}
		return m.Run(), nil
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

type answer struct {
	PID         int
	Environment []string
	Ticks       int64
	RequestID   string
	Left        time.Duration
	TraceID     string
	Filler      string
}

// service is a service with the obedient function as "f".
func service(t *testing.T, f Function, output func(Line)) *Service {
	t.Helper()
	s := New(Options{Output: output})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	f.Name = "f"
	if f.Bootstrap == "" {
		f.Bootstrap = filepath.Join(binaries, "obedient")
	}
	if err := s.Add(f); err != nil {
		t.Fatal(err)
	}
	return s
}

func invoke(t *testing.T, s *Service, event string) *Result {
	t.Helper()
	result, err := s.Invoke(t.Context(), Invocation{Function: "f", Payload: []byte(event), TraceID: "Root=1-5759e988-bd862e3fe1be46a994272793"})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func succeed(t *testing.T, s *Service, event string) (answer, *Result) {
	t.Helper()
	result := invoke(t, s, event)
	if result.FunctionError != "" {
		t.Fatalf("function error: %s", result.Payload)
	}
	var a answer
	if err := json.Unmarshal(result.Payload, &a); err != nil {
		t.Fatal(err)
	}
	return a, result
}

// eventually waits until the condition holds, and fails the test after ten seconds.
func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the awaited condition never held")
		}
	}
}

func TestACallThatFollowsFindsTheSameProcess(t *testing.T) {
	t.Parallel()
	s := service(t, Function{}, nil)
	first, cold := succeed(t, s, `{}`)
	second, warm := succeed(t, s, `{}`)
	if first.PID != second.PID || !cold.Cold || warm.Cold || cold.InitDuration == 0 || warm.InitDuration != 0 {
		t.Errorf("first call %+v, second %+v", cold, warm)
	}
	if first.RequestID != cold.RequestID || first.TraceID == "" || first.Left <= 0 || first.Left > 3*time.Second {
		t.Errorf("the function saw %+v", first)
	}
	if got, want := s.Stats("f"), (Stats{Invocations: 2, ColdStarts: 1, Environments: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	s.Recycle("f")
	if third, _ := succeed(t, s, `{}`); third.PID == first.PID {
		t.Error("the call after Recycle was served by the old process")
	}
}

func TestConcurrentCallsHaveAProcessEachAndTheLastOneIsReusedFirst(t *testing.T) {
	t.Parallel()
	s := service(t, Function{}, nil)
	gates := []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")}
	done := make([]chan answer, 2)
	for i, gate := range gates {
		done[i] = make(chan answer, 1)
		go func() {
			a, _ := succeed(t, s, fmt.Sprintf(`{"Do":"wait","Text":%q}`, gate))
			done[i] <- a
		}()
	}
	var last answer
	pids := map[int]bool{}
	for i, gate := range gates {
		if err := os.WriteFile(gate, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		last = <-done[i]
		pids[last.PID] = true
	}
	if len(pids) != 2 {
		t.Fatalf("two calls at once were served by processes %v", pids)
	}
	if next, _ := succeed(t, s, `{}`); next.PID != last.PID {
		t.Errorf("reused %d, want the last one used, %d", next.PID, last.PID)
	}
}

func TestAProcessIsFrozenBetweenCalls(t *testing.T) {
	t.Parallel()
	s := service(t, Function{}, nil)
	a, _ := succeed(t, s, `{"Do":"tick"}`)
	state := func() string {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", a.PID))
		if err != nil {
			t.Skip("needs /proc:", err)
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		return rest[:1]
	}
	eventually(t, func() bool { return state() == "T" })
	if b, _ := succeed(t, s, `{}`); b.PID != a.PID || b.Ticks > 1000 {
		t.Errorf("process %d ran on after its answer: %d ticks", b.PID, b.Ticks)
	}
}

func TestWhatAFunctionDoesWrongIsToldAsLambdaTellsIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		function     Function
		event        string
		kind, says   string
		freshProcess bool
	}{
		"an error that it returns":              {event: `{"Do":"error","Text":"Unauthorized"}`, kind: "errorString", says: "Unauthorized"},
		"OP-03 a panic":                         {event: `{"Do":"panic","Text":"ouch"}`, kind: "string", says: "ouch", freshProcess: true},
		"an exit":                               {event: `{"Do":"exit"}`, kind: "Runtime.ExitError", says: "exit status 7", freshProcess: true},
		"running out of time":                   {function: Function{Timeout: 300 * time.Millisecond}, event: `{"Do":"hang"}`, kind: "Sandbox.Timedout", says: "Task timed out after 0.30 seconds", freshProcess: true},
		"an answer of more than 6 MB":           {event: `{"Do":"fill","Bytes":6291557}`, kind: "Function.ResponseSizeTooLarge", says: "6291556 bytes", freshProcess: true},
		"ending before the first event":         {function: Function{Bootstrap: "broken"}, event: `{}`, kind: "Runtime.ExitError", says: "exit status 3", freshProcess: true},
		"an event of the wrong shape":           {event: `{"Do":1}`, kind: "UnmarshalTypeError", says: "cannot unmarshal"},
		"OP-08 an event that is no JSON object": {event: `[]`, kind: "UnmarshalTypeError", says: "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.function.Bootstrap != "" {
				c.function.Bootstrap = filepath.Join(binaries, c.function.Bootstrap)
			}
			s := service(t, c.function, nil)
			result := invoke(t, s, c.event)
			var document struct{ ErrorType, ErrorMessage string }
			if err := json.Unmarshal(result.Payload, &document); err != nil {
				t.Fatalf("%v in %s", err, result.Payload)
			}
			if result.FunctionError != "Unhandled" || document.ErrorType != c.kind || !strings.Contains(document.ErrorMessage, c.says) {
				t.Errorf("got %q %+v, want %s with %q", result.FunctionError, document, c.kind, c.says)
			}
			if c.function.Bootstrap != "" {
				return
			}
			if _, next := succeed(t, s, `{}`); next.Cold != c.freshProcess {
				t.Errorf("the next call was cold: %t, want %t", next.Cold, c.freshProcess)
			}
		})
	}
}

func TestTheServiceRefuses(t *testing.T) {
	t.Parallel()
	s := service(t, Function{ReservedConcurrency: 1}, nil)
	refusal := func(call Invocation) *Error {
		t.Helper()
		_, err := s.Invoke(t.Context(), call)
		var refused *Error
		if !errors.As(err, &refused) {
			t.Fatalf("got %v, want a refusal", err)
		}
		return refused
	}
	if e := refusal(Invocation{Function: "g", Payload: []byte(`{}`)}); e.Status != 404 {
		t.Errorf("unknown function: %v", e)
	}
	if e := refusal(Invocation{Function: "f", Payload: []byte(`{`)}); e.Status != 400 {
		t.Errorf("no JSON: %v", e)
	}
	if e := refusal(Invocation{Function: "f", Payload: []byte(`"` + strings.Repeat("x", MaxRequestBytes-1) + `"`)}); e.Status != 413 {
		t.Errorf("one byte too many: %v", e)
	}
	if result := invoke(t, s, `{"Text":"`+strings.Repeat("x", MaxRequestBytes-11)+`"}`); result.FunctionError != "" {
		t.Errorf("the largest event: %s", result.Payload)
	}

	gate := filepath.Join(t.TempDir(), "gate")
	done := make(chan struct{})
	go func() {
		defer close(done)
		succeed(t, s, fmt.Sprintf(`{"Do":"wait","Text":%q}`, gate))
	}()
	eventually(t, func() bool { return s.Stats("f").Invocations == 2 }) // the waiting one is the second that reaches the function
	if e := refusal(Invocation{Function: "f", Payload: []byte(`{}`)}); e.Status != 429 || e.Code != "TooManyRequestsException" {
		t.Errorf("beyond the reserved concurrency: %v", e)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	<-done
	if stats := s.Stats("f"); stats.Throttles != 1 {
		t.Errorf("stats %+v", stats)
	}
}

func TestAFunctionSeesItsDeclaredEnvironmentAndLambdasOnly(t *testing.T) {
	t.Setenv("GUICHET_CANARY", "leaks")
	s := service(t, Function{MemoryMB: 512, Environment: map[string]string{"TABLE": "grants", "GOMAXPROCS": "1"}}, nil)
	a, _ := succeed(t, s, `{"Do":"environment"}`)
	for _, want := range []string{"TABLE=grants", "GOMAXPROCS=1", "AWS_REGION=eu-west-3", "AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512"} {
		if !slices.Contains(a.Environment, want) {
			t.Errorf("%s is missing in %q", want, a.Environment)
		}
	}
	for _, variable := range a.Environment {
		name, _, _ := strings.Cut(variable, "=")
		if name == "GUICHET_CANARY" || name == "HOME" {
			t.Errorf("%s of the parent leaks in", name)
		}
	}
	if err := s.Add(Function{Name: "g", Bootstrap: filepath.Join(binaries, "obedient"), Environment: map[string]string{"AWS_REGION": "x"}}); err == nil {
		t.Error("a reserved name was accepted")
	}
}

func TestWhatAFunctionPrintsArrivesByLine(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var lines []string
	s := service(t, Function{}, func(l Line) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, l.Function+": "+l.Text)
	})
	succeed(t, s, `{"Do":"print","Text":"one\ntwo"}`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	if want := []string{"f: no end of line", "f: one", "f: two"}; !slices.Equal(lines, want) {
		t.Errorf("lines %q, want %q", lines, want)
	}
}

func TestACallerThatGivesUpDoesNotStopTheFunction(t *testing.T) {
	t.Parallel()
	s := service(t, Function{}, nil)
	succeed(t, s, `{}`)
	gate := filepath.Join(t.TempDir(), "gate")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Invoke(ctx, Invocation{Function: "f", Payload: fmt.Appendf(nil, `{"Do":"wait","Text":%q}`, gate)}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return s.Stats("f").Invocations == 2 && busy(s) == 0 })
	if _, next := succeed(t, s, `{}`); next.Cold {
		t.Error("the process did not come back")
	}
}

func busy(s *Service) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.active
}

func TestAProcessKilledWhileIdleIsReplaced(t *testing.T) {
	t.Parallel()
	s := service(t, Function{}, nil)
	a, _ := succeed(t, s, `{}`)
	if err := syscall.Kill(a.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return s.Stats("f").Environments == 0 })
	if _, next := succeed(t, s, `{}`); !next.Cold {
		t.Error("the dead process was reused")
	}
}

func TestCloseLeavesNoProcess(t *testing.T) {
	t.Parallel()
	s := service(t, Function{}, nil)
	a, _ := succeed(t, s, `{}`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(a.PID, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d still there: %v", a.PID, err)
	}
	if _, err := s.Invoke(t.Context(), Invocation{Function: "f", Payload: []byte(`{}`)}); err == nil {
		t.Error("a closed service was callable")
	}
}

func BenchmarkWarmInvoke(b *testing.B) {
	s := New(Options{})
	defer s.Close()
	if err := s.Add(Function{Name: "f", Bootstrap: filepath.Join(binaries, "obedient")}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Invoke(b.Context(), Invocation{Function: "f", Payload: []byte(`{}`)}); err != nil {
			b.Fatal(err)
		}
	}
}
