package httpapi

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// MaxBody bounds the body of an answer, in bytes: what base64 leaves of the 6 MB that Lambda passes on.
const MaxBody = 4_500_000

var errTooLarge = errors.New("httpapi: the answer is larger than Lambda passes on")

// recorder is an http.ResponseWriter with the semantics of net/http's own.
type recorder struct {
	head   bool
	header http.Header
	status int         // 0 until the first WriteHeader or Write
	sent   http.Header // header as it was at that time
	body   bytes.Buffer
	// failure says that the answer is not whole.
	failure error
}

func newRecorder(method string) *recorder {
	return &recorder{head: method == http.MethodHead, header: http.Header{}}
}

// Header implements http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter: the first final status wins. Informational answers cannot be sent.
func (w *recorder) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %d", status)) // as net/http does
	}
	if w.status != 0 || status < 200 {
		return
	}
	w.status, w.sent = status, w.header.Clone()
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	switch {
	case w.status == http.StatusNoContent || w.status == http.StatusNotModified:
		return 0, http.ErrBodyNotAllowed
	case w.failure != nil:
		return 0, w.failure
	case w.body.Len()+len(p) > MaxBody:
		w.failure = errTooLarge
		return 0, w.failure
	}
	return w.body.Write(p)
}

// Flush implements http.Flusher. The answer leaves whole, so that flushing only fixes the header.
func (w *recorder) Flush() { w.WriteHeader(http.StatusOK) }

// dropped headers belong to a connection, which API Gateway has and we have not.
var dropped = [...]string{"Connection", "Content-Length", "Keep-Alive", "Trailer", "Transfer-Encoding"}

// response returns the answer and the length of its body in bytes.
func (w *recorder) response(correlationID string) (events.APIGatewayProxyResponse, int) {
	w.WriteHeader(http.StatusOK)
	body := w.body.Bytes()
	if w.sent.Get("Content-Type") == "" && w.status != http.StatusNoContent && w.status != http.StatusNotModified {
		// API Gateway would add application/json, and a guess could make a page with script of it (M73).
		w.sent.Set("Content-Type", "application/octet-stream")
		w.sent.Set("X-Content-Type-Options", "nosniff")
	}
	if w.head {
		body = nil
	}
	headers := make(map[string][]string, len(w.sent)+1)
	for name, values := range w.sent {
		if !IsToken(name) || len(values) == 0 { // API Gateway answers 502 to a name that is not a token
			continue
		}
		clean := make([]string, len(values))
		for i, value := range values {
			clean[i] = oneLine.Replace(value)
		}
		headers[name] = clean
	}
	for _, name := range dropped {
		delete(headers, name)
	}
	delete(headers, http.CanonicalHeaderKey(CorrelationHeader))
	if correlationID != "" {
		headers[CorrelationHeader] = []string{correlationID}
	}
	answer := events.APIGatewayProxyResponse{StatusCode: w.status, MultiValueHeaders: headers}
	if utf8.Valid(body) && !inflates(body) {
		answer.Body = string(body)
	} else {
		answer.Body, answer.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return answer, len(body)
}

var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// inflates tells that a large text would become longer as a JSON string than as base64: a text of control characters grows
// sixfold, above what Lambda passes on.
func inflates(body []byte) bool {
	if len(body) < 1<<20 {
		return false
	}
	escaped := len(body)
	for _, c := range body {
		switch {
		case c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t':
			escaped++
		case c < ' ':
			escaped += 5
		case c == 0xe2: // U+2028 and U+2029 start so; what else does is counted too much
			escaped += 3
		}
	}
	return escaped > base64.StdEncoding.EncodedLen(len(body))
}
