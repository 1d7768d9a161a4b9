package main

import (
	"net/http"
	"time"

	"guichet/shared/channel"
	"guichet/shared/httpapi"
	"guichet/shared/route"
)

// budget is the time that a call may take from its arrival to the last byte of the backend's answer (GW-13). API Gateway
// gives up after 29 seconds, Lambda ends the function after 28.
const budget = 25 * time.Second

// gateway serves one channel. Safe for concurrent use.
type gateway struct {
	channel     channel.Channel
	routes      *route.Source
	credentials *credentials
	// transport reaches backends; it is the guard's and nothing else.
	transport http.RoundTripper
	// portal is the portal's origin, which may call SANDBOX from a browser (features Z52).
	portal string
	// pages is the base URL of the pages that explain codes, with a trailing slash.
	pages  string
	budget time.Duration
	now    func() time.Time
}

// ServeHTTP implements http.Handler. The first two cases are the topology's public routes; the authorizer stands before
// everything else.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var err error
	switch {
	case r.Method == http.MethodOptions:
		err = g.preflight(w, r)
	case (r.Method == http.MethodGet || r.Method == http.MethodHead) && isExplanation(httpapi.RawPath(r)):
		err = g.explain(w, r)
	default:
		err = g.call(w, r)
	}
	if err != nil {
		httpapi.WriteProblem(w, r, g.pages, err)
	}
}
