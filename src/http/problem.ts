import type { Context } from 'koa';

/** The codes of problems. Stable: callers switch on them. */
export type ProblemCode =
  | 'wrong-host'
  | 'insecure-transport'
  | 'not-found'
  | 'method-not-allowed'
  | 'unauthenticated'
  | 'forbidden'
  | 'invalid'
  | 'unprocessable'
  | 'not-json'
  | 'unsupported-media-type'
  | 'too-large'
  | 'conflict'
  | 'precondition-failed'
  | 'precondition-required'
  | 'throttled'
  | 'unavailable'
  | 'failed';

const problems: Record<ProblemCode, { status: number; title: string }> = {
  'wrong-host': { status: 421, title: 'Misdirected Request' },
  'insecure-transport': { status: 400, title: 'Bad Request' },
  'not-found': { status: 404, title: 'Not Found' },
  'method-not-allowed': { status: 405, title: 'Method Not Allowed' },
  unauthenticated: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  invalid: { status: 400, title: 'Bad Request' },
  'not-json': { status: 400, title: 'Bad Request' },
  'unsupported-media-type': { status: 415, title: 'Unsupported Media Type' },
  'too-large': { status: 413, title: 'Payload Too Large' },
  unprocessable: { status: 422, title: 'Unprocessable Content' },
  conflict: { status: 409, title: 'Conflict' },
  'precondition-failed': { status: 412, title: 'Precondition Failed' },
  'precondition-required': { status: 428, title: 'Precondition Required' },
  throttled: { status: 429, title: 'Too Many Requests' },
  unavailable: { status: 503, title: 'Service Unavailable' },
  failed: { status: 500, title: 'Internal Server Error' },
};

/** The fault of one field of a request. Callers switch on `code`; `detail` is a sentence for users. */
export interface FieldProblem {
  readonly code: string;
  /** Names and indexes from the outside in, joined by dots; empty: the whole. */
  readonly path: string;
  readonly params?: object;
  readonly detail: string;
}

/**
 * Responds with an RFC 9457 problem. `detail` is a sentence for users: what happened, and what to do.
 *
 * @param fields the fields that are wrong, as the member `problems`
 */
export function problem(ctx: Context, code: ProblemCode, detail: string, fields?: readonly FieldProblem[]): void {
  const { status, title } = problems[code];
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  const more = fields && fields.length > 0 && { problems: fields };
  ctx.body = JSON.stringify({ type: `urn:gatehouse:problem:${code}`, title, status, code, detail, ...more });
  ctx.type = 'application/problem+json';
}
