import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { UpstreamExits } from '../../federation/sign-out/upstream-exits.js';
import { wishLocales } from '../../pages/locale.js';
import type { Pages } from '../../pages/pages.js';
import { scopeIfAny } from '../request-scope/request-scope.js';

/**
 * After a sign-out, lets the browser go on to the identity provider by which the session began. False: it goes where it would go without one.
 *
 * @param confirmedTo where the application wants it after a question, byte for byte as registered
 */
export async function goOnUpstream(
  ctx: Context,
  exits: Pick<UpstreamExits, 'of'>,
  pages: Pick<Pages, 'arriving' | 'signedOut'>,
  confirmedTo: string | undefined,
): Promise<boolean> {
  const { signedOut, signedOutTo } = scopeIfAny() ?? {};
  if (!signedOut || ctx.status !== 303) return false;
  const exit = await exits.of(signedOut, confirmedTo ?? signedOutTo);
  if (!exit) return false;
  const { displayName, target } = exit;
  const href = target.url;
  const form = target.form && { form: [...target.form] };
  ctx.remove('Location');
  wishLocales(ctx.req, (ctx as KoaContextWithOIDC).oidc.params?.['ui_locales']);
  // A page, since the policy of our form forbids its answer to redirect to other sites: see arrival-page.ts.
  if (exit.when === 'always') await pages.arriving(ctx, { href, ...form, application: displayName });
  else await pages.signedOut(ctx, { upstream: { name: displayName, href, ...form } });
  return true;
}
