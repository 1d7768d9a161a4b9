// Generated from shared/problem/codes.yaml (make generate): edit that file instead.

/** The texts of every code. */
export const code = {
  token_missing: {
    title: 'Credential missing',
    what: 'The call carries neither an access token nor an API key.',
    advice: 'Send an access token in the header Authorization (Bearer, one space, the token), or an API key in the header KeyId.',
  },
  token_invalid: {
    title: 'Credential not recognised',
    what: 'This access token or API key was not issued by this platform, or was altered.',
    advice: 'Send it exactly as it was received, without spaces or quotation marks; or get a new token, or check the API key in the portal.',
  },
  token_expired: {
    title: 'Token expired',
    what: 'This access token has expired; tokens live for 3600 seconds.',
    advice: 'Get a new one from the token endpoint. A program keeps a token for the time given by expires_in, then requests another.',
  },
  wrong_channel: {
    title: 'Credential belongs to the other environment',
    what: 'This credential belongs to the other environment. SANDBOX and PRODUCTION are separate.',
    advice: 'Use the token endpoint and the API base URL of the application’s own environment.',
  },
  credential_disabled: {
    title: 'Credential not active',
    what: 'This credential was disabled, deleted or regenerated, or its secret has not been shown yet. Tokens that were issued with it no longer work.',
    advice: 'Open the application in the portal and use an active credential.',
  },
  application_disabled: {
    title: 'Application not active',
    what: 'The calling application is disabled or deleted; none of its credentials works.',
    advice: 'Its owner can enable it in the portal.',
  },
  credential_in_query: {
    title: 'Credential in the query string',
    what: 'A token, key or secret was sent in the query string, where logs and proxies keep it.',
    advice: 'Send it in a header or in the body, and replace it, because it is no longer secret.',
  },
  authorization_malformed: {
    title: 'Authorization header not understood',
    what: 'The Authorization header is repeated, or does not have the expected form.',
    advice: 'Send it once, as the word Bearer, a space and the access token. Basic is for the token endpoint only.',
  },
  path_invalid: {
    title: 'Path not valid',
    what: 'The path holds a character, an escape or a dot segment that servers read in different ways, or is too long.',
    advice: 'Escape each character once, in UTF-8, and send no dot segment, no escaped slash or backslash, and no semicolon.',
  },
  query_invalid: {
    title: 'Query string not valid',
    what: 'The query string holds characters that cannot be passed on.',
    advice: 'Encode each name and value in UTF-8 with percent escapes.',
  },
  upgrade_refused: {
    title: 'Protocol upgrade refused',
    what: 'The gateway passes on plain HTTP requests only: no WebSocket, no TRACE, no CONNECT.',
    advice: 'Call the API with a plain HTTP request.',
  },
  credentials_mismatch: {
    title: 'Credentials of two applications',
    what: 'The access token and the API key sent together belong to two different applications.',
    advice: 'Send only one of them, or both from the same application.',
  },
  credential_not_accepted: {
    title: 'Kind of credential not accepted',
    what: 'This API does not accept this kind of credential.',
    advice: 'Use the other kind, an access token instead of an API key or the reverse. The page of the API in the portal says which it accepts.',
  },
  api_not_subscribed: {
    title: 'API not subscribed',
    what: 'The application is not subscribed to this API.',
    advice: 'Link the API to the application in the portal, or request access.',
  },
  request_pending: {
    title: 'Access request pending',
    what: 'The application’s request for access to this API has not been decided yet.',
    advice: 'Wait for the decision. It is announced by email and shown in the portal.',
  },
  request_refused: {
    title: 'Access request refused',
    what: 'The provider of the API refused the application’s request for access.',
    advice: 'The portal shows the reason. A new request can take it into account.',
  },
  access_revoked: {
    title: 'Access revoked',
    what: 'The provider of the API revoked the application’s access.',
    advice: 'The portal shows the reason. Submit a new request if the access is still needed.',
  },
  tos_not_accepted: {
    title: 'API terms not accepted',
    what: 'The terms of this API have changed, and the date until which they could be accepted has passed.',
    advice: 'A member of the application accepts them in the portal. Calls then work again at once.',
  },
  scope_missing: {
    title: 'Scope missing',
    what: 'The operation needs a scope that this credential does not have, or that the token was not requested with.',
    advice: 'Get a token without naming scopes, or with the one that is needed. If the application does not have it, request access to it.',
  },
  origin_not_allowed: {
    title: 'Web origin not allowed',
    what: 'The call comes from a web page whose origin is not allowed for this credential.',
    advice: 'Add the origin (https://host) to the JavaScript origins of the credential in the portal, or call the API from your server.',
  },
  route_unknown: {
    title: 'No such API',
    what: 'No API is published under this path in this environment.',
    advice: 'Compare the path with the base URL on the page of the API. An API may be published in one environment and not yet in the other.',
  },
  operation_unknown: {
    title: 'No such operation',
    what: 'The API accepts its documented operations only, and this path is not one of them.',
    advice: 'Compare the path with the documentation of the API. One extra slash is enough to make it unknown.',
  },
  method_not_allowed: {
    title: 'Method not allowed',
    what: 'This path does not accept this HTTP method.',
    advice: 'The response’s Allow header and the documentation list the methods that are accepted.',
  },
  version_retired: {
    title: 'Version retired',
    what: 'This version of the API is no longer in service.',
    advice: 'Move to its successor. The response and the page of the API name it.',
  },
  body_too_large: {
    title: 'Body too large',
    what: 'The request body is larger than the platform accepts (4,500,000 bytes).',
    advice: 'Send less data at a time, or send it compressed if the API accepts that.',
  },
  quota_second: {
    title: 'Quota per second exhausted',
    what: 'The application has made as many calls this second as its quota allows. The refused call is not counted.',
    advice: 'Wait for the time given in Retry-After and spread your calls. A higher quota can be requested in the portal.',
  },
  quota_day: {
    title: 'Daily quota exhausted',
    what: 'The application has made as many calls today as its quota allows. The counter is reset at midnight UTC.',
    advice: 'Wait for the time given in Retry-After. A higher quota can be requested in the portal.',
  },
  busy: {
    title: 'Too many simultaneous calls',
    what: 'Too many calls arrive at the same moment.',
    advice: 'Wait for the time given in Retry-After, and limit the number of simultaneous calls.',
  },
  unavailable: {
    title: 'Temporarily unavailable',
    what: 'The platform could not process this request.',
    advice: 'Try again in a few seconds. If the problem persists, give the correlation ID to support.',
  },
  backend_unreachable: {
    title: 'Provider unreachable',
    what: 'The system of the API’s provider could not be reached. The call did not get to it.',
    advice: 'Try again later. If the problem persists, tell the provider of the API.',
  },
  backend_answer_invalid: {
    title: 'Provider’s response not usable',
    what: 'The provider’s system sent a response that is incomplete, is not HTTP, or is larger than 4,500,000 bytes. It may have processed the call.',
    advice: 'Request less data at a time. Before repeating a write, check whether it took place.',
  },
  backend_timeout: {
    title: 'Provider too slow',
    what: 'The provider’s system did not respond within 25 seconds. It may have processed the call.',
    advice: 'Try again later, or request less data at a time. Before repeating a write, check whether it took place.',
  },
  internal: {
    title: 'Internal error',
    what: 'Something went wrong on our side.',
    advice: 'Try again. If the problem persists, give the correlation ID to support.',
  },
  bad_request: {
    title: 'Request not understood',
    what: 'The request does not have the expected form.',
    advice: 'Compare its address, headers and JSON body with the documentation.',
  },
  validation: {
    title: 'Values need correcting',
    what: 'One or more values are not accepted.',
    advice: 'Correct the marked fields, then send again.',
  },
  unsupported_media_type: {
    title: 'Media type not supported',
    what: 'The request body is not in a format that is accepted here.',
    advice: 'Send the Content-Type that the documentation asks for, usually application/json.',
  },
  not_found: {
    title: 'Not found',
    what: 'Not found, or you do not have access.',
    advice: 'Check the address and the account you are signed in with, or ask the person who gave you the address for access.',
  },
  forbidden: {
    title: 'Not allowed',
    what: 'You are not allowed to do this.',
    advice: 'Ask someone who is, such as an administrator of your organisation.',
  },
  conflict: {
    title: 'Not possible in the current state',
    what: 'The state has changed in the meantime, and this is no longer possible.',
    advice: 'Reload the page, then decide again.',
  },
  too_many_attempts: {
    title: 'Too many attempts',
    what: 'Too many attempts were made in a short time.',
    advice: 'Wait for the time given before the next one. Nobody is locked out permanently.',
  },
  sign_in_required: {
    title: 'Sign-in required',
    what: 'You must be signed in, or your session has ended.',
    advice: 'Sign in, and you will be taken back to where you were.',
  },
  sign_in_failed: {
    title: 'Could not sign in',
    what: 'Incorrect email address or password, or the account has not been confirmed.',
    advice: 'Check what you entered. You can also choose a new password, or have the confirmation message sent again.',
  },
  origin_refused: {
    title: 'Request from another site',
    what: 'This request changes something and does not come from a page of the portal.',
    advice: 'Reload the portal’s page and start again. A program sends the portal’s own Origin header.',
  },
  captcha_required: {
    title: 'Security check required',
    what: 'A security check is required to protect the account.',
    advice: 'Complete the check in the form, then send again.',
  },
  captcha_invalid: {
    title: 'Security check expired',
    what: 'The security check failed, has expired or has already been used.',
    advice: 'It has been restarted. Wait until it is done, then send again.',
  },
  portal_terms_not_accepted: {
    title: 'Portal terms not accepted',
    what: 'The current terms of the portal have not been accepted yet.',
    advice: 'Read and accept them to continue.',
  },
  terms_outdated: {
    title: 'Terms have changed',
    what: 'The terms that were shown are no longer the current ones.',
    advice: 'Read the new version, then accept it.',
  },
  password_change_required: {
    title: 'Password change required',
    what: 'Your password was set by someone else.',
    advice: 'Choose your own to continue.',
  },
  password_wrong: {
    title: 'Incorrect password',
    what: 'Incorrect password.',
    advice: 'Check what you entered, then try again.',
  },
  link_invalid: {
    title: 'Link no longer valid',
    what: 'This link has expired, has already been used, or was replaced by a more recent one.',
    advice: 'Request a new message and use the link in the latest one.',
  },
  idempotency_key_missing: {
    title: 'Idempotency key missing',
    what: 'A request that creates something needs the header Idempotency-Key, 16 to 64 letters, digits, - or _.',
    advice: 'Send a random value, the same one for each retry of the same request.',
  },
  idempotency_conflict: {
    title: 'Idempotency key already used',
    what: 'This idempotency key was used for another request within the last 24 hours, or the first request is still in progress.',
    advice: 'Wait a moment, or use a new key for a new request.',
  },
  organisation_code_invalid: {
    title: 'Organisation code not recognised',
    what: 'This code is not, or is no longer, the code of an organisation.',
    advice: 'Ask your organisation’s administrator for the current code.',
  },
  already_member: {
    title: 'Already a member',
    what: 'You are already a member of this organisation.',
    advice: 'You don’t need to do anything. It is listed in your profile.',
  },
  default_organisation: {
    title: 'Default organisation',
    what: 'Every user belongs to the default organisation, which cannot be left.',
    advice: 'To leave it, delete your account.',
  },
  sole_administrator: {
    title: 'Only administrator',
    what: 'You are the only administrator of this organisation.',
    advice: 'Appoint another administrator, then try again.',
  },
  sole_owner: {
    title: 'Only owner',
    what: 'You are the only owner of an active production application.',
    advice: 'Transfer the application or delete it, then try again.',
  },
  account_deletion_blocked: {
    title: 'Account cannot be deleted yet',
    what: 'You are the only administrator of an organisation, or the only owner of a production application.',
    advice: 'Transfer the responsibilities that are listed, then try again.',
  },
  secret_already_shown: {
    title: 'Secret already shown',
    what: 'This secret has already been shown. Only a hash of it is stored, so it cannot be shown again.',
    advice: 'Look where you stored it, or regenerate it to get a new one.',
  },
};
