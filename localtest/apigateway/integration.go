package apigateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"guichet/localtest/lambda"
	"guichet/shared/topology"
)

// renamedHeaders are what a function may set and no caller sees under that name. That WWW-Authenticate is among them decides how a 401 is answered (design §4).
var renamedHeaders = []string{
	"Authorization", "Connection", "Content-Length", "Content-Md5", "Date", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate", "Server", "Te", "Trailer",
	"Upgrade", "User-Agent", "Www-Authenticate",
}

// integrate calls the function and writes its answer.
func (a *API) integrate(ctx context.Context, w http.ResponseWriter, c *call, function string) *failure {
	event, err := json.Marshal(a.proxyEvent(c))
	if err != nil {
		return malformed(err)
	}
	if len(event) > lambda.MaxRequestBytes {
		return tooLong()
	}
	began := a.options.now()
	ctx, cancel := context.WithTimeout(ctx, a.options.Timeout)
	defer cancel()
	result, err := a.options.Lambda(ctx, lambda.Invocation{Function: function, Payload: event, TraceID: c.trace})
	latency := strconv.FormatInt(a.options.now().Sub(began).Milliseconds(), 10)
	c.set("integration.latency", latency)
	c.set("integrationLatency", latency)
	var refused *lambda.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{kind: "INTEGRATION_TIMEOUT", message: "Endpoint request timed out"}
	case errors.As(err, &refused) && refused.Status == http.StatusRequestEntityTooLarge:
		return tooLong()
	case err != nil:
		return &failure{kind: "INTEGRATION_FAILURE", message: internalError, cause: err}
	case result.FunctionError != "":
		return malformed(fmt.Errorf("the function failed: %s", result.Payload))
	}
	answer, err := a.parseAnswer(result.Payload)
	if err != nil {
		return malformed(err)
	}
	c.set("integration.status", strconv.Itoa(answer.status))
	header := w.Header()
	for name, values := range answer.header {
		header[name] = values
	}
	header.Set("X-Amzn-Trace-Id", c.trace)
	c.write(w, answer.status, answer.body)
	return nil
}

// tooLong is the service's own 413, which no gateway response can change.
func tooLong() *failure {
	return &failure{plain: &refusal{status: http.StatusRequestEntityTooLarge, message: "Request Too Long"}}
}

const internalError = "Internal server error"

// malformed is a function's failure, or an answer that the service cannot read: 502 by the default response for errors of the platform.
func malformed(cause error) *failure {
	return &failure{kind: "DEFAULT_5XX", status: http.StatusBadGateway, message: internalError, cause: fmt.Errorf("malformed Lambda proxy response: %w", cause)}
}

// answer is what a function gave, with the headers as the caller sees them.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// parseAnswer reads a proxy answer as strictly as the service: no member but the five, each of its type.
func (a *API) parseAnswer(payload []byte) (answer, error) {
	var in struct {
		StatusCode        any              `json:"statusCode"`
		Headers           map[string]any   `json:"headers"`
		MultiValueHeaders map[string][]any `json:"multiValueHeaders"`
		Body              *string          `json:"body"`
		IsBase64Encoded   bool             `json:"isBase64Encoded"`
	}
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if err := decoder.Decode(&in); err != nil {
		return answer{}, err
	}
	out := answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}}
	if in.StatusCode != nil {
		status, err := strconv.Atoi(fmt.Sprint(in.StatusCode))
		if err != nil || status < 200 || status > 599 {
			return answer{}, fmt.Errorf("statusCode %v", in.StatusCode)
		}
		out.status = status
	}
	for name, value := range in.Headers {
		if err := out.setHeader(name, []any{value}); err != nil {
			return answer{}, err
		}
	}
	for name, values := range in.MultiValueHeaders { // they win over the single ones
		if err := out.setHeader(name, values); err != nil {
			return answer{}, err
		}
	}
	if in.Body != nil {
		out.body = []byte(*in.Body)
		if in.IsBase64Encoded && a.binary() {
			body, err := base64.StdEncoding.DecodeString(*in.Body)
			if err != nil {
				return answer{}, fmt.Errorf("body: %w", err)
			}
			out.body = body
		}
	}
	return out, nil
}

// setHeader takes a header of the function's, renamed where the service keeps the name for itself.
func (o *answer) setHeader(name string, values []any) error {
	texts := make([]string, len(values))
	for i, value := range values {
		switch value := value.(type) {
		case string:
			texts[i] = value
		case bool:
			texts[i] = strconv.FormatBool(value)
		default:
			return fmt.Errorf("header %s is no string or boolean", name)
		}
		if !httpguts.ValidHeaderFieldValue(texts[i]) {
			return fmt.Errorf("header %s has a value that no header may have", name)
		}
	}
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("%q is no header name", name)
	}
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	if canonical == "Transfer-Encoding" {
		return nil
	}
	if slices.Contains(renamedHeaders, canonical) {
		name = "x-amzn-Remapped-" + name
	}
	setSpelled(o.header, name, texts)
	return nil
}

// setSpelled sets a header under the very spelling given, which the service keeps, in place of any other spelling.
func setSpelled(header http.Header, name string, values []string) {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	for other := range header {
		if textproto.CanonicalMIMEHeaderKey(other) == canonical {
			delete(header, other)
		}
	}
	if canonical == "Content-Type" {
		name = canonical // Go's server looks for it
	}
	header[name] = values
}

// write sends an answer with the headers of the service, and remembers it for the log.
func (c *call) write(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	setSpelled(header, "x-amzn-RequestId", []string{c.id})
	setSpelled(header, "x-amz-apigw-id", []string{c.variables["extendedRequestId"]})
	bodiless := status == http.StatusNoContent || status == http.StatusNotModified
	if bodiless {
		body = nil
	} else {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	c.set("status", strconv.Itoa(status))
	c.set("responseLength", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if c.method != http.MethodHead {
		_, _ = w.Write(body) // a caller that hung up needs no answer
	}
}

// refuse answers what no gateway response can change.
func (a *API) refuse(w http.ResponseWriter, c *call, r *refusal) {
	w.Header().Set("Content-Type", "application/json")
	if r.status == http.StatusRequestEntityTooLarge {
		w.Header().Set("Connection", "close") // the rest of the body is not read
	}
	if r.limit != nil {
		for name, value := range r.limit.Headers {
			w.Header().Set(name, value)
		}
		c.write(w, r.status, []byte(strings.ReplaceAll(r.limit.Body, topology.ProblemPagesPlaceholder, a.options.ProblemPages)))
		return
	}
	c.set("error.message", r.message)
	c.write(w, r.status, []byte(`{"message":`+strings.TrimSpace(strconv.Quote(r.message))+`}`))
}
