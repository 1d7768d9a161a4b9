package streams

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// place remembers how far each mapping came in each shard: everything up to that sequence number is done. Keys are the mapping, the stream's ARN (a new table
// has another) and the shard.
type place struct {
	file    string
	mu      sync.Mutex
	done    map[string]string
	changed bool
	saved   time.Time
}

func openPlace(file string) (*place, error) {
	p := &place{file: file, done: map[string]string{}}
	if file == "" {
		return p, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("streams: %w", err)
	}
	if err := json.Unmarshal(text, &p.done); err != nil {
		return nil, fmt.Errorf("streams: %s: %w", file, err)
	}
	return p, nil
}

func (p *place) get(key string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done[key]
}

// saveEvery bounds how often the file is written; what a crash forgets is delivered again.
const saveEvery = time.Second

func (p *place) set(key, sequence string) error {
	p.mu.Lock()
	p.done[key], p.changed = sequence, true
	due := time.Since(p.saved) >= saveEvery
	p.mu.Unlock()
	if due {
		return p.save()
	}
	return nil
}

func (p *place) save() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == "" || !p.changed {
		return nil
	}
	text, err := json.MarshalIndent(p.done, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(p.file+".next", text, 0o600); err != nil {
		return err
	}
	p.changed, p.saved = false, time.Now()
	return os.Rename(p.file+".next", p.file)
}

// ledger holds the records of a mapping that were read and are not done, in the order of each shard.
type ledger struct {
	mu     sync.Mutex
	shards map[string][]*entry
	count  int
	late   int // copies that still have to come
}

type entry struct {
	shard, sequence string
	done            bool
}

func (l *ledger) open(shard, sequence string) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shards == nil {
		l.shards = map[string][]*entry{}
	}
	e := &entry{shard: shard, sequence: sequence}
	l.shards[shard] = append(l.shards[shard], e)
	l.count++
	return e
}

// close marks a record as done; upTo is the new place of its shard, empty when an earlier record is still open.
func (l *ledger) close(e *entry) (upTo string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.done = true
	l.count--
	list := l.shards[e.shard]
	for len(list) > 0 && list[0].done {
		upTo, list = list[0].sequence, list[1:]
	}
	l.shards[e.shard] = list
	return upTo
}

func (l *ledger) addLate(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.late += n
}

func (l *ledger) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

func (l *ledger) empty() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count == 0 && l.late == 0
}
