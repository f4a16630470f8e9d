import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { targetOf } from './redirect-target.js';

/**
 * An answer that the browser is to post to its application (OAuth 2.0 Form Post Response Mode): its page may post there, and
 * nowhere else. The same for the library's forms on the way out of a session, which end at an application too. The library has
 * checked each of these addresses.
 */
export function allowPostedAnswer(ctx: Context): void {
  const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
  if (!oidc || !isForm(ctx)) return;
  const to = oidc.params?.['redirect_uri'];
  if (oidc.params?.['response_mode'] === 'form_post' && typeof to === 'string') {
    setFormAction(ctx, sourceOf(to));
    return;
  }
  // A form that comes back to us first: Chromium holds it to every redirect that follows, up to the application.
  const next = oidc.params?.['post_logout_redirect_uri'] ?? oidc.entities.Interaction?.params['redirect_uri'];
  if (typeof next === 'string') setFormAction(ctx, `'self' ${isIpv6(next) ? new URL(next).protocol : targetOf(next)}`);
}

function setFormAction(ctx: Context, sources: string): void {
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set(
    'Content-Security-Policy',
    policy.replace(/form-action [^;]*/, () => `form-action ${sources}`),
  );
}

/** As a source expression (CSP3 2.3.1): an IPv6 address and a private scheme's place cannot be written in one. */
function sourceOf(uri: string): string {
  const { origin, protocol, pathname } = new URL(uri);
  if (origin === 'null' || isIpv6(uri)) return protocol;
  // Both would end the expression; a browser compares paths decoded.
  return `${origin}${pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`;
}

const isIpv6 = (uri: string): boolean => new URL(uri).hostname.startsWith('[');

const isForm = (ctx: Context): boolean => typeof ctx.body === 'string' && ctx.body.includes('<form method="post"');
