import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';

/**
 * An answer that the browser is to post to its application (OAuth 2.0 Form Post Response Mode): its page may post there, and
 * nowhere else. The library has checked that address, and posts from no other page.
 */
export function allowPostedAnswer(ctx: Context): void {
  const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
  const to = oidc?.params?.['redirect_uri'];
  if (oidc?.params?.['response_mode'] !== 'form_post' || typeof to !== 'string' || !isForm(ctx)) return;
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set(
    'Content-Security-Policy',
    policy.replace(/form-action [^;]*/, () => `form-action ${sourceOf(to)}`),
  );
}

/** As a source expression (CSP3 2.3.1): an IPv6 address and a private scheme's place cannot be written in one. */
function sourceOf(uri: string): string {
  const { origin, protocol, hostname, pathname } = new URL(uri);
  if (origin === 'null' || hostname.startsWith('[')) return protocol;
  // Both would end the expression; a browser compares paths decoded.
  return `${origin}${pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`;
}

const isForm = (ctx: Context): boolean => typeof ctx.body === 'string' && ctx.body.includes('<form method="post"');
