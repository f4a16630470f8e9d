import { Router, type RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { BroughtMessage } from '../../federation/contract/redirect-connector.js';
import type { UpstreamExits } from '../../federation/sign-out/upstream-exits.js';
import type { UpstreamLogouts } from '../../federation/sign-out/upstream-logouts.js';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { REASONS } from '../../http/refusals/reasons.js';
import { readForm } from '../../http/request/form.js';
import type { RedirectThrottle } from '../../identity/throttling/redirect-throttle.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { type Pages, pathOf } from '../../pages/pages.js';
import { leadTo } from '../lead-to.js';
import { refuseUpstream } from '../refuse-upstream.js';
import { goTo } from '../sign-in-request.js';

interface UpstreamSignOutParts {
  readonly issuer: URL;
  readonly logouts: UpstreamLogouts;
  readonly exits: Pick<UpstreamExits, 'back'>;
  readonly pages: Pick<Pages, 'signedOut' | 'expired' | 'failure' | 'arriving'>;
  /** Bounds the messages that browsers bring: proving one costs more than sending one. */
  readonly throttle: Pick<RedirectThrottle, 'begin'>;
}

/** Seconds after which a provider may send a logout again that could not be checked. */
const PAUSE = 30;

/** The addresses of connectors for sign-outs, below the issuer's path. */
export function upstreamSignOutRouter(parts: UpstreamSignOutParts): Middleware {
  const base = pathOf(parts.issuer);
  const router = new Router();
  const connectorOf = (ctx: RouterContext): string => ctx.params['connector'] ?? '';
  router.post(`${base}/connector/:connector/backchannel-logout`, (ctx) => takeLogout(ctx, parts, connectorOf(ctx)));
  router.get(`${base}/connector/:connector/signed-out`, (ctx) =>
    comeBack(ctx, parts, connectorOf(ctx), ctx.URL.searchParams.get('state') ?? ''),
  );
  router.get(`${base}/connector/:connector/sign-out`, (ctx) => takeBrought(ctx, parts, connectorOf(ctx)));
  router.post(`${base}/connector/:connector/sign-out`, (ctx) => takeBrought(ctx, parts, connectorOf(ctx)));
  // The router itself adds what its type asks of the context.
  const routes = router.routes() as Middleware;
  return async (ctx, next) => {
    // HEAD is no visit: a program that looks at links must not use up what counts once.
    const isOurs = ctx.method !== 'HEAD' && ctx.path.startsWith(`${base}/connector/`);
    await (isOurs ? routes(ctx, next) : next());
  };
}

/** OpenID Connect Back-Channel Logout 1.0 2.5-2.8. Whoever sends it is known by what it says, and by nothing else. */
async function takeLogout(ctx: Context, { logouts, pages }: UpstreamSignOutParts, connector: string): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  const form = await readForm(ctx.req);
  if (form.kind === 'refused') {
    refuse(ctx, 400, form.reason);
    return;
  }
  const sender = { requestId: requestIdOf(ctx.req), address: ctx.ip };
  const taken = await logouts.take(connector, form.fields, sender);
  switch (taken.kind) {
    case 'done':
      ctx.status = 200;
      ctx.body = '';
      return;
    case 'refused':
      refuse(ctx, 400, taken.reason);
      return;
    case 'unavailable':
      ctx.set('Retry-After', String(PAUSE));
      refuse(ctx, 503, taken.reason);
      return;
    case 'no-connector':
      logRefusal(ctx, { endpoint: 'upstream-logout', reason: 'not-found', words: REASONS['not-found'].cause });
      await pages.failure(ctx, { fault: 'notFound' }, 404);
  }
}

/** The sender learns nothing of why. */
function refuse(ctx: Context, status: 400 | 503, why: string): void {
  const error = status === 400 ? 'invalid_request' : 'temporarily_unavailable';
  const words = `${REASONS['upstream-logout-refused'].cause} (${why})`;
  logRefusal(ctx, { endpoint: 'upstream-logout', error, reason: 'upstream-logout-refused', words });
  ctx.status = status;
  ctx.body = { error };
}

/** In bytes: a name, some sessions and a signature. */
const LONGEST_MESSAGE = 64 * 1024;

/** A browser brings a message about a sign-out (SAML Profiles 4.4). It needs no cookie: the message says whose sessions end. */
async function takeBrought(ctx: Context, parts: UpstreamSignOutParts, connector: string): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  const { logouts, pages, throttle } = parts;
  const wait = throttle.begin(ctx.ip);
  if (wait !== undefined) return refuseUpstream(ctx, pages, { of: 'sign-out', why: 'too-many-messages', pause: wait });
  const message = await broughtBy(ctx);
  if ('reason' in message) return refuseUpstream(ctx, pages, { of: 'sign-out', why: message.reason });
  const sender = { requestId: requestIdOf(ctx.req), address: ctx.ip };
  const taken = await logouts.takeBrought(connector, message, sender);
  switch (taken.kind) {
    case 'ended':
      return taken.target ? leadTo(ctx, pages, taken.target, {}) : pages.signedOut(ctx, {});
    case 'answered':
      return comeBack(ctx, parts, connector, taken.state);
    case 'refused':
      return refuseUpstream(ctx, pages, { of: 'sign-out', why: taken.reason });
    case 'unavailable':
      return refuseUpstream(ctx, pages, { of: 'sign-out', why: taken.reason, pause: PAUSE });
    case 'no-connector':
      logRefusal(ctx, { endpoint: 'upstream-logout', reason: 'not-found', words: REASONS['not-found'].cause });
      return pages.failure(ctx, { fault: 'notFound' }, 404);
  }
}

async function broughtBy(ctx: Context): Promise<BroughtMessage | { readonly reason: string }> {
  if (ctx.method === 'GET') return { binding: 'redirect', query: ctx.querystring, fields: new Map() };
  const form = await readForm(ctx.req, LONGEST_MESSAGE);
  return form.kind === 'refused' ? form : { binding: 'post', query: '', fields: form.fields };
}

/** The sign-out here happened before. Whatever the upstream answers changes nothing. */
async function comeBack(
  ctx: Context,
  { exits, pages }: UpstreamSignOutParts,
  connector: string,
  state: string,
): Promise<void> {
  const back = await exits.back(connector, state);
  if (!back) await pages.expired(ctx);
  else if (back.returnTo === undefined) await pages.signedOut(ctx, {});
  else goTo(ctx, back.returnTo);
}
