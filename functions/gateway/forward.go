package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/textproto"
	"time"

	"guichet/shared/httpapi"
	"guichet/shared/problem"
)

// keyBackend is the time from the call's dispatch to the last byte of the backend's answer, in the log and in the access
// log's own word.
const keyBackend = "backendMilliseconds"

// maxInformational bounds the 1xx answers before the real one; none of them is passed on.
const maxInformational = 8

// forward sends the call to the backend and passes its answer on. The answer is read whole first, so that one that breaks
// off, is too large or too slow becomes a problem document instead of half an answer.
func (g *gateway) forward(w http.ResponseWriter, r *http.Request, d *decision, to *destination) (failure error) {
	var connected bool
	informational := 0
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
		Got1xxResponse: func(int, textproto.MIMEHeader) error {
			if informational++; informational > maxInformational {
				return errors.New("too many informational answers")
			}
			return nil
		},
	}))
	platform := httpapi.RequestContext(r)
	started := g.now()
	proxy := httputil.ReverseProxy{
		Transport: g.transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = to.url.Scheme, to.url.Host
			p.Out.URL.Path, p.Out.URL.RawPath = to.url.Path, to.url.RawPath
			p.Out.URL.RawQuery = p.In.URL.RawQuery
			p.Out.Host = "" // the backend's (GW-07)
			rewriteHeader(p.Out.Header, d, &platform, to)
			once(p.Out)
		},
		ModifyResponse: func(answer *http.Response) error {
			if err := whole(answer); err != nil {
				return err
			}
			if answer.StatusCode == http.StatusUnauthorized {
				g.credentials.doubt(to.route.Backend.Authentication)
			}
			rewriteAnswer(answer.Header, d, to, &platform)
			return nil
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) {
			failure = backendProblem(r.Context(), connected, err)
		},
		ErrorLog: log.New(io.Discard, "", 0), // failures are returned, and logged once
	}
	clear(w.Header()) // the answer's own header is dressed, and copied
	proxy.ServeHTTP(w, r)
	httpapi.Log(r, slog.Float64(keyBackend, float64(g.now().Sub(started))/float64(time.Millisecond)))
	if failure != nil {
		clear(w.Header())
		d.dress(w.Header())
	}
	return failure
}

// once keeps net/http from sending a request again when a kept connection breaks: each admitted call reaches the backend
// once at most. It repeats what has no body, or can be read again, and a method or a header that says it may; a body that
// is not known to be empty ends that. With the methods that usually have none, net/http tries whether it is, and sends
// neither a body nor a length.
func once(r *http.Request) {
	r.GetBody = nil
	if r.ContentLength != 0 {
		return
	}
	r.Body = nil
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodDelete:
		r.Body = io.NopCloser(empty{})
	}
}

type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, io.EOF }

var errAnswer = errors.New("gateway: the backend's answer is unusable")

// whole reads the answer's body, and refuses what is no final answer or larger than Lambda passes on (GW-13).
func whole(answer *http.Response) error {
	if answer.StatusCode < 200 || answer.StatusCode > 599 {
		return fmt.Errorf("%w: status %d", errAnswer, answer.StatusCode) // 101 too (GW-19)
	}
	var body bytes.Buffer
	if answer.Request.Method != http.MethodHead && answer.ContentLength > 0 {
		if answer.ContentLength > httpapi.MaxBody {
			return fmt.Errorf("%w: %d bytes", errAnswer, answer.ContentLength)
		}
		body.Grow(int(answer.ContentLength) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(io.LimitReader(answer.Body, httpapi.MaxBody+1)); err != nil {
		return fmt.Errorf("%w: %w", errAnswer, err)
	}
	if body.Len() > httpapi.MaxBody {
		return fmt.Errorf("%w: more than %d bytes", errAnswer, httpapi.MaxBody)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("%w: %w", errAnswer, err)
	}
	answer.Body = io.NopCloser(&body)
	answer.Trailer = nil // a Lambda answer has none
	return nil
}

// backendProblem says what failed in the consumer's words, without host or address (GW-18); those stay in the log.
func backendProblem(ctx context.Context, connected bool, err error) error {
	switch {
	case ctx.Err() != nil:
		return problem.Wrap(problem.BackendTimeout, err)
	case connected:
		return problem.Wrap(problem.BackendAnswerInvalid, err)
	default:
		return problem.Wrap(problem.BackendUnreachable, err)
	}
}
