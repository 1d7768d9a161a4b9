package streams

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"guichet/shared/topology"
)

// mapping is one event source mapping: a table's stream, read shard by shard, and lanes that deliver at once, each in order.
type mapping struct {
	d        *Delivery
	name     string
	function string
	source   topology.StreamSource
	stream   *stream
	filters  []filter
	lanes    []*lane
	ledger   ledger
	read     atomic.Int64 // records read
	rounds   atomic.Int64 // rounds over all shards that gave nothing
}

func newMapping(d *Delivery, function string, n int, source topology.StreamSource, s *stream) (*mapping, error) {
	filters, err := parseFilters(source.Filters)
	if err != nil {
		return nil, err
	}
	if source.BatchSize <= 0 {
		source.BatchSize = 100
	}
	if cap := d.options.Windows; cap > 0 {
		source.Window = min(source.Window, cap)
	}
	m := &mapping{d: d, name: function + "#" + strconv.Itoa(n), function: function, source: source, stream: s, filters: filters}
	for i := range max(source.Parallelization, 1) {
		m.lanes = append(m.lanes, &lane{
			mapping: m, queue: make(chan *Record), chance: rand.New(rand.NewPCG(d.options.Chaos.Seed, uint64(i))), //nolint:gosec // repeatable on purpose
		})
	}
	return m, nil
}

func (m *mapping) start(ctx context.Context) {
	m.d.running.Go(func() { m.follow(ctx) })
	for _, l := range m.lanes {
		m.d.running.Go(func() { l.run(ctx) })
	}
}

// maxWaiting stops the reading of a stream whose records are not delivered fast enough.
const maxWaiting = 10_000

// follow reads the stream until ctx ends.
func (m *mapping) follow(ctx context.Context) {
	at := position{open: map[string]string{}, read: map[string]string{}, ended: map[string]bool{}, closed: map[string]bool{}}
	for ctx.Err() == nil {
		found, err := m.round(ctx, &at)
		if err != nil && ctx.Err() == nil {
			if !outdated(err) {
				m.d.options.Log("stream of %s: %v", m.stream.table, err)
			}
			clear(at.open) // iterators expire
			m.rest(ctx, m.d.options.Poll)
			continue
		}
		if found == 0 {
			m.rounds.Add(1)
			m.rest(ctx, m.d.options.Poll)
		}
	}
}

// position is where the reading of a stream stands.
type position struct {
	shards []shard
	listed time.Time         // when they were
	open   map[string]string // shard to iterator
	read   map[string]string // shard to the last sequence number read
	ended  map[string]bool   // shards read to their end
	closed map[string]bool   // and whose records are done
}

// listEvery is how often a stream is asked for new shards, which appear once in hours.
const listEvery = 2 * time.Second

// round reads every shard once and returns how many records there were.
func (m *mapping) round(ctx context.Context, at *position) (found int, err error) {
	if time.Since(at.listed) > listEvery {
		if at.shards, err = m.stream.shards(ctx); err != nil {
			return 0, err
		}
		at.listed = time.Now()
	}
	known := map[string]bool{}
	for _, s := range at.shards {
		known[s.ID] = true
	}
	for _, s := range at.shards {
		if at.closed[s.ID] || known[s.Parent] && !at.closed[s.Parent] {
			continue
		}
		// A child's records wait until its parent's are done: order holds across the border.
		if at.ended[s.ID] {
			if at.closed[s.ID] = m.ledger.empty(); at.closed[s.ID] {
				at.listed = time.Time{}
			}
			continue
		}
		if at.open[s.ID] == "" {
			after := at.read[s.ID]
			if after == "" {
				after = m.d.place.get(m.key(s.ID))
			}
			if at.open[s.ID], err = m.stream.iterator(ctx, s.ID, after); err != nil {
				return 0, err
			}
		}
		list, next, err := m.stream.records(ctx, at.open[s.ID])
		if err != nil {
			return 0, err
		}
		for _, r := range list {
			if err := m.accept(ctx, s.ID, r); err != nil {
				return 0, err
			}
			at.read[s.ID] = r.Change.Sequence
		}
		found += len(list)
		at.open[s.ID], at.ended[s.ID] = next, next == ""
	}
	return found, nil
}

func (m *mapping) key(shard string) string { return m.name + " " + m.stream.arn + " " + shard }

// accept gives a record to its lane, unless the filters or a bad day drop it.
func (m *mapping) accept(ctx context.Context, shard string, r *Record) error {
	m.read.Add(1)
	r.entry = m.ledger.open(shard, r.Change.Sequence)
	passed, err := passes(m.filters, r.Raw)
	if err != nil {
		return err
	}
	if lose := m.d.options.Chaos.Lose; !passed || lose != nil && lose(*r) {
		return m.finish(r)
	}
	hash := fnv.New32a()
	_, _ = hash.Write(r.Change.Keys) // Lambda keeps the order of an item, not of a partition
	r.lane = int(hash.Sum32() % uint32(len(m.lanes)))
	for m.ledger.waiting() > maxWaiting && ctx.Err() == nil {
		m.rest(ctx, m.d.options.Poll)
	}
	select {
	case m.lanes[r.lane].queue <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish marks a record as done.
func (m *mapping) finish(r *Record) error {
	if r.entry == nil {
		m.ledger.addLate(-1)
		return nil
	}
	if upTo := m.ledger.close(r.entry); upTo != "" {
		return m.d.place.set(m.key(r.entry.shard), upTo)
	}
	return nil
}

func (m *mapping) rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// lane delivers one batch after the other.
type lane struct {
	mapping *mapping
	queue   chan *Record
	waiting []*Record
	late    []*Record // copies that come once more when the lane has nothing else to do
	chance  *rand.Rand
}

func (l *lane) run(ctx context.Context) {
	m := l.mapping
	for ctx.Err() == nil {
		batch := l.collect(ctx)
		for range max(m.d.options.Chaos.Copies, 1) {
			if ctx.Err() == nil {
				l.deliver(ctx, batch)
			}
		}
		if ctx.Err() != nil {
			return // not done: delivered again after the next start
		}
		for _, r := range batch {
			if r.entry != nil && l.chance.Float64() < m.d.options.Chaos.Late {
				again := *r
				again.entry = nil
				l.late = append(l.late, &again)
				m.ledger.addLate(1)
			}
			if err := m.finish(r); err != nil {
				m.d.options.Log("%v", err)
			}
		}
	}
}

// collect waits for a first record, then until the batch is full or its window over.
func (l *lane) collect(ctx context.Context) []*Record {
	size, bytes := l.mapping.source.BatchSize, 0
	var window <-chan time.Time
	for {
		if len(l.waiting) > 0 && window == nil {
			timer := time.NewTimer(l.mapping.source.Window)
			defer timer.Stop()
			window = timer.C
		}
		if len(l.waiting) >= size || bytes >= maxBatchBytes {
			return l.take(size)
		}
		var idle <-chan time.Time
		if len(l.waiting) == 0 && len(l.late) > 0 {
			timer := time.NewTimer(3 * l.mapping.d.options.Poll)
			defer timer.Stop()
			idle = timer.C
		}
		select {
		case <-ctx.Done():
			return nil
		case r := <-l.queue:
			l.waiting = append(l.waiting, r)
			bytes += len(r.Raw)
		case <-window:
			return l.take(size)
		case <-idle:
			l.chance.Shuffle(len(l.late), func(i, j int) { l.late[i], l.late[j] = l.late[j], l.late[i] })
			n := min(len(l.late), size)
			batch := l.late[:n:n]
			l.late = l.late[n:]
			return batch
		}
	}
}

// maxBatchBytes is Lambda's payload of 6 MB less what surrounds the records.
const maxBatchBytes = 5 << 20

// take removes the next batch from what waits: in order, or, on a bad day, in any order that leaves each item's records in theirs.
func (l *lane) take(size int) []*Record {
	if l.mapping.d.options.Chaos.Shuffle {
		l.shuffle()
		size = 1 + l.chance.IntN(min(size, len(l.waiting)))
	}
	n, bytes := 0, 0
	for n < len(l.waiting) && n < size {
		bytes += len(l.waiting[n].Raw)
		if bytes > maxBatchBytes && n > 0 {
			break
		}
		n++
	}
	batch := l.waiting[:n:n]
	l.waiting = l.waiting[n:]
	return batch
}

func (l *lane) shuffle() {
	keys := make([]string, len(l.waiting)) // the item that each place goes to
	inOrder := map[string][]*Record{}
	for i, r := range l.waiting {
		keys[i] = string(r.Change.Keys)
		inOrder[keys[i]] = append(inOrder[keys[i]], r)
	}
	l.chance.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	for i, key := range keys {
		l.waiting[i], inOrder[key] = inOrder[key][0], inOrder[key][1:]
	}
}

// deliver calls the function with a batch until it is done or discarded. The table is in aws-lambda's guide, "partial batch responses": the lowest failed
// record and all after it are tried again, whatever became of them; splitting a batch after an error does not count as a retry.
func (l *lane) deliver(ctx context.Context, batch []*Record) {
	m := l.mapping
	pause := m.d.options.Pause
	for attempts := 0; len(batch) > 0; {
		if n := m.expired(batch); n > 0 {
			m.discard(batch[:n], RecordAgeExceeded, attempts)
			batch = batch[n:]
			continue
		}
		failed, err := m.invoke(ctx, batch)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			m.d.options.Log("%s: %v", m.function, err)
		}
		switch {
		case errors.Is(err, errThrottled): // not counted
		case err != nil && m.source.BisectOnError && len(batch) > 1:
			l.deliver(ctx, batch[:len(batch)/2])
			l.deliver(ctx, batch[len(batch)/2:])
			return
		case err == nil && failed == len(batch):
			return
		default:
			batch = batch[failed:]
			if attempts++; m.source.MaximumRetries >= 0 && attempts > m.source.MaximumRetries {
				m.discard(batch, RetryAttemptsExhausted, attempts)
				return
			}
		}
		m.rest(ctx, pause)
		pause = min(2*pause, 50*m.d.options.Pause)
	}
}

// expired counts the records at the front that are too old to be delivered.
func (m *mapping) expired(batch []*Record) int {
	n := 0
	for m.source.MaximumAge > 0 && n < len(batch) && m.d.options.Now().Sub(batch[n].created()) > m.source.MaximumAge {
		n++
	}
	return n
}

func (m *mapping) discard(batch []*Record, condition string, attempts int) {
	letter := DeadLetter{Function: m.function, Table: m.stream.table}
	message, first, last := &letter.Message, batch[0], batch[len(batch)-1]
	message.Version, message.Timestamp = "1.0", m.d.options.Now().UTC()
	message.RequestContext.RequestID = first.EventID
	message.RequestContext.FunctionARN = "arn:aws:lambda:" + m.d.options.Region + ":000000000000:function:" + m.function + ":$LATEST"
	message.RequestContext.Condition, message.RequestContext.ApproximateInvokeCount = condition, attempts
	message.ResponseContext.StatusCode, message.ResponseContext.ExecutedVersion = 200, "$LATEST"
	info := &message.DDBStreamBatchInfo
	if first.entry != nil {
		info.ShardID = first.entry.shard
	}
	info.StartSequenceNumber, info.EndSequenceNumber = first.Change.Sequence, last.Change.Sequence
	info.ApproximateArrivalOfFirstRecord, info.ApproximateArrivalOfLastRecord = first.created().UTC(), last.created().UTC()
	info.BatchSize, info.StreamARN = len(batch), m.stream.arn
	for _, r := range batch {
		letter.Records = append(letter.Records, r.Raw)
	}
	m.d.options.Log("%s: %d records of %s discarded: %s after %d calls", m.function, len(batch), m.stream.table, condition, attempts)
	if err := m.d.dead.add(letter); err != nil {
		m.d.options.Log("%v", err)
	}
}
