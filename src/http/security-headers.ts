import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import koaHelmet from 'koa-helmet';
import type { Context, Middleware } from 'koa';

/**
 * The headers of every response, pages and JSON alike: nothing may be loaded, framed, sniffed or referred. A page that shows
 * something loosens it by {@link pagePolicy}.
 *
 * Cross-Origin-Opener-Policy is left out: applications open the authorization endpoint in a popup and wait for it to come
 * back to their own page, and any other value than the default cuts them off from it for good. There is no window handle
 * on our pages worth guarding: they cannot be framed and hold nothing that a script could read.
 */
export function securityHeaders(issuer: URL): Middleware {
  const headers = headersOf(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: nothing() },
      crossOriginOpenerPolicy: false,
      // JWKS, discovery and the token endpoint are for every origin; CORS says who may read them.
      crossOriginResourcePolicy: false,
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity:
        issuer.protocol === 'https:' ? { maxAge: 365 * 24 * 3600, includeSubDomains: false } : false,
    }),
  );
  return async (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    await next();
  };
}

/** The result does not depend on the request, so it is computed once. */
function headersOf(set: ReturnType<typeof helmet>): [name: string, value: string][] {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  set(res.req, res, () => undefined);
  return Object.entries(res.getHeaders()).map(([name, value]) => [name, String(value)]);
}

export interface PagePolicy {
  /**
   * Its form is for an application, which may redirect on to anywhere (Chromium applies form-action to all of that). Never
   * for a page on which somebody types: there an injected form would post what they typed to a stranger.
   */
  readonly leadsAnywhere?: boolean;
  /** The origin of its styles and pictures, for a page that is shown at an address where nothing else is answered. */
  readonly assetsAt?: string;
}

/**
 * The policy of a page of ours: our style sheet, images and script files, forms that come back to us, nothing inline. Pages that
 * oidc-provider submits by a script of its own need a script-src too: it adds that script's hash to one that is already there.
 */
export async function pagePolicy(
  ctx: Context,
  { leadsAnywhere = false, assetsAt = "'self'" }: PagePolicy = {},
): Promise<void> {
  const { formAction, ...others } = nothing();
  const directives = {
    ...others,
    styleSrc: [assetsAt],
    imgSrc: [assetsAt],
    scriptSrc: [assetsAt],
    ...(!leadsAnywhere && { formAction }),
  };
  ctx.set('Cache-Control', 'no-store');
  await koaHelmet.contentSecurityPolicy({ useDefaults: false, directives })(ctx, async () => undefined);
}

const nothing = () => ({
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
});
