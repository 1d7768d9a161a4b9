// Command bench is `make bench`: what the hot path costs, as one table.
//
// Counts come first; they are the same on every machine, and one above its ceiling fails the run. Times follow; they are facts about one machine at one moment, so
// they are taken in turns within one run, beside something to compare them with, and their ceilings are only shown. The one exception is the processor time of a
// token, which is far below its ceiling on anything.
//
//	go run ./localtest/bench          the whole run, under 3 minutes when Go's build cache is warm
//	go run ./localtest/bench -short   fewer calls and rounds
//	go run ./localtest/bench -write   puts the table into README.md
//
// What is measured are the real binaries of the functions, started with the environment that the topology declares, by the local cloud's Lambda service where
// requests are counted and by the least possible Runtime API where time is (runtime.go). It reads processor times from /proc and so needs Linux.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// sections are the parts of the table, in its order.
var sections = []struct {
	title   string
	measure func(context.Context, *bench) ([]row, error)
}{
	{"Requests to the store", measureRequests},
	{"Routes", measureRoutes},
	{"Memory and sizes", measureSizes},
	{"Times", measureTimes},
	{"What refusals give away (TE-07)", measureRefusals},
	{"The portal in a browser (Lighthouse)", measurePortal},
}

// bench is what the sections share.
type bench struct {
	*platform
	// short asks for fewer repetitions.
	short bool
}

// pick returns one of two numbers of repetitions.
func (b *bench) pick(full, short int) int {
	if b.short {
		return short
	}
	return full
}

var errCeiling = errors.New("above its ceiling")

func main() {
	short := flag.Bool("short", false, "fewer calls and rounds")
	write := flag.Bool("write", false, "put the table into localtest/bench/README.md")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *short, *write); err != nil {
		fmt.Fprintln(os.Stderr, "make bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, short, write bool) (err error) {
	began := time.Now()
	machine, err := describeMachine()
	if err != nil {
		return err
	}
	p, err := newPlatform(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	b := &bench{platform: p, short: short}
	var all table
	for _, s := range sections {
		say("measuring: %s (%s since the start)", s.title, time.Since(began).Round(time.Second))
		rows, err := s.measure(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", strings.ToLower(s.title), err)
		}
		all = append(all, part{s.title, rows})
	}
	kind := "full run"
	if short {
		kind = "short run"
	}
	text := fmt.Sprintf("%s, %s of %s on %s.\n\n%s", began.UTC().Format(time.DateOnly), kind, time.Since(began).Round(time.Second), machine, all.markdown())
	fmt.Println(text)
	if write {
		if err := writeReadme(text); err != nil {
			return err
		}
	}
	return all.check()
}

// say tells what is being done; the table alone goes to the standard output.
func say(format string, arguments ...any) { fmt.Fprintf(os.Stderr, format+"\n", arguments...) }
