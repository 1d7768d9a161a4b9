package lambda

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// environment is one process of a function and the Runtime API that it alone can reach.
type environment struct {
	service *Service
	id      string
	f       *function
	command *exec.Cmd
	server  *http.Server

	work   chan *invocation // to the process that waits in GET next
	asked  chan struct{}    // the process called GET next
	failed chan outcome     // the process called init/error
	exited chan struct{}    // closed when the process is gone

	mu      sync.Mutex
	current *invocation
}

type invocation struct {
	id       string
	payload  []byte
	traceID  string
	deadline time.Time
	outcome  chan outcome
}

// outcome is what became of an invocation: an answer, or an error document.
type outcome struct {
	payload          []byte
	failed, timedOut bool
}

// newEnvironment starts a process and waits until it asks for its first event. A failure is told as the outcome of the invocation that caused the start.
func (s *Service) newEnvironment(f *function, requestID string) (*environment, *outcome) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, failure(requestID, "ServiceException", err.Error())
	}
	e := &environment{
		service: s, id: newUUID(), f: f,
		work: make(chan *invocation), asked: make(chan struct{}, 1), failed: make(chan outcome, 1), exited: make(chan struct{}),
	}
	e.server = &http.Server{Handler: e.routes(), ReadHeaderTimeout: time.Minute}
	go e.server.Serve(listener) // ends with e.server.Close

	if err := e.spawn(listener.Addr().String()); err != nil {
		e.server.Close()
		return nil, failure(requestID, "ServiceException", err.Error())
	}
	timer := time.NewTimer(initTimeout)
	defer timer.Stop()
	select {
	case <-e.asked:
		return e, nil
	case <-e.exited:
	case <-timer.C:
		e.kill()
		<-e.exited
		return nil, failure(requestID, "Sandbox.Timedout", fmt.Sprintf("Error: Init timed out after %.2f seconds", initTimeout.Seconds()))
	}
	select {
	case reported := <-e.failed:
		return nil, &reported
	default:
		return nil, e.crash(requestID)
	}
}

// spawn starts the process with Lambda's environment and nothing of ours.
func (e *environment) spawn(api string) error {
	out, errs := e.service.printer(e.f.Name, e.id), e.service.printer(e.f.Name, e.id)
	e.command = &exec.Cmd{
		Path: e.f.Bootstrap, Args: []string{e.f.Bootstrap}, Dir: filepath.Dir(e.f.Bootstrap), Env: e.environ(api),
		Stdout: out, Stderr: errs, SysProcAttr: attributes(), WaitDelay: time.Second,
	}
	started := make(chan error, 1)
	select {
	case e.service.spawns <- func() { started <- e.command.Start() }:
	case <-e.service.ctx.Done():
		return errClosed
	}
	if err := <-started; err != nil {
		return fmt.Errorf("lambda: start %s: %w", e.f.Name, err)
	}
	s := e.service
	s.mu.Lock()
	e.f.alive[e] = struct{}{}
	e.f.stats.ColdStarts++
	if s.closed {
		e.kill()
	}
	s.mu.Unlock()
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		_ = e.command.Wait() // how it ended stands in ProcessState
		out.flush()
		errs.flush()
		s.mu.Lock()
		delete(e.f.alive, e)
		s.mu.Unlock()
		close(e.exited)
		e.server.Close()
	}()
	return nil
}

func (e *environment) environ(api string) []string {
	f, region := e.f, e.service.options.Region
	list := []string{
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + e.id,
		"AWS_REGION=" + region,
		"AWS_DEFAULT_REGION=" + region,
		"AWS_ACCESS_KEY_ID=local",
		"AWS_SECRET_ACCESS_KEY=local",
		"AWS_SESSION_TOKEN=local",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(f.Bootstrap),
		"_HANDLER=bootstrap",
		"LANG=en_US.UTF-8",
		"TZ=:UTC",
		"PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin",
	}
	for name, value := range f.Environment {
		list = append(list, name+"="+value)
	}
	return list
}

// invoke gives the process one event and returns its answer when the process has asked for the next one, or is gone: the invocation ends then, as on
// AWS, so that a crash after the answer is seen and a caller that comes back at once finds the process free. answered is called when the answer is there.
func (e *environment) invoke(i *invocation, answered func()) outcome {
	i.deadline = time.Now().Add(e.f.Timeout)
	timer := time.NewTimer(e.f.Timeout)
	defer timer.Stop()
	e.mu.Lock()
	e.current = i
	e.mu.Unlock()
	e.thaw()

	result, alive := e.serve(i, timer)
	answered()
	e.mu.Lock()
	e.current = nil // a late answer finds no invocation
	e.mu.Unlock()
	if alive {
		select {
		case <-e.asked:
			e.freeze()
		case <-e.exited:
		case <-timer.C:
			e.kill()
			<-e.exited
		}
	}
	return result
}

// serve waits for the answer, the end of the process, or of the time.
func (e *environment) serve(i *invocation, timer *time.Timer) (result outcome, alive bool) {
	work := e.work
	for {
		select {
		case work <- i:
			work = nil
		case result = <-i.outcome:
			return result, true
		case <-e.exited:
			select {
			case result = <-i.outcome: // said before it died
				return result, false
			default:
				return *e.crash(i.id), false
			}
		case <-timer.C:
			e.kill()
			<-e.exited
			result = *failure(i.id, "Sandbox.Timedout", fmt.Sprintf("Error: Task timed out after %.2f seconds", e.f.Timeout.Seconds()))
			result.timedOut = true
			return result, false
		}
	}
}

// crash is the error of a process that ended without a word.
func (e *environment) crash(requestID string) *outcome {
	return failure(requestID, "Runtime.ExitError", "Error: Runtime exited with error: "+e.command.ProcessState.String())
}

func failure(requestID, kind, message string) *outcome {
	payload, err := json.Marshal(map[string]string{"errorType": kind, "errorMessage": "RequestId: " + requestID + " " + message})
	if err != nil {
		panic(err) // two strings
	}
	return &outcome{payload: payload, failed: true}
}

func (e *environment) freeze() { e.signal(syscall.SIGSTOP) }
func (e *environment) thaw()   { e.signal(syscall.SIGCONT) }
func (e *environment) kill()   { e.signal(syscall.SIGKILL) }

func (e *environment) ended() bool {
	select {
	case <-e.exited:
		return true
	default:
		return false
	}
}

// signal reaches the process and all that it started. One that is gone needs none.
func (e *environment) signal(signal syscall.Signal) {
	if !e.ended() {
		_ = syscall.Kill(-e.command.Process.Pid, signal)
	}
}

// routes is the Runtime API (2018-06-01).
func (e *environment) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", e.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { e.answer(w, r, false) })
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { e.answer(w, r, true) })
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", e.initError)
	return mux
}

func (e *environment) next(w http.ResponseWriter, r *http.Request) {
	select {
	case e.asked <- struct{}{}:
	default: // asked twice: one event answers one of them
	}
	select {
	case i := <-e.work:
		header := w.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:"+e.service.options.Region+":"+e.service.options.Account+":function:"+e.f.Name)
		if i.traceID != "" {
			header.Set("Lambda-Runtime-Trace-Id", i.traceID)
		}
		_, _ = w.Write(i.payload) // a process that hung up is seen by its exit
	case <-r.Context().Done():
	}
}

// answer takes a response or an error of the current invocation.
func (e *environment) answer(w http.ResponseWriter, r *http.Request, failed bool) {
	e.mu.Lock()
	i := e.current
	e.mu.Unlock()
	if i == nil || i.id != r.PathValue("id") {
		reply(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxResponseBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		e.settle(i, *failure(i.id, "Function.ResponseSizeTooLarge", fmt.Sprintf("Error: Response payload size exceeded maximum allowed payload size (%d bytes).", MaxResponseBytes)))
		reply(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Exceeded maximum allowed payload size")
		return
	case err != nil:
		return // the process hung up
	}
	result := outcome{payload: body, failed: failed}
	// A function that fails while it writes its answer says so after the body.
	if encoded := r.Trailer.Get("Lambda-Runtime-Function-Error-Body"); encoded != "" {
		document, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			reply(w, http.StatusBadRequest, "InvalidErrorTrailer", err.Error())
			return
		}
		result = outcome{payload: document, failed: true}
	}
	e.settle(i, result)
	reply(w, http.StatusAccepted, "", "")
}

// settle keeps the first outcome.
func (e *environment) settle(i *invocation, result outcome) {
	select {
	case i.outcome <- result:
	default:
	}
}

func (e *environment) initError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxResponseBytes))
	if err != nil || !json.Valid(body) {
		body = failure("", "Runtime.Unknown", "Error: init failed").payload
	}
	select {
	case e.failed <- outcome{payload: bytes.Clone(body), failed: true}:
	default:
	}
	reply(w, http.StatusAccepted, "", "")
}

func reply(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	body := map[string]string{"status": "OK"}
	if kind != "" {
		body = map[string]string{"errorType": kind, "errorMessage": message}
	}
	_ = json.NewEncoder(w).Encode(body) // a process that hung up is seen by its exit
}
