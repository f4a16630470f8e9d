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
  const { origin, pathname } = new URL(to);
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set('Content-Security-Policy', policy.replace(/form-action [^;]*/, `form-action ${origin}${pathname}`));
}

const isForm = (ctx: Context): boolean => typeof ctx.body === 'string' && ctx.body.includes('<form method="post"');
