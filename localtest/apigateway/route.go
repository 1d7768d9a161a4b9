package apigateway

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"guichet/shared/topology"
)

// anyMethods are what ANY stands for.
var anyMethods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

type route struct {
	declared topology.Route
	segments []string // of the path; the last may be {proxy+}
	throttle *bucket  // nil: the account's
}

const greedy = "{proxy+}"

func newRoute(declared topology.Route, now time.Time) (route, error) {
	name := declared.Method + " " + declared.Path
	if declared.Method != "ANY" && !slices.Contains(anyMethods, declared.Method) {
		return route{}, fmt.Errorf("route %s: no such method", name)
	}
	if !strings.HasPrefix(declared.Path, "/") || declared.Path != "/" && strings.HasSuffix(declared.Path, "/") {
		return route{}, fmt.Errorf("route %s: a path begins with / and does not end in it", name)
	}
	if declared.Function == "" {
		return route{}, fmt.Errorf("route %s leads to no function", name)
	}
	r := route{declared: declared, segments: split(declared.Path)}
	for i, segment := range r.segments {
		if strings.ContainsAny(segment, "{}") && (segment != greedy || i != len(r.segments)-1) {
			return route{}, fmt.Errorf("route %s: of parameters only a last %s is served", name, greedy)
		}
	}
	if declared.Rate > 0 {
		r.throttle = newBucket(declared.Rate, declared.Burst, now)
	}
	return r, nil
}

// split returns a path's segments; a slash at its end makes no difference to the service.
func split(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// match finds the route of a call. The most exact resource that has any method decides, and within it the method itself before ANY: a resource does not fall back to
// a less exact one for a method that it lacks.
func (a *API) match(method, path string) (*route, map[string]string) {
	segments := split(path)
	var best []*route
	depth := -1
	for i := range a.routes {
		r := &a.routes[i]
		exact, ok := r.matches(segments)
		switch {
		case !ok || exact < depth:
		case exact > depth:
			best, depth = []*route{r}, exact
		default:
			best = append(best, r)
		}
	}
	var found *route
	for _, r := range best {
		if r.declared.Method == method {
			found = r
			break
		}
		if r.declared.Method == "ANY" && slices.Contains(anyMethods, method) {
			found = r
		}
	}
	if found == nil || !strings.HasSuffix(found.declared.Path, greedy) {
		return found, nil
	}
	// The parameter keeps its encoding, and the slash at its end.
	rest := strings.TrimLeft(path, "/")
	for range len(found.segments) - 1 {
		_, rest, _ = strings.Cut(rest, "/")
	}
	return found, map[string]string{"proxy": rest}
}

// matches tells whether the route's resource covers the path, and how exactly: an exact path more than any with a parameter, then the longer prefix.
func (r *route) matches(segments []string) (exact int, ok bool) {
	n := len(r.segments)
	if n > 0 && r.segments[n-1] == greedy {
		if len(segments) < n || !slices.Equal(segments[:n-1], r.segments[:n-1]) {
			return 0, false
		}
		return 2 * (n - 1), true
	}
	return 2*n + 1, slices.Equal(segments, r.segments)
}

func (a *API) allow(r *route) bool {
	if r.throttle != nil {
		return r.throttle.take(a.options.now())
	}
	return a.account.take(a.options.now())
}

// bucket is a token bucket, the service's throttle: burst is its size, rate what flows in each second.
type bucket struct {
	rate, burst float64

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func newBucket(rate, burst int, now time.Time) *bucket {
	return &bucket{rate: float64(rate), burst: float64(burst), tokens: float64(burst), last: now}
}

func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if passed := now.Sub(b.last).Seconds(); passed > 0 {
		b.tokens, b.last = min(b.burst, b.tokens+passed*b.rate), now
	}
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
