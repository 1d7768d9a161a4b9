package httpapi

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Keys of the one log line per request. The first group is written by this package, the second filled by handlers. None
// holds a secret, a query, or text of somebody whom we do not know.
const (
	KeyCorrelation  = "correlationId"
	KeyMethod       = "method"
	KeyPath         = "path"
	KeyStatus       = "status"
	KeyBytes        = "bytes"
	KeyMilliseconds = "milliseconds"
	KeyAddress      = "address"
	KeyStack        = "stack"

	KeyApplication = "application"
	KeyCredential  = "credential"
	KeyAPI         = "api"
	KeyUser        = "user"
	// KeyCode is the stable code of a refusal, KeyError the private cause of it.
	KeyCode  = "code"
	KeyError = "error"
)

// NewLogger returns a logger of JSON lines that adds Lambda's own request id to whatever is logged with a call's context.
func NewLogger(w io.Writer) *slog.Logger {
	return slog.New(invocation{slog.NewJSONHandler(w, nil)})
}

type invocation struct{ slog.Handler }

func (h invocation) Handle(ctx context.Context, record slog.Record) error {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		record.AddAttrs(slog.String("awsRequestId", lc.AwsRequestID))
	}
	return h.Handler.Handle(ctx, record)
}

func (h invocation) WithAttrs(attrs []slog.Attr) slog.Handler {
	return invocation{h.Handler.WithAttrs(attrs)}
}

func (h invocation) WithGroup(name string) slog.Handler { return invocation{h.Handler.WithGroup(name)} }

type lineKey struct{}

// line is the log line of one request, as filled so far.
type line struct {
	started time.Time
	mu      sync.Mutex
	attrs   []slog.Attr
}

// maxAttrs bounds a line; what comes later is dropped.
const maxAttrs = 32

// Log adds to the log line of the request; with a key that is already there, the new value replaces the old one, and a
// text under KeyPath takes the place of the path, which may hold a secret. Nothing happens for a request that did not come
// through Lambda. Safe for concurrent use.
func Log(r *http.Request, attrs ...slog.Attr) {
	l, ok := r.Context().Value(lineKey{}).(*line)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
next:
	for _, attr := range attrs {
		for i := range l.attrs {
			if l.attrs[i].Key == attr.Key {
				l.attrs[i] = attr
				continue next
			}
		}
		if len(l.attrs) < maxAttrs {
			l.attrs = append(l.attrs, attr)
		}
	}
}

// maxLoggedPath bounds the path in the log.
const maxLoggedPath = 1024

// write logs the line: an error when we failed, information otherwise.
func (l *line) write(r *http.Request, status, bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	platform, path := RequestContext(r), RawPath(r)
	if template := l.take(KeyPath); template != "" {
		path = template
	}
	attrs := append([]slog.Attr{
		slog.String(KeyCorrelation, platform.RequestID),
		slog.String(KeyMethod, r.Method),
		slog.String(KeyPath, path[:min(len(path), maxLoggedPath)]),
		slog.Int(KeyStatus, status),
		slog.Int(KeyBytes, bytes),
		slog.Float64(KeyMilliseconds, float64(time.Since(l.started).Microseconds())/1000),
		slog.String(KeyAddress, platform.Identity.SourceIP),
	}, l.attrs...)
	slog.LogAttrs(r.Context(), level, "request", attrs...)
}

// take removes a text that a handler filled in, and returns it; empty for none. Called with the lock held.
func (l *line) take(key string) string {
	for i, attr := range l.attrs {
		if attr.Key == key {
			l.attrs = slices.Delete(l.attrs, i, i+1)
			return attr.Value.String()
		}
	}
	return ""
}
