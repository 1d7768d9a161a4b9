package topology

import (
	"maps"
	"time"

	"guichet/shared/problem"
)

// PortalAPI is the REST API of the portal's pages, under /api on their own origin.
const PortalAPI = "portal"

// portalFunctions serve the portal's API.
func portalFunctions() []Function {
	return []Function{
		{
			Name: "account", Stage: Portal, Purpose: "People: registering, signing in, terms, profile, password, memberships",
			// A password hash takes 46 MiB and, with the CPU that comes with this memory, 80 ms.
			Memory: 1024, Timeout: 15 * time.Second,
			Environment: portalEnvironment(map[string]Reference{
				"GRANTS_TABLE_SANDBOX":    {SandboxTable, Grants},
				"GRANTS_TABLE_PRODUCTION": {ProductionTable, Grants},
			}),
			Access: []Access{
				{
					Table:   Registry,
					Actions: []string{"GetItem", "BatchGetItem", "Query", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem"},
					Indexes: []string{"GSI2"}, // the open organisations
				},
				{Table: Events, Actions: []string{"PutItem", "Query"}, Indexes: []string{"GSI3"}},
				{Table: Sessions, Actions: []string{"BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"}},
				{Table: Grants, AllChannels: true, Actions: []string{"UpdateItem"}},
				{Secret: LinkKeys, Actions: []string{"GetSecretValue"}},
			},
			ErrorAlarm: true,
		},
		{
			Name: "application", Stage: Portal, Purpose: "Applications and their secrets",
			Memory: 512, Timeout: 15 * time.Second,
			Environment: portalEnvironment(map[string]Reference{
				"GRANTS_TABLE_SANDBOX":    {SandboxTable, Grants},
				"GRANTS_TABLE_PRODUCTION": {ProductionTable, Grants},
				"TOKEN_KEYS_SANDBOX":      {SandboxSecret, TokenKeys},
				"TOKEN_KEYS_PRODUCTION":   {ProductionSecret, TokenKeys},
				"ACCESS_POINTS":           {Setting, "ACCESS_POINTS"},
			}),
			Access: []Access{
				{Table: Registry, Actions: []string{"BatchGetItem", "Query", "PutItem"}},
				{Table: Events, Actions: []string{"PutItem"}},
				{Table: Sessions, Actions: []string{"BatchGetItem", "PutItem", "UpdateItem"}},
				{Table: Grants, AllChannels: true, Actions: []string{"BatchGetItem", "UpdateItem"}},
				{Secret: TokenKeys, AllChannels: true, Actions: []string{"GetSecretValue"}},
				{Secret: LinkKeys, Actions: []string{"GetSecretValue"}},
			},
			ErrorAlarm: true,
		},
	}
}

// portalEnvironment is what every function of the portal is configured with (portal.Configuration), and more.
func portalEnvironment(more map[string]Reference) map[string]Reference {
	all := map[string]Reference{
		"REGISTRY_TABLE": {TableName, Registry},
		"EVENTS_TABLE":   {TableName, Events},
		"SESSIONS_TABLE": {TableName, Sessions},
		"LINK_KEYS":      {SecretName, LinkKeys},
		"PORTAL_URL":     {Kind: PortalURL},
		"PROBLEM_PAGES":  {Kind: ProblemPages},
		// The site's distribution: nothing else reaches the API (API.SiteOnly).
		"TRUSTED_PROXIES": {Literal, "1"},
	}
	maps.Copy(all, more)
	return all
}

// portalAPI leads the portal's calls to its functions. Nobody is authorised by API Gateway: sessions are looked at by the
// functions, which every route reaches by any method, so that they refuse in their own words.
func portalAPI() API {
	paths := func(function string, paths ...string) []Route {
		var routes []Route
		for _, path := range paths {
			routes = append(routes, Route{Method: "ANY", Path: path, Function: function})
		}
		return routes
	}
	return API{
		Name: PortalAPI, Stage: Portal, SiteOnly: true,
		Routes: append(paths("account",
			"/api/configuration", "/api/openapi.yaml", "/api/captcha", "/api/organisations",
			"/api/registrations", "/api/registrations/{proxy+}", "/api/confirmations",
			"/api/session", "/api/sessions", "/api/sessions/{proxy+}",
			"/api/password-resets", "/api/password-resets/{proxy+}",
			"/api/terms", "/api/terms/{proxy+}", "/api/me", "/api/me/{proxy+}",
		), paths("application",
			"/api/applications/{proxy+}",
		)...),
		GatewayResponses: portalResponses(),
		BinaryMediaTypes: []string{"*/*"},
		AccessLog:        portalAccessLog,
	}
}

// portalAccessLog is that of the channels with the route instead of the path: a path may be a link's secret (OP-01).
const portalAccessLog = `{"time":"$context.requestTimeEpoch","correlationId":"$context.requestId","method":"$context.httpMethod",` +
	`"path":"$context.resourcePath","status":"$context.status","bytes":"$context.responseLength","milliseconds":"$context.responseLatency",` +
	`"backendMilliseconds":"$context.integration.latency","address":"$context.identity.sourceIp"}`

// portalResponses are the answers of API Gateway itself on the portal's API: the platform's own failures, fixed. No page
// of another origin may read them.
func portalResponses() []GatewayResponse {
	common := map[string]string{
		"Content-Type":              "'application/problem+json'",
		"Cache-Control":             "'no-store'",
		"X-CorrelationID":           "context.requestId",
		"X-Content-Type-Options":    "'nosniff'",
		"Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
		"Referrer-Policy":           "'no-referrer'",
	}
	retry := map[string]string{"Retry-After": "'1'"}
	return []GatewayResponse{
		failure("MISSING_AUTHENTICATION_TOKEN", problem.NotFound, common),
		failure("INVALID_API_KEY", problem.Forbidden, common),
		failure("REQUEST_TOO_LARGE", problem.BodyTooLarge, common),
		failure("THROTTLED", problem.TooManyAttempts, common, retry),
		failure("INTEGRATION_TIMEOUT", problem.Unavailable, common, retry),
		failure("INTEGRATION_FAILURE", problem.Internal, common),
		failure("DEFAULT_4XX", problem.BadRequest, common),
		failure("DEFAULT_5XX", problem.Internal, common),
	}
}
