package portal

import (
	"encoding/json"
	"net/http"
	"time"
)

// Answer is what a handler answers when it does not refuse.
type Answer struct {
	status    int
	mediaType string
	body      []byte
	header    http.Header
	err       error
}

// JSON answers a document with a status.
func JSON(status int, document any) Answer {
	body, err := json.Marshal(document)
	return Answer{status: status, mediaType: "application/json", body: body, err: err}
}

// OK answers 200 with a document.
func OK(document any) Answer { return JSON(http.StatusOK, document) }

// Created answers 201 with what was made.
func Created(document any) Answer { return JSON(http.StatusCreated, document) }

// Accepted answers 202: what was asked for is done later.
func Accepted(document any) Answer { return JSON(http.StatusAccepted, document) }

// NoContent answers 204.
func NoContent() Answer { return Answer{status: http.StatusNoContent} }

// File answers 200 with bytes of a media type.
func File(mediaType string, content []byte) Answer {
	return Answer{status: http.StatusOK, mediaType: mediaType, body: content}
}

// With returns the answer with a header. An empty value removes what every answer has under that name.
func (a Answer) With(name, value string) Answer {
	header := a.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set(name, value)
	a.header = header
	return a
}

// WithCookie returns the answer with a cookie. It has one at most.
func (a Answer) WithCookie(cookie *http.Cookie) Answer { return a.With("Set-Cookie", cookie.String()) }

// Cached lets everybody keep the answer for five minutes: it is the same for all and looks at no cookie.
func (a Answer) Cached() Answer {
	return a.With("Cache-Control", "public, max-age=300")
}

func (a Answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		if values[0] == "" {
			w.Header().Del(name)
		} else {
			w.Header()[name] = values
		}
	}
	if a.mediaType != "" {
		w.Header().Set("Content-Type", a.mediaType)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller who is gone cannot be told
}

// List is the form of every list. Next is the cursor of its next part, null at its end; a list that is bounded by a rule
// is answered complete and has none.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Reference names something that has a page of its own.
type Reference struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Time is a time as answers hold it: RFC 3339, UTC, whole seconds.
func Time(t time.Time) string { return t.UTC().Format(time.RFC3339) }
