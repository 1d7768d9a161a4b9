package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/shared/route"
)

// TestAnswersAreNotMixed (GW-17): many calls at once, some given up, some reset; every answer is the one to its own call.
func TestAnswersAreNotMixed(t *testing.T) {
	t.Parallel()
	const callers, calls = 64, 10_000
	backend := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tag := r.Header.Get("X-Tag")
		number, _ := strconv.Atoi(tag)
		body, _ := io.ReadAll(r.Body)
		switch number % 50 {
		case 7: // cut off in the middle
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, tag)
			panic(http.ErrAbortHandler)
		case 13: // answered late: the caller has given up
			<-r.Context().Done()
			return
		}
		w.Header().Set("X-Tag", tag)
		_, _ = io.WriteString(w, tag+" "+string(body))
	})
	server := httptest.NewUnstartedServer(backend)
	server.Config.ErrorLog = discarded
	server.Start()
	t.Cleanup(server.Close)
	w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: server.URL}}})
	var next, mixed, right, failed atomic.Int64
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for n := next.Add(1); n <= calls; n = next.Add(1) {
				tag := strconv.FormatInt(n, 10)
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if n%50 == 13 {
					ctx, cancel = context.WithTimeout(ctx, 5*time.Millisecond)
				}
				c := call{header: http.Header{"X-Tag": {tag}}}
				if n%3 == 0 {
					c.method, c.body = "POST", []byte("body "+tag)
				}
				a := w.in(ctx, c)
				cancel()
				want := tag + " "
				if c.body != nil {
					want += string(c.body)
				}
				switch {
				case a.status != http.StatusOK:
					failed.Add(1)
				case string(a.body) == want && a.header.Get("X-Tag") == tag:
					right.Add(1)
				default:
					mixed.Add(1)
				}
			}
		})
	}
	group.Wait()
	if mixed.Load() != 0 || right.Load() != calls*48/50 || failed.Load() != calls*2/50 {
		t.Errorf("GW-17 of %d answers %d were mixed, %d right, %d failed", calls, mixed.Load(), right.Load(), failed.Load())
	}
}
