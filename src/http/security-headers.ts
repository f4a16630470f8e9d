import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import type { Context, Middleware } from 'koa';

/** Sets the headers of {@link securityHeaderList} in every response. A page relaxes them with {@link pagePolicy}. */
export function securityHeaders(issuer: URL): Middleware {
  const headers = securityHeaderList(issuer);
  return async (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    await next();
  };
}

/**
 * The headers of every response, pages and JSON alike: nothing may be loaded, framed, sniffed or referred.
 *
 * Cross-Origin-Opener-Policy is omitted. Applications open the authorization endpoint in a popup and wait for it to return to
 * their own page; any value but the default would disconnect them permanently. Our pages need no protection of the window
 * handle: they cannot be framed, and contain nothing that a script could read.
 */
export const securityHeaderList = (issuer: URL): readonly [name: string, value: string][] =>
  headersOf(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: nothing() },
      crossOriginOpenerPolicy: false,
      // JWKS, discovery and the token endpoint are for every origin; CORS determines who may read them.
      crossOriginResourcePolicy: false,
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity:
        issuer.protocol === 'https:' ? { maxAge: 365 * 24 * 3600, includeSubDomains: false } : false,
    }),
  );

/** The result does not depend on the request, so it is computed once. */
function headersOf(
  set: (req: IncomingMessage, res: ServerResponse, next: () => void) => void,
): [name: string, value: string][] {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  set(res.req, res, () => undefined);
  return Object.entries(res.getHeaders()).map(([name, value]) => [name, String(value)]);
}

export interface PagePolicy {
  /**
   * Its form posts to an application, which may redirect anywhere (Chromium applies form-action to all of that). Never for a
   * page with user input: an injected form could post that input to an attacker.
   */
  readonly leadsAnywhere?: boolean;
  /** The origin of its styles and images, for a page that is shown at an address that serves nothing else. */
  readonly assetsAt?: string;
}

/**
 * The policy of our pages: our style sheet, images and script files, forms that post to us, nothing inline. Pages that
 * oidc-provider submits by its own script need a script-src too: it adds the script's hash to an existing one.
 */
export function pagePolicy(ctx: Context, policy: PagePolicy = {}): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Security-Policy', contentSecurityPolicy(policy));
}

/** By its settings: a process has one issuer for each realm, and so a handful of policies. */
const policies = new Map<string, string>();

function contentSecurityPolicy({ leadsAnywhere = false, assetsAt = "'self'" }: PagePolicy): string {
  const settings = `${leadsAnywhere} ${assetsAt}`;
  const known = policies.get(settings);
  if (known !== undefined) return known;
  const { formAction, ...others } = nothing();
  const directives = {
    ...others,
    styleSrc: [assetsAt],
    imgSrc: [assetsAt],
    scriptSrc: [assetsAt],
    ...(!leadsAnywhere && { formAction }),
  };
  const [header] = headersOf(helmet.contentSecurityPolicy({ useDefaults: false, directives }));
  if (!header) throw new Error('There is no content security policy.');
  policies.set(settings, header[1]);
  return header[1];
}

const nothing = () => ({
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
});
