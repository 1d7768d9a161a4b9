package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// largeAPI has operations that take about 347 KB as JSON.
func largeAPI(n int) route.Route {
	r := route.Route{
		BasePath: fmt.Sprintf("/large/api%d", n), API: fmt.Sprintf("01JDLARGE%017d", n), ID: fmt.Sprintf("L%03d", n), Version: "1", State: route.Published,
		Bearer: true, APIKey: true, DocumentedOnly: true,
	}
	for i := range 2_000 {
		r.Operations = append(r.Operations, route.Operation{Method: "GET", Path: fmt.Sprintf("/operations/%d/%s/{id}", i, strings.Repeat("x", 110))})
	}
	return r
}

func TestM3LargeAPIsDoNotStopOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 25 {
		w.publish(largeAPI(i))
	}
	w.link(largeAPI(7), nil)
	routes := w.db.Tables.Routes[channel.Sandbox]
	cold := w.environment()
	w.tables.Faults.Reset()
	var group sync.WaitGroup
	codes := make([]string, 12)
	for i := range codes {
		group.Go(func() {
			r := get("/demo/weather/v1/today", w.bearer())
			codes[i] = string(cold.decide(t.Context(), &r).code)
		})
	}
	group.Wait()
	for _, code := range codes {
		if code != "" {
			t.Errorf("a call of another API is refused: %s", code)
		}
	}
	if n := w.tables.Faults.Count("Query", routes); n > 16 {
		t.Errorf("12 first calls at once ask %d times for routes", n)
	}
	w.tables.Faults.Reset()
	path := largeAPI(7).BasePath + "/operations/1999/" + strings.Repeat("x", 110) + "/5"
	for range 3 {
		if got := w.ask(cold, get(path, w.bearer())); got != "" {
			t.Errorf("a call of an API of 2,000 operations: %s", got)
		}
	}
	if got := w.ask(cold, get(largeAPI(7).BasePath+"/other", w.bearer())); got != string(problem.OperationUnknown) {
		t.Errorf("what is not documented: %q", got)
	}
	if n := w.tables.Faults.Count("", routes); n != 1 {
		t.Errorf("the calls of an API ask %d times for its operations", n)
	}
}
