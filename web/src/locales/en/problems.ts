import type french from '../fr/problems';
import type { Texts } from '../texts';

const problems: Texts<typeof french> = {
  list: {
    title: 'Response codes',
    lead: 'Every refusal by the platform carries a stable code. Here they all are, with what they mean and what to do.',
    filter: 'Filter',
    filterHelp: 'By code, HTTP status or word',
    count_one: '{{count}} code',
    count_many: '{{count}} codes',
    count_other: '{{count}} codes',
    noneTitle: 'No code matches',
    noneText: 'Try a single word, or the HTTP status (403, 429…).',
    origin: {
      call: 'When an API is called',
      portal: 'In the portal and its interface',
    },
  },
  page: {
    code: 'Code',
    status: 'HTTP status',
    origin: 'Comes from',
    from: { call: 'a call of an API', portal: 'the portal and its interface' },
    todo: 'What to do',
    example: 'What the answer looks like',
    support: 'Need more help? Write to support, giving the answer’s correlation ID (correlationId):',
    unknownTitle: 'This code does not exist',
    unknownText: 'No answer from the platform carries this code. The address may have been copied incorrectly.',
    all: 'See all codes',
  },
  code: {
    token_missing: {
      title: 'Credential missing',
      what: 'The call carries neither an access token nor an API key.',
      advice: 'Add the header Authorization: Bearer followed by the token, or the header KeyId with your API key.',
    },
    token_invalid: {
      title: 'Credential not recognised',
      what: 'This token or key does not belong to this platform, or was damaged on the way.',
      advice: 'Get a new token, or check that the whole key was copied, without spaces or quotation marks.',
    },
    token_expired: {
      title: 'Token expired',
      what: 'This access token is past its lifetime of one hour.',
      advice: 'Get a new one from the token address. Your program can do so as soon as expires_in has passed.',
    },
    wrong_channel: {
      title: 'Credential of the other channel',
      what: 'This credential belongs to the other channel: sandbox and production are separate.',
      advice: 'Use the address that goes with your application, or an application of the channel that you call.',
    },
    credential_disabled: {
      title: 'Credential not active',
      what: 'This credential has been disabled, deleted or regenerated, or its secret has not been shown yet.',
      advice: 'Open your application in the portal and use an active credential.',
    },
    application_disabled: {
      title: 'Application not active',
      what: 'The calling application is disabled or deleted.',
      advice: 'Its owner can enable it again from its page in the portal.',
    },
    credential_in_query: {
      title: 'Secret in the address',
      what: 'A token, key or secret was sent in the address, where logs keep it.',
      advice: 'Send it in a header or in the body, and replace it: it is no longer secret.',
    },
    authorization_malformed: {
      title: 'Authorization header not understood',
      what: 'The Authorization header does not have the expected form.',
      advice: 'Send it once: the word Bearer, one space, the token.',
    },
    path_invalid: {
      title: 'Path not canonical',
      what: 'The path holds a character, an escape or a “.” or “..” segment that is not in canonical form.',
      advice: 'Escape each character only once, in upper-case hexadecimal, and only where needed.',
    },
    query_invalid: {
      title: 'Parameters not understood',
      what: 'The part of the address after the question mark holds characters that cannot be passed on.',
      advice: 'Encode each name and value in UTF-8 with URL escapes.',
    },
    upgrade_refused: {
      title: 'Change of protocol refused',
      what: 'The gateway passes on plain HTTP requests only: no WebSocket, h2c, TRACE or CONNECT.',
      advice: 'Call the API with a plain HTTP request.',
    },
    credentials_mismatch: {
      title: 'Credentials of two applications',
      what: 'The token and the API key sent together belong to two different applications.',
      advice: 'Send only one of them, or both from the same application.',
    },
    credential_not_accepted: {
      title: 'Kind of credential not accepted',
      what: 'This API, or this operation, does not accept this kind of credential.',
      advice: 'Try the other kind: an OAuth token instead of an API key, or the reverse. The API’s documentation says which.',
    },
    api_not_subscribed: {
      title: 'API not subscribed',
      what: 'The application is not subscribed to this API.',
      advice: 'Link the API to the application in the portal, or request access.',
    },
    request_pending: {
      title: 'Access request pending',
      what: 'The application’s request for access to this API has not been decided yet.',
      advice: 'Wait for the provider’s decision: you will be told by email.',
    },
    request_refused: {
      title: 'Access request refused',
      what: 'The provider refused the application access to this API.',
      advice: 'Read the reason in the portal. You can make a new request that takes it into account.',
    },
    access_revoked: {
      title: 'Access revoked',
      what: 'The provider has revoked the application’s access to this API.',
      advice: 'Read the reason in the portal, then make a new request if you still need access.',
    },
    tos_not_accepted: {
      title: 'API terms not accepted',
      what: 'The terms of this API have changed.',
      advice: 'A member of the application must accept them in the portal; calls then work again at once.',
    },
    scope_missing: {
      title: 'Scope missing',
      what: 'The operation needs a scope that this credential does not have.',
      advice: 'Request access to the scope. If it is granted already, get a new token that includes it.',
    },
    origin_not_allowed: {
      title: 'Web origin not allowed',
      what: 'The call comes from a browser, on a site that is not allowed for this credential.',
      advice: 'Add the site’s origin to the credential’s JavaScript origins, or call the API from your server.',
    },
    route_unknown: {
      title: 'No such API',
      what: 'No API is published under this path in this channel.',
      advice: 'Check the API’s base address, and that you call the right channel.',
    },
    operation_unknown: {
      title: 'No such operation',
      what: 'The API exists, but its documentation does not know this path.',
      advice: 'Compare the path with the API’s documentation: one extra slash is enough to make it unknown.',
    },
    method_not_allowed: {
      title: 'Method not allowed',
      what: 'This path exists, but not with this HTTP method.',
      advice: 'The answer’s Allow header, or the documentation, lists the methods that are allowed.',
    },
    version_retired: {
      title: 'Version retired',
      what: 'This version of the API is no longer in service.',
      advice: 'Move to its successor, named on the API’s page.',
    },
    body_too_large: {
      title: 'Body too large',
      what: 'The body of the request is larger than the gateway passes on, 4,500,000 bytes.',
      advice: 'Send less data at a time.',
    },
    quota_second: {
      title: 'Quota per second exhausted',
      what: 'The application has made as many calls this second as its quota allows.',
      advice: 'Wait for the next second; the Retry-After header says how long. Spread your calls.',
    },
    quota_day: {
      title: 'Daily quota exhausted',
      what: 'The application has made as many calls today as its quota allows.',
      advice: 'The count restarts at midnight UTC. For a larger quota, contact support.',
    },
    busy: {
      title: 'Too many simultaneous calls',
      what: 'Too many calls from this application are arriving at the same moment.',
      advice: 'Try again shortly and limit the number of simultaneous calls.',
    },
    unavailable: {
      title: 'Temporarily unavailable',
      what: 'The platform could not process this request.',
      advice: 'Try again in a few seconds.',
    },
    backend_unreachable: {
      title: 'Provider unreachable',
      what: 'The system of the API’s provider could not be reached.',
      advice: 'Try again later. If it lasts, tell the API’s provider.',
    },
    backend_answer_invalid: {
      title: 'Provider’s answer unusable',
      what: 'The provider’s system gave an answer that is incomplete, or larger than 4,500,000 bytes.',
      advice: 'Ask for less data at a time. If it lasts, tell the API’s provider.',
    },
    backend_timeout: {
      title: 'Provider too slow',
      what: 'The provider’s system did not answer within 25 seconds.',
      advice: 'Try again later, with a lighter request if you can.',
    },
    internal: {
      title: 'Internal error',
      what: 'Something went wrong on our side.',
      advice: 'Try again. If the problem persists, give the correlation ID to support.',
    },
    bad_request: {
      title: 'Request not understood',
      what: 'The request does not have the expected form.',
      advice: 'Check that it follows the interface’s documentation: address, headers, JSON.',
    },
    validation: {
      title: 'Values need correcting',
      what: 'One or more values are not accepted.',
      advice: 'Correct the marked fields, then send again.',
    },
    unsupported_media_type: {
      title: 'Media type not supported',
      what: 'The body of the request is not in a format that is accepted here.',
      advice: 'Send JSON with the header Content-Type: application/json.',
    },
    not_found: {
      title: 'Not found',
      what: 'There is nothing here that you may see.',
      advice: 'Check the address, or ask whoever gave it to you for access.',
    },
    forbidden: {
      title: 'Not allowed',
      what: 'Your role does not allow this.',
      advice: 'Ask someone who is allowed to, such as your organisation’s administrator.',
    },
    conflict: {
      title: 'Not possible in the current state',
      what: 'The state has changed in the meantime, and this is no longer possible.',
      advice: 'Reload the page, then decide again.',
    },
    too_many_attempts: {
      title: 'Too many attempts',
      what: 'Too many attempts were made in a short time.',
      advice: 'Wait before the next one. Nobody is locked out permanently.',
    },
    sign_in_required: {
      title: 'Sign-in required',
      what: 'This page is for people who are signed in, or your session has ended.',
      advice: 'Sign in: you will be taken back to where you were.',
    },
    sign_in_failed: {
      title: 'Could not sign in',
      what: 'The address and the password do not match, or the account is not open.',
      advice: 'Check what you entered. You can also choose a new password, or ask for a new confirmation message.',
    },
    origin_refused: {
      title: 'Request from another site',
      what: 'This request does not come from a page of the portal.',
      advice: 'Reload the portal’s page and start again. A program sends the portal’s Origin header.',
    },
    captcha_required: {
      title: 'Robot check required',
      what: 'After several failed attempts, a robot check is required to protect the account.',
      advice: 'Complete the check that has just appeared in the form, then send again.',
    },
    captcha_invalid: {
      title: 'Robot check expired',
      what: 'The robot check has expired or has already been used.',
      advice: 'It has just been restarted: wait until it is done, then send again.',
    },
    portal_terms_not_accepted: {
      title: 'Portal terms not accepted',
      what: 'The current terms of the portal have not been accepted yet.',
      advice: 'Read and accept them: the portal opens at once.',
    },
    terms_outdated: {
      title: 'Terms changed in the meantime',
      what: 'The terms that were shown are no longer the current ones.',
      advice: 'Read the new version, then accept it.',
    },
    password_change_required: {
      title: 'Password change required',
      what: 'Your password was created by someone else.',
      advice: 'Choose your own to continue.',
    },
    password_wrong: {
      title: 'Wrong password',
      what: 'The password entered is not the right one.',
      advice: 'Check what you entered, then try again.',
    },
    link_invalid: {
      title: 'Link no longer valid',
      what: 'This link has expired, has already been used, or has been replaced by a more recent message.',
      advice: 'Ask for a new message.',
    },
    idempotency_key_missing: {
      title: 'Idempotency key missing',
      what: 'Creating this needs a valid Idempotency-Key header.',
      advice: 'Send a random value of 16 to 64 characters, the same one each time you retry the same creation.',
    },
    idempotency_conflict: {
      title: 'Idempotency key already used',
      what: 'This idempotency key was used for another request, or the first one is still under way.',
      advice: 'Wait a moment, or use a new key for a new request.',
    },
    organisation_code_invalid: {
      title: 'Organisation code not recognised',
      what: 'This code is not, or no longer, that of an organisation.',
      advice: 'Ask your organisation’s administrator for the current code.',
    },
    already_member: {
      title: 'Already a member',
      what: 'You are a member of this organisation already.',
      advice: 'There is nothing to do: it is listed in your profile.',
    },
    default_organisation: {
      title: 'Organisation open to everyone',
      what: 'Everyone belongs to the organisation that is open to all; it cannot be left.',
      advice: 'To leave it, delete your account.',
    },
    sole_administrator: {
      title: 'Only administrator',
      what: 'You are the only administrator of this organisation.',
      advice: 'Appoint another administrator, then start again.',
    },
    sole_owner: {
      title: 'Only owner',
      what: 'You are the only owner of a production application that is in service.',
      advice: 'Transfer the application to someone else or delete it, then start again.',
    },
    account_deletion_blocked: {
      title: 'Account still needed',
      what: 'You are the only administrator of an organisation, or the only owner of a production application.',
      advice: 'Hand over these responsibilities, listed on the page, then start again.',
    },
    secret_already_shown: {
      title: 'Secret already shown',
      what: 'This secret has already been shown. Only its fingerprint is kept, so it cannot be shown again.',
      advice: 'Look where you stored it. If it is lost, contact support.',
    },
  },
};

export default problems;
