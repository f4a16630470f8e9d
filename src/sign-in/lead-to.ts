import type { ArrivingProps } from '#views/arriving.js';
import type { Context } from 'koa';
import type { BrowserTarget } from '../federation/contract/redirect-connector.js';
import type { Pages } from '../pages/pages.js';
import { goTo } from './sign-in-request.js';

/**
 * Leads a browser to another site: by a redirect if it followed a link, and otherwise by a page of its own. The policy of a form's page would
 * hold for the addresses to which a redirect leads, and a form needs a page.
 */
export async function leadTo(
  ctx: Context,
  pages: Pick<Pages, 'arriving'>,
  { url, form }: BrowserTarget,
  named: Pick<ArrivingProps, 'application' | 'provider'>,
): Promise<void> {
  if (ctx.method === 'GET' && !form) goTo(ctx, url);
  else await pages.arriving(ctx, { href: url, ...(form && { form: [...form] }), ...named });
}
