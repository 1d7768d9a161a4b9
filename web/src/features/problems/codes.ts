import type { ProblemCode } from '../../api/problem';

/** Where a code comes from: a call of an API through the gateway, or the portal itself. */
export type Origin = 'call' | 'portal';

interface Row {
  status: number;
  origin: Origin;
}

const call = (status: number): Row => ({ status, origin: 'call' });
const portal = (status: number): Row => ({ status, origin: 'portal' });

/** Every code that any part of the platform answers; the type is the OpenAPI document's, so a new one does not compile here. */
export const codes: Record<ProblemCode, Row> = {
  token_missing: call(401),
  token_invalid: call(401),
  token_expired: call(401),
  wrong_channel: call(401),
  credential_disabled: call(401),
  application_disabled: call(401),
  credential_in_query: call(400),
  authorization_malformed: call(400),
  path_invalid: call(400),
  query_invalid: call(400),
  upgrade_refused: call(400),
  credentials_mismatch: call(403),
  credential_not_accepted: call(403),
  api_not_subscribed: call(403),
  request_pending: call(403),
  request_refused: call(403),
  access_revoked: call(403),
  tos_not_accepted: call(403),
  scope_missing: call(403),
  origin_not_allowed: call(403),
  route_unknown: call(404),
  operation_unknown: call(404),
  method_not_allowed: call(405),
  version_retired: call(410),
  body_too_large: call(413),
  quota_second: call(429),
  quota_day: call(429),
  busy: call(429),
  unavailable: call(503),
  backend_unreachable: call(502),
  backend_answer_invalid: call(502),
  backend_timeout: call(504),
  internal: call(500),
  bad_request: portal(400),
  validation: portal(422),
  unsupported_media_type: portal(415),
  not_found: portal(404),
  forbidden: portal(403),
  conflict: portal(409),
  too_many_attempts: portal(429),
  sign_in_required: portal(401),
  sign_in_failed: portal(401),
  origin_refused: portal(403),
  captcha_required: portal(422),
  captcha_invalid: portal(422),
  portal_terms_not_accepted: portal(403),
  terms_outdated: portal(409),
  password_change_required: portal(403),
  password_wrong: portal(422),
  link_invalid: portal(410),
  idempotency_key_missing: portal(400),
  idempotency_conflict: portal(409),
  organisation_code_invalid: portal(422),
  already_member: portal(409),
  default_organisation: portal(409),
  sole_administrator: portal(409),
  sole_owner: portal(409),
  account_deletion_blocked: portal(409),
  secret_already_shown: portal(409),
};

export function isProblemCode(value: string): value is ProblemCode {
  return Object.hasOwn(codes, value);
}

/** All codes, in the order of the document. */
export const allCodes = Object.keys(codes).filter(isProblemCode);
