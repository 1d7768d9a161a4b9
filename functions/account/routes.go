package main

import "guichet/shared/portal"

// routes are the operations of openapi.yaml, in its order.
func (a *api) routes() []portal.Route {
	handle := portal.Handle
	return []portal.Route{
		{Pattern: "GET /configuration", Access: portal.Public, Handler: handle(a.getConfiguration)},
		{Pattern: "GET /openapi.yaml", Access: portal.Public, Handler: handle(getDocument)},
		{Pattern: "GET /captcha", Access: portal.Public, Handler: handle(getCaptcha)},
		{Pattern: "GET /organisations", Access: portal.Public, Handler: handle(listOpenOrganisations)},

		{Pattern: "POST /registrations", Access: portal.Public, Idempotent: true, Handler: portal.HandleBody(a.register)},
		{Pattern: "POST /registrations/resend", Access: portal.Public, Idempotent: true, Handler: portal.HandleBody(resendConfirmation)},
		{Pattern: "POST /confirmations", Access: portal.Public, Handler: portal.HandleBody(a.confirm)},

		{Pattern: "GET /session", Access: portal.Visitor, Handler: handle(a.getSession)},
		{Pattern: "GET /sessions", Handler: handle(listSessions)},
		{Pattern: "POST /sessions", Access: portal.Public, Handler: portal.HandleBody(a.signIn)},
		{Pattern: "DELETE /sessions", Handler: handle(endOtherSessions)},
		{Pattern: "DELETE /sessions/current", Access: portal.Visitor, Handler: handle(signOut)},
		{Pattern: "DELETE /sessions/{session}", Handler: handle(endSession)},

		{Pattern: "POST /password-resets", Access: portal.Public, Idempotent: true, Handler: portal.HandleBody(requestPasswordReset)},
		{Pattern: "GET /password-resets/{token}", Access: portal.Public, Handler: handle(getPasswordReset)},
		{Pattern: "POST /password-resets/{token}", Access: portal.Public, Handler: portal.HandleBody(a.resetPassword)},

		{Pattern: "GET /terms", Access: portal.Public, Handler: handle(getTerms)},
		{Pattern: "POST /terms/acceptances", BeforeTerms: true, Handler: portal.HandleBody(acceptTerms)},

		{Pattern: "GET /me", BeforeTerms: true, BeforePassword: true, Handler: handle(a.getMe)},
		{Pattern: "PATCH /me", BeforeTerms: true, Handler: portal.HandleBody(a.updateMe)},
		{Pattern: "DELETE /me", BeforeTerms: true, BeforePassword: true, Handler: portal.HandleBody(a.deleteMe)},
		{Pattern: "GET /me/deletion", BeforeTerms: true, BeforePassword: true, Handler: handle(previewDeletion)},
		{Pattern: "GET /me/export", BeforeTerms: true, BeforePassword: true, Handler: handle(a.exportMe)},
		{Pattern: "GET /me/preferences", Handler: handle(getPreferences)},
		{Pattern: "PUT /me/preferences", Handler: portal.HandleBody(updatePreferences)},
		{Pattern: "POST /me/password", BeforePassword: true, Handler: portal.HandleBody(a.changePassword)},
		{Pattern: "POST /me/memberships", Idempotent: true, Handler: portal.HandleBody(joinOrganisation)},
		{Pattern: "DELETE /me/memberships/{organisation}", Handler: handle(leaveOrganisation)},
	}
}
