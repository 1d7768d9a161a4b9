package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/localtest/lambda"
	"guichet/shared/channel"
)

func TestTheConsoleShowsOneReadableLinePerCall(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	file := filepath.Join(t.TempDir(), "functions.log")
	c, err := newConsole(&out, file)
	if err != nil {
		t.Fatal(err)
	}
	c.now = func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	c.call("consumer", channel.Sandbox, `{"method":"GET","path":"/dila/x","status":"403","milliseconds":"12","application":"A1","api":"-","code":"scope_missing","correlationId":"id"}`)
	c.call("portal", "", `{"method":"GET","path":"/api/me","status":"200","milliseconds":"3","code":"-","correlationId":"id"}`)
	c.function(lambda.Line{Function: "oauth-sandbox", Text: `{"level":"INFO","msg":"call"}`})
	c.function(lambda.Line{Function: "oauth-sandbox", Text: `{"level":"ERROR","msg":"call"}`})
	c.function(lambda.Line{Function: "oauth-sandbox", Text: `panic: ouch`})
	c.failure("id", errors.New("cause"))
	want := `12:00:00  sandbox     403  GET     /dila/x  12 ms  code scope_missing  application A1  id
12:00:00  portal      200  GET     /api/me  3 ms  id
12:00:00  oauth-sandbox: {"level":"ERROR","msg":"call"}
12:00:00  oauth-sandbox: panic: ouch
12:00:00  FAILURE  id  cause
`
	if out.String() != want {
		t.Errorf("shown:\n%s\nwant:\n%s", out.String(), want)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || strings.Count(string(text), "\n") != 3 {
		t.Errorf("kept: %s %v", text, err)
	}
}

func TestDataAndTheirSecretsLiveAndDieTogether(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		found       []string
		fresh, kept bool
	}{
		"both are kept":                      {[]string{"demo.json", "dynamodb"}, false, true},
		"--fresh forgets both":               {[]string{"demo.json", "dynamodb"}, true, false},
		"data without their secrets are not": {[]string{"dynamodb"}, false, false},
		"nor secrets without data":           {[]string{"demo.json"}, false, false},
	} {
		dir := t.TempDir()
		for _, file := range append(c.found, "mine") {
			if err := os.WriteFile(filepath.Join(dir, file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := prepare(options{data: dir, fresh: c.fresh}); err != nil {
			t.Fatal(err)
		}
		for _, file := range c.found {
			if there, err := exists(filepath.Join(dir, file)); err != nil || there != c.kept {
				t.Errorf("%s: %s is there: %t %v", name, file, there, err)
			}
		}
		if there, err := exists(filepath.Join(dir, "mine")); err != nil || !there {
			t.Errorf("%s: a file that is not ours is gone", name)
		}
	}
}

func TestM20AllowedBackendsAreExactPairs(t *testing.T) {
	t.Parallel()
	for _, pair := range []string{"", "127.0.0.1", "127.0.0.1:", ":9999", "10.0.0.0/8", "127.0.0.1:9999,10.0.0.1:80", "http://127.0.0.1:9999", "127.0.0.1:*", "*:80:"} {
		if o, err := parse([]string{"-allow-backend", pair}); err == nil {
			t.Errorf("GW-01 %q was taken: %v", pair, o.backends)
		}
	}
	o, err := parse([]string{"-allow-backend", "127.0.0.1:9999", "-allow-backend", "localhost:9998"})
	if err != nil || !slices.Equal(o.backends, []string{"127.0.0.1:9999", "localhost:9998"}) {
		t.Errorf("%v %v", o.backends, err)
	}
}
