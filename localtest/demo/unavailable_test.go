package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/localtest/lambda"
	"guichet/localtest/ses"
	"guichet/localtest/streams"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// hanging is the platform with a published API, an application and a person, whose store stops answering.
type hanging struct {
	*localtest.TestCloud
	t       *testing.T
	visitor *visitor
	path    string // of the API
	app     Application
	token   string
}

func newHanging(t *testing.T) *hanging {
	t.Helper()
	post := ses.Start()
	t.Cleanup(post.Close)
	h := &hanging{t: t, TestCloud: localtest.Start(t, localtest.Options{
		Endpoints: map[string]string{"SESV2": post.URL}, Streams: streams.Options{Poll: 20 * time.Millisecond, Pause: 10 * time.Millisecond},
	})}
	p, err := Open(t.Context(), h.Cloud, "127.0.0.1:9")
	h.must(err)
	h.must(Prepare(t.Context(), p))
	apis, err := Publish(t.Context(), p, "http://127.0.0.1:9", "no-backend-answers-in-this-test")
	h.must(err)
	apps, err := Seed(t.Context(), p, apis)
	h.must(err)
	i := slices.IndexFunc(apps, func(a Application) bool {
		return a.Channel == channel.Sandbox && len(a.Subscriptions) > 0 && a.ClientSecret != ""
	})
	if i < 0 {
		t.Fatal("the demo has no sandbox application that may call")
	}
	h.app, h.path = apps[i], apps[i].Subscriptions[0]
	h.token = h.askToken(h.app.ClientSecret).AccessToken

	h.visitor, err = newVisitor(h.Portal, "")
	h.must(err)
	password := newPassword()
	form := map[string]any{"fullName": "Ada Martin", "email": "ada@example.org", "password": password, "newsletter": false, "surveys": false, "language": "fr"}
	form["termsHash"], err = h.visitor.termsHash(t.Context())
	h.must(err)
	form["captcha"], err = h.visitor.captcha(t.Context(), "registration")
	h.must(err)
	h.must(h.visitor.call(t.Context(), http.MethodPost, "/registrations", form, nil))
	settled(t, h.TestCloud)
	links := tokens(post)
	if len(links) != 1 {
		t.Fatalf("%d links", len(links))
	}
	h.must(h.visitor.call(t.Context(), http.MethodPost, "/confirmations", map[string]any{"token": links[0], "password": password}, nil))
	h.must(h.visitor.acceptTerms(t.Context()))
	settled(t, h.TestCloud)
	return h
}

func (h *hanging) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// reply is what a caller sees.
type reply struct {
	status     int
	retryAfter string
	body       string

	AccessToken string `json:"access_token"`
	Error       string `json:"error"`
	Code        string `json:"code"`
}

// send makes a request, with the visitor's cookies on the portal.
func (h *hanging) send(method, url, body string, header map[string]string) reply {
	request, err := http.NewRequestWithContext(h.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		return reply{body: err.Error()}
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := h.visitor.client.Do(request)
	if err != nil {
		return reply{body: err.Error()}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	got := reply{status: response.StatusCode, retryAfter: response.Header.Get("Retry-After"), body: string(text)}
	if err != nil || json.Unmarshal(text, &got) != nil {
		got.Code, got.Error = "", ""
	}
	return got
}

func (h *hanging) askToken(secret string) reply {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {h.app.ClientID}, "client_secret": {secret}}
	if h.visitor == nil {
		h.visitor = &visitor{client: http.DefaultClient}
	}
	return h.send(http.MethodPost, h.Bases[channel.Sandbox]+"/api/oauth/token", form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
}

// probes are requests that each reach a function: together, every table that it may use.
func (h *hanging) probes() map[string]map[string]func() reply {
	portal := func(path string) func() reply {
		return func() reply { return h.send(http.MethodGet, h.Portal+"/api"+path, "", nil) }
	}
	return map[string]map[string]func() reply{
		"oauth": {
			"a right secret": func() reply { return h.askToken(h.app.ClientSecret) },
			"a wrong secret": func() reply { return h.askToken("wrong") },
		},
		"authorizer": {"a call": func() reply {
			return h.send(http.MethodGet, h.Bases[channel.Sandbox]+h.path+"/x", "", map[string]string{"Authorization": "Bearer " + h.token})
		}},
		"gateway": {"a preflight": func() reply {
			return h.send(http.MethodOptions, h.Bases[channel.Sandbox]+h.path+"/x", "", map[string]string{"Origin": "https://app.example", "Access-Control-Request-Method": "GET"})
		}},
		"account":     {"an export": portal("/me/export")},
		"application": {"the sandbox application": portal("/applications/sandbox"), "a secret": h.showSecret()},
	}
}

// afterwards names the table that a function uses only once its act is written: a failure is left to a job, and the answer
// stays what it is.
var afterwards = map[string]string{"account": topology.Grants} // the applications of who leaves

// showSecret asks for the first secret of a credential of the person's sandbox application.
func (h *hanging) showSecret() func() reply {
	var application struct {
		ID          string
		Credentials []struct{ ID, Kind string }
	}
	h.must(h.visitor.call(h.t.Context(), http.MethodGet, "/applications/sandbox", nil, &application))
	i := slices.IndexFunc(application.Credentials, func(c struct{ ID, Kind string }) bool { return c.Kind == "oauth_client" })
	if i < 0 {
		h.t.Fatal("the sandbox application has no client")
	}
	path := "/api/applications/" + application.ID + "/credentials/" + application.Credentials[i].ID + "/secret"
	return func() reply {
		return h.send(http.MethodPost, h.Portal+path, "", map[string]string{"Origin": h.Portal, "Idempotency-Key": rand.Text()})
	}
}

// TestM16F08EveryTableHangs lets each table of the topology hang under each function that may use it. Whoever is called
// answers 503 in time, and no function meets Lambda's timeout. A new function or table fails it until a probe reaches it.
func TestM16F08EveryTableHangs(t *testing.T) {
	t.Parallel()
	h := newHanging(t)
	plan := topology.Platform()
	called := map[string]bool{} // functions that answer calls, not streams and schedules
	for _, api := range plan.APIs {
		called[api.Authorizer] = true
		for _, r := range api.Routes {
			called[r.Function] = true
		}
	}
	probes := h.probes()
	for _, table := range plan.Tables {
		name := h.Name(table.Name, channelsFor(table)...)
		var users []string
		for _, f := range plan.Functions {
			if slices.ContainsFunc(f.Access, func(a topology.Access) bool { return a.Table == table.Name }) {
				users = append(users, f.Name)
				h.Lambda.Recycle(h.Function(f.Name, channel.Sandbox)) // nothing is remembered
			}
		}
		remove := h.StoreFaults.Inject(faults.Rule{Table: name, Fault: faults.BlackHole()})
		var group sync.WaitGroup
		for _, function := range users {
			group.Go(func() {
				if !called[function] {
					h.invokeSamples(function)
					return
				}
				if len(probes[function]) == 0 {
					t.Errorf("M16 no probe reaches the function %s: add one", function)
				}
				unavailable := false
				for _, what := range slices.Sorted(maps.Keys(probes[function])) {
					got := probes[function][what]()
					said := got.Code == "unavailable" || got.Error == "temporarily_unavailable"
					switch {
					case got.status == http.StatusServiceUnavailable && said && got.retryAfter != "":
						unavailable = true
					case got.status < 200 || got.status >= 500:
						t.Errorf("M16 the table %s hangs under %s, %s: %d, Retry-After %q, %s", table.Name, function, what, got.status, got.retryAfter, got.body)
					}
				}
				if !unavailable && afterwards[function] != table.Name {
					t.Errorf("M16 the table %s hangs, and no probe of %s meets it: add one", table.Name, function)
				}
			})
		}
		group.Wait()
		if remove() == 0 {
			t.Errorf("M16 nothing used the table %s", table.Name)
		}
	}
	for _, f := range plan.Functions {
		if s := h.Lambda.Stats(h.Function(f.Name, channel.Sandbox)); s.Timeouts > 0 || called[f.Name] && s.Errors > 0 {
			t.Errorf("M16 %s: %d timeouts, %d errors", f.Name, s.Timeouts, s.Errors)
		}
	}
	if got := h.askToken(h.app.ClientSecret); got.status != http.StatusOK {
		t.Errorf("F07 after the faults: %d %s", got.status, got.body)
	}
}

// invokeSamples calls a function with its sample events, whatever it says.
func (h *hanging) invokeSamples(function string) {
	files, err := filepath.Glob("../../events/samples/" + function + "-*.json")
	if err != nil || len(files) == 0 {
		h.t.Errorf("M16 the function %s has no sample events (%v)", function, err)
	}
	for _, file := range files {
		event, err := os.ReadFile(file)
		if err == nil {
			_, err = h.Lambda.Invoke(context.WithoutCancel(h.t.Context()), lambda.Invocation{Function: h.Function(function, channel.Sandbox), Payload: event})
		}
		if err != nil && !strings.Contains(fmt.Sprint(err), "TooManyRequests") { // the stream's own delivery may hold what is reserved
			h.t.Errorf("M16 %s: %v", file, err)
		}
	}
}

// channelsFor are what Name wants beside a table's name.
func channelsFor(table topology.Table) []channel.Channel {
	if table.PerChannel {
		return []channel.Channel{channel.Sandbox}
	}
	return nil
}
