import type { Context } from 'koa';

/** What can be wrong that is no face's own affair. Stable: callers switch on it. */
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
  'wrong-host': { status: 421, title: 'This host is not served here' },
  'insecure-transport': { status: 400, title: 'This request did not come over https' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This is not done that way' },
  unauthenticated: { status: 401, title: 'Say who you are' },
  forbidden: { status: 403, title: 'This is not yours to do' },
  invalid: { status: 400, title: 'This can not be understood' },
  'not-json': { status: 400, title: 'This is no JSON' },
  'too-large': { status: 413, title: 'This is too much' },
  throttled: { status: 429, title: 'This was tried too often' },
  unavailable: { status: 503, title: 'Not now' },
  failed: { status: 500, title: 'This is our fault' },
};

/** Answers with an RFC 9457 problem. `detail` is a sentence for a person: what happened, and what to do. */
export function problem(ctx: Context, code: ProblemCode, detail: string): void {
  const { status, title } = problems[code];
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = JSON.stringify({ type: `urn:gatehouse:problem:${code}`, title, status, code, detail });
  ctx.type = 'application/problem+json';
}
