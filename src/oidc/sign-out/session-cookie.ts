import type { Context } from 'koa';

/**
 * The names of our cookies. On https their prefixes make the browser refuse cookies that a sibling host sets (RFC 6265bis 4.1.3). The cookies of
 * an interaction have a path of their own, which `__Host-` does not allow.
 */
export interface CookieNames {
  readonly session: string;
  readonly interaction: string;
  readonly resume: string;
}

export const cookieNames = (https: boolean): CookieNames =>
  https
    ? {
        session: '__Host-gatehouse-session',
        interaction: '__Secure-gatehouse-interaction',
        resume: '__Secure-gatehouse-resume',
      }
    : { session: 'gatehouse-session', interaction: 'gatehouse-interaction', resume: 'gatehouse-resume' };

/** Takes the session cookie, and its signature, out of an answer that would set it: the browser keeps what it has. */
export function forgetSessionCookie(ctx: Context): void {
  const set = ctx.res.getHeader('set-cookie');
  if (!Array.isArray(set)) return;
  const otherCookies = set.filter((cookie) => !/^(__Host-)?gatehouse-session(\.sig)?=/.test(cookie));
  if (otherCookies.length > 0) ctx.res.setHeader('set-cookie', otherCookies);
  else ctx.res.removeHeader('set-cookie');
}
