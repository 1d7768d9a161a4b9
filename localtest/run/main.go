// Command run is `make run`: the whole platform on this machine, with fixed ports and data that live on between two starts.
//
// It says what it does while it does it, ends by printing addresses and commands that work, then one line per call until Ctrl-C. What the functions print goes to
// .local/functions.log; their warnings and errors are shown too. Where everything is stands in .local/demo.json, and for
// the operate command in .local/platform.json.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"guichet/localtest"
	"guichet/localtest/running"
	"guichet/localtest/streams"
	"guichet/shared/guard"
)

type options struct {
	data  string
	pages string // folder of the portal's pages, in data; empty for none
	fresh bool
	ports localtest.Ports
	// backend is the port of the demo's backend, backends are the host:port pairs of other backends that APIs may have.
	backend  int
	backends []string
}

// parse reads the command's arguments.
func parse(arguments []string) (options, error) {
	var o options
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	set.StringVar(&o.data, "data", ".local", "folder where everything lives on")
	set.BoolVar(&o.fresh, "fresh", false, "forget what the last start left")
	set.IntVar(&o.ports.Portal, "portal", 8080, "port of the portal and its API")
	set.IntVar(&o.ports.Sandbox, "sandbox", 8081, "port of the sandbox: token endpoint and APIs")
	set.IntVar(&o.ports.Production, "production", 8082, "port of production: token endpoint and APIs")
	set.IntVar(&o.ports.Inbox, "inbox", 8083, "port of the mail inbox")
	set.IntVar(&o.ports.DynamoDB, "dynamodb", 8084, "port of DynamoDB Local")
	set.IntVar(&o.backend, "backend", 8085, "port of the demo's backend, which answers the gateway only")
	set.Func("allow-backend", "host:port of a backend that APIs may have, such as 127.0.0.1:9999; may be repeated", func(pair string) error {
		if _, err := guard.New(guard.Options{Exceptions: pair}); err != nil || pair == "" || strings.Contains(pair, ",") {
			return errors.New("an exact host:port pair is wanted")
		}
		o.backends = append(o.backends, pair)
		return nil
	})
	set.SetOutput(io.Discard) // the error is printed once, by main
	if err := set.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			set.SetOutput(os.Stdout)
			set.PrintDefaults()
		}
		return o, err
	}
	if set.NArg() > 0 {
		return o, fmt.Errorf("what is %q? -help lists the flags", set.Arg(0))
	}
	o.pages = filepath.Join(o.data, "pages")
	return o, nil
}

func main() {
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err == nil {
		err = run(ctx, o, os.Stdout)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "make run:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, to io.Writer) (err error) {
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return err
	}
	mark, err := running.Take(o.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mark.Close()) }()
	if err := prepare(o); err != nil {
		return err
	}
	out, err := newConsole(to, filepath.Join(o.data, "functions.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()

	shown, backend, stop, err := serveBackend(o)
	if err != nil {
		return err
	}
	defer stop()
	backends := append([]string{backend}, o.backends...)
	cloud, err := localtest.Run(ctx, localtest.Options{
		DataDir: o.data, Pages: o.pages, Ports: o.ports, Inbox: true, Backends: backends, Streams: streams.Options{Schedules: true},
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
	if err := cloud.WritePages(ctx); err != nil {
		return err
	}
	platform, err := cloud.Running()
	if err != nil {
		return err
	}
	if err := mark.Ready(platform); err != nil {
		return err
	}
	summary(out, o, cloud, shown)
	<-ctx.Done()
	return nil
}
