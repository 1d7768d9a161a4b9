package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/shared/channel"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/route"
	"guichet/shared/token"
)

// Paths of the service, below the issuer.
const (
	tokenPath    = "/api/oauth/token"
	metadataPath = "/.well-known/oauth-authorization-server" // RFC 8414 §3
)

// service answers the requests of one channel.
type service struct {
	channel channel.Channel
	issuer  string // base URL without a trailing slash
	portal  string // the portal's origin
	pages   string // base URL of the pages that explain codes

	store    *dynamodb.Client
	grants   string // name of the table
	keys     *token.Source
	routes   *route.Source
	attempts *attempts
	now      func() time.Time
	pause    func(context.Context, time.Duration) error
}

// endpoint is one route of the service, as the topology declares it.
type endpoint struct {
	method string // "ANY" or one method
	path   string
	serve  http.HandlerFunc
}

func (s *service) endpoints() []endpoint {
	return []endpoint{
		{"ANY", tokenPath, s.serveToken},
		{http.MethodGet, metadataPath, s.serveMetadata},
		{http.MethodHead, metadataPath, s.serveMetadata},
	}
}

// ServeHTTP leads a request to its endpoint. API Gateway has matched the path already, so that anything else is a mistake
// of the deployment; it takes a path with a slash at its end for the one without, and hands it over as it was sent.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimSuffix(r.URL.Path, "/")
	for _, e := range s.endpoints() {
		if path == e.path && (e.method == "ANY" || e.method == r.Method) {
			e.serve(w, r)
			return
		}
	}
	httpapi.WriteProblem(w, r, s.pages, problem.New(problem.RouteUnknown))
}
