import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema';
import { recordAnswer } from './activity';
import { ApiError } from './problem';

/** Names of the API's types, as the OpenAPI document spells them. */
export type Schemas = components['schemas'];

const everyCall: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang);
    return request;
  },
  onResponse() {
    recordAnswer();
  },
};

/** The portal API: paths, parameters, bodies and answers are typed from the OpenAPI document. Cookies are same-origin. */
export const api = createClient<paths>({ baseUrl: '/api', credentials: 'same-origin' });
api.use(everyCall);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The answer of a call, or an ApiError: every feature calls the client through this, so that refusals, broken answers
 * and a missing network all arrive in one form.
 */
export async function answer<T>(call: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (cause) {
    throw ApiError.unreachable(cause);
  }
  const { data, error, response } = outcome;
  if (!response.ok) throw ApiError.refused(response, error);
  // 204 has no body; every other success of the document has one.
  if (data === undefined && response.status !== 204) throw ApiError.unexpected(response);
  return data as T;
}
