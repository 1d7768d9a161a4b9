package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
)

const ok = "/demo/weather/v1/today"

// limit sets the application's own limits.
func (w *world) limit(perSecond, perDay int64) {
	w.t.Helper()
	w.must(application.SetLimits(w.t.Context(), w.db, "tester", w.app.ID, "", limits(perSecond, perDay)))
}

// grant reads a grants item whole.
func (w *world) grant(key string) map[string]types.AttributeValue {
	w.t.Helper()
	found, err := w.db.Client.GetItem(w.t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(w.db.Tables.Grants[channel.Sandbox]), Key: ddb.PartitionKey(key), ConsistentRead: aws.Bool(true),
	})
	w.must(err)
	return found.Item
}

func TestQuota(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		arrange func(w *world)
		path    string
		admits  int // calls of one second
		then    problem.Code
	}{
		{"K4 20 a second admits 20, and the 21st is refused", func(w *world) { w.limit(20, -1) }, ok, 20, problem.QuotaSecond},
		{"K1 a day's quota admits as many, and not one more", func(w *world) { w.limit(-1, 7) }, ok, 7, problem.QuotaDay},
		{"Z13 both windows: the smaller one decides", func(w *world) { w.limit(3, 5) }, ok, 3, problem.QuotaSecond},
		{"a limit of 0 a second refuses the first call", func(w *world) { w.limit(0, -1) }, ok, 0, problem.QuotaSecond},
		{"a limit of 0 a day refuses the first call", func(w *world) { w.limit(-1, 0) }, ok, 0, problem.QuotaDay},
		{"K6 the API's limit replaces the application's", func(w *world) { w.limit(1, 1) }, "/demo/limited/x", 2, problem.QuotaSecond},
		{"K8 a subscription's own limit replaces the application's", func(w *world) {
			w.limit(1, 1)
			w.must(application.SetLimits(w.t.Context(), w.db, "tester", w.app.ID, weather.API, limits(4, -1)))
		}, ok, 4, problem.QuotaSecond},
		{"K8 a subscription's own limit replaces the API's", func(w *world) {
			w.must(application.SetLimits(w.t.Context(), w.db, "tester", w.app.ID, limited.API, limits(-1, 6)))
		}, "/demo/limited/x", 6, problem.QuotaDay},
		{"a subscription's own limit of 0", func(w *world) {
			w.must(application.SetLimits(w.t.Context(), w.db, "tester", w.app.ID, weather.API, limits(0, -1)))
		}, ok, 0, problem.QuotaSecond},
		{"the built-in healthcheck is counted", func(w *world) { w.limit(2, -1) }, "/piste/healthcheck", 2, problem.QuotaSecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.arrange(w)
			credentials := []string{w.bearer(), w.keyHeader()} // RS-10: another credential is no other quota
			for i := range c.admits {
				if got := w.ask(w.authorizer, get(c.path, credentials[i%2])); got != "" {
					t.Fatalf("call %d of %d: %s", i+1, c.admits, got)
				}
			}
			for _, a := range []*authorizer{w.authorizer, w.environment(), w.authorizer} {
				if got := w.ask(a, get(c.path, w.bearer())); got != string(c.then) {
					t.Errorf("beyond: got %q, want %q", got, c.then)
				}
			}
		})
	}
}

func TestQuotaWindows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.limit(2, 3)
	ask := func(want problem.Code) {
		t.Helper()
		if got := w.ask(w.authorizer, get(ok, w.bearer())); got != string(want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	ask("")
	ask("")
	ask(problem.QuotaSecond)
	w.advance(time.Second)
	ask("") // RS-09 the next second
	ask(problem.QuotaDay)
	// RS-10 neither a new secret nor a new token resets the day.
	_, err := w.issuer.Regenerate(t.Context(), w.db, "tester", w.app.ID, w.client.ID, time.Time{})
	w.must(err)
	w.token = w.tokenFor(w.app, w.client, nil)
	ask(problem.QuotaDay)
	answer, err := w.handle(t.Context(), get(ok, w.bearer()))
	w.must(err)
	if got := answer.Context["retryAfter"]; got != "43199" {
		t.Errorf("K2 Retry-After %v, want the seconds until midnight UTC", got)
	}
	// K5 a new limit holds from the next call on, a higher one after a second (M19).
	w.limit(2, 4)
	w.advance(time.Second)
	ask("")
	ask(problem.QuotaDay)
	// RS-12 the day is UTC's.
	w.clock.Store(time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC).UnixNano())
	w.token = w.tokenFor(w.app, w.client, nil)
	ask(problem.QuotaDay)
	w.advance(time.Second)
	ask("")
}

// RS-07, RS-09: 64 callers in 8 environments whose clocks differ by up to 2 s never get more than the limit in a window.
func TestHammer(t *testing.T) {
	t.Parallel()
	for _, perSecond := range []int64{1, 7, 20, 100} {
		for _, skew := range []time.Duration{0, 400 * time.Millisecond, 2 * time.Second} {
			t.Run(fmt.Sprintf("limit %d, clocks %v apart", perSecond, skew), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.limit(perSecond, -1)
				bearer := w.bearer()
				const callers, calls, environments = 64, 6, 8
				var total atomic.Int64
				var group sync.WaitGroup
				var envs [environments]*authorizer
				var shifts [environments]time.Duration
				for i := range envs {
					shifts[i] = time.Duration(i-environments/2) * skew / (environments / 2)
				}
				start := w.now()
				for i := range envs {
					envs[i] = w.environmentAt(func() time.Time { return w.now().Add(shifts[i]) })
				}
				for caller := range callers {
					group.Go(func() {
						i := caller % environments
						for range calls {
							w.clock.Add(int64(rand.N(20 * time.Millisecond)))
							d := envs[i].decide(t.Context(), &request{
								Path: ok, HTTPMethod: "GET", MultiValueHeaders: map[string][]string{"Authorization": {strings.TrimPrefix(bearer, "Authorization: ")}},
							})
							switch d.code {
							case "":
								total.Add(1)
							case problem.QuotaSecond:
							default:
								t.Errorf("refused with %s: %v", d.code, d.cause)
							}
						}
					})
				}
				group.Wait()
				// The store's own counters are the calls admitted in each window.
				var counted int64
				for name, value := range w.grant(w.app.ID) {
					n, isNumber := value.(*types.AttributeValueMemberN)
					if !isNumber || name[0] != 's' {
						continue
					}
					var window int64
					_, err := fmt.Sscan(n.Value, &window)
					w.must(err)
					counted += window
					if window > perSecond {
						t.Errorf("%d calls were admitted in window %s; the limit is %d", window, name, perSecond)
					}
				}
				if counted < total.Load() || total.Load() == 0 {
					t.Errorf("%d admitted, %d counted", total.Load(), counted)
				}
				if elapsed := w.now().Sub(start) + 2*skew; total.Load() > perSecond*(int64(elapsed/time.Second)+2) {
					t.Errorf("%d admitted in %v at %d a second", total.Load(), elapsed, perSecond)
				}
			})
		}
	}
	t.Run("the day's quota is exact", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.limit(-1, 100)
		var admitted atomic.Int64
		var group sync.WaitGroup
		envs := []*authorizer{w.environment(), w.environment(), w.environment(), w.environment()}
		for caller := range 64 {
			group.Go(func() {
				for range 5 {
					r := get(ok, w.bearer())
					if d := envs[caller%4].decide(t.Context(), &r); d.admitted {
						admitted.Add(1)
					}
				}
			})
		}
		group.Wait()
		if admitted.Load() != 100 {
			t.Errorf("%d of 320 calls were admitted at 100 a day", admitted.Load())
		}
	})
}

// A limit above 400 a second is split over several items; what they admit together is the limit.
func TestSplitLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.limit(900, -1) // 3 items of 300
	var admitted, wrong atomic.Int64
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			a := w.environment()
			for range 75 {
				r := get(ok, w.bearer())
				switch d := a.decide(t.Context(), &r); d.code {
				case "":
					admitted.Add(1)
				case problem.QuotaSecond:
				default:
					wrong.Add(1)
				}
			}
		})
	}
	group.Wait()
	// 1,200 calls of one second, 16 new environments that each start on the first item.
	if admitted.Load() > 900 || admitted.Load() < 800 || wrong.Load() > 0 {
		t.Errorf("%d admitted, %d refused for another reason; the limit is 900", admitted.Load(), wrong.Load())
	}
	t.Run("lowering it again leaves one item, and environments find the way back", func(t *testing.T) {
		w.advance(time.Second)
		a := w.environment()
		for range 5 {
			if got := w.ask(a, get(ok, w.bearer())); got != "" {
				t.Fatal(got)
			}
		}
		w.limit(2, -1)
		w.advance(time.Second)
		admitted := 0
		for range 6 {
			if w.ask(a, get(ok, w.bearer())) == "" {
				admitted++
			}
		}
		if admitted != 2 {
			t.Errorf("%d admitted at 2 a second", admitted)
		}
	})
	t.Run("disabling ends the calls on every item", func(t *testing.T) {
		w.limit(900, -1)
		a := w.environment()
		w.advance(time.Second)
		w.ask(a, get(ok, w.bearer()))
		w.must(application.SetEnabled(t.Context(), w.db, "tester", w.app.ID, false))
		for range 12 {
			if got := w.ask(a, get(ok, w.bearer())); got != string(problem.ApplicationDisabled) {
				t.Errorf("got %q", got)
			}
		}
	})
}

// When the subscription's own quota comes and goes, environments that remember otherwise find the way.
func TestOwnQuotaComesAndGoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(l *quota.Limits) {
		w.must(application.SetLimits(t.Context(), w.db, "tester", w.app.ID, weather.API, l))
	}
	count := func() int {
		before := w.tables.Faults.Count("UpdateItem", "")
		if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
			t.Fatal(got)
		}
		return w.tables.Faults.Count("UpdateItem", "") - before
	}
	first := count()
	set(limits(300, -1))
	learning, knowing := count(), count()
	set(nil)
	unlearning, again := count(), count()
	if first != 1 || learning != 2 || knowing != 1 || unlearning != 2 || again != 1 {
		t.Errorf("requests: %d, then %d and %d with a quota of its own, then %d and %d", first, learning, knowing, unlearning, again)
	}
}

// Design §4: one request and one write unit per call, no read but the route table's version every 10 s.
func TestRequestsPerCall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		environments int
		pause        time.Duration
		calls        int
		most         float64 // requests per admitted call
	}{
		{"steady, 1 environment", 1, 70 * time.Millisecond, 100, 1},
		{"steady, 8 environments", 8, 70 * time.Millisecond, 160, 1},
		{"sparse, 1 environment", 1, 5 * time.Second, 60, 1},
		{"cold only: a new environment each time", 0, 20 * time.Minute, 40, 1.13},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.limit(20, -1)
			var envs []*authorizer
			for range c.environments {
				envs = append(envs, w.environment())
			}
			w.tables.Faults.Reset()
			for i := range c.calls {
				a := w.environment()
				if len(envs) > 0 {
					a = envs[i%len(envs)]
				}
				w.token = w.tokenForQuietly()
				if got := w.ask(a, get(ok, w.bearer())); got != "" {
					t.Fatalf("call %d: %s", i, got)
				}
				w.advance(c.pause)
			}
			grants := w.db.Tables.Grants[channel.Sandbox]
			updates := w.tables.Faults.Count("UpdateItem", grants)
			if per := float64(updates) / float64(c.calls); per > c.most || per < 1 {
				t.Errorf("%.3f writes per call, at most %.3f", per, c.most)
			}
			if reads := w.tables.Faults.Count("GetItem", grants) + w.tables.Faults.Count("Query", grants); reads != 0 {
				t.Errorf("%d reads of grants", reads)
			}
			if size := len(w.grant(w.app.ID)); size > 60 {
				t.Errorf("the item has grown to %d attributes", size)
			}
		})
	}
	t.Run("over the limit, 8 environments at 5 times the limit", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.limit(20, -1)
		var envs [8]*authorizer
		for i := range envs {
			envs[i] = w.environment()
			w.ask(envs[i], get(ok, w.bearer()))
		}
		w.tables.Faults.Reset()
		const calls = 500 // 100 a second
		for i := range calls {
			w.advance(10 * time.Millisecond)
			w.ask(envs[i%8], get(ok, w.bearer()))
		}
		if per := float64(w.tables.Faults.Count("UpdateItem", "")) / calls; per > 0.30 {
			t.Errorf("%.3f writes per call, at most 0.30: a full second is refused from memory", per)
		}
	})
}

// tokenForQuietly mints without reading the store.
func (w *world) tokenForQuietly() string {
	id, err := w.issuer.Keys.Verify(w.apiKey, w.now())
	w.must(err)
	old := w.client
	claims := id
	claims.Kind, claims.Credential, claims.Expires = 1, old.Number, w.now().Add(time.Hour)
	text, err := w.issuer.Keys.Mint(claims)
	w.must(err)
	return text
}

// What DynamoDB Local never does, and what follows.
func TestStoreFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		fault    faults.Fault
		times    int
		want     problem.Code
		requests int
	}{
		{"RS-08 a lost answer counts as used and is not admitted", faults.LoseAnswer(), 1, problem.Unavailable, 1},
		{"RS-11 the store is down", faults.Refuse(), 0, problem.Unavailable, 1},
		{"RS-11 the store answers 500", faults.InternalError(), 0, problem.Unavailable, 1},
		{"RS-11 the store answers 503", faults.Unavailable(), 0, problem.Unavailable, 1},
		{"RS-11 the store denies access", faults.AccessDenied(), 0, problem.Unavailable, 1},
		{"F08 the store is a black hole", faults.BlackHole(), 0, problem.Unavailable, 1},
		{"a throttled store is 429, never admitted", faults.Throttled(), 0, problem.Busy, 1},
		{"a hot partition is 429, never admitted", faults.ProvisionedThroughputExceeded(), 0, problem.Busy, 1},
		{"F06 one transaction conflict is tried once more", faults.TransactionConflict(), 1, "", 2},
		{"F06 a second conflict is 429", faults.TransactionConflict(), 2, problem.Busy, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.limit(20, -1)
			if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
				t.Fatal(got)
			}
			w.tables.Faults.Reset()
			remove := w.tables.Faults.Inject(faults.Rule{Operation: "UpdateItem", Times: c.times, Fault: c.fault})
			deadline, cancel := context.WithTimeout(t.Context(), 5*time.Second) // the function's own
			defer cancel()
			if got := w.askWithin(deadline, w.authorizer, get(ok, w.bearer())); got != string(c.want) || deadline.Err() != nil {
				t.Errorf("got %q, want %q; %v", got, c.want, deadline.Err())
			}
			if n := w.tables.Faults.Count("UpdateItem", ""); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
			remove()
			w.advance(time.Second)
			if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
				t.Errorf("F07 after the fault: %s", got)
			}
		})
	}
	t.Run("RS-08 accepted is never more than counted, counted never more than accepted and lost", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.limit(-1, 1000)
		remove := w.tables.Faults.Inject(faults.Rule{Operation: "UpdateItem", Share: 0.3, Fault: faults.LoseAnswer()})
		admitted := 0
		for range 100 {
			if w.ask(w.authorizer, get(ok, w.bearer())) == "" {
				admitted++
			}
		}
		lost := remove()
		counter := w.grant(w.app.ID)[quota.DayCounter(w.now(), "")].(*types.AttributeValueMemberN).Value
		if counter != fmt.Sprint(admitted+lost) || lost == 0 {
			t.Errorf("%d admitted, %d answers lost, %s counted", admitted, lost, counter)
		}
	})
	for _, fault := range []struct {
		name  string
		fault faults.Fault
	}{{"RS-11 the routes cannot be read", faults.Refuse()}, {"F08 the routes are a black hole", faults.BlackHole()}} {
		t.Run("M3 "+fault.name+": those in memory admit for a minute, then nothing does", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.ask(w.authorizer, get(ok, w.bearer()))
			remove := w.tables.Faults.Inject(faults.Rule{Operation: "GetItem", Fault: fault.fault})
			for _, step := range []struct {
				after time.Duration
				code  problem.Code
			}{{11 * time.Second, ""}, {48 * time.Second, ""}, {2 * time.Second, problem.Unavailable}} {
				w.advance(step.after)
				deadline, cancel := context.WithTimeout(t.Context(), 5*time.Second) // the function's own
				r := get(ok, w.bearer())
				if d := w.decide(deadline, &r); d.code != step.code || deadline.Err() != nil {
					t.Errorf("%s later: %q, %v", step.after, d.code, deadline.Err())
				}
				cancel()
			}
			deadline, cancel := context.WithTimeout(t.Context(), 5*time.Second) // the function's own
			defer cancel()
			if got := w.askWithin(deadline, w.environment(), get(ok, w.bearer())); got != string(problem.Unavailable) {
				t.Errorf("without routes in memory: %q", got)
			}
			remove()
			if got := w.ask(w.authorizer, get(ok, w.bearer())); got != "" {
				t.Errorf("when they can be read again: %q", got)
			}
		})
	}
	t.Run("RS-11 the keys cannot be read", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.tables.Environment.Endpoints["SECRETS_MANAGER"] = "http://127.0.0.1:1/"
		if got := w.ask(w.environment(), get(ok, w.bearer())); got != string(problem.Unavailable) {
			t.Errorf("got %q", got)
		}
	})
}

// TK-05: under load, no call is admitted that started after the act had returned.
func TestRevocationUnderLoad(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(w *world) error{
		"disable": func(w *world) error {
			return application.SetEnabled(w.t.Context(), w.db, "tester", w.app.ID, false)
		},
		"regenerate": func(w *world) error {
			_, err := w.issuer.Regenerate(w.t.Context(), w.db, "tester", w.app.ID, w.client.ID, time.Time{})
			return err
		},
		"unsubscribe": func(w *world) error {
			return application.Unlink(w.t.Context(), w.db, "tester", w.app.ID, weather.API)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.limit(-1, -1)
			var revoked atomic.Bool
			var before, after atomic.Int64
			stop := make(chan struct{})
			var group sync.WaitGroup
			for range 32 {
				group.Go(func() {
					a := w.environment()
					for {
						select {
						case <-stop:
							return
						default:
						}
						started := revoked.Load()
						r := get(ok, w.bearer())
						if d := a.decide(t.Context(), &r); d.admitted {
							if started {
								after.Add(1)
							} else {
								before.Add(1)
							}
						}
					}
				})
			}
			deadline := time.Now().Add(20 * time.Second)
			for before.Load() < 64 && time.Now().Before(deadline) {
				time.Sleep(time.Millisecond)
			}
			w.must(act(w))
			revoked.Store(true)
			for range 64 { // calls that surely started afterwards
				r := get(ok, w.bearer())
				if d := w.decide(t.Context(), &r); d.admitted {
					after.Add(1)
				}
			}
			close(stop)
			group.Wait()
			if after.Load() > 0 || before.Load() < 64 {
				t.Errorf("%d admitted before, %d after", before.Load(), after.Load())
			}
		})
	}
}

// The fixed bytes of design §4: 100 whole subscriptions, some partial ones, and live counters fit into one write unit.
func TestItemFitsOneWriteUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 100 {
		r := weather
		r.API, r.ID = fmt.Sprintf("01API%021d", i), fmt.Sprintf("a%03d", i)
		var scopes map[string]string
		if i%20 == 0 {
			scopes = map[string]string{"one": "s001", "two": "s002"}
		}
		w.link(r, scopes)
	}
	for range 5 {
		w.advance(time.Second)
		w.ask(w.authorizer, get(ok, w.bearer()))
	}
	if size := localtest.ItemBytes(w.grant(w.app.ID)); size > 1024 {
		t.Errorf("the item has %d bytes; one write unit is 1,024", size)
	} else {
		t.Logf("%d bytes", size)
	}
}
