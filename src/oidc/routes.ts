import type { Context, Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { pagePolicy } from '../http/security-headers.js';
import type { Why } from '../http/refusals/because.js';
import { logRefusal } from '../http/refusals/log-refusal.js';
import { REASONS } from '../http/refusals/reasons.js';
import { JWKS_MAX_AGE_SECONDS } from '../realm/key-life.js';
import { ASSETS_FOLDER } from '../sign-in/pages/assets.js';
import { type Pages, pathOf } from '../sign-in/pages/pages.js';
import type { BusyDoor } from './busy-door.js';
import { arriveAt } from './arrive.js';
import { keptAnswers } from './kept-answers.js';
import { signOutRedirectOf } from './library/sign-out-redirect.js';
import { getInstead } from './posted-request.js';
import type { StartAgainFrom } from './start-again.js';
import { cookieNames } from './session-cookie.js';
import { strictInput } from './strict-input.js';

const OAUTH_METADATA = '/.well-known/oauth-authorization-server';
const OPENID_METADATA = '/.well-known/openid-configuration';
/** What everybody is told alike: what this provider offers, and its public keys. */
const JWKS = '/jwks';
const AUTHORIZATION = '/auth';
const LOGOUT = '/session/end';
/** Endpoints that people's browsers come to. */
const FOR_BROWSERS = [AUTHORIZATION, LOGOUT];
const PUBLISHED = [OPENID_METADATA, OAUTH_METADATA, JWKS];
/** The library's router takes `/AUTH/` for `/auth` too, and nothing that stands before it here would: so there is one spelling. */
const SPELLED = /^(?:\/auth\/[^/]+|(?:\/[a-z.-]+)+)$/;

/**
 * The path below the issuer's. RFC 8414 puts the issuer's path behind the well-known one, for its own name (3.1) and for
 * OpenID's (5); OpenID Connect Discovery 4.1 appends. Both are answered, and everything else lies below the issuer.
 */
function pathBelow(base: string, path: string): string | undefined {
  for (const wellKnown of [OAUTH_METADATA, OPENID_METADATA]) if (path === `${wellKnown}${base}`) return wellKnown;
  return path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}

/** Tells the paths whose answers hang on nothing in the store: what is published, and the files that pages refer to. */
export function storelessPaths(issuer: URL): (path: string) => boolean {
  const base = pathOf(issuer);
  return (asked) => {
    const path = pathBelow(base, asked);
    return path !== undefined && (PUBLISHED.includes(path) || path.startsWith(`${ASSETS_FOLDER}/`));
  };
}

/** Leads to the library's endpoints, which stand next: below the issuer's path, and with what the library leaves open. */
export function oidcRoutes(issuer: URL, pages: Pages, startAgain: StartAgainFrom, turnedAway: BusyDoor): Middleware {
  const base = pathOf(issuer);
  const published = keptAnswers(PUBLISHED);
  const strict = strictInput(pages);
  const resumeCookie = cookieNames(issuer.protocol === 'https:').resume;

  return async (ctx, next) => {
    const path = pathBelow(base, ctx.path);
    if (path === undefined || !SPELLED.test(path)) return notFound(ctx, pages, base);
    const resumed = /^\/auth\/([^/]+)$/.exec(path)?.[1];
    // The library takes the cookie's word for which request goes on; one that a sibling host planted must not choose it.
    if (resumed !== undefined && ctx.cookies.get(resumeCookie, { signed: true }) !== resumed) {
      return pages.expired(ctx, await startAgain(resumed));
    }
    if (ctx.method === 'POST' && FOR_BROWSERS.includes(path)) return getInstead(ctx, `${base}${path}`, pages);
    if (path === AUTHORIZATION && (await turnedAway(ctx))) return;
    // A sign-in as another person and a logout without a session answer with a form that a script of the library submits.
    if (resumed !== undefined || path === LOGOUT) {
      await pagePolicy(ctx, { ownScript: true });
    }
    ctx.path = path;
    ctx['mountPath'] = base;
    await strict(ctx, async () => {
      await published(ctx, next);
    });
    const signedOutTo = signOutRedirectOf(ctx);
    if (signedOutTo !== undefined && ctx.status === 303) await arriveAt(pages, ctx as KoaContextWithOIDC, signedOutTo);
    if (path === JWKS && ctx.status === 200) ctx.set('Cache-Control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`);
    if (ctx.status === 404 && ctx.body === undefined) await notFound(ctx, pages, base);
  };
}

async function notFound(ctx: Context, pages: Pages, base: string): Promise<void> {
  logRefusal(ctx, { endpoint: 'page', ...whyNothing(ctx.path, base) });
  await pages.failure(ctx, { fault: 'notFound' }, 404);
}

/** Libraries join the issuer and a path: an issuer with a slash at its end makes two of them. */
function whyNothing(path: string, base: string): Why {
  if (!path.startsWith(`${base}//`)) return { reason: 'not-found', words: REASONS['not-found'].cause };
  const reason = 'issuer-trailing-slash';
  return { reason, words: 'the path has two slashes: the application uses the issuer with a slash at its end' };
}
