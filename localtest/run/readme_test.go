package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/localtest/running"
	"guichet/shared/channel"
)

// output is what a platform prints; it is read while it is written.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs the platform with free ports and data of its own, beside the arguments, until the test ends.
func start(t *testing.T, arguments ...string) (folder string, at running.Platform) {
	t.Helper()
	folder = t.TempDir()
	o, err := parse(append(arguments, "-data", folder, "-portal", "0", "-sandbox", "0", "-production", "0", "-inbox", "0", "-dynamodb", "0", "-backend", "0"))
	if err != nil {
		t.Fatal(err)
	}
	o.pages = "" // what was last built of the portal may be of another version, or nothing
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	printed := &output{}
	go func() { ended <- run(ctx, o, printed) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	deadline := time.After(3 * time.Minute)
	for {
		if at, err = running.Find(folder); err == nil {
			return folder, at
		}
		select {
		case err := <-ended:
			ended <- nil
			t.Fatalf("the platform did not start: %v\n%s", err, printed)
		case <-deadline:
			t.Fatalf("the platform did not start in time:\n%s", printed)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// readmeLines are the lines of the README's first block of commands below a heading.
func readmeLines(t *testing.T, heading string) []string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, below, found := strings.Cut(string(text), "\n"+heading+"\n")
	_, block, begun := strings.Cut(below, "```sh\n")
	block, _, ended := strings.Cut(block, "```")
	if !found || !begun || !ended {
		t.Fatalf("README.md has no commands below %q", heading)
	}
	return strings.Split(strings.TrimSpace(block), "\n")
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// The README's lines are run as they stand, but for ports and the data folder, which are this test's own.
func TestM20AStrangerPublishesTheirOwnAPIFromTheREADMEAlone(t *testing.T) {
	t.Parallel()
	lines := readmeLines(t, "### Your own API, on this machine")
	if len(lines) > 6 {
		t.Errorf("%d lines, want six at most", len(lines))
	}
	command := regexp.MustCompile(`^make run ARGS="([^"]*)"`).FindStringSubmatch(lines[0])
	if command == nil {
		t.Fatalf("the first line does not start the platform: %s", lines[0])
	}
	port := freePort(t)
	folder, at := start(t, strings.Fields(strings.ReplaceAll(command[1], "9999", port))...)

	files := filepath.Join(t.TempDir(), "hello")
	if err := os.CopyFS(files, os.DirFS("../hello")); err != nil {
		t.Fatal(err)
	}
	declared, err := os.ReadFile(filepath.Join(files, "hello.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(files, "hello.yaml"), bytes.ReplaceAll(declared, []byte("9999"), []byte(port)), 0o600); err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer(
		"9999", port, "http://localhost:8081", at.Channels[channel.Sandbox], "localtest/hello", files,
		"./infra/operate ", "./infra/operate -local "+folder+" ",
	)
	last := len(lines) - 1
	script := fmt.Sprintf(`set -euo pipefail
trap 'kill $(jobs -p)' EXIT
%s
until %s >answer && head -1 answer | grep -q ' 200 '; do
	if [ $SECONDS -ge 90 ]; then cat answer; exit 1; fi
	sleep 0.3
done
cat answer`, own.Replace(strings.Join(lines[1:last], "\n")), own.Replace(lines[last]))
	script = strings.ReplaceAll(script, "answer", filepath.Join(t.TempDir(), "answer"))
	bash := exec.CommandContext(t.Context(), "bash", "-c", script)
	bash.Dir = "../.."
	bash.Env = append(os.Environ(), "LOCAL="+folder, "CONFIG=")
	said, err := bash.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "Hello created under /hello/v1") || !strings.Contains(string(said), "You sent GET /greetings/you@example.org") {
		t.Fatalf("%v\n%s\n%s", err, script, said)
	}

	// A backend that the platform was not started with is refused, with the flag that would allow it.
	if err := os.WriteFile(filepath.Join(files, "hello.yaml"), bytes.ReplaceAll(declared, []byte("9999"), []byte(freePort(t))), 0o600); err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), "make", "-s", "publish", "FILE="+filepath.Join(files, "hello.yaml"))
	again.Dir, again.Env = bash.Dir, bash.Env
	if said, err := again.CombinedOutput(); err == nil || !strings.Contains(string(said), "cannot be used") || !strings.Contains(string(said), "-allow-backend") {
		t.Errorf("GW-01 a backend that was not allowed: %v\n%s", err, said)
	}
}
