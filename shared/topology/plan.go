package topology

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"guichet/shared/problem"
)

// Names of the tables.
const (
	Registry = "registry"
	Events   = "events"
	Sessions = "sessions"
	Grants   = "grants"
	Routes   = "routes"
)

// Names of other parts.
const (
	Documents      = "documents"       // bucket of API documents, terms and images
	TokenKeys      = "token-keys"      // secret of a channel's HMAC keys
	LinkKeys       = "link-keys"       // secret of the keys of links in mails
	BackendSecrets = "backend"         // prefix of the secrets by which backends know the gateway
	ConsumerAPI    = "consumer"        // the REST API of a channel: token endpoint and APIs
	GuardException = "GUARD_EXCEPTION" // the local cloud's backends; no template may hold it
)

// Platform is the plan of everything that exists.
func Platform() Plan {
	return Plan{
		Tables: []Table{
			{Name: Registry, SortKey: true, Indexes: []Index{{"GSI1"}, {"GSI2"}, {"GSI3"}}, Stream: "NEW_AND_OLD_IMAGES"},
			{Name: Events, SortKey: true, Indexes: []Index{{"GSI1"}, {"GSI2"}, {"GSI3"}, {"Due"}}, TTL: "ttl", Stream: "NEW_IMAGE"},
			{Name: Sessions, TTL: "ttl"},
			{Name: Grants, PerChannel: true},
			{Name: Routes, PerChannel: true, SortKey: true},
		},
		Buckets: []Bucket{{Name: Documents}},
		Secrets: []Secret{{Name: TokenKeys, PerChannel: true}, {Name: LinkKeys}},
		Functions: append(append(jobs(), portalFunctions()...), []Function{
			{
				Name: "oauth", Stage: Channel, Purpose: "Issues access tokens (RFC 6749)",
				Memory: 512, Timeout: 10 * time.Second,
				Environment: map[string]Reference{
					"CHANNEL":        {Kind: ChannelValue},
					"GRANTS_TABLE":   {TableName, Grants},
					"ROUTES_TABLE":   {TableName, Routes},
					"SESSIONS_TABLE": {TableName, Sessions},
					"TOKEN_KEYS":     {SecretName, TokenKeys},
					"ISSUER_URL":     {Kind: IssuerURL},
					"PORTAL_URL":     {Kind: PortalURL},
					"PROBLEM_PAGES":  {Kind: ProblemPages},
					"GOMAXPROCS":     {Literal, "1"},
				},
				Access: []Access{
					{Table: Grants, Actions: []string{"GetItem"}},
					{Table: Routes, Actions: []string{"GetItem", "Query", "BatchGetItem"}},
					{Table: Sessions, Actions: []string{"UpdateItem"}},
					{Secret: TokenKeys, Actions: []string{"GetSecretValue"}},
				},
			},
			{
				Name: "authorizer", Stage: Channel, Purpose: "Decides on every call: credential, route, rights, quota",
				Memory: 512, Timeout: 5 * time.Second,
				Environment: map[string]Reference{
					"CHANNEL":       {Kind: ChannelValue},
					"GRANTS_TABLE":  {TableName, Grants},
					"ROUTES_TABLE":  {TableName, Routes},
					"TOKEN_KEYS":    {SecretName, TokenKeys},
					"PORTAL_URL":    {Kind: PortalURL},
					"PROBLEM_PAGES": {Kind: ProblemPages},
					"GOMAXPROCS":    {Literal, "1"},
				},
				Access: []Access{
					{Table: Grants, Actions: []string{"UpdateItem"}},
					{Table: Routes, Actions: []string{"GetItem", "Query"}},
					{Secret: TokenKeys, Actions: []string{"GetSecretValue"}},
				},
				ErrorAlarm: true,
			},
			{
				Name: "gateway", Stage: Channel, Purpose: "Passes admitted calls to the provider's backend and answers refused ones",
				Memory: 512, Timeout: 28 * time.Second,
				Environment: map[string]Reference{
					"CHANNEL":         {Kind: ChannelValue},
					"ROUTES_TABLE":    {TableName, Routes},
					"BACKEND_SECRETS": {SecretPrefix, BackendSecrets},
					"PORTAL_URL":      {Kind: PortalURL},
					"PROBLEM_PAGES":   {Kind: ProblemPages},
					"GOMAXPROCS":      {Literal, "1"},
					GuardException:    {Kind: LocalOnly, Name: GuardException},
				},
				Access: []Access{
					{Table: Routes, Actions: []string{"GetItem", "Query"}},
					{SecretPrefix: BackendSecrets, Actions: []string{"GetSecretValue"}},
				},
				ErrorAlarm: true,
			},
		}...),
		APIs: []API{consumerAPI(), portalAPI()},
		Site: portalSite(),
	}
}

// consumerAPI is what consumers call: the token endpoint, and everything else through the authorizer.
func consumerAPI() API {
	return API{
		Name: ConsumerAPI, Stage: Channel, Authorizer: "authorizer",
		Routes: []Route{
			{Method: "ANY", Path: "/api/oauth/token", Function: "oauth", Rate: 200, Burst: 400},
			{Method: "GET", Path: "/.well-known/oauth-authorization-server", Function: "oauth", Rate: 50, Burst: 100},
			{Method: "HEAD", Path: "/.well-known/oauth-authorization-server", Function: "oauth", Rate: 50, Burst: 100},
			{Method: "GET", Path: "/api/problems", Function: "gateway", Rate: 50, Burst: 100},
			{Method: "HEAD", Path: "/api/problems", Function: "gateway", Rate: 50, Burst: 100},
			{Method: "GET", Path: "/api/problems/{proxy+}", Function: "gateway", Rate: 50, Burst: 100},
			{Method: "HEAD", Path: "/api/problems/{proxy+}", Function: "gateway", Rate: 50, Burst: 100},
			// Preflights carry no credential (Fetch standard); the function answers them by the API's setting.
			{Method: "OPTIONS", Path: "/{proxy+}", Function: "gateway"},
			{Method: "OPTIONS", Path: "/", Function: "gateway"},
			{Method: "ANY", Path: "/{proxy+}", Function: "gateway", Authorized: true},
			{Method: "ANY", Path: "/", Function: "gateway", Authorized: true},
		},
		GatewayResponses: consumerResponses(),
		BodyLimit:        bodyLimit(),
		BinaryMediaTypes: []string{"*/*"},
		AccessLog:        accessLog,
	}
}

// accessLog is one JSON line per call. API Gateway does not escape what it fills in, so nothing of it is the caller's text:
// the path is the one that the authorizer wrote (M72), empty where no authorizer ran. It has no query: a query may hold what
// somebody took for a good place of a secret (TE-04).
const accessLog = `{"time":"$context.requestTimeEpoch","correlationId":"$context.requestId","method":"$context.httpMethod",` +
	`"path":"$context.authorizer.path","resource":"$context.resourcePath","status":"$context.status","bytes":"$context.responseLength",` +
	`"milliseconds":"$context.responseLatency","backendMilliseconds":"$context.integration.latency","address":"$context.identity.sourceIp",` +
	`"application":"$context.authorizer.application","api":"$context.authorizer.api","code":"$context.authorizer.code"}`

// consumerResponses are the answers of API Gateway itself on a channel's API. ACCESS_DENIED is every 401, with what the
// authorizer says of it; the others are the platform's own failures, fixed.
func consumerResponses() []GatewayResponse {
	common := map[string]string{
		"Content-Type":                "'application/problem+json'",
		"Cache-Control":               "'no-store'",
		"X-CorrelationID":             "context.requestId",
		"Access-Control-Allow-Origin": "'*'",
	}
	retry := map[string]string{"Retry-After": "'1'"}
	return []GatewayResponse{
		{
			Type: "ACCESS_DENIED", Status: 401,
			Headers: map[string]string{
				"Content-Type":                  "'application/problem+json'",
				"Cache-Control":                 "'no-store'",
				"X-CorrelationID":               "context.requestId",
				"WWW-Authenticate":              "context.authorizer.challenge",
				"Access-Control-Allow-Origin":   "context.authorizer.origin",
				"Access-Control-Expose-Headers": "'WWW-Authenticate, X-CorrelationID'",
				"Vary":                          "'Origin'",
			},
			Body: `{"type":"$context.authorizer.type","title":"$context.authorizer.title","status":401,"code":"$context.authorizer.code",` +
				`"detail":"$context.authorizer.detail","correlationId":"$context.requestId"}`,
		},
		failure("UNAUTHORIZED", problem.TokenMissing, common, map[string]string{"WWW-Authenticate": `'Bearer realm="guichet"'`}),
		failure("AUTHORIZER_FAILURE", problem.Unavailable, common, retry),
		failure("AUTHORIZER_CONFIGURATION_ERROR", problem.Unavailable, common, retry),
		failure("MISSING_AUTHENTICATION_TOKEN", problem.RouteUnknown, common),
		failure("REQUEST_TOO_LARGE", problem.BodyTooLarge, common),
		failure("THROTTLED", problem.Busy, common, retry),
		failure("INTEGRATION_TIMEOUT", problem.BackendTimeout, common),
		failure("INTEGRATION_FAILURE", problem.Internal, common),
		failure("DEFAULT_4XX", problem.BadRequest, common),
		failure("DEFAULT_5XX", problem.Internal, common),
	}
}

// failure is an answer of API Gateway itself, with the text and the page of a code. The DEFAULT ones keep the failure's own
// status, which is then left out of the body (RFC 9457 §3.1.2).
func failure(kind string, code problem.Code, headers ...map[string]string) GatewayResponse {
	entry, _ := problem.Lookup(code)
	r := GatewayResponse{Type: kind, Status: entry.Status, Headers: map[string]string{}}
	if strings.HasPrefix(kind, "DEFAULT_") {
		r.Status = 0
	}
	for _, some := range headers {
		maps.Copy(r.Headers, some)
	}
	r.Body = problemBody(entry, r.Status, `,"correlationId":"$context.requestId"`)
	return r
}

// problemBody is a problem document without a status of 0. more are its further members.
func problemBody(entry problem.Entry, status int, more string) string {
	member := ""
	if status != 0 {
		member = `"status":` + strconv.Itoa(status) + `,`
	}
	return `{"type":"` + ProblemPagesPlaceholder + string(entry.Code) + `","title":"` + entry.Title + `",` + member +
		`"code":"` + string(entry.Code) + `","detail":"` + entry.Detail() + `"` + more + `}`
}

// bodyLimit refuses what a function cannot be sent: base64 makes 6.1 MB of it, and an event may have 6,291,456 bytes.
func bodyLimit() *BodyLimit {
	entry, _ := problem.Lookup(problem.BodyTooLarge)
	return &BodyLimit{
		Bytes: 4_600_000, Status: entry.Status, Body: problemBody(entry, entry.Status, ""),
		Headers: map[string]string{"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"},
	}
}
