package httpapi

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"guichet/shared/problem"
)

// CorrelationHeader carries the id of a call: the request id of API Gateway, everywhere the same.
const CorrelationHeader = "X-CorrelationID"

// WriteProblem answers err as an RFC 9457 document, and notes its code and cause in the request's log line. What is no
// *problem.Error is shown as an internal error. pages is the base URL of the pages that explain codes, with a trailing
// slash. Headers that were set before stay, but for those of a problem.
func WriteProblem(w http.ResponseWriter, r *http.Request, pages string, err error) {
	e := problem.From(err)
	if e == nil {
		e = problem.New(problem.Internal)
	}
	WriteDocument(w, r, e, e.Document(pages, RequestContext(r).RequestID))
}

// WriteDocument is WriteProblem with a document of e that the caller rendered, in another language.
func WriteDocument(w http.ResponseWriter, r *http.Request, e *problem.Error, document problem.Document) {
	Log(r, slog.String(KeyCode, string(document.Code)))
	if cause := e.Unwrap(); cause != nil {
		Log(r, slog.String(KeyError, cause.Error()))
	}

	h := w.Header()
	h.Set("Content-Type", problem.ContentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if document.CorrelationID != "" {
		h.Set(CorrelationHeader, document.CorrelationID)
	}
	switch {
	case e.RetryAfter > 0:
		h.Set("Retry-After", RetryAfter(e.RetryAfter))
	case document.Status == http.StatusServiceUnavailable && h.Get("Retry-After") == "":
		h.Set("Retry-After", RetryAfter(time.Second)) // what could not be read may be readable again at once
	}
	h.Del("Content-Length")
	w.WriteHeader(document.Status)
	body, err := json.Marshal(document)
	if err != nil { // strings and a number: cannot happen
		Log(r, slog.String(KeyError, err.Error()))
		return
	}
	_, _ = w.Write(body) // a caller who is gone cannot be told
}

// RetryAfter writes a duration as the whole seconds of the header Retry-After, rounded up (RFC 9110 §10.2.3).
func RetryAfter(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}
