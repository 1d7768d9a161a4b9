// Command dynamodb runs DynamoDB Local on loopback, in memory, for one command or until Ctrl-C:
//
//	go run ./localtest/dynamodb go test ./...
//
// The command finds it by GUICHET_DYNAMODB_ENDPOINT, so that all test packages share one store instead of starting one each.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"guichet/localtest"
)

func main() {
	port := flag.Int("port", 0, "loopback port; 0 takes a free one")
	flag.Parse()
	code, err := run(*port, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func run(port int, command []string) (code int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := localtest.StartDynamoDB(ctx, localtest.DynamoDBOptions{Port: port, Log: func(format string, arguments ...any) {
		fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	}})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if len(command) == 0 {
		fmt.Println(server.Endpoint)
		<-ctx.Done()
		return 0, nil
	}
	child := exec.CommandContext(ctx, command[0], command[1:]...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.Env = append(os.Environ(), localtest.EndpointVariable+"="+server.Endpoint)
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	err = child.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil // it has said why itself
	}
	return 0, err
}
