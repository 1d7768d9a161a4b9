package main

import (
	"net/http"
	"strings"
)

// prefix of every path: what the portal's site passes on to this API.
const prefix = "/api"

// access says who may call a route.
type access int

const (
	public   access = iota // everybody; a session is not looked at
	visitor                // everybody; a session is used when there is one
	signedIn               // a person
)

// operation is one of openapi.yaml; a test holds the two together.
type operation struct {
	method, path string
	serve        func(*call) error
	access       access
	// body says that the operation reads a JSON body, creating that it wants an idempotency key.
	body, creating bool
	// beforeTerms and beforePassword open the operation to persons who have not accepted the terms (features Z37), or whose
	// password was made by somebody else.
	beforeTerms, beforePassword bool
}

// changes tells whether the operation may change something.
func (o operation) changes() bool { return o.method != http.MethodGet }

// match compares a path with the operation's template and returns the parameters.
func (o operation) match(requested string) (map[string]string, bool) {
	requested, ok := strings.CutPrefix(requested, prefix)
	if !ok {
		return nil, false
	}
	template, actual := strings.Split(o.path, "/"), strings.Split(requested, "/")
	if len(template) != len(actual) {
		return nil, false
	}
	var parameters map[string]string
	for i, segment := range template {
		if name, isParameter := strings.CutPrefix(segment, "{"); isParameter && actual[i] != "" {
			if parameters == nil {
				parameters = map[string]string{}
			}
			parameters[strings.TrimSuffix(name, "}")] = actual[i]
		} else if segment != actual[i] {
			return nil, false
		}
	}
	return parameters, true
}

// table lists the operations. Of two that match, the first wins: exact paths stand before those with parameters.
func (p *portal) table() []operation {
	const get, post, put, patch, remove = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	return []operation{
		{method: get, path: "/configuration", serve: getConfiguration, access: public, beforeTerms: true, beforePassword: true},
		{method: get, path: "/openapi.yaml", serve: getDocument, access: public, beforeTerms: true, beforePassword: true},
		{method: get, path: "/captcha", serve: getCaptcha, access: public, beforeTerms: true, beforePassword: true},
		{method: get, path: "/organisations", serve: listOpenOrganisations, access: public, beforeTerms: true, beforePassword: true},

		{method: post, path: "/registrations", serve: register, access: public, body: true, creating: true, beforeTerms: true, beforePassword: true},
		{method: post, path: "/registrations/resend", serve: resendConfirmation, access: public, body: true, creating: true, beforeTerms: true, beforePassword: true},
		{method: post, path: "/confirmations", serve: confirm, access: public, body: true, beforeTerms: true, beforePassword: true},

		{method: get, path: "/session", serve: getSession, access: visitor, beforeTerms: true, beforePassword: true},
		{method: get, path: "/sessions", serve: listSessions, access: signedIn},
		{method: post, path: "/sessions", serve: signIn, access: public, body: true, beforeTerms: true, beforePassword: true},
		{method: remove, path: "/sessions", serve: endOtherSessions, access: signedIn},
		{method: remove, path: "/sessions/current", serve: signOut, access: visitor, beforeTerms: true, beforePassword: true},
		{method: remove, path: "/sessions/{session}", serve: endSession, access: signedIn},

		{method: post, path: "/password-resets", serve: requestPasswordReset, access: public, body: true, creating: true, beforeTerms: true, beforePassword: true},
		{method: get, path: "/password-resets/{token}", serve: getPasswordReset, access: public, beforeTerms: true, beforePassword: true},
		{method: post, path: "/password-resets/{token}", serve: resetPassword, access: public, body: true, beforeTerms: true, beforePassword: true},

		{method: get, path: "/terms", serve: getTerms, access: public, beforeTerms: true, beforePassword: true},
		{method: post, path: "/terms/acceptances", serve: acceptTerms, access: signedIn, body: true, beforeTerms: true},

		{method: get, path: "/me", serve: getMe, access: signedIn, beforeTerms: true, beforePassword: true},
		{method: patch, path: "/me", serve: updateMe, access: signedIn, body: true, beforeTerms: true},
		{method: remove, path: "/me", serve: deleteMe, access: signedIn, body: true, beforeTerms: true, beforePassword: true},
		{method: get, path: "/me/deletion", serve: previewDeletion, access: signedIn, beforeTerms: true, beforePassword: true},
		{method: get, path: "/me/export", serve: exportMe, access: signedIn, beforeTerms: true, beforePassword: true},
		{method: get, path: "/me/preferences", serve: getPreferences, access: signedIn},
		{method: put, path: "/me/preferences", serve: updatePreferences, access: signedIn, body: true},
		{method: post, path: "/me/password", serve: changePassword, access: signedIn, body: true, beforePassword: true},
		{method: post, path: "/me/memberships", serve: joinOrganisation, access: signedIn, body: true, creating: true},
		{method: remove, path: "/me/memberships/{organisation}", serve: leaveOrganisation, access: signedIn},

		{method: get, path: "/applications/sandbox", serve: getSandboxApplication, access: signedIn},
		{method: post, path: "/applications/{application}/credentials/{credential}/secret", serve: showSecret, access: signedIn, creating: true},
	}
}
