import type { Context } from 'koa';
import { BROWSER_KNOWN_FOR } from '../identity/throttling/known-browser.js';
import type { KnownBrowsers } from '../identity/throttling/known-browser.js';
import type { SignOutEpoch } from '../sessions/sign-out-epoch.js';

/** Identifies a browser in which a user signed in before: guesses of others do not delay sign-ins in it. */
export interface KnownBrowserCookie {
  read(ctx: Context): string | undefined;
  set(ctx: Context, user: { readonly id: string; readonly signOutEpoch: SignOutEpoch }): void;
}

/**
 * On https the prefix makes the browser refuse cookies set by a sibling host (RFC 6265bis 4.1.3). It grants nothing, and
 * carries its own MAC.
 */
export function knownBrowserCookie(issuer: URL, browsers: Pick<KnownBrowsers, 'issue'>): KnownBrowserCookie {
  const name = issuer.protocol === 'https:' ? '__Host-gatehouse-browser' : 'gatehouse-browser';
  return {
    read: (ctx) => ctx.cookies.get(name, { signed: false }),
    set: (ctx, { id, signOutEpoch }) => {
      ctx.cookies.set(name, browsers.issue(id, signOutEpoch), {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: ctx.secure,
        signed: false,
        overwrite: true,
        maxAge: BROWSER_KNOWN_FOR,
      });
    },
  };
}
