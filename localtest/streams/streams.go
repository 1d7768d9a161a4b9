// Package streams delivers what DynamoDB Local's streams hold to functions, as Lambda's event source mappings do, and calls functions on their schedules.
//
// It promises what a function can observe of a mapping: batches and windows, filter patterns, order per item and none across items, at-least-once delivery,
// the exact meaning of batchItemFailures, bisecting, retries, ages, dead letters, a start at TRIM_HORIZON. On request it is worse than AWS on an ordinary day
// (Chaos): everything several times, old images late, any order across items, lost records. It does not imitate Lambda's scaling nor its pauses.
package streams

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"guichet/localtest/lambda"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// Invoker calls a function and waits; *lambda.Service does.
type Invoker interface {
	Invoke(ctx context.Context, call lambda.Invocation) (*lambda.Result, error)
}

// Tables says where the topology's tables are.
type Tables struct {
	// Endpoint is DynamoDB Local's URL.
	Endpoint string
	// Name is the deployed name of a table, as localtest's Tables.Name tells it.
	Name func(table string, in ...channel.Channel) string
	// HTTP sends the requests; nil takes http.DefaultClient.
	HTTP *http.Client
}

// Options of a delivery; the zero value reads from TRIM_HORIZON, forgets its place, and calls schedules on demand only.
type Options struct {
	Region string // "eu-west-3" when empty
	// Poll is the pause after a stream gave nothing; 100 ms when 0.
	Poll time.Duration
	// Pause is the first pause before a retry, doubled each time up to 50 times it; 200 ms when 0.
	Pause time.Duration
	// Windows caps the batching windows of the topology; 0 leaves them as they are. Tests shorten what production collects.
	Windows time.Duration
	// Place is a file that keeps how far each mapping came; empty starts at TRIM_HORIZON each time.
	Place string
	// DeadLetters is a folder that keeps discarded records as JSON; empty keeps them in memory only.
	DeadLetters string
	// Schedules calls functions at their declared rate. Run calls them on demand in any case.
	Schedules bool
	Now       func() time.Time // clock of the records' ages; nil takes time.Now
	Chaos     Chaos
	// Log receives a sentence about what goes wrong, as fmt.Sprintf takes it; nil is silent.
	Log func(format string, arguments ...any)
}

// Chaos is what a bad day does to a stream. The zero value is an ordinary day.
type Chaos struct {
	// Seed makes the choices repeatable.
	Seed uint64
	// Copies delivers each batch that many times; 0 and 1 once.
	Copies int
	// Late is the share of records that come once more, with their old images, after later ones.
	Late float64
	// Shuffle mixes the order across items and the size of batches; that of one item's records stays.
	Shuffle bool
	// Lose drops the records for which it is true: DynamoDB keeps them for 24 hours only. nil loses none.
	Lose func(Record) bool
}

// Delivery runs until Close. All methods may be called at once from several goroutines.
type Delivery struct {
	options  Options
	invoker  Invoker
	stop     context.CancelFunc
	running  sync.WaitGroup
	mappings []*mapping
	calls    []scheduled
	place    *place
	dead     deadLetters
}

// Start begins to deliver for every source that the plan declares. A filter that this package does not understand is an error, not a record that is let through.
func Start(ctx context.Context, plan topology.Plan, tables Tables, invoker Invoker, options Options) (*Delivery, error) {
	defaults(&options)
	if tables.HTTP == nil {
		tables.HTTP = http.DefaultClient
	}
	where, err := openPlace(options.Place)
	if err != nil {
		return nil, err
	}
	d := &Delivery{options: options, invoker: invoker, place: where, dead: deadLetters{folder: options.DeadLetters}}
	for _, f := range plan.Functions {
		if len(f.Sources)+len(f.Schedules) > 0 && f.Stage == topology.Channel {
			return nil, fmt.Errorf("streams: %s exists once in each channel, and takes neither streams nor schedules", f.Name)
		}
		for n, source := range f.Sources {
			stream := &stream{endpoint: tables.Endpoint, client: tables.HTTP, region: options.Region, table: tables.Name(source.Table)}
			m, err := newMapping(d, f.Name, n, source, stream)
			if err != nil {
				return nil, fmt.Errorf("streams: %s on %s: %w", f.Name, source.Table, err)
			}
			if stream.arn, err = stream.latest(ctx); err != nil {
				return nil, fmt.Errorf("streams: %s on %s: %w", f.Name, source.Table, err)
			}
			d.mappings = append(d.mappings, m)
		}
		for _, s := range f.Schedules {
			d.calls = append(d.calls, scheduled{function: f.Name, Schedule: s})
		}
	}
	background, stop := context.WithCancel(context.Background())
	d.stop = stop
	for _, m := range d.mappings {
		m.start(background)
	}
	if options.Schedules {
		for _, s := range d.calls {
			d.running.Go(func() { d.repeat(background, s) })
		}
	}
	return d, nil
}

func defaults(o *Options) {
	if o.Region == "" {
		o.Region = "eu-west-3"
	}
	if o.Poll == 0 {
		o.Poll = 100 * time.Millisecond
	}
	if o.Pause == 0 {
		o.Pause = 200 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
}

// Close ends the delivery and returns when nothing of it runs any more. What was not delivered comes after the next start.
func (d *Delivery) Close() error {
	d.stop()
	d.running.Wait()
	return d.place.save()
}

// Settle returns when everything that the tables hold was delivered or discarded, and nothing new followed from it.
func (d *Delivery) Settle(ctx context.Context) error {
	for quiet := 0; quiet < 2; {
		before, rounds := d.progress()
		for {
			select {
			case <-ctx.Done():
				return fmt.Errorf("streams: not settled: %w", ctx.Err())
			case <-time.After(5 * time.Millisecond):
			}
			if d.restedSince(rounds) {
				break
			}
		}
		if after, _ := d.progress(); after == before {
			quiet++
		} else {
			quiet = 0
		}
	}
	return nil
}

// progress counts the records read so far, and each mapping's rounds over its stream.
func (d *Delivery) progress() (records int64, rounds []int64) {
	for _, m := range d.mappings {
		records += m.read.Load()
		rounds = append(rounds, m.rounds.Load())
	}
	return records, rounds
}

// restedSince tells whether every mapping has begun and ended an empty round since, and holds nothing.
func (d *Delivery) restedSince(rounds []int64) bool {
	for i, m := range d.mappings {
		if m.rounds.Load() < rounds[i]+2 || !m.ledger.empty() {
			return false
		}
	}
	return true
}

// DeadLetters returns what was discarded so far, the oldest first.
func (d *Delivery) DeadLetters() []DeadLetter { return d.dead.all() }

var errNoSchedule = errors.New("streams: the topology declares no such schedule")
