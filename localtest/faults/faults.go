// Package faults makes calls to AWS fail as AWS makes them fail, and counts them.
//
// DynamoDB Local never throttles, never conflicts and never loses an answer (threats §1.8), so these are injected where they arise: in the HTTP transport of
// the client (Transport), or, for functions that run as processes of their own, in a proxy on loopback in front of the store (Proxy). It understands the JSON
// protocol of DynamoDB, DynamoDB Streams and Secrets Manager.
package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Call is what a request asks for. Table is empty for services without tables; a transaction or batch over several tables counts once for each.
type Call struct {
	Operation string // such as "UpdateItem"
	Table     string // deployed name
}

// Transport passes requests on, unless a rule makes them fail. All methods may be called at once from several goroutines.
type Transport struct {
	base http.RoundTripper

	mu       sync.Mutex
	date     func() time.Time // nil leaves the service's own
	rules    []*Rule
	requests map[string]int // by operation
	calls    map[Call]int
}

// New returns a transport in front of base without any rule.
func New(base http.RoundTripper) *Transport {
	return &Transport{base: base, requests: map[string]int{}, calls: map[Call]int{}}
}

// Rule says which requests a fault strikes; zero fields match everything.
type Rule struct {
	Operation string
	// Table is a deployed name; a request over several tables matches each of them.
	Table string
	// Contains is text of the request's body, such as a key's value.
	Contains string
	// Skip lets that many matching requests pass first.
	Skip int
	// Times ends the rule after that many faults; 0 keeps it until it is removed.
	Times int
	// Share strikes evenly that part of the matching requests, such as 0.3; 0 strikes all.
	Share float64
	// Fault is what happens.
	Fault Fault

	seen, struck int
}

// Inject adds a rule and returns a function that removes it and tells how often it struck. The first rule that matches a request decides.
func (t *Transport) Inject(rule Rule) (remove func() int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &rule
	t.rules = append(t.rules, r)
	return func() int {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.rules = slices.DeleteFunc(t.rules, func(other *Rule) bool { return other == r })
		return r.struck
	}
}

// Count tells how many requests were sent since the last Reset, faults included: of an operation, or of all when it is empty; to a table, or to all when that
// is empty.
func (t *Transport) Count(operation, table string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	if table == "" {
		for name, count := range t.requests {
			if operation == "" || name == operation {
				n += count
			}
		}
		return n
	}
	for call, count := range t.calls {
		if call.Table == table && (operation == "" || call.Operation == operation) {
			n += count
		}
	}
	return n
}

// Calls returns the counts since the last Reset.
func (t *Transport) Calls() map[Call]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	counts := make(map[Call]int, len(t.calls))
	for call, n := range t.calls {
		counts[call] = n
	}
	return counts
}

// Reset sets the counts to zero and keeps the rules.
func (t *Transport) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.requests)
	clear(t.calls)
}

// SetDate makes answers say in their Date header what time it is by now, as a service would whose clock that is. A test whose
// clock is its own needs it, where what it tests believes the service.
func (t *Transport) SetDate(now func() time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.date = now
}

// RoundTrip counts the request and passes it on, or has the matching rule's fault answer it.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	next := t.base.RoundTrip
	if fault := t.match(operation(r), tables(body), body); fault != nil {
		next = func(r *http.Request) (*http.Response, error) { return fault(r, t.base.RoundTrip) }
	}
	t.mu.Lock()
	date := t.date
	t.mu.Unlock()
	answer, err := next(r)
	if err == nil && date != nil {
		answer.Header.Set("Date", date().UTC().Format(http.TimeFormat))
	}
	return answer, err
}

func (t *Transport) match(operation string, tables []string, body []byte) Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests[operation]++
	for _, table := range tables {
		t.calls[Call{operation, table}]++
	}
	if len(tables) == 0 {
		t.calls[Call{Operation: operation}]++
	}
	for _, r := range t.rules {
		if r.Operation != "" && r.Operation != operation || r.Table != "" && !slices.Contains(tables, r.Table) ||
			r.Contains != "" && !bytes.Contains(body, []byte(r.Contains)) || r.Times > 0 && r.struck == r.Times {
			continue
		}
		r.seen++
		n := r.seen - r.Skip
		if n <= 0 || r.Share > 0 && int(float64(n)*r.Share) == int(float64(n-1)*r.Share) {
			continue
		}
		r.struck++
		return r.Fault
	}
	return nil
}

// maxBodyBytes is more than any request of DynamoDB or Secrets Manager can hold (16 MB for a batch).
const maxBodyBytes = 17 << 20

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	if err == nil && len(body) > maxBodyBytes {
		err = fmt.Errorf("faults: a request of more than %d bytes", maxBodyBytes)
	}
	return body, err
}

// operation reads "DynamoDB_20120810.UpdateItem".
func operation(r *http.Request) string {
	target := r.Header.Get("X-Amz-Target")
	return target[strings.LastIndexByte(target, '.')+1:]
}

// tables lists the tables that a request names, each once.
func tables(body []byte) []string {
	type named struct{ TableName string }
	var request struct {
		named
		RequestItems  map[string]json.RawMessage
		TransactItems []map[string]named
	}
	if json.Unmarshal(body, &request) != nil {
		return nil
	}
	var names []string
	if request.TableName != "" {
		names = append(names, request.TableName)
	}
	for name := range request.RequestItems {
		names = append(names, name)
	}
	for _, item := range request.TransactItems {
		for _, action := range item {
			names = append(names, action.TableName)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
