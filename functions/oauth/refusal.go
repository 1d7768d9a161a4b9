package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"guichet/shared/httpapi"
	"guichet/shared/problem"
)

// refusal is an error of the token endpoint (RFC 6749 §5.2). All there are stand in the list below: descriptions are
// fixed ASCII and echo nothing of the request (TE-14).
type refusal struct {
	status      int
	code        string
	description string
	// page explains the refusal; empty when none does.
	page problem.Code

	// challenge asks for Basic: set when the client tried to authenticate by a header.
	challenge  bool
	retryAfter time.Duration
	// cause is for the log.
	cause error
}

// Error is for the log.
func (r *refusal) Error() string {
	if r.cause != nil {
		return r.code + ": " + r.cause.Error()
	}
	return r.code + ": " + r.description
}

func (r *refusal) Unwrap() error { return r.cause }

// because returns a copy that keeps its private cause.
func (r *refusal) because(cause error) *refusal {
	c := *r
	c.cause = cause
	return &c
}

// after returns a copy that tells when to try again.
func (r *refusal) after(d time.Duration) *refusal {
	c := *r
	c.retryAfter = d
	return &c
}

// challenged returns a copy that asks for Basic when the client tried a header.
func (r *refusal) challenged(header bool) *refusal {
	c := *r
	c.challenge = header
	return &c
}

// Codes of RFC 6749 §5.2, and two of §4.1.2.1 for what §5.2 has no word for.
const (
	invalidRequest         = "invalid_request"
	invalidClient          = "invalid_client"
	unauthorizedClient     = "unauthorized_client"
	unsupportedGrantType   = "unsupported_grant_type"
	invalidScope           = "invalid_scope"
	temporarilyUnavailable = "temporarily_unavailable"
	serverError            = "server_error"
)

// Every refusal.
var (
	refusedMethod = &refusal{status: 405, code: invalidRequest, description: "Send the request with POST."}
	refusedQuery  = &refusal{status: 400, code: invalidRequest, page: problem.CredentialInQuery,
		description: "Send the parameters in the body, not in the query string, where logs keep them. A secret that was sent there is no longer secret: regenerate it."}
	refusedMediaType  = &refusal{status: 400, code: invalidRequest, description: "Send the parameters in a body of the media type application/x-www-form-urlencoded."}
	refusedTooLarge   = &refusal{status: 413, code: invalidRequest, description: "The body is larger than 65536 bytes."}
	refusedTooMany    = &refusal{status: 400, code: invalidRequest, description: "There are more than 50 parameters."}
	refusedBody       = &refusal{status: 400, code: invalidRequest, description: "The body is not form-encoded UTF-8: it holds a broken escape, a NUL, bytes that are no UTF-8, or a value without a name."}
	refusedTwice      = &refusal{status: 400, code: invalidRequest, description: "A parameter is present twice."}
	refusedHeader     = &refusal{status: 400, code: invalidRequest, description: "Send at most one Authorization header: Basic, one space, and base64 of the client id, a colon and the client secret."}
	refusedTwoMethods = &refusal{status: 400, code: invalidRequest, description: "The client authenticates in two ways. Send its secret in the Authorization header or in the body, not in both."}
	refusedTwoClients = &refusal{status: 400, code: invalidRequest, description: "The Authorization header and the body name two clients."}
	refusedNoClientID = &refusal{status: 400, code: invalidRequest, description: "The parameter client_id is missing."}
	refusedNoGrant    = &refusal{status: 400, code: invalidRequest, description: "The parameter grant_type is missing."}
	refusedGrantType  = &refusal{status: 400, code: unsupportedGrantType, description: "This grant type is not supported. Use client_credentials."}

	refusedNoAuthentication = &refusal{status: 401, code: invalidClient, description: "Client authentication is missing. Send the client id and the client secret."}
	refusedAuthentication   = &refusal{status: 401, code: invalidClient, description: "This way of client authentication is not supported. Use Basic, or client_id and client_secret in the body."}
	// refusedClient is one and the same for an unknown client, a wrong secret and a disabled client (TE-07).
	refusedClient = &refusal{status: 401, code: invalidClient, description: "The client is unknown or not active, its secret is wrong, or it belongs to the other channel."}

	refusedGrantForClient = &refusal{status: 400, code: unauthorizedClient, description: "This client may not use this grant type. Public clients have no secret and cannot use client_credentials."}
	refusedOrigin         = &refusal{status: 400, code: unauthorizedClient, page: problem.OriginNotAllowed,
		description: "Requests from this web origin are not allowed for this client. Add the origin to the JavaScript origins of the client."}
	refusedScopeForm    = &refusal{status: 400, code: invalidScope, description: "The scope is malformed: names are separated by single spaces."}
	refusedScopeCount   = &refusal{status: 400, code: invalidScope, description: "There are more than 64 scopes. Ask for openid to get all that are granted."}
	refusedScopeTotal   = &refusal{status: 400, code: invalidScope, description: "The names stand for more than 300 scopes, because several APIs have them. Ask for fewer, or for openid to get all that are granted."}
	refusedScopeUnknown = &refusal{status: 400, code: invalidScope, description: "A scope is unknown or not granted, and this client is set to strict."}

	refusedAttempts    = &refusal{status: 429, code: temporarilyUnavailable, page: problem.TooManyAttempts, description: "Too many failed attempts for this client from this address. Wait before the next one."}
	refusedUnavailable = &refusal{status: 503, code: temporarilyUnavailable, page: problem.Unavailable, retryAfter: time.Second, description: "The token service could not decide. Try again shortly."}
	refusedInternal    = &refusal{status: 500, code: serverError, page: problem.Internal, description: "Something went wrong on our side. Give the correlation id to the support."}
)

// writeRefusal answers an error. What is no refusal is an internal one, whole in the log only.
func (s *service) writeRefusal(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	if !errors.As(err, &refused) {
		refused = refusedInternal.because(err)
	}
	httpapi.Log(r, slog.String(httpapi.KeyCode, refused.code))
	if refused.cause != nil {
		httpapi.Log(r, slog.String(httpapi.KeyError, refused.cause.Error()))
	}
	h := w.Header()
	// Nothing in an error depends on who reads it, so that every web page may see why it failed.
	h.Set("Access-Control-Allow-Origin", "*")
	if refused.challenge {
		h.Set("WWW-Authenticate", `Basic realm="guichet", charset="UTF-8"`)
	}
	if refused.retryAfter > 0 {
		h.Set("Retry-After", httpapi.RetryAfter(refused.retryAfter))
	}
	body := struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		URI         string `json:"error_uri,omitempty"`
	}{Error: refused.code, Description: refused.description}
	if refused.page != "" {
		body.URI = s.pages + string(refused.page)
	}
	writeJSON(w, r, refused.status, body)
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, body any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		httpapi.Log(r, slog.String(httpapi.KeyError, err.Error()))
	}
}
