// Package lambda runs real Lambda `bootstrap` binaries on this machine, as Lambda's service does with an OS-only runtime: one process per concurrent
// invocation, the last one used is reused first, frozen between two calls, killed at its timeout, and replaced after a crash.
//
// It promises what a function can observe: the four routes of the Runtime API, the environment (nothing of ours leaks in), the limits of size, time and
// concurrency, and the form of every error. It does not limit memory or processor time, knows no extensions, layers or versions, and streams nothing.
package lambda

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// The limits of Lambda's service that a function or its caller can meet.
const (
	// MaxRequestBytes is the largest payload of a synchronous invocation.
	MaxRequestBytes = 6_291_456
	// MaxResponseBytes is the largest answer that a function may give.
	MaxResponseBytes = 6_291_556
	// MaxTimeout is the longest timeout that a function may declare.
	MaxTimeout = 15 * time.Minute
	// initTimeout is the time that a function has before it must ask for its first event.
	initTimeout = 10 * time.Second
	// accountConcurrency is a new account's concurrency over all functions.
	accountConcurrency = 1000
)

// Function is what the service must know of a function.
type Function struct {
	Name      string
	Bootstrap string        // path of the binary
	MemoryMB  int           // only told to the function; 128 when 0
	Timeout   time.Duration // 3 s when 0
	// Environment is all that the function sees beside Lambda's own variables. Lambda's reserved names are refused, as on AWS.
	Environment map[string]string
	// ReservedConcurrency is how many invocations may run at once; 0 means no reservation.
	ReservedConcurrency int
}

// Options of a service; the zero value is good for tests.
type Options struct {
	Region  string     // "eu-west-3" when empty
	Account string     // twelve zeros when empty
	Output  func(Line) // receives what functions print, one call at a time; nil drops it
}

// Line is one line that a function printed, without its end. Longer ones than 256 KB are cut into several, as CloudWatch does.
type Line struct {
	Function    string
	Environment string // names the process
	Text        string
}

// Invocation is one synchronous call.
type Invocation struct {
	Function string
	Payload  []byte // JSON
	TraceID  string // X-Amzn-Trace-Id; may be empty
}

// Result is a function's answer.
type Result struct {
	// Payload is the answer, or the error document {"errorMessage","errorType"} when FunctionError is set.
	Payload []byte
	// FunctionError is empty, or "Unhandled": the function returned an error, panicked, crashed, ran out of time or answered too much.
	FunctionError string
	RequestID     string
	Cold          bool
	InitDuration  time.Duration // 0 unless Cold
	Duration      time.Duration // from the event to the answer, without init
}

// Error is a refusal by the service itself: the function was not called.
type Error struct {
	Status  int    // HTTP status that Lambda's Invoke would answer
	Code    string // such as TooManyRequestsException
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Stats counts what happened to a function since it was added.
type Stats struct {
	Invocations  int // that reached the function
	ColdStarts   int // processes started
	Errors       int // invocations that ended in a FunctionError
	Timeouts     int // of those, by timeout
	Throttles    int // invocations refused for want of concurrency
	Environments int // processes alive now
}

// Service runs functions. All methods may be called at once from several goroutines.
type Service struct {
	options Options
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	spawns  chan func()
	running sync.WaitGroup // environments and detached invocations

	outputMutex sync.Mutex

	mu        sync.Mutex
	closed    bool
	functions map[string]*function
	active    int
}

// function is a Function and its processes; its fields are guarded by Service.mu.
type function struct {
	Function
	active int
	idle   []*environment // last used last
	alive  map[*environment]struct{}
	stats  Stats
}

// New starts a service without functions. Close it: its processes die with it.
func New(options Options) *Service {
	if options.Region == "" {
		options.Region = "eu-west-3"
	}
	if options.Account == "" {
		options.Account = strings.Repeat("0", 12)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Service{options: options, ctx: ctx, cancel: cancel, spawns: make(chan func()), functions: map[string]*function{}}
	go s.spawner()
	return s
}

// spawner starts every process from one thread that lives as long as the service: the kernel's parent-death signal follows the thread, not the process.
func (s *Service) spawner() {
	runtime.LockOSThread()
	for {
		select {
		case spawn := <-s.spawns:
			spawn()
		case <-s.ctx.Done():
			return // without unlocking: the thread ends, and takes along whatever is still alive
		}
	}
}

// reserved are the names that Lambda sets itself and refuses in a function's configuration.
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
	"LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

// Add makes a function callable, or replaces it: processes of the old one end after the call that they serve.
func (s *Service) Add(f Function) error {
	if f.Name == "" || f.Bootstrap == "" {
		return errors.New("lambda: a function needs a name and a bootstrap")
	}
	bootstrap, err := filepath.Abs(f.Bootstrap)
	if err != nil {
		return fmt.Errorf("lambda: bootstrap of %s: %w", f.Name, err)
	}
	if info, err := os.Stat(bootstrap); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
		return fmt.Errorf("lambda: %s is not the executable of function %s", bootstrap, f.Name)
	}
	f.Bootstrap = bootstrap
	if f.MemoryMB == 0 {
		f.MemoryMB = 128
	}
	if f.Timeout == 0 {
		f.Timeout = 3 * time.Second
	}
	if f.Timeout < 0 || f.Timeout > MaxTimeout {
		return fmt.Errorf("lambda: timeout of %s is %s; it must be at most %s", f.Name, f.Timeout, MaxTimeout)
	}
	for name := range f.Environment {
		if slices.Contains(reserved, name) {
			return fmt.Errorf("lambda: function %s declares %s, which Lambda reserves", f.Name, name)
		}
	}
	f.Environment = maps.Clone(f.Environment)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	if old := s.functions[f.Name]; old != nil {
		s.endIdle(old)
	}
	s.functions[f.Name] = &function{Function: f, alive: map[*environment]struct{}{}}
	return nil
}

var errClosed = errors.New("lambda: the service is closed")

// Recycle ends a function's idle processes, so that the next call is a cold start. It does nothing for an unknown name.
func (s *Service) Recycle(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.functions[name]; f != nil {
		s.endIdle(f)
	}
}

func (s *Service) endIdle(f *function) {
	for _, e := range f.idle {
		e.kill()
	}
	f.idle = nil
}

// Stats returns a function's counts, zeros for an unknown name.
func (s *Service) Stats(name string) Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.functions[name]
	if f == nil {
		return Stats{}
	}
	stats := f.stats
	stats.Environments = len(f.alive)
	return stats
}

// Processes returns the process ids of a function's live environments, for tests that kill or measure one.
func (s *Service) Processes(name string) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []int
	if f := s.functions[name]; f != nil {
		for e := range f.alive {
			ids = append(ids, e.command.Process.Pid)
		}
	}
	return ids
}

// Invoke calls a function and waits for its answer. When ctx ends first its error is returned, and the function runs on, as on AWS.
// Refusals by the service are *Error.
func (s *Service) Invoke(ctx context.Context, call Invocation) (*Result, error) {
	if len(call.Payload) > MaxRequestBytes {
		return nil, &Error{http.StatusRequestEntityTooLarge, "RequestTooLargeException", fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", MaxRequestBytes)}
	}
	if !json.Valid(call.Payload) {
		return nil, &Error{http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json"}
	}
	f, warm, err := s.admit(call.Function)
	if err != nil {
		return nil, err
	}
	done := make(chan *Result, 1)
	go func() {
		defer s.running.Done()
		result := s.run(f, warm, call)
		s.mu.Lock()
		f.active--
		s.active--
		if result.FunctionError != "" {
			f.stats.Errors++
		}
		s.mu.Unlock()
		done <- result
	}()
	select {
	case result := <-done:
		return result, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// admit counts one more invocation, or refuses it, and takes the process used last when one is free.
func (s *Service) admit(name string) (*function, *environment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, errClosed
	}
	f := s.functions[name]
	if f == nil {
		return nil, nil, &Error{http.StatusNotFound, "ResourceNotFoundException", "Function not found: " + name}
	}
	if f.ReservedConcurrency > 0 && f.active >= f.ReservedConcurrency || s.active >= accountConcurrency {
		f.stats.Throttles++
		return nil, nil, &Error{http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded."}
	}
	f.active++
	s.active++
	f.stats.Invocations++
	s.running.Add(1)
	for len(f.idle) > 0 {
		warm := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if !warm.ended() {
			return f, warm, nil
		}
	}
	return f, nil, nil
}

// run serves one admitted invocation with the warm process, or a new one.
func (s *Service) run(f *function, e *environment, call Invocation) *Result {
	i := &invocation{id: newUUID(), payload: call.Payload, traceID: call.TraceID, outcome: make(chan outcome, 1)}
	result := &Result{RequestID: i.id, Cold: e == nil}
	if e == nil {
		began := time.Now()
		var failure *outcome
		e, failure = s.newEnvironment(f, i.id)
		if failure != nil {
			result.Payload, result.FunctionError = failure.payload, unhandled
			return result
		}
		result.InitDuration = time.Since(began)
	}
	began := time.Now()
	answer := e.invoke(i, func() { result.Duration = time.Since(began) })
	result.Payload = answer.payload
	if answer.failed {
		result.FunctionError = unhandled
	}
	if answer.timedOut {
		s.mu.Lock()
		f.stats.Timeouts++
		s.mu.Unlock()
	}
	s.release(f, e)
	return result
}

const unhandled = "Unhandled"

// release makes a process that waits for its next event available again.
func (s *Service) release(f *function, e *environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.ended() {
		return
	}
	if s.closed || s.functions[f.Name] != f {
		e.kill()
		return
	}
	f.idle = append(f.idle, e)
}

// Close kills all processes and returns when they are gone and everything they printed has been passed on.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	for _, f := range s.functions {
		f.idle = nil
		for e := range f.alive {
			e.kill()
		}
	}
	s.mu.Unlock()
	s.running.Wait()
	s.cancel()
	return nil
}

// newUUID returns a random UUID (RFC 9562 version 4), the form of Lambda's request ids.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
