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
  | 'not-json'
  | 'too-large'
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
  'too-large': { status: 413, title: 'Payload Too Large' },
  throttled: { status: 429, title: 'Too Many Requests' },
  unavailable: { status: 503, title: 'Service Unavailable' },
  failed: { status: 500, title: 'Internal Server Error' },
};

/** Responds with an RFC 9457 problem. `detail` is a sentence for users: what happened, and what to do. */
export function problem(ctx: Context, code: ProblemCode, detail: string): void {
  const { status, title } = problems[code];
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = JSON.stringify({ type: `urn:gatehouse:problem:${code}`, title, status, code, detail });
  ctx.type = 'application/problem+json';
}
