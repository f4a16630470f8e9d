import type { KoaContextWithOIDC } from 'oidc-provider';
import { wishLocales } from '../../pages/locale.js';
import type { Pages } from '../../pages/pages.js';

/**
 * Leads the browser from a form of ours to an application, by a page that goes on by itself and has a link. Chromium applies
 * the `form-action` of the form's page to every redirect that follows, those of the application too; a page ends that.
 */
export async function arriveAt(pages: Pages, ctx: KoaContextWithOIDC, href: string): Promise<void> {
  const { client, params } = ctx.oidc;
  ctx.remove('Location');
  wishLocales(ctx.req, params?.['ui_locales']);
  const application = client?.clientName ?? client?.clientId;
  await pages.arriving(ctx, { href, ...(application !== undefined && { application }) });
}
