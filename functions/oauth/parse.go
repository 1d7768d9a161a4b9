package main

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	// maxForm bounds a body, in bytes: the largest honest one is a signed assertion (TE-15).
	maxForm = 64 << 10
	// maxParameters bounds the parameters of a request; OAuth with all its extensions has some thirty.
	maxParameters = 50
)

// secretParameters are what must never be in a query: credentials, and what names a grant (TE-04). Names are compared in
// lower case, because a log does not mind the case.
var secretParameters = [...]string{
	"grant_type", "client_id", "client_secret", "scope", "code", "code_verifier", "redirect_uri", "refresh_token",
	"username", "password", "assertion", "client_assertion", "client_assertion_type", "token",
}

// repeatable is the one parameter that may be there several times (RFC 8707 §2). It is not read: a token is good for every
// API of its application, and what a server does not support it ignores (RFC 6749 §3.2).
const repeatable = "resource"

// form is the parameters of a request to the service: each present at most once, all of them UTF-8 without NUL.
type form struct {
	values map[string]string
}

// value returns a parameter; one without a value counts as absent (RFC 6749 §3.2).
func (f *form) value(name string) string { return f.values[name] }

// parse reads the parameters of a request strictly (RFC 6749 §3.2): from the body only, form-encoded, none twice but one. What
// other parsers repair or choose from is refused, so that nobody can read the same request otherwise.
func parse(r *http.Request) (*form, error) {
	if err := checkMediaType(r.Header.Values("Content-Type")); err != nil {
		// SoapUI sends everything in the query and no body: say what is really wrong.
		if namesSecret(r.URL.RawQuery) {
			return nil, refusedQuery
		}
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	if err != nil {
		return nil, refusedBody.because(err)
	}
	if len(body) > maxForm {
		return nil, refusedTooLarge
	}
	f, err := parseForm(string(body))
	if err != nil {
		return nil, err
	}
	return f, checkQuery(r.URL.RawQuery, f)
}

func checkMediaType(values []string) error {
	if len(values) != 1 {
		return refusedMediaType
	}
	kind, _, err := mime.ParseMediaType(values[0])
	// A broken parameter says nothing that we need; a charset other than UTF-8 shows in the bytes.
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || kind != "application/x-www-form-urlencoded" {
		return refusedMediaType
	}
	return nil
}

// parseForm reads application/x-www-form-urlencoded text.
func parseForm(text string) (*form, error) {
	f := &form{values: map[string]string{}}
	count := 0
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		if count++; count > maxParameters {
			return nil, refusedTooMany
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, ok1 := decode(rawName)
		value, ok2 := decode(rawValue)
		if !ok1 || !ok2 || name == "" {
			return nil, refusedBody
		}
		if name == repeatable {
			continue
		}
		if _, twice := f.values[name]; twice {
			return nil, refusedTwice
		}
		f.values[name] = value
	}
	return f, nil
}

// decode reads one form-encoded text.
func decode(raw string) (string, bool) {
	text, err := url.QueryUnescape(raw)
	return text, err == nil && wellFormed(text)
}

// wellFormed reports whether a text is UTF-8 without NUL.
func wellFormed(text string) bool {
	return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

// checkQuery lets a query pass only when it holds nothing that belongs in the body, nor anything that is there too (TE-01).
func checkQuery(query string, f *form) error {
	if namesSecret(query) {
		return refusedQuery
	}
	for pair := range strings.SplitSeq(query, "&") {
		rawName, _, _ := strings.Cut(pair, "=")
		name, _ := url.QueryUnescape(rawName) // a name that cannot be read is none of ours
		if _, twice := f.values[name]; twice && name != "" {
			return refusedTwice
		}
	}
	return nil
}

func namesSecret(query string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		rawName, _, _ := strings.Cut(pair, "=")
		name, _ := url.QueryUnescape(rawName)
		for _, secret := range secretParameters {
			if strings.EqualFold(name, secret) {
				return true
			}
		}
	}
	return false
}
