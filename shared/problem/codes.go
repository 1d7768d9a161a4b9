package problem

// Entry is one row of the table of codes.
type Entry struct {
	Code   Code
	Status int
	Title  string
	// Detail says in one sentence what is missing and what to do. Printable ASCII without quotes or backslashes, because
	// the 401s go through a gateway response template, which does not escape.
	Detail string
}

// Codes of refusals and failures. Their meaning stands in the table below.
const (
	// The call path: authorizer and gateway.
	TokenMissing          Code = "token_missing"
	TokenInvalid          Code = "token_invalid"
	TokenExpired          Code = "token_expired"
	WrongChannel          Code = "wrong_channel"
	CredentialDisabled    Code = "credential_disabled"
	ApplicationDisabled   Code = "application_disabled"
	CredentialInQuery     Code = "credential_in_query"
	AuthorizationInvalid  Code = "authorization_malformed"
	PathInvalid           Code = "path_invalid"
	QueryInvalid          Code = "query_invalid"
	UpgradeRefused        Code = "upgrade_refused"
	CredentialsMismatch   Code = "credentials_mismatch"
	CredentialNotAccepted Code = "credential_not_accepted"
	APINotSubscribed      Code = "api_not_subscribed"
	RequestPending        Code = "request_pending"
	RequestRefused        Code = "request_refused"
	AccessRevoked         Code = "access_revoked"
	TermsNotAccepted      Code = "tos_not_accepted"
	ScopeMissing          Code = "scope_missing"
	OriginNotAllowed      Code = "origin_not_allowed"
	RouteUnknown          Code = "route_unknown"
	OperationUnknown      Code = "operation_unknown"
	MethodNotAllowed      Code = "method_not_allowed"
	VersionRetired        Code = "version_retired"
	BodyTooLarge          Code = "body_too_large"
	QuotaSecond           Code = "quota_second"
	QuotaDay              Code = "quota_day"
	Busy                  Code = "busy"
	Unavailable           Code = "unavailable"
	BackendUnreachable    Code = "backend_unreachable"
	BackendAnswerInvalid  Code = "backend_answer_invalid"
	BackendTimeout        Code = "backend_timeout"
	Internal              Code = "internal"

	// Everywhere else.
	BadRequest     Code = "bad_request"
	Validation     Code = "validation"
	Unsupported    Code = "unsupported_media_type"
	NotFound       Code = "not_found"
	Forbidden      Code = "forbidden"
	Conflict       Code = "conflict"
	TooManyTries   Code = "too_many_attempts"
	SignInRequired Code = "sign_in_required"

	// The portal.
	SignInFailed            Code = "sign_in_failed"
	OriginRefused           Code = "origin_refused"
	CaptchaRequired         Code = "captcha_required"
	CaptchaInvalid          Code = "captcha_invalid"
	PortalTermsNotAccepted  Code = "portal_terms_not_accepted"
	TermsOutdated           Code = "terms_outdated"
	PasswordChangeRequired  Code = "password_change_required"
	PasswordWrong           Code = "password_wrong"
	LinkInvalid             Code = "link_invalid"
	IdempotencyKeyMissing   Code = "idempotency_key_missing"
	IdempotencyConflict     Code = "idempotency_conflict"
	OrganisationCodeInvalid Code = "organisation_code_invalid"
	AlreadyMember           Code = "already_member"
	DefaultOrganisation     Code = "default_organisation"
	SoleAdministrator       Code = "sole_administrator"
	SoleOwner               Code = "sole_owner"
	AccountDeletionBlocked  Code = "account_deletion_blocked"
	SecretAlreadyShown      Code = "secret_already_shown"
)

// Table lists every code once. A static array: nothing of it is built at start.
var table = [...]Entry{
	{TokenMissing, 401, "Credential missing", "Send an access token in the Authorization header (Bearer) or an API key in the KeyId header."},
	{TokenInvalid, 401, "Credential not valid", "This access token or API key is not one of this platform, or is damaged. Get a new token, or check the key."},
	{TokenExpired, 401, "Token expired", "This access token has expired. Get a new one from the token endpoint; tokens live for 3600 seconds."},
	{WrongChannel, 401, "Credential of the other channel", "This credential belongs to the other channel. SANDBOX credentials work on SANDBOX only, PRODUCTION ones on PRODUCTION only."},
	{CredentialDisabled, 401, "Credential not active", "This credential was disabled, deleted or regenerated. Get a token with an active credential of the application."},
	{ApplicationDisabled, 401, "Application not active", "This application is disabled or deleted. Its owner can enable it in the portal."},
	{CredentialInQuery, 400, "Credential in the query string", "A credential was sent in the query string, where logs keep it. Send it in a header, and replace it: it is no longer secret."},
	{AuthorizationInvalid, 400, "Authorization not understood", "Send exactly one Authorization header: Bearer, one space, the access token."},
	{PathInvalid, 400, "Path not canonical", "The path holds a character, an escape or a dot segment that is not in canonical form. Escape each character once, with upper-case hexadecimal digits, and only where needed."},
	{QueryInvalid, 400, "Query not understood", "The query string holds characters that cannot be passed on."},
	{UpgradeRefused, 400, "Upgrade refused", "The gateway passes on plain HTTP requests only: no WebSocket, no h2c, no TRACE, no CONNECT."},
	{CredentialsMismatch, 403, "Credentials of two applications", "The access token and the API key belong to different applications. Send one of them, or both of the same application."},
	{CredentialNotAccepted, 403, "Kind of credential not accepted", "This API or operation does not accept this kind of credential. Its page in the portal says which it accepts."},
	{APINotSubscribed, 403, "API not subscribed", "The application is not subscribed to this API. Link the API to the application in the portal, or request access."},
	{RequestPending, 403, "Access request pending", "The access request of the application to this API has not been decided yet."},
	{RequestRefused, 403, "Access request refused", "The access request of the application to this API was refused. The portal shows the reason."},
	{AccessRevoked, 403, "Access revoked", "The access of the application to this API was revoked by its provider. The portal shows the reason."},
	{TermsNotAccepted, 403, "Terms not accepted", "The terms of this API have changed and must be accepted in the portal before it can be called again."},
	{ScopeMissing, 403, "Scope missing", "The operation needs a scope that this credential does not have. Request access to the scope, or get a token that includes it."},
	{OriginNotAllowed, 403, "Origin not allowed", "Calls from this web origin are not allowed with this credential. Add the origin to the JavaScript origins of the credential."},
	{RouteUnknown, 404, "No such API", "No API is published under this path in this channel."},
	{OperationUnknown, 404, "No such operation", "The API admits its documented operations only, and this path is none of them."},
	{MethodNotAllowed, 405, "Method not allowed", "The API does not document this method for this path."},
	{VersionRetired, 410, "Version retired", "This version of the API was retired. Its page in the portal names the successor."},
	{BodyTooLarge, 413, "Body too large", "The body of the request is larger than the gateway passes on (4,500,000 bytes)."},
	{QuotaSecond, 429, "Quota per second exhausted", "The quota per second is exhausted. Wait for the next second."},
	{QuotaDay, 429, "Quota per day exhausted", "The quota per day is exhausted. It starts again at midnight UTC."},
	{Busy, 429, "Too many simultaneous calls", "Too many simultaneous calls of this application. Try again shortly."},
	{Unavailable, 503, "Temporarily unavailable", "The platform could not decide on this call. Try again shortly."},
	{BackendUnreachable, 502, "Backend unreachable", "The system of the API provider could not be reached."},
	{BackendAnswerInvalid, 502, "Backend answer not usable", "The system of the API provider gave an answer that is broken or larger than the gateway passes on (4,500,000 bytes)."},
	{BackendTimeout, 504, "Backend too slow", "The system of the API provider did not answer within 25 seconds."},
	{Internal, 500, "Internal error", "Something went wrong on our side. Give the correlation id to the support."},

	{BadRequest, 400, "Bad request", "The request could not be understood."},
	{Validation, 422, "Not valid", "Some of the values are not valid."},
	{Unsupported, 415, "Media type not supported", "The media type of the request body is not supported here."},
	{NotFound, 404, "Not found", "There is nothing here that you may see."},
	{Forbidden, 403, "Not allowed", "You may not do this."},
	{Conflict, 409, "Conflict", "This is not possible in the current state. Read it again, then decide."},
	{TooManyTries, 429, "Too many attempts", "Too many attempts. Wait before the next one."},
	{SignInRequired, 401, "Sign-in required", "Sign in first."},

	{SignInFailed, 401, "Sign-in failed", "The address or the password is wrong, or the account cannot be used yet."},
	{OriginRefused, 403, "Foreign origin", "This call changes something and did not come from a page of the portal."},
	{CaptchaRequired, 422, "Captcha required", "Solve the captcha and send the form again."},
	{CaptchaInvalid, 422, "Captcha not valid", "The solution of the captcha is wrong, has expired or was used before. Solve a new one."},
	{PortalTermsNotAccepted, 403, "Terms of the portal not accepted", "Accept the current terms of the portal first."},
	{TermsOutdated, 409, "Terms have changed", "These are not the current terms of the portal any more. Read the current ones."},
	{PasswordChangeRequired, 403, "Password change required", "Your password was made by somebody else. Choose your own first."},
	{PasswordWrong, 422, "Wrong password", "This password is not right."},
	{LinkInvalid, 410, "Link not valid", "This link was used, has expired or was replaced by a newer one. Ask for a new one."},
	{IdempotencyKeyMissing, 400, "Idempotency key missing", "Send the header Idempotency-Key with 16 to 64 letters, digits, - or _."},
	{IdempotencyConflict, 422, "Idempotency key used before", "This idempotency key was used for another request. Use a new one."},
	{OrganisationCodeInvalid, 422, "Organisation code not valid", "No organisation can be joined with this code. Ask its administrator for the current one."},
	{AlreadyMember, 409, "Already a member", "You are a member of this organisation already."},
	{DefaultOrganisation, 409, "Default organisation", "Everybody is in the default organisation; it cannot be left."},
	{SoleAdministrator, 409, "Only administrator", "You are the only administrator of this organisation. Appoint another one first."},
	{SoleOwner, 409, "Only owner", "You are the only owner of a live production application. Transfer it first."},
	{AccountDeletionBlocked, 409, "Account cannot be deleted yet", "Something depends on you alone. Hand it over first."},
	{SecretAlreadyShown, 409, "Secret already shown", "A secret is shown once. Regenerate it to get a new one."},
}

// Table returns every code with its status, title and sentence, in the order of the documentation.
func Table() []Entry { return table[:] }

// Lookup returns the row of a code.
func Lookup(code Code) (Entry, bool) {
	for i := range table {
		if table[i].Code == code {
			return table[i], true
		}
	}
	return Entry{}, false
}

// lookup falls back on Internal: an unknown code is our mistake, never the caller's.
func lookup(code Code) Entry {
	if e, ok := Lookup(code); ok {
		return e
	}
	e, _ := Lookup(Internal)
	return e
}

// Status returns the HTTP status of a code; 500 for an unknown one.
func (c Code) Status() int { return lookup(c).Status }
