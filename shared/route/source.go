package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

const (
	// refreshAfter is how late a change of an API may be (features Z32). Each environment takes up to refreshJitter less,
	// so that not all of them read a part at once after a change.
	refreshAfter  = 10 * time.Second
	refreshJitter = 2500 * time.Millisecond
	// serveFor is how long the table in memory is used while the store does not answer.
	serveFor = time.Minute
	// retryAfter is the pause between two attempts meanwhile.
	retryAfter = time.Second
	// refreshTimeout bounds a read of the index while the one in memory may be used. Without one the caller's deadline does.
	refreshTimeout = time.Second
	// partsAtOnce bounds the parts that are read at the same time.
	partsAtOnce = 4
)

// Source keeps a channel's index in memory and asks at most every 10 seconds whether it has changed; only the parts that
// have are read. While the store does not answer, the index in memory is used for at most a minute, then none: what a
// retired or withdrawn API was is not known any more. Operations and scope names of an API are read when they are needed
// and kept up to a number of bytes. Callers wait for the store only when there is nothing in memory that may be used, and
// concurrent ones for one request. Safe for concurrent use.
type Source struct {
	client      *dynamodb.Client
	table       string
	now         func() time.Time
	definitions *cache[*definition]
	scopes      *cache[map[string]string]

	mu      sync.Mutex // never held during a read
	current *Table
	partial *Table    // what a read that failed got of a newer one, nil for nothing
	checked time.Time // when current was last known to be the newest
	due     time.Time // of the next refresh
	refresh *refresh  // the one that is under way
}

// refresh is a look at the index.
type refresh struct {
	done  chan struct{}
	table *Table
	err   error
}

// NewSource returns a source that reads the named DynamoDB table. It reads nothing yet.
func NewSource(client *dynamodb.Client, table string, now func() time.Time) *Source {
	return &Source{
		client: client, table: table, now: now,
		definitions: newCache[*definition](keptDefinitionBytes), scopes: newCache[map[string]string](keptScopeBytes),
	}
}

// Table returns the routes of the channel: at most 10 seconds old, or a minute while the store does not answer.
func (s *Source) Table(ctx context.Context) (*Table, error) {
	now := s.now()
	s.mu.Lock()
	known, age := s.current, now.Sub(s.checked)
	usable := known != nil && age >= 0 && age < serveFor
	if usable && (s.refresh != nil || now.Before(s.due)) {
		s.mu.Unlock()
		return known, nil
	}
	r, underWay := s.refresh, s.refresh != nil
	if !underWay {
		r = &refresh{done: make(chan struct{})}
		s.refresh = r
	}
	s.mu.Unlock()
	if underWay {
		select {
		case <-r.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return r.table, r.err
	}
	s.run(ctx, r, known, usable, now)
	if r.err != nil && usable {
		slog.WarnContext(ctx, "routes not read: those in memory are used", "age", age.String(), "error", r.err.Error())
		return known, nil
	}
	return r.table, r.err
}

// run reads the index. It is not interrupted by the end of one caller's context, because others may wait for it.
func (s *Source) run(ctx context.Context, r *refresh, known *Table, usable bool, now time.Time) {
	ctx, cancel := shared(ctx)
	defer cancel()
	if usable {
		ctx, cancel = context.WithTimeout(ctx, refreshTimeout)
		defer cancel()
	}
	s.mu.Lock()
	if s.partial != nil {
		known = s.partial
	}
	s.mu.Unlock()
	table, err := s.read(ctx, known)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh = nil
	if err != nil {
		r.err = err
		s.partial = table // so that the next attempt has less to read
		s.due = now.Add(retryAfter)
	} else {
		r.table = table
		s.current, s.partial, s.checked = table, nil, now
		s.due = now.Add(refreshAfter - rand.N(refreshJitter)) //nolint:gosec // spreads load, guards nothing
	}
	close(r.done)
}

// shared returns the context of a read that several callers may wait for: the end of one caller does not interrupt it, its
// deadline bounds it.
func shared(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	ctx = context.WithoutCancel(ctx)
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline)
}

// read returns the newest table. It keeps what has not changed of the known one, which may be nil. With an error it returns
// a table of which some parts are newer, for another attempt, or nil.
func (s *Source) read(ctx context.Context, known *Table) (*Table, error) {
	if known == nil {
		known = NewTable(0, nil)
	}
	// The versions are read before the parts: a change in between shows as a newer version next time.
	root, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: ddb.Key(ddb.Routes, ddb.Self), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return nil, fmt.Errorf("route: versions: %w", err)
	}
	version, err := count(root.Item, rootVersion)
	if err != nil {
		return nil, err
	}
	if version == known.version {
		return known, nil
	}
	t := &Table{version: version, parts: known.parts}
	var group sync.WaitGroup
	var failures [partCount]error
	slots := make(chan struct{}, partsAtOnce)
	for i, had := range known.parts {
		wanted, err := count(root.Item, rootPart(i))
		if failures[i] = err; err != nil || wanted == had.version {
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			t.parts[i], failures[i] = s.readPart(ctx, i, had, wanted)
		})
	}
	group.Wait()
	if err := errors.Join(failures[:]...); err != nil {
		for i, failed := range failures {
			if failed != nil {
				t.parts[i] = known.parts[i]
			}
		}
		t.version = -1 // of no state that there ever was
		return t, err
	}
	return t, nil
}

// count reads a number of the root row; an absent one is 0.
func count(row map[string]types.AttributeValue, name string) (int64, error) {
	switch v := row[name].(type) {
	case nil:
		return 0, nil
	case *types.AttributeValueMemberN:
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("route: version %s: %w", name, err)
		}
		return n, nil
	default:
		return 0, fmt.Errorf("route: version %s is a %T", name, v)
	}
}

// readPart reads AP-41: eventually consistent, which costs half, and consistent when the rows' versions show that a
// change is missing.
func (s *Source) readPart(ctx context.Context, number int, had *part, wanted int64) (*part, error) {
	p, err := s.queryPart(ctx, number, had, false)
	if err == nil && p.version < wanted {
		p, err = s.queryPart(ctx, number, had, true)
	}
	if err != nil {
		return nil, fmt.Errorf("route: part %d: %w", number, err)
	}
	p.version = max(p.version, wanted) // a consistent read is the truth, whatever is counted
	return p, nil
}

func (s *Source) queryPart(ctx context.Context, number int, had *part, consistent bool) (*part, error) {
	query := ddb.Partition(s.table, ddb.RoutesPart(number), "")
	query.ConsistentRead = &consistent
	p := newPart(len(had.byPath) + 1)
	for row, err := range ddb.Query(ctx, s.client, query) {
		if err != nil {
			return nil, err
		}
		r := readRow(row)
		if same := had.byPath[r.BasePath]; same != nil && same.changes == r.changes && same.unreadable == nil && r.unreadable == nil {
			r = same // with what was prepared for it
		} else if r.unreadable != nil {
			slog.ErrorContext(ctx, "route unreadable", "error", r.unreadable.Error())
		}
		p.add(r)
	}
	return p, nil
}
