package faults

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// Proxy is a Transport for programs of their own: they are pointed at URL, with AWS_ENDPOINT_URL_DYNAMODB for instance. A fault without an answer resets the
// connection.
type Proxy struct {
	*Transport
	URL string

	handler http.Handler
	address string
	mu      sync.Mutex
	server  *http.Server // nil while the service is down
}

// NewProxy starts a proxy on a free loopback port in front of the service at target.
func NewProxy(target string) (*Proxy, error) {
	upstream, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.Proxy = nil
	base.MaxIdleConnsPerHost = 64
	base.DisableCompression = true // bytes pass as they are
	p := &Proxy{Transport: New(base), address: "127.0.0.1:0"}
	p.handler = &httputil.ReverseProxy{
		Transport: p.Transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Host = r.In.Host // signed
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { abort(w) },
	}
	if err := p.Up(); err != nil {
		return nil, err
	}
	p.URL = "http://" + p.address
	return p, nil
}

// abort resets the caller's connection.
func abort(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // reset instead of an orderly end; the close below ends it in any case
	}
	connection.Close()
}

// Down makes the service unreachable: connections are refused, those that are open end.
func (p *Proxy) Down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		p.server.Close()
		p.server = nil
	}
}

// Up makes the service reachable again, under the same URL. It does nothing when it is.
func (p *Proxy) Up() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		return nil
	}
	listener, err := net.Listen("tcp", p.address)
	for deadline := time.Now().Add(5 * time.Second); errors.Is(err, syscall.EADDRINUSE) && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond) // a dialler on this machine may hold the port for a moment
		listener, err = net.Listen("tcp", p.address)
	}
	if err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	p.address = listener.Addr().String()
	p.server = &http.Server{Handler: p.handler, ReadHeaderTimeout: time.Minute, BaseContext: func(net.Listener) context.Context { return context.Background() }}
	go p.server.Serve(listener) // ends with Down
	return nil
}

// Close ends the proxy.
func (p *Proxy) Close() error {
	p.Down()
	p.Transport.base.(*http.Transport).CloseIdleConnections()
	return nil
}
