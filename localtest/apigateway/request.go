package apigateway

import (
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/shared/topology"
)

// call is one request and what becomes of it.
type call struct {
	began      time.Time
	id         string
	trace      string
	method     string
	path       string // as sent, still encoded
	headers    map[string][]string
	accept     string
	query      map[string][]string
	body       []byte
	host       string
	sourceIP   string
	userAgent  string
	apiKey     string
	resource   string
	parameters map[string]string
	authorizer map[string]string // what the authorizer gave, nil without one

	variables map[string]string // $context, for gateway responses and the access log
}

// set makes a variable known to templates as $context.<name>.
func (c *call) set(name, value string) { c.variables[name] = value }

// refusal is an answer of the service that no gateway response can change.
type refusal struct {
	status  int
	message string
	limit   *topology.BodyLimit // the firewall's answer instead of the message
}

// droppedHeaders never reach a function.
var droppedHeaders = []string{
	"Connection", "Content-Length", "Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Te", "Transfer-Encoding", "Trailer", "Upgrade",
	"Www-Authenticate",
}

// parse reads a request. The call is usable for the log even when the request is refused.
func (a *API) parse(w http.ResponseWriter, r *http.Request) (*call, *refusal) {
	path, rawQuery, _ := strings.Cut(r.RequestURI, "?")
	if r.URL.IsAbs() { // absolute form: only its path counts
		path = r.URL.EscapedPath()
	}
	if strings.HasPrefix(path, "//") {
		path = "/" + strings.TrimLeft(path, "/")
	}
	c := &call{
		began: a.options.now(), id: newRequestID(), method: r.Method, path: path, host: r.Host, userAgent: r.UserAgent(), accept: r.Header.Get("Accept"),
		apiKey: r.Header.Get(KeyHeader),
	}
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		c.host = host
	}
	c.sourceIP, _, _ = net.SplitHostPort(r.RemoteAddr)
	c.trace = traceID(r.Header.Get("X-Amzn-Trace-Id"), c.began)
	c.variables = map[string]string{
		"requestId": c.id, "extendedRequestId": base64.StdEncoding.EncodeToString([]byte(c.id[:11])), "httpMethod": c.method, "path": c.path,
		"protocol": r.Proto, "requestTime": c.began.UTC().Format(requestTime), "requestTimeEpoch": strconv.FormatInt(c.began.UnixMilli(), 10),
		"identity.sourceIp": c.sourceIP, "identity.userAgent": c.userAgent, "domainName": c.host, "stage": a.options.Stage, "apiId": a.id,
		"accountId": a.options.Account, "xrayTraceId": strings.TrimPrefix(strings.Split(c.trace, ";")[0], "Root="),
	}

	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len(r.Host)
	for _, values := range r.Header {
		for _, value := range values {
			size += len(value)
		}
	}
	if size > maxHeaderBytes {
		return c, &refusal{status: http.StatusRequestHeaderFieldsTooLarge, message: "Request Header Fields Too Large"} // the status is assumed
	}
	if limit := a.options.API.BodyLimit; limit != nil && r.ContentLength > int64(limit.Bytes) {
		_, _ = io.CopyN(io.Discard, r.Body, 2*maxBodyBytes) // a caller in the middle of a body would miss the answer
		return c, &refusal{status: limit.Status, limit: limit}
	}
	if strings.ContainsAny(r.RequestURI, "|{}") {
		return c, &refusal{status: http.StatusBadRequest, message: "Bad Request"}
	}
	var err error
	if c.query, err = parseQuery(rawQuery); err != nil {
		return c, &refusal{status: http.StatusBadRequest, message: "Bad Request"}
	}
	c.headers = a.requestHeaders(r, c)
	c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return c, &refusal{status: http.StatusRequestEntityTooLarge, message: "Request Too Long"}
	case err != nil:
		return c, &refusal{status: http.StatusBadRequest, message: "Bad Request"}
	}
	return c, nil
}

const requestTime = "02/Jan/2006:15:04:05 -0700"

// requestHeaders are what a function sees: what the caller sent, and what the service adds.
func (a *API) requestHeaders(r *http.Request, c *call) map[string][]string {
	headers := maps.Clone(r.Header)
	for _, name := range droppedHeaders {
		headers.Del(name)
	}
	headers.Set("Host", r.Host)
	headers.Set("X-Amzn-Trace-Id", c.trace)
	headers.Set("X-Forwarded-For", strings.Join(append(slices.Clone(r.Header.Values("X-Forwarded-For")), c.sourceIP), ", "))
	headers.Set("X-Forwarded-Proto", "http")
	port := "80"
	if _, given, err := net.SplitHostPort(r.Host); err == nil {
		port = given
	}
	headers.Set("X-Forwarded-Port", port)
	if !a.options.LowerCaseHeaders {
		return headers
	}
	lower := make(map[string][]string, len(headers))
	for name, values := range headers {
		// The service spells these two itself.
		if name != "Authorization" && name != "User-Agent" {
			name = strings.ToLower(name)
		}
		lower[name] = values
	}
	return lower
}

// parseQuery decodes a query as the service does: a semicolon splits like an ampersand.
func parseQuery(raw string) (map[string][]string, error) {
	query := map[string][]string{}
	for pair := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		var err error
		if name, err = url.QueryUnescape(name); err != nil {
			return nil, err
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, err
		}
		query[name] = append(query[name], value)
	}
	return query, nil
}

// traceID continues the caller's trace, or begins one.
func traceID(header string, now time.Time) string {
	var root, parent, sampled string
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(name) {
		case "root":
			root = value
		case "parent":
			parent = value
		case "sampled":
			sampled = value
		}
	}
	if root == "" {
		root = "1-" + strconv.FormatInt(now.Unix(), 16) + "-" + randomHex(12)
	}
	if parent == "" {
		parent = randomHex(8)
	}
	if sampled == "" {
		sampled = "0"
	}
	return "Root=" + root + ";Parent=" + parent + ";Sampled=" + sampled
}
