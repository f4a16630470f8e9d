import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { problem } from '../problem.js';
import { quoted } from '../refusals/quoted.js';
import { logRefusal } from '../refusals/log-refusal.js';

/**
 * Refuses every request that was not made to the issuer's own origin. Endpoint addresses derive from the request's, so a
 * foreign Host would make us publish, and redirect to, another host; this also prevents DNS rebinding. It reads the result of
 * `readForwarded`, so it runs after it, and after `health`, which accepts any Host.
 *
 * @param show the page with the right address, for a browser; other clients get a problem. Neither repeats the Host.
 */
export function issuerHostOnly(issuer: URL, show: (ctx: Context) => Promise<void>): Middleware {
  const scheme = issuer.protocol.slice(0, -1);
  const check = addressCheck(issuer);
  return async (ctx, next) => {
    const result = check(ctx.req);
    if (result === 'wrong-host') {
      const named = hostIn(ctx.req);
      refuse(ctx, 'wrong-host', `the request was made to ${shownHost(named)}, and the issuer is ${issuer.host}`);
      if (ctx.accepts('json', 'html') === 'html') await show(ctx);
      else problem(ctx, 'wrong-host', `Gatehouse answers at ${issuer.origin} only. Use that address.`);
    } else if (result === 'insecure-transport') {
      refuse(ctx, 'insecure-transport', `the request came over ${ctx.protocol}, and the issuer is ${issuer.origin}`);
      problem(
        ctx,
        'insecure-transport',
        `The issuer is ${issuer.origin}, and this request came over ${ctx.protocol}. If a proxy in front speaks ${scheme}, ` +
          'name its address in GATEHOUSE_TRUSTED_PROXIES and let it send X-Forwarded-Proto.',
      );
    } else {
      await next();
    }
  };
}

/** Whether a request was made to the issuer's host, over its scheme. Reads the result of `readForwarded`. */
export function addressCheck(issuer: URL): (req: IncomingMessage) => 'issuer' | 'wrong-host' | 'insecure-transport' {
  const scheme = issuer.protocol.slice(0, -1);
  return (req) => {
    const host = hostIn(req);
    if (host !== issuer.host && hostOf(issuer.protocol, host) !== issuer.host) return 'wrong-host';
    return req.headers['x-forwarded-proto'] === scheme ? 'issuer' : 'insecure-transport';
  };
}

/** A request target in absolute form (RFC 9112 3.2.2) would override the Host in koa's ctx.href, so it names no host here. */
const hostIn = (req: IncomingMessage): string | undefined =>
  req.url?.startsWith('/') === true ? req.headers.host : undefined;

const refuse = (ctx: Context, reason: 'wrong-host' | 'insecure-transport', words: string): void =>
  logRefusal(ctx, { endpoint: 'any', error: reason, reason, words });

/** Text that does not look like a host is not repeated. */
const shownHost = (header: string | undefined): string =>
  header !== undefined && /^[\w.:[\]-]{1,100}$/.test(header) ? quoted(header) : 'no host';

/** In URL form: lower case, without the scheme's default port. */
function hostOf(protocol: string, header: string | undefined): string | undefined {
  if (header === undefined || !/^[\w.:[\]-]+$/.test(header)) return undefined;
  return URL.parse(`${protocol}//${header}`)?.host;
}
