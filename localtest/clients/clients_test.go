// Package clients_test calls a published API with programs that others wrote: curl, Java's own client, and Swagger UI in a
// browser.
package clients_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"guichet/localtest"
	"guichet/localtest/demo"
	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/organisation"
	"guichet/shared/publication"
	"guichet/shared/topology"
)

const (
	actor  = "test"
	base   = "/hello/v1"
	person = "you@example.org"
)

// platform is the whole platform with the API of localtest/hello in it, and an application that may call it.
type platform struct {
	*localtest.TestCloud
	demo.Platform
	id, secret, key string
	credential      string // of the client
	application     string
}

func newPlatform(t *testing.T) *platform {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "You sent %s %s", r.Method, r.URL.EscapedPath())
	}))
	t.Cleanup(backend.Close)
	address := backend.Listener.Addr().String()
	p := &platform{TestCloud: localtest.Start(t, localtest.Options{APIs: []string{topology.ConsumerAPI}, Backends: []string{address}})}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	p.Platform, err = demo.Open(t.Context(), p.Cloud, address)
	must(err)
	owner, err := organisation.Named(t.Context(), p.DB, actor, "My office", false)
	must(err)
	api := publishHello(t, p, owner.ID, address)
	made, err := application.Create(t.Context(), p.DB, actor, application.New{Name: "Clients", Channel: channel.Sandbox, Organisation: owner.ID})
	must(err)
	must(application.Link(t.Context(), p.DB, actor, made.ID, application.Right{API: api.ID, ShortID: api.ShortID}))
	p.application = made.ID
	for _, c := range made.Credentials {
		shown, err := application.Issuer{Keys: p.Keys[channel.Sandbox]}.ShowSecret(t.Context(), p.DB, actor, made.ID, c.ID)
		must(err)
		if c.Kind == application.APIKey {
			p.key = shown.Reveal()
		} else {
			p.id, p.credential, p.secret = c.ID, c.ID, shown.Reveal()
		}
	}
	return p
}

func publishHello(t *testing.T, p *platform, owner, backend string) catalogue.API {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"hello.yaml", "hello.openapi.yaml"} {
		text, err := os.ReadFile("../hello/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(text), "127.0.0.1:9999", backend))}
	}
	declared, err := publication.ReadDeclaration(t.Context(), publication.Sources{
		Files: files, Organisation: func(context.Context, string) (string, error) { return owner, nil },
	}, "hello.yaml")
	if err != nil {
		t.Fatal(err)
	}
	result, err := p.Publisher.Publish(t.Context(), actor, declared)
	if err != nil {
		t.Fatal(err)
	}
	return result.API
}

// run returns what a program prints.
func run(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestClientsThatOthersWrote(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	url := p.URL(channel.Sandbox)
	const escaped, plain = base + "/greetings/you%40example.org", base + "/greetings/" + person

	t.Run("curl with a key", func(t *testing.T) {
		t.Parallel()
		if got := run(t, "curl", "-sS", "-H", "KeyId: "+p.key, url+plain); got != "You sent GET /greetings/"+person {
			t.Error(got)
		}
	})
	t.Run("curl with a token, M2 an escaped @ in the path", func(t *testing.T) {
		t.Parallel()
		answer := run(t, "curl", "-sS", url+"/api/oauth/token", "-d", "grant_type=client_credentials", "-u", p.id+":"+p.secret)
		var token struct {
			AccessToken string `json:"access_token"`
		}
		if err := json.Unmarshal([]byte(answer), &token); err != nil || token.AccessToken == "" {
			t.Fatalf("%v %s", err, answer)
		}
		if got := run(t, "curl", "-sS", "-H", "Authorization: Bearer "+token.AccessToken, url+escaped); !strings.HasPrefix(got, "You sent GET /greetings/you") {
			t.Error(got)
		}
	})
	t.Run("M11 Java's HttpClient, which offers HTTP/2", func(t *testing.T) {
		t.Parallel()
		if got := run(t, "java", "testdata/Call.java", url, p.id, p.secret, escaped); !strings.HasPrefix(got, "200 You sent GET /greetings/you") {
			t.Error(got)
		}
	})
	t.Run("M2, M8 Swagger UI in Chromium gets a token and calls with an e-mail address", func(t *testing.T) {
		t.Parallel()
		if got := swaggerUI(t, p, url); !strings.HasPrefix(got, "200 ") || !strings.Contains(got, "You sent GET /greetings/you") {
			t.Error(got)
		}
	})
}

// swaggerUI serves Swagger UI at an origin of its own, which the application allows, and returns what it shows in the end.
func swaggerUI(t *testing.T, p *platform, url string) string {
	t.Helper()
	folder, err := localtest.SwaggerUI(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	result := make(chan string, 1)
	var awaited atomic.Value // the last that the page waited for
	mux := http.NewServeMux()
	mux.Handle("GET /swagger-ui/", http.StripPrefix("/swagger-ui/", http.FileServer(http.Dir(folder))))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/swagger.html") })
	mux.HandleFunc("GET /settings", func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(map[string]any{"spec": document(url), "clientID": p.id, "clientSecret": p.secret, "person": person}); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("POST /result", func(_ http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		select {
		case result <- string(text):
		default: // only the first counts
		}
	})
	mux.HandleFunc("POST /awaited", func(_ http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		awaited.Store(string(text))
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	if err := application.SetOrigins(t.Context(), p.DB, actor, p.application, p.credential, []string{site.URL}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	browser := exec.CommandContext(ctx, chromium(t), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--remote-debugging-port=0", "--user-data-dir="+profile, site.URL)
	// Chromium is several processes, which are a group here and end together.
	browser.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	browser.Cancel = func() error { return syscall.Kill(-browser.Process.Pid, syscall.SIGKILL) }
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		stop()
		if err := browser.Wait(); err == nil {
			t.Error("the browser ended by itself")
		}
		_ = os.RemoveAll(profile) // a process that has not quite ended may still write there
	}()
	select {
	case text := <-result:
		return text
	case <-ctx.Done():
		t.Fatalf("Swagger UI shows no answer: the page waits for %v", awaited.Load())
		return ""
	}
}

// document is the API's, as a developer portal shows it: with the addresses of this platform.
func document(url string) map[string]any {
	flow := map[string]any{"tokenUrl": url + "/api/oauth/token", "scopes": map[string]string{}}
	return map[string]any{
		"openapi": "3.0.3", "info": map[string]string{"title": "Hello", "version": "1.0.0"},
		"servers":    []any{map[string]string{"url": url + base}},
		"components": map[string]any{"securitySchemes": map[string]any{"oauth": map[string]any{"type": "oauth2", "flows": map[string]any{"clientCredentials": flow}}}},
		"security":   []any{map[string]any{"oauth": []string{}}},
		"paths": map[string]any{"/greetings/{person}": map[string]any{"get": map[string]any{
			"parameters": []any{map[string]any{"name": "person", "in": "path", "required": true, "schema": map[string]string{"type": "string"}}},
			"responses":  map[string]any{"200": map[string]string{"description": "The greeting"}},
		}}},
	}
}

// chromium is the browser of CHROMIUM, or the system's.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium here; `make chromium` installs it")
	return ""
}
