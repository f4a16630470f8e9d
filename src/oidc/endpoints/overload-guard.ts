import type { Context } from 'koa';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { REASONS } from '../../http/refusals/reasons.js';
import type { PasswordHasher } from '../../identity/password-hashing/password-hasher.js';
import type { Pages } from '../../pages/pages.js';
import { cookieNames } from '../sign-out/session-cookie.js';

/** Seconds. */
const PAUSE = 5;

/** Turns whoever would have to type a password away where nobody's can be checked for now; says whether it did. */
export type BusyDoor = (ctx: Context) => Promise<boolean>;

/**
 * In a storm of sign-ins most have to come back later. Said at the door, before anything is asked of the store or made for them, it
 * costs next to nothing, so that tokens go on; and nobody types a password in vain. Browsers with a session are let in, and so are
 * requests with prompt=none: neither waits for a hash.
 */
export function busyDoor(hasher: Pick<PasswordHasher, 'isOverloaded'>, issuer: URL, pages: Pages): BusyDoor {
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
