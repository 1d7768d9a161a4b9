package route

import (
	"container/list"
	"context"
	"sync"
)

// cache keeps values by key up to a number of bytes; the least recently used go first. Concurrent callers of one key share
// one load, and a load never blocks callers of other keys. Safe for concurrent use.
type cache[V any] struct {
	limit int

	mu      sync.Mutex // never held during a load
	bytes   int
	entries map[string]*list.Element // of *entry[V]
	recent  list.List                // the most recently used first
	loads   map[string]*load[V]
}

type entry[V any] struct {
	key   string
	value V
	bytes int
}

// load is one that is under way.
type load[V any] struct {
	done  chan struct{}
	value V
	err   error
}

func newCache[V any](limit int) *cache[V] {
	return &cache[V]{limit: limit, entries: map[string]*list.Element{}, loads: map[string]*load[V]{}}
}

// get returns the value of a key if it is kept.
func (c *cache[V]) get(key string) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lookup(key)
}

func (c *cache[V]) lookup(key string) (value V, ok bool) {
	found, ok := c.entries[key]
	if !ok {
		return value, false
	}
	c.recent.MoveToFront(found)
	return found.Value.(*entry[V]).value, true
}

// put keeps a value that takes that many bytes.
func (c *cache[V]) put(key string, value V, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.entries[key]; ok {
		c.remove(known)
	}
	c.entries[key] = c.recent.PushFront(&entry[V]{key, value, bytes})
	for c.bytes += bytes; c.bytes > c.limit && c.recent.Len() > 1; {
		c.remove(c.recent.Back())
	}
}

func (c *cache[V]) remove(e *list.Element) {
	gone := c.recent.Remove(e).(*entry[V])
	delete(c.entries, gone.key)
	c.bytes -= gone.bytes
}

// load returns the value of a key, and reads it when it is not kept. read returns the bytes that the value takes, too. It
// is not interrupted by the end of one caller's context, because others may wait for it; its deadline bounds it.
func (c *cache[V]) load(ctx context.Context, key string, read func(context.Context) (V, int, error)) (V, error) {
	c.mu.Lock()
	if value, ok := c.lookup(key); ok {
		c.mu.Unlock()
		return value, nil
	}
	l, underWay := c.loads[key]
	if !underWay {
		l = &load[V]{done: make(chan struct{})}
		c.loads[key] = l
	}
	c.mu.Unlock()
	if underWay {
		select {
		case <-l.done:
			return l.value, l.err
		case <-ctx.Done():
			var none V
			return none, ctx.Err()
		}
	}
	var bytes int
	readContext, cancel := shared(ctx)
	defer cancel()
	l.value, bytes, l.err = read(readContext)
	if l.err == nil {
		c.put(key, l.value, bytes)
	}
	c.mu.Lock()
	delete(c.loads, key)
	c.mu.Unlock()
	close(l.done)
	return l.value, l.err
}
