import type { Context } from 'koa';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { REASONS } from '../../http/refusals/reasons.js';
import type { PasswordHasher } from '../../identity/password-hashing/password-hasher.js';
import type { Pages } from '../../pages/pages.js';
import { cookieNames } from '../sign-out/session-cookie.js';

/** Seconds. */
const PAUSE = 5;

/** Turns a browser away whose user would type a password while none can be checked. Gives whether it did. */
export type OverloadGuard = (ctx: Context) => Promise<boolean>;

/**
 * During a flood of sign-ins most users must retry later. Telling them before anything is read or created costs little, so token requests
 * continue, and nobody types a password in vain. Browsers with a session and requests with prompt=none are let in: neither waits for a hash.
 */
export function overloadGuard(hasher: Pick<PasswordHasher, 'isOverloaded'>, issuer: URL, pages: Pages): OverloadGuard {
  const sessionCookie = cookieNames(issuer.protocol === 'https:').session;
  return async (ctx) => {
    if (!hasher.isOverloaded() || ctx.query['prompt'] === 'none') return false;
    if (ctx.cookies.get(sessionCookie, { signed: false }) !== undefined) return false;
    logRefusal(ctx, { endpoint: 'authorization', reason: 'overloaded', words: REASONS.overloaded.cause });
    ctx.set('Retry-After', String(PAUSE));
    await pages.busy(ctx, { again: ctx.url });
    return true;
  };
}
