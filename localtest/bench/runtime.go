package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a function's process behind the least possible Runtime API: nothing is frozen, limited or checked, so that what is measured is the function. Calls
// come one at a time.
type process struct {
	// initWall and initProcessor are the times from the start to the first question for an event.
	initWall, initProcessor time.Duration

	command *exec.Cmd
	server  *http.Server
	output  *tail
	asked   chan struct{}
	events  chan []byte
	answers chan answer
	exited  chan struct{}
}

// answer of a function, with the time when it had arrived whole.
type answer struct {
	payload []byte
	failed  bool
	at      time.Time
}

// patience is how long a start or a call may take before the bench gives up.
const patience = 20 * time.Second

// start runs a function's binary until it asks for its first event. Its environment is Lambda's and what is given.
func start(binary string, environment map[string]string) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &process{
		command: exec.Command(binary), output: &tail{}, asked: make(chan struct{}, 1), events: make(chan []byte), answers: make(chan answer, 1), exited: make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", p.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { p.answer(w, r, false) })
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { p.answer(w, r, true) })
	p.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go p.server.Serve(listener) // ends with stop

	p.command.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_REGION=eu-west-3", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=local",
	}
	for name, value := range environment {
		p.command.Env = append(p.command.Env, name+"="+value)
	}
	p.command.Stdout, p.command.Stderr = p.output, p.output
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	began := time.Now()
	if err := p.command.Start(); err != nil {
		p.server.Close()
		return nil, err
	}
	go func() {
		_ = p.command.Wait() // seen by whoever waits for an answer
		close(p.exited)
	}()
	select {
	case <-p.asked:
		p.initWall = time.Since(began)
	case <-p.exited:
		p.server.Close()
		return nil, fmt.Errorf("%s ended at its start: %s", binary, p.output)
	case <-time.After(patience):
		p.stop()
		return nil, fmt.Errorf("%s does not start: %s", binary, p.output)
	}
	if p.initProcessor, err = p.processor(); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// stop ends the process and waits until it is gone.
func (p *process) stop() {
	_ = p.command.Process.Kill() // one that is gone needs none
	<-p.exited
	p.server.Close()
}

// processor is the processor time that the process has used.
func (p *process) processor() (time.Duration, error) { return processorTime(p.command.Process.Pid) }

// invoke gives the process an event, and returns its answer and the time that it took, when it asks for the next one.
func (p *process) invoke(event []byte) ([]byte, time.Duration, error) {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	fail := func(why string) error { return fmt.Errorf("%s %s: %s", p.command.Path, why, p.output) }
	began := time.Now()
	select {
	case p.events <- event:
	case <-p.exited:
		return nil, 0, fail("ended")
	}
	var a answer
	select {
	case a = <-p.answers:
	case <-p.exited:
		return nil, 0, fail("ended")
	case <-timeout.C:
		return nil, 0, fail("does not answer")
	}
	select {
	case <-p.asked:
	case <-p.exited:
		return nil, 0, fail("ended after its answer")
	case <-timeout.C:
		return nil, 0, fail("asks for no other event")
	}
	if a.failed {
		return nil, 0, fail("failed: " + string(a.payload))
	}
	return a.payload, a.at.Sub(began), nil
}

func (p *process) next(w http.ResponseWriter, r *http.Request) {
	p.asked <- struct{}{}
	select {
	case event := <-p.events:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", requestID)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(patience).UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-3:000000000000:function:bench")
		_, _ = w.Write(event) // a process that hung up is seen by its exit
	case <-r.Context().Done():
	}
}

func (p *process) answer(w http.ResponseWriter, r *http.Request, failed bool) {
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process hung up
	}
	p.answers <- answer{payload, failed, time.Now()}
	w.WriteHeader(http.StatusAccepted)
}

// tail keeps the end of what a process prints, for the message that says why it failed.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	const kept = 2000
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if len(t.text) > 2*kept {
		t.text = append(t.text[:0], t.text[len(t.text)-kept:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}

// crew are processes of one function that take calls at once.
type crew []*process

// hire starts as many processes.
func hire(binary string, environment map[string]string, count int) (crew, error) {
	var c crew
	for range count {
		p, err := start(binary, environment)
		if err != nil {
			c.stop()
			return nil, err
		}
		c = append(c, p)
	}
	return c, nil
}

func (c crew) stop() {
	for _, p := range c {
		p.stop()
	}
}

// processor is what all of them have used.
func (c crew) processor() (time.Duration, error) {
	var total time.Duration
	var failures []error
	for _, p := range c {
		used, err := p.processor()
		total, failures = total+used, append(failures, err)
	}
	return total, errors.Join(failures...)
}
