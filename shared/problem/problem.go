// Package problem holds the platform's one kind of domain error and the one table that says what each of its codes
// means over HTTP.
//
// Any depth returns *Error; only the edge (httpapi, the gateway, the gateway response of a 401) renders it, as an
// RFC 9457 problem document. What a stranger may read (Detail) and what the log keeps (the cause) never share a field.
// The token endpoint keeps RFC 6749's own form of errors.
package problem

import (
	"errors"
	"fmt"
	"time"
)

// Code is the stable, machine-readable reason of a refusal (features Z30). Codes are part of the public interface: they
// are never renamed, and each has a page that explains it.
type Code string

// Error is a refusal or a failure with a stable code.
type Error struct {
	// Code says what happened; its status and title come from the table of this package.
	Code Code
	// Detail is the public sentence. Empty means the code's own sentence.
	Detail string
	// Field names the input at fault, as the caller sent it. Empty when no single field is.
	Field string
	// Fields lists every input at fault when a form has several.
	Fields []Field
	// RetryAfter is when it makes sense to try again; zero means unknown.
	RetryAfter time.Duration

	cause error
}

// Field is one input at fault within a form.
type Field struct {
	// Name of the input, as the caller sent it.
	Name string
	// Code of what is wrong with it.
	Code Code
	// Detail is the public sentence about it. Empty means the code's own.
	Detail string
}

// New returns a refusal with its code's own sentence.
func New(code Code) *Error { return &Error{Code: code} }

// Newf returns a refusal with a sentence of its own. The sentence is public: no secret, no internal name.
func Newf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Invalid says that one input is at fault, and why.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: Validation, Field: field, Detail: fmt.Sprintf(format, args...)}
}

// Wrap returns a refusal that keeps its cause for the log and never shows it.
func Wrap(code Code, cause error) *Error { return &Error{Code: code, cause: cause} }

// After returns a copy that tells when to try again.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// Error is for the log: it holds the cause.
func (e *Error) Error() string {
	text := string(e.Code)
	if e.Field != "" {
		text += " " + e.Field
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.cause }

// From returns err as a domain error. Whatever is none becomes Internal with err as its private cause, so that nothing
// unexpected is ever shown. From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(Internal, err)
}

// Is reports whether err carries code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// Document is the RFC 9457 form of an Error, ready for encoding/json. Its media type is application/problem+json.
type Document struct {
	Type          string          `json:"type"`
	Title         string          `json:"title"`
	Status        int             `json:"status"`
	Code          Code            `json:"code"`
	Detail        string          `json:"detail"`
	CorrelationID string          `json:"correlationId,omitempty"`
	Errors        []DocumentField `json:"errors,omitempty"`
}

// DocumentField is one input at fault within a Document.
type DocumentField struct {
	Field  string `json:"field"`
	Code   Code   `json:"code"`
	Detail string `json:"detail"`
}

// ContentType is the media type of a Document (RFC 9457 §3).
const ContentType = "application/problem+json"

// Document renders the error. pages is the base URL of the pages that explain codes and ends in a slash.
func (e *Error) Document(pages, correlationID string) Document {
	entry := lookup(e.Code)
	d := Document{
		Type: pages + string(entry.Code), Title: entry.Title, Status: entry.Status, Code: entry.Code,
		Detail: e.Detail, CorrelationID: correlationID,
	}
	if d.Detail == "" || entry.Code == Internal {
		d.Detail = entry.Detail()
	}
	if e.Field != "" {
		d.Errors = append(d.Errors, DocumentField{Field: e.Field, Code: entry.Code, Detail: d.Detail})
	}
	for _, f := range e.Fields {
		detail := f.Detail
		if detail == "" {
			detail = fieldSentence(f.Code)
		}
		d.Errors = append(d.Errors, DocumentField{Field: f.Name, Code: f.Code, Detail: detail})
	}
	return d
}
