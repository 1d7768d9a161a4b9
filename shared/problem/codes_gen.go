// Code generated from codes.yaml by shared/problem/generate; DO NOT EDIT.

package problem

// Codes of refusals and failures.
const (
	TokenMissing            Code = "token_missing"
	TokenInvalid            Code = "token_invalid"
	TokenExpired            Code = "token_expired"
	WrongChannel            Code = "wrong_channel"
	CredentialDisabled      Code = "credential_disabled"
	ApplicationDisabled     Code = "application_disabled"
	CredentialInQuery       Code = "credential_in_query"
	AuthorizationInvalid    Code = "authorization_malformed"
	PathInvalid             Code = "path_invalid"
	QueryInvalid            Code = "query_invalid"
	UpgradeRefused          Code = "upgrade_refused"
	CredentialsMismatch     Code = "credentials_mismatch"
	CredentialNotAccepted   Code = "credential_not_accepted"
	APINotSubscribed        Code = "api_not_subscribed"
	RequestPending          Code = "request_pending"
	RequestRefused          Code = "request_refused"
	AccessRevoked           Code = "access_revoked"
	TermsNotAccepted        Code = "tos_not_accepted"
	ScopeMissing            Code = "scope_missing"
	OriginNotAllowed        Code = "origin_not_allowed"
	RouteUnknown            Code = "route_unknown"
	OperationUnknown        Code = "operation_unknown"
	MethodNotAllowed        Code = "method_not_allowed"
	VersionRetired          Code = "version_retired"
	BodyTooLarge            Code = "body_too_large"
	QuotaSecond             Code = "quota_second"
	QuotaDay                Code = "quota_day"
	Busy                    Code = "busy"
	Unavailable             Code = "unavailable"
	BackendUnreachable      Code = "backend_unreachable"
	BackendAnswerInvalid    Code = "backend_answer_invalid"
	BackendTimeout          Code = "backend_timeout"
	Internal                Code = "internal"
	BadRequest              Code = "bad_request"
	Validation              Code = "validation"
	Unsupported             Code = "unsupported_media_type"
	NotFound                Code = "not_found"
	Forbidden               Code = "forbidden"
	Conflict                Code = "conflict"
	TooManyAttempts         Code = "too_many_attempts"
	SignInRequired          Code = "sign_in_required"
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

// Codes of what is wrong with one field, beside those of refusals that a field may have, too.
const (
	Required            Code = "required"
	TooShort            Code = "too_short"
	TooLong             Code = "too_long"
	Malformed           Code = "malformed"
	NotAllowed          Code = "not_allowed"
	PasswordTooShort    Code = "password_too_short"
	PasswordTooLong     Code = "password_too_long"
	PasswordNoDigit     Code = "password_no_digit"
	PasswordNoLowercase Code = "password_no_lowercase"
	PasswordNoUppercase Code = "password_no_uppercase"
	PasswordNoSpecial   Code = "password_no_special"
	PasswordCommon      Code = "password_common"
	PasswordPersonal    Code = "password_personal"
	PasswordUnchanged   Code = "password_unchanged"
)

var table = [...]Entry{
	{TokenMissing, 401, Text{"Credential missing", "The call carries neither an access token nor an API key.", "Send an access token in the header Authorization (Bearer, one space, the token), or an API key in the header KeyId."}},
	{TokenInvalid, 401, Text{"Credential not recognised", "This access token or API key was not issued by this platform, or was altered.", "Send it exactly as it was received, without spaces or quotation marks; or get a new token, or check the API key in the portal."}},
	{TokenExpired, 401, Text{"Token expired", "This access token has expired; tokens live for 3600 seconds.", "Get a new one from the token endpoint. A program keeps a token for the time given by expires_in, then requests another."}},
	{WrongChannel, 401, Text{"Credential belongs to the other environment", "This credential belongs to the other environment. SANDBOX and PRODUCTION are separate.", "Use the token endpoint and the API base URL of the application's own environment."}},
	{CredentialDisabled, 401, Text{"Credential not active", "This credential was disabled, deleted or regenerated, or its secret has not been shown yet. Tokens that were issued with it no longer work.", "Open the application in the portal and use an active credential."}},
	{ApplicationDisabled, 401, Text{"Application not active", "The calling application is disabled or deleted; none of its credentials works.", "Its owner can enable it in the portal."}},
	{CredentialInQuery, 400, Text{"Credential in the query string", "A token, key or secret was sent in the query string, where logs and proxies keep it.", "Send it in a header or in the body, and replace it, because it is no longer secret."}},
	{AuthorizationInvalid, 400, Text{"Authorization header not understood", "The Authorization header is repeated, or does not have the expected form.", "Send it once, as the word Bearer, a space and the access token. Basic is for the token endpoint only."}},
	{PathInvalid, 400, Text{"Path not valid", "The path holds a character, an escape or a dot segment that servers read in different ways, or is too long.", "Escape each character once, in UTF-8, and send no dot segment, no escaped slash or backslash, and no semicolon."}},
	{QueryInvalid, 400, Text{"Query string not valid", "The query string holds characters that cannot be passed on.", "Encode each name and value in UTF-8 with percent escapes."}},
	{UpgradeRefused, 400, Text{"Protocol upgrade refused", "The gateway passes on plain HTTP requests only: no WebSocket, no TRACE, no CONNECT.", "Call the API with a plain HTTP request."}},
	{CredentialsMismatch, 403, Text{"Credentials of two applications", "The access token and the API key sent together belong to two different applications.", "Send only one of them, or both from the same application."}},
	{CredentialNotAccepted, 403, Text{"Kind of credential not accepted", "This API does not accept this kind of credential.", "Use the other kind, an access token instead of an API key or the reverse. The page of the API in the portal says which it accepts."}},
	{APINotSubscribed, 403, Text{"API not subscribed", "The application is not subscribed to this API.", "Link the API to the application in the portal, or request access."}},
	{RequestPending, 403, Text{"Access request pending", "The application's request for access to this API has not been decided yet.", "Wait for the decision. It is announced by email and shown in the portal."}},
	{RequestRefused, 403, Text{"Access request refused", "The provider of the API refused the application's request for access.", "The portal shows the reason. A new request can take it into account."}},
	{AccessRevoked, 403, Text{"Access revoked", "The provider of the API revoked the application's access.", "The portal shows the reason. Submit a new request if the access is still needed."}},
	{TermsNotAccepted, 403, Text{"API terms not accepted", "The terms of this API have changed, and the date until which they could be accepted has passed.", "A member of the application accepts them in the portal. Calls then work again at once."}},
	{ScopeMissing, 403, Text{"Scope missing", "The operation needs a scope that this credential does not have, or that the token was not requested with.", "Get a token without naming scopes, or with the one that is needed. If the application does not have it, request access to it."}},
	{OriginNotAllowed, 403, Text{"Web origin not allowed", "The call comes from a web page whose origin is not allowed for this credential.", "Add the origin (https://host) to the JavaScript origins of the credential in the portal, or call the API from your server."}},
	{RouteUnknown, 404, Text{"No such API", "No API is published under this path in this environment.", "Compare the path with the base URL on the page of the API. An API may be published in one environment and not yet in the other."}},
	{OperationUnknown, 404, Text{"No such operation", "The API accepts its documented operations only, and this path is not one of them.", "Compare the path with the documentation of the API. One extra slash is enough to make it unknown."}},
	{MethodNotAllowed, 405, Text{"Method not allowed", "This path does not accept this HTTP method.", "The response's Allow header and the documentation list the methods that are accepted."}},
	{VersionRetired, 410, Text{"Version retired", "This version of the API is no longer in service.", "Move to its successor. The response and the page of the API name it."}},
	{BodyTooLarge, 413, Text{"Body too large", "The request body is larger than the platform accepts (4,500,000 bytes).", "Send less data at a time, or send it compressed if the API accepts that."}},
	{QuotaSecond, 429, Text{"Quota per second exhausted", "The application has made as many calls this second as its quota allows. The refused call is not counted.", "Wait for the time given in Retry-After and spread your calls. A higher quota can be requested in the portal."}},
	{QuotaDay, 429, Text{"Daily quota exhausted", "The application has made as many calls today as its quota allows. The counter is reset at midnight UTC.", "Wait for the time given in Retry-After. A higher quota can be requested in the portal."}},
	{Busy, 429, Text{"Too many simultaneous calls", "Too many calls arrive at the same moment.", "Wait for the time given in Retry-After, and limit the number of simultaneous calls."}},
	{Unavailable, 503, Text{"Temporarily unavailable", "The platform could not process this request.", "Try again in a few seconds. If the problem persists, give the correlation ID to support."}},
	{BackendUnreachable, 502, Text{"Provider unreachable", "The system of the API's provider could not be reached. The call did not get to it.", "Try again later. If the problem persists, tell the provider of the API."}},
	{BackendAnswerInvalid, 502, Text{"Provider's response not usable", "The provider's system sent a response that is incomplete, is not HTTP, or is larger than 4,500,000 bytes. It may have processed the call.", "Request less data at a time. Before repeating a write, check whether it took place."}},
	{BackendTimeout, 504, Text{"Provider too slow", "The provider's system did not respond within 25 seconds. It may have processed the call.", "Try again later, or request less data at a time. Before repeating a write, check whether it took place."}},
	{Internal, 500, Text{"Internal error", "Something went wrong on our side.", "Try again. If the problem persists, give the correlation ID to support."}},
	{BadRequest, 400, Text{"Request not understood", "The request does not have the expected form.", "Compare its address, headers and JSON body with the documentation."}},
	{Validation, 422, Text{"Values need correcting", "One or more values are not accepted.", "Correct the marked fields, then send again."}},
	{Unsupported, 415, Text{"Media type not supported", "The request body is not in a format that is accepted here.", "Send the Content-Type that the documentation asks for, usually application/json."}},
	{NotFound, 404, Text{"Not found", "Not found, or you do not have access.", "Check the address and the account you are signed in with, or ask the person who gave you the address for access."}},
	{Forbidden, 403, Text{"Not allowed", "You are not allowed to do this.", "Ask someone who is, such as an administrator of your organisation."}},
	{Conflict, 409, Text{"Not possible in the current state", "The state has changed in the meantime, and this is no longer possible.", "Reload the page, then decide again."}},
	{TooManyAttempts, 429, Text{"Too many attempts", "Too many attempts were made in a short time.", "Wait for the time given before the next one. Nobody is locked out permanently."}},
	{SignInRequired, 401, Text{"Sign-in required", "You must be signed in, or your session has ended.", "Sign in, and you will be taken back to where you were."}},
	{SignInFailed, 401, Text{"Could not sign in", "Incorrect email address or password, or the account has not been confirmed.", "Check what you entered. You can also choose a new password, or have the confirmation message sent again."}},
	{OriginRefused, 403, Text{"Request from another site", "This request changes something and does not come from a page of the portal.", "Reload the portal's page and start again. A program sends the portal's own Origin header."}},
	{CaptchaRequired, 422, Text{"Security check required", "A security check is required to protect the account.", "Complete the check in the form, then send again."}},
	{CaptchaInvalid, 422, Text{"Security check expired", "The security check failed, has expired or has already been used.", "It has been restarted. Wait until it is done, then send again."}},
	{PortalTermsNotAccepted, 403, Text{"Portal terms not accepted", "The current terms of the portal have not been accepted yet.", "Read and accept them to continue."}},
	{TermsOutdated, 409, Text{"Terms have changed", "The terms that were shown are no longer the current ones.", "Read the new version, then accept it."}},
	{PasswordChangeRequired, 403, Text{"Password change required", "Your password was set by someone else.", "Choose your own to continue."}},
	{PasswordWrong, 422, Text{"Incorrect password", "Incorrect password.", "Check what you entered, then try again."}},
	{LinkInvalid, 410, Text{"Link no longer valid", "This link has expired, has already been used, or was replaced by a more recent one.", "Request a new message and use the link in the latest one."}},
	{IdempotencyKeyMissing, 400, Text{"Idempotency key missing", "A request that creates something needs the header Idempotency-Key, 16 to 64 letters, digits, - or _.", "Send a random value, the same one for each retry of the same request."}},
	{IdempotencyConflict, 422, Text{"Idempotency key already used", "This idempotency key was used for another request within the last 24 hours, or the first request is still in progress.", "Wait a moment, or use a new key for a new request."}},
	{OrganisationCodeInvalid, 422, Text{"Organisation code not recognised", "This code is not, or is no longer, the code of an organisation.", "Ask your organisation's administrator for the current code."}},
	{AlreadyMember, 409, Text{"Already a member", "You are already a member of this organisation.", "You don't need to do anything. It is listed in your profile."}},
	{DefaultOrganisation, 409, Text{"Default organisation", "Every user belongs to the default organisation, which cannot be left.", "To leave it, delete your account."}},
	{SoleAdministrator, 409, Text{"Only administrator", "You are the only administrator of this organisation.", "Appoint another administrator, then try again."}},
	{SoleOwner, 409, Text{"Only owner", "You are the only owner of an active production application.", "Transfer the application or delete it, then try again."}},
	{AccountDeletionBlocked, 409, Text{"Account cannot be deleted yet", "You are the only administrator of an organisation, or the only owner of a production application.", "Transfer the responsibilities that are listed, then try again."}},
	{SecretAlreadyShown, 409, Text{"Secret already shown", "This secret has already been shown. Only a hash of it is stored, so it cannot be shown again.", "Look where you stored it, or regenerate it to get a new one."}},
}

var fieldTable = [...]FieldEntry{
	{Required, "Enter a value."},
	{TooShort, "This value is too short."},
	{TooLong, "This value is too long."},
	{Malformed, "This value does not have the expected format."},
	{NotAllowed, "This value is not accepted here."},
	{PasswordTooShort, "The password must have at least 12 characters."},
	{PasswordTooLong, "The password can have at most 128 characters."},
	{PasswordNoDigit, "The password must contain a digit."},
	{PasswordNoLowercase, "The password must contain a lower-case letter."},
	{PasswordNoUppercase, "The password must contain an upper-case letter."},
	{PasswordNoSpecial, "The password must contain a special character; a space is one."},
	{PasswordCommon, "This password is too common, or too regular. Choose several words that do not belong together."},
	{PasswordPersonal, "The password must not contain your name, your email address, your organisation or the name of the portal."},
	{PasswordUnchanged, "The new password is the same as the current one."},
	{PasswordWrong, "Incorrect password."},
	{OrganisationCodeInvalid, "This code is not recognised. Ask your organisation's administrator for it."},
	{TermsOutdated, "The terms have just changed. Read them, then accept them again."},
	{CaptchaRequired, "The security check has not been completed. Tick the box and wait a moment."},
	{CaptchaInvalid, "The security check has expired and was restarted. Send the form again."},
	{SoleAdministrator, "You are its only administrator."},
	{SoleOwner, "You are its only owner."},
}
