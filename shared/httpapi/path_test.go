package httpapi

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// OP-01: a handler whose paths hold secrets says what the log line holds instead.
func TestHandlersNameTheirPath(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(NewLogger(&out))
	defer slog.SetDefault(before)
	l := &line{}
	r, err := http.NewRequestWithContext(context.WithValue(t.Context(), lineKey{}, l), http.MethodGet, "/reset/secret-token", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.RequestURI = "/reset/secret-token"
	Log(r, slog.String(KeyPath, "/reset/{token}"))
	l.write(r, 200, 0)
	if text := out.String(); strings.Contains(text, "secret-token") || strings.Count(text, `"path"`) != 1 || !strings.Contains(text, `"path":"/reset/{token}"`) {
		t.Errorf("OP-01 the line is %s", text)
	}
}
