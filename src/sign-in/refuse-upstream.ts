import type { Context } from 'koa';
import { logRefusal } from '../http/refusals/log-refusal.js';
import { REASONS } from '../http/refusals/reasons.js';
import type { Pages } from '../pages/pages.js';

const REFUSED = {
  'sign-in': { reason: 'upstream-answer-refused', fault: 'signInElsewhere' },
  'sign-out': { reason: 'upstream-logout-refused', fault: 'signOutElsewhere' },
} as const;

/** Why an answer from elsewhere led to nothing, beside what is wrong with the answer itself. */
export const UNUSED_ANSWER = [
  'answer-fits-nothing',
  'arrival-not-allowed',
  'arrival-over',
  'arrival-no-application',
] as const;
export type UnusedAnswer = (typeof UNUSED_ANSWER)[number];

/**
 * A person came from another site, and what they wanted there did not happen here. The page says what to do, and the log why.
 *
 * @param refused.pause seconds, after which it may be right
 */
export function refuseUpstream(
  ctx: Context,
  pages: Pick<Pages, 'failure'>,
  { of, why, pause }: { readonly of: keyof typeof REFUSED; readonly why: string; readonly pause?: number },
): Promise<void> {
  if (pause !== undefined) ctx.set('Retry-After', String(pause));
  const { reason, fault } = REFUSED[of];
  const endpoint = of === 'sign-in' ? 'upstream-answer' : 'upstream-logout';
  logRefusal(ctx, { endpoint, error: why, reason, words: `${REASONS[reason].cause} (${why})` });
  return pages.failure(ctx, { fault }, pause === undefined ? 400 : 503);
}
