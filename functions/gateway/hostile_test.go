package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/shared/guard"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// soon is the budget of calls whose backend never ends its answer.
const soon = 150 * time.Millisecond

// until writes one piece again and again until the other side is gone, and tells how many bytes went out.
func until(conn net.Conn, piece []byte) (sent int) {
	for {
		n, err := conn.Write(piece)
		sent += n
		if err != nil {
			return sent
		}
	}
}

// reset makes a connection end with RST.
func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// gone waits until the other side has closed.
func gone(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func TestHostileBackends(t *testing.T) {
	t.Parallel()
	say := func(text string) func(net.Conn, string) {
		return func(conn net.Conn, _ string) {
			_, _ = io.WriteString(conn, text)
		}
	}
	// ended says that it closes: a second call sent on the connection that closes unsaid is lost, as `once` would have it.
	ended := func(status string) func(net.Conn, string) {
		return say("HTTP/1.1 " + status + " X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
	}
	cases := map[string]struct {
		backend func(net.Conn, string)
		code    problem.Code
		slow    bool
	}{
		"GW-13 reset before the answer":  {func(conn net.Conn, _ string) { reset(conn) }, problem.BackendAnswerInvalid, false},
		"GW-13 closed before the answer": {func(net.Conn, string) {}, problem.BackendAnswerInvalid, false},
		"GW-13 reset in the head":        {func(conn net.Conn, _ string) { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-"); reset(conn) }, problem.BackendAnswerInvalid, false},
		"GW-13 closed in the body":       {say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), problem.BackendAnswerInvalid, false},
		"GW-13 reset in a chunked body": {func(conn net.Conn, _ string) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")
			reset(conn)
		}, problem.BackendAnswerInvalid, false},
		"GW-13 chunked body without its end": {say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), problem.BackendAnswerInvalid, false},
		"GW-13 bad chunk":                    {say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n"), problem.BackendAnswerInvalid, false},
		"GW-13 two lengths":                  {say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), problem.BackendAnswerInvalid, false},
		"GW-13 negative length":              {say("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabcd"), problem.BackendAnswerInvalid, false},
		"GW-13 unknown transfer coding":      {say("HTTP/1.1 200 OK\r\nTransfer-Encoding: xyz\r\n\r\nabcd"), problem.BackendAnswerInvalid, false},
		"GW-13 no HTTP":                      {say("SSH-2.0-OpenSSH_9.2\r\n\r\n"), problem.BackendAnswerInvalid, false},
		"GW-13 TLS where none is expected":   {say("\x15\x03\x01\x00\x02\x02\x46"), problem.BackendAnswerInvalid, false},
		"GW-13 status of nonsense":           {say("HTTP/1.1 abc OK\r\n\r\n"), problem.BackendAnswerInvalid, false},
		"GW-13 status 600":                   {ended("600"), problem.BackendAnswerInvalid, false},
		"GW-13 status 999":                   {ended("999"), problem.BackendAnswerInvalid, false},
		"GW-13 status 000":                   {ended("000"), problem.BackendAnswerInvalid, false},
		"GW-19 switched protocols unasked":   {say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello"), problem.BackendAnswerInvalid, false},
		"GW-13 a header of 64 KB":            {say("HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 64<<10) + "\r\nContent-Length: 0\r\n\r\n"), problem.BackendAnswerInvalid, false},
		"GW-13 an endless header": {func(conn net.Conn, _ string) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
			until(conn, []byte("X-A: aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"))
		}, problem.BackendAnswerInvalid, false},
		"GW-13 a flood of 103":        {func(conn net.Conn, _ string) { until(conn, []byte("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")) }, problem.BackendAnswerInvalid, false},
		"GW-13 a length of 4,500,001": {say("HTTP/1.1 200 OK\r\nContent-Length: 4500001\r\n\r\n"), problem.BackendAnswerInvalid, false},
		"GW-13 a length of 10 GB":     {say("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n"), problem.BackendAnswerInvalid, false},
		"GW-13 an endless body": {func(conn net.Conn, _ string) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			until(conn, make([]byte, 64<<10))
		}, problem.BackendAnswerInvalid, false},
		"GW-13 an endless chunked body": {func(conn net.Conn, _ string) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			until(conn, []byte("10\r\n0123456789abcdef\r\n"))
		}, problem.BackendAnswerInvalid, false},
		"GW-13 never answers":       {func(conn net.Conn, _ string) { gone(conn) }, problem.BackendTimeout, true},
		"GW-13 never ends its head": {func(conn net.Conn, _ string) { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-A: "); gone(conn) }, problem.BackendTimeout, true},
		"GW-13 never begins its body": {func(conn net.Conn, _ string) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
			gone(conn)
		}, problem.BackendTimeout, true},
		"GW-13 one byte, then another later": {drip, problem.BackendTimeout, true},
		"GW-13 a 100 and then nothing": {func(conn net.Conn, _ string) {
			_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
			gone(conn)
		}, problem.BackendTimeout, true},
	}
	routes := make([]published, 0, len(cases))
	paths := map[string]string{}
	calls := map[string]*atomic.Int64{}
	for name, c := range cases {
		path := "/hostile/" + strconv.Itoa(len(paths))
		count := new(atomic.Int64)
		paths[name], calls[name] = path, count
		address := socket(t, func(conn net.Conn, head string) {
			count.Add(1)
			c.backend(conn, head)
		})
		routes = append(routes, published{Route: route.Route{BasePath: path, Backend: route.Backend{URL: address + "/secret-place"}}})
	}
	w := newWorld(t, routes...)
	hurried := *w.gateway
	hurried.budget = soon
	for name, c := range cases {
		for _, method := range []string{"GET", "POST"} {
			before := calls[name].Load()
			g := w.gateway
			if c.slow {
				g = &hurried
			}
			a := w.with(g).do(call{method: method, path: paths[name] + "/x", alter: map[string]any{"basePath": paths[name]}})
			refused(t, name+" "+method, a, c.code)
			if n := calls[name].Load() - before; n != 1 && !c.slow { // a slow one may notice later that it was called
				t.Errorf("%s %s: the backend was called %d times", name, method, n)
			}
			for _, leak := range []string{"127.0.0.1", "secret-place", "dial", "tcp", "EOF", "goroutine", "http:"} {
				if strings.Contains(strings.ReplaceAll(string(a.body), pages, ""), leak) {
					t.Errorf("GW-18 %s: the answer tells %q: %s", name, leak, a.body)
				}
			}
		}
		if n := calls[name].Load(); n > 2 {
			t.Errorf("%s: 2 calls reached the backend %d times", name, n)
		}
	}
}

// drip sends a byte whenever the reader has taken the one before, some time apart, until it gives up.
func drip(conn net.Conn, _ string) {
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := conn.Write([]byte("a")); err != nil {
			return
		}
	}
}

// with is the same world with another gateway.
func (w *world) with(g *gateway) *world {
	return &world{t: w.t, gateway: g, tables: w.tables, secrets: w.secrets, serve: serveWith(g)}
}

func TestAHugeAnswerIsNotRead(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	done := make(chan struct{})
	address := socket(t, func(conn net.Conn, _ string) {
		defer close(done)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		sent.Store(int64(until(conn, make([]byte, 64<<10))))
	})
	w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: address}}})
	refused(t, "GW-13 an endless answer", w.do(call{}), problem.BackendAnswerInvalid)
	<-done
	if n := sent.Load(); n > 20<<20 {
		t.Errorf("F21 the backend could send %d bytes", n)
	}
}

func TestAnswersPassAsBytes(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	for range 64 {
		if _, err := zip.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	var send []byte
	var header http.Header
	backend := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		_, _ = w.Write(send)
	}}
	w := newWorld(t, published{backend: backend})
	for name, c := range map[string]struct {
		body   []byte
		header http.Header
	}{
		"GW-13 a gzip bomb stays packed":  {bomb.Bytes(), http.Header{"Content-Encoding": {"gzip"}}},
		"GW-13 4,500,000 bytes of zeroes": {make([]byte, 4_500_000), nil},
		"every byte there is":             {allBytes(), http.Header{"Content-Type": {"application/octet-stream"}}},
		"text":                            {[]byte("déjà vu \u2028"), http.Header{"Content-Type": {"text/plain; charset=utf-8"}}},
		"text in an older encoding":       {[]byte("d\xe9j\xe0 vu"), http.Header{"Content-Type": {"text/plain; charset=iso-8859-1"}}},
		"nothing":                         {nil, nil},
	} {
		send, header = c.body, c.header
		a := w.do(call{header: http.Header{"Accept-Encoding": {"gzip"}}})
		if a.status != http.StatusOK || !bytes.Equal(a.body, c.body) || a.header.Get("Content-Encoding") != c.header.Get("Content-Encoding") {
			t.Errorf("%s: %d, %d bytes of %d", name, a.status, len(a.body), len(c.body))
		}
		if got := backend.taken()[0].Header.Get("Accept-Encoding"); got != "gzip" {
			t.Errorf("%s: Accept-Encoding arrives as %q", name, got)
		}
	}
}

func allBytes() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

func TestInformationalAnswersAndTrailersAreLeftOut(t *testing.T) {
	t.Parallel()
	address := socket(t, func(conn net.Conn, _ string) {
		_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nX-Early: yes\r\n\r\n"+
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Consumer-Application\r\n\r\n3\r\nabc\r\n0\r\nX-Consumer-Application: evil\r\n\r\n")
	})
	w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: address}}})
	a := w.do(call{alter: map[string]any{"origin": "https://app.example.org"}})
	if a.status != http.StatusOK || string(a.body) != "abc" || a.header.Get("X-Early") != "" || a.header.Get("X-Consumer-Application") != "" || a.header.Get("Trailer") != "" {
		t.Errorf("GW-13 %d %q %v", a.status, a.body, a.header)
	}
	if a.header.Get("RateLimit") == "" || a.header.Get("Access-Control-Allow-Origin") != "https://app.example.org" {
		t.Errorf("our headers are lost after an informational answer: %v", a.header)
	}
}

func TestABackendsOwnErrorsPass(t *testing.T) {
	t.Parallel()
	var status int
	backend := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(status)
		if status != http.StatusNoContent && status != http.StatusNotModified {
			_, _ = fmt.Fprint(w, "theirs")
		}
	}}
	w := newWorld(t, published{backend: backend})
	for _, status = range []int{200, 201, 202, 203, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 418, 422, 429, 451, 500, 501, 502, 503, 504, 599} {
		a := w.do(call{})
		want := "theirs"
		if status == http.StatusNoContent || status == http.StatusNotModified {
			want = ""
		}
		if a.status != status || string(a.body) != want {
			t.Errorf("GW-02 %d arrives as %d %q", status, a.status, a.body)
		}
		if n := len(backend.taken()); n != 1 {
			t.Errorf("GW-02 %d: the backend was called %d times", status, n)
		}
	}
}

func TestEachCallReachesTheBackendOnceAtMost(t *testing.T) {
	t.Parallel()
	// The backend answers the first request of a connection and takes the second without a word: what net/http, left to
	// itself, sends again over a new connection.
	var heads, first atomic.Int64
	address := socket(t, func(conn net.Conn, head string) {
		heads.Add(1)
		if first.Add(1) == 1 {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			if _, ok := readHead(conn); ok {
				heads.Add(1)
			}
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})
	w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: address}}})
	for _, c := range []call{
		{method: "GET"}, {method: "HEAD"}, {method: "DELETE"}, {method: "POST"}, {method: "POST", body: []byte("a")}, {method: "PUT"},
		{method: "POST", header: http.Header{"Idempotency-Key": {"1"}}}, {method: "GET", header: http.Header{"X-Idempotency-Key": {"1"}}},
		{method: "PATCH", body: []byte("a"), header: http.Header{"Idempotency-Key": {"1"}}}, {method: "GET", body: []byte("a")},
	} {
		first.Store(0)
		if a := w.do(call{}); a.status != http.StatusOK {
			t.Fatalf("%s: the first call: %d %s", c.method, a.status, a.body)
		}
		before := heads.Load()
		if a := w.do(c); a.status != http.StatusBadGateway {
			t.Errorf("F21 %s over a connection that breaks: %d", c.method, a.status)
		}
		if n := heads.Load() - before; n != 1 {
			t.Errorf("F21 %s %v: sent %d times", c.method, c.header, n)
		}
	}
}

func TestUnreachableBackends(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	closed.Close()
	for name, backend := range map[string]string{
		"GW-13 refused":                      "http://" + address,
		"GW-01 the function's runtime":       "http://127.0.0.1:9001",
		"GW-01 metadata":                     "https://169.254.169.254",
		"GW-01 http":                         "http://api.gouv.fr",
		"GW-01 a name that means nothing":    "https://no-such-host.invalid",
		"GW-01 the loopback by another name": "https://localhost:8443",
	} {
		w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: backend}}})
		if strings.HasPrefix(name, "GW-01") { // newWorld makes an exception for what a test serves
			g, err := guard.New(guard.Options{})
			if err != nil {
				t.Fatal(err)
			}
			w.gateway.transport = g.Transport()
		}
		a := w.do(call{})
		refused(t, name, a, problem.BackendUnreachable)
		if strings.Contains(string(a.body), "169.254") || strings.Contains(string(a.body), "127.0.0.1") || strings.Contains(string(a.body), "localhost") {
			t.Errorf("GW-18 %s: %s", name, a.body)
		}
	}
	w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: "https://me:pw@api.gouv.fr"}}})
	refused(t, "GW-01 user information", w.do(call{}), problem.Internal)
}
