package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/text/language"

	"guichet/shared/account"
	"guichet/shared/httpapi"
)

// answer writes a JSON document.
func (c *call) answer(status int, document any) error {
	c.write(status, "application/json", document)
	return nil
}

// nothing answers without a body.
func (c *call) nothing() error {
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *call) write(status int, mediaType string, document any) {
	body, err := json.Marshal(document)
	if err != nil { // values of our own types: cannot happen
		httpapi.Log(c.r, slog.String(httpapi.KeyError, err.Error()))
		status, body = http.StatusInternalServerError, nil
	}
	c.w.Header().Set("Content-Type", mediaType)
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body) // a caller who is gone cannot be told
}

// list is the form of every list. Next is the cursor of its next part, null at its end; lists that are bounded and come
// whole have none.
type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// moment is a time as answers hold it: RFC 3339, UTC, whole seconds.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// languages in the order of preference when a request names none.
var languages = language.NewMatcher([]language.Tag{language.French, language.English})

// accepted is the language of the request (RFC 9110 §12.5.4).
func accepted(r *http.Request) account.Language {
	header := r.Header.Get("Accept-Language")
	if len(header) > 200 {
		return account.French
	}
	_, i := language.MatchStrings(languages, header)
	if i == 1 {
		return account.English
	}
	return account.French
}

// idForm is a ULID; what does not have it is looked up nowhere.
var idForm = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`)

// isCanceled tells a transaction that met others until it gave up.
func isCanceled(err error) bool {
	var canceled *types.TransactionCanceledException
	return errors.As(err, &canceled)
}
