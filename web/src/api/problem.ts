import type { components } from './schema';

type Problem = components['schemas']['Problem'];
export type ProblemCode = components['schemas']['ProblemCode'];
export type FieldCode = components['schemas']['FieldCode'];
export type FieldError = components['schemas']['FieldError'];

/** `network`: no answer at all. `unexpected`: an answer that is none of the API's. */
export type FailureCode = ProblemCode | 'network' | 'unexpected';

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body && 'detail' in body;
}

/** Why a call of the portal API failed. The message is for logs; pages translate the code. */
export class ApiError extends Error {
  readonly code: FailureCode;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** The API's own sentence, in the reader's language; for codes that this build does not know yet. */
  readonly detail: string | undefined;
  readonly correlationId: string | undefined;
  readonly fields: FieldError[];
  /** Seconds until trying again makes sense. */
  readonly retryAfter: number | undefined;

  private constructor(code: FailureCode, status: number, problem?: Problem, retryAfter?: number, cause?: unknown) {
    super(`${status} ${code}`, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.detail = problem?.detail;
    this.correlationId = problem?.correlationId;
    this.fields = problem?.errors ?? [];
    this.retryAfter = retryAfter;
  }

  static refused(response: Response, body: unknown): ApiError {
    if (!isProblem(body)) return ApiError.unexpected(response);
    const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
    return new ApiError(body.code, response.status, body, Number.isFinite(seconds) ? seconds : undefined);
  }

  /** A fault that the page found itself while sending. */
  static atField(field: string, code: FieldCode): ApiError {
    const error = new ApiError('validation', 0);
    error.fields.push({ field, code, detail: '' });
    return error;
  }

  static unexpected(response: Response): ApiError {
    return new ApiError('unexpected', response.status);
  }

  static unreachable(cause: unknown): ApiError {
    if (cause instanceof ApiError) return cause;
    // A body that is not JSON came from something else than the API (a proxy's page, say).
    return new ApiError(cause instanceof SyntaxError ? 'unexpected' : 'network', 0, undefined, undefined, cause);
  }

  /** The error as an ApiError, whatever was thrown. */
  static from(error: unknown): ApiError {
    return error instanceof ApiError ? error : ApiError.unreachable(error);
  }

  /** Trying the same again may help: nothing is known to have been refused. */
  get transient(): boolean {
    return this.code === 'network' || this.status === 502 || this.status === 503 || this.status === 504;
  }
}
