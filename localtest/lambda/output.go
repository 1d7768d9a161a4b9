package lambda

import (
	"bytes"
	"io"
	"strings"
)

// printer returns a writer that passes whole lines on to Options.Output.
func (s *Service) printer(function, environment string) *lineWriter {
	return &lineWriter{emit: func(text string) {
		if s.options.Output == nil {
			return
		}
		s.outputMutex.Lock()
		defer s.outputMutex.Unlock()
		s.options.Output(Line{function, environment, text})
	}}
}

// maxLineBytes is CloudWatch's limit for one log event.
const maxLineBytes = 256 << 10

type lineWriter struct {
	emit    func(string)
	partial []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		line, rest, whole := bytes.Cut(p, []byte("\n"))
		if free := maxLineBytes - len(w.partial); len(line) > free {
			line, rest, whole = p[:free], p[free:], true
		}
		w.partial = append(w.partial, line...)
		if whole {
			w.flush()
		}
		p = rest
	}
	return n, nil
}

func (w *lineWriter) flush() {
	if len(w.partial) > 0 {
		w.emit(strings.TrimSuffix(string(w.partial), "\r"))
	}
	w.partial = w.partial[:0]
}

var _ io.Writer = (*lineWriter)(nil)
