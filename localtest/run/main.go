// Command run is `make run`: the whole platform on this machine, with fixed ports and data that live on between two starts.
//
// It says what it does while it does it, ends by printing addresses and commands that work, then one line per call until Ctrl-C. What the functions print goes to
// .local/functions.log; their warnings and errors are shown too.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"guichet/localtest"
	"guichet/localtest/streams"
)

type options struct {
	data  string
	fresh bool
	ports localtest.Ports
	// backend is the port of the demo's backend.
	backend int
}

func main() {
	var o options
	flag.StringVar(&o.data, "data", ".local", "folder where everything lives on")
	flag.BoolVar(&o.fresh, "fresh", false, "forget what the last start left")
	flag.IntVar(&o.ports.Portal, "portal", 8080, "port of the portal and its API")
	flag.IntVar(&o.ports.Sandbox, "sandbox", 8081, "port of the sandbox: token endpoint and APIs")
	flag.IntVar(&o.ports.Production, "production", 8082, "port of production: token endpoint and APIs")
	flag.IntVar(&o.ports.Inbox, "inbox", 8083, "port of the mail inbox")
	flag.IntVar(&o.ports.DynamoDB, "dynamodb", 8084, "port of DynamoDB Local")
	flag.IntVar(&o.backend, "backend", 8085, "port of the demo's backend, which answers the gateway only")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "make run:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if err := prepare(o); err != nil {
		return err
	}
	out, err := newConsole(os.Stdout, filepath.Join(o.data, "functions.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()

	shown, backend, stop, err := serveBackend(o)
	if err != nil {
		return err
	}
	defer stop()
	cloud, err := localtest.Run(ctx, localtest.Options{
		DataDir: o.data, Ports: o.ports, Inbox: true, Backends: []string{backend}, Streams: streams.Options{Schedules: true},
		Log: out.say, Output: out.function, Access: out.call, Failure: out.failure,
	})
	if err != nil {
		return err
	}
	defer func() {
		out.say("stopping")
		err = errors.Join(err, cloud.Close())
	}()
	if err := fill(ctx, out, o, cloud, backend, &shown); err != nil {
		return err
	}
	summary(out, cloud, shown)
	<-ctx.Done()
	return nil
}
