import type { Context, Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { pagePolicy } from '../../http/security-headers.js';
import type { Why } from '../../http/refusals/because.js';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { REASONS } from '../../http/refusals/reasons.js';
import { type Pages, pathOf } from '../../pages/pages.js';
import type { OverloadGuard } from './overload-guard.js';
import type { UpstreamExits } from '../../federation/sign-out/upstream-exits.js';
import { arriveAt } from '../sign-out/arrival-page.js';
import { pathBelow } from './published-paths.js';
import { acrossOrigins, type KnownOrigins } from './cross-origin.js';
import { type Endpoint, endpointAt } from './endpoints.js';
import { goOnUpstream } from '../sign-out/go-on-upstream.js';
import { signOutRedirectOf } from '../sign-out/sign-out-redirect.js';
import { encodePlainSecret } from '../requests/unencoded-basic-secret.js';
import { getInstead } from './post-to-get.js';
import { refuseRequest } from '../requests/refuse-request.js';
import type { StartAgainFrom } from '../interactions/restart-sign-in.js';
import { cookieNames } from '../sign-out/session-cookie.js';
import { strictInput } from '../requests/strict-input.js';

const AUTHORIZATION = '/auth';
const LOGOUT = '/session/end';
const REVOCATION = '/token/revocation';
/** Endpoints that people's browsers come to. */
const FOR_BROWSERS = [AUTHORIZATION, LOGOUT];
/** The library's router takes `/AUTH/` for `/auth` too, and nothing that stands before it here would: so there is one spelling. */
const SPELLED = /^(?:\/auth\/[^/]+|(?:\/[a-z.-]+)+)$/;

interface OidcRoutesParts {
  readonly startAgain: StartAgainFrom;
  readonly turnedAway: OverloadGuard;
  readonly origins: KnownOrigins;
  readonly exits: Pick<UpstreamExits, 'of'>;
}

/** Leads to the library's endpoints, which stand next: below the issuer's path, and with what the library leaves open. */
export function oidcRoutes(
  issuer: URL,
  pages: Pages,
  { startAgain, turnedAway, origins, exits }: OidcRoutesParts,
): Middleware {
  const base = pathOf(issuer);
  const strict = strictInput(`${issuer.origin}${base}`, pages);
  const resumeCookie = cookieNames(issuer.protocol === 'https:').resume;

  return async (ctx, next) => {
    const path = pathBelow(base, ctx.path);
    const endpoint = path !== undefined && SPELLED.test(path) ? endpointAt(path) : undefined;
    if (path === undefined || !endpoint) return notFound(ctx, pages, base);
    await acrossOrigins(ctx, endpoint, origins, () => answer(ctx, path, endpoint, next));
  };

  async function answer(ctx: Context, path: string, endpoint: Endpoint, next: () => Promise<unknown>): Promise<void> {
    if (!isTaken(ctx, endpoint)) return wrongMethod(ctx, endpoint, pages);
    const resumed = /^\/auth\/([^/]+)$/.exec(path)?.[1];
    // The library takes the cookie's word for which request goes on; one that a sibling host planted must not choose it.
    if (resumed !== undefined && ctx.cookies.get(resumeCookie, { signed: true }) !== resumed) {
      return pages.expired(ctx, await startAgain(resumed));
    }
    if (ctx.method === 'POST' && FOR_BROWSERS.includes(path)) return getInstead(ctx, `${base}${path}`, pages);
    if (path === AUTHORIZATION && (await turnedAway(ctx))) return;
    // A sign-in as another person and a logout without a session answer with a form that a script of the library submits.
    if (resumed !== undefined || path === LOGOUT) {
      pagePolicy(ctx);
    }
    ctx.path = path;
    ctx['mountPath'] = base;
    encodePlainSecret(ctx.req);
    await strict(ctx, endpoint, next);
    const signedOutTo = signOutRedirectOf(ctx, `${issuer.origin}${base}`);
    const isUpstream = await goOnUpstream(ctx, exits, pages, signedOutTo);
    if (!isUpstream && signedOutTo !== undefined && ctx.status === 303)
      await arriveAt(pages, ctx as KoaContextWithOIDC, signedOutTo);
    // RFC 7009 2.2: nothing is said, so nothing has a type; a client that finds one tries to read it.
    if (path === REVOCATION && ctx.status === 200) ctx.remove('Content-Type');
    if (ctx.status === 404 && ctx.body === undefined) await notFound(ctx, pages, base);
  }
}

const isPreflight = (ctx: Context): boolean =>
  ctx.method === 'OPTIONS' && ctx.get('Origin') !== '' && ctx.get('Access-Control-Request-Method') !== '';

/** Whether the library has a route for this method there. */
const isTaken = (ctx: Context, { methods }: Endpoint): boolean =>
  isPreflight(ctx) || methods.some((method) => method === ctx.method);

/** RFC 9110 15.5.6 and 9.3.7; RFC 9126 2.3 wants it of pushed requests. */
async function wrongMethod(ctx: Context, { name, methods }: Endpoint, pages: Pages): Promise<void> {
  ctx.set('Allow', methods.join(', '));
  if (ctx.method === 'OPTIONS') {
    ctx.status = 204;
    return;
  }
  const description = `this endpoint takes ${methods.join(', ')}`;
  const refusal = { status: 405, error: 'invalid_request', reason: 'method-not-allowed' } as const;
  await refuseRequest(ctx, pages, { ...refusal, description, endpoint: name });
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
