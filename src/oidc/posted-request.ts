import type { Context } from 'koa';
import { readForm } from '../http/form.js';
import { goTo } from '../sign-in/visit.js';
import type { Pages } from '../sign-in/pages/pages.js';

/** Of the address that a posted request becomes: browsers and proxies carry that much. */
const LONGEST_QUERY = 8 * 1024;

/**
 * Answers a request that was posted to an endpoint for browsers (OpenID Connect Core 3.1.2.1, RP-Initiated Logout 2) by
 * sending the browser to the same endpoint by GET: cookies that are Lax travel with that, and never with a form of another
 * site. What is too long for an address is refused, and may be pushed instead (RFC 9126).
 */
export async function getInstead(ctx: Context, path: string, pages: Pages): Promise<void> {
  const form = await readForm(ctx.req);
  if (form.kind === 'refused') {
    return refuse(ctx, pages, form.status, `the form was refused: ${form.reason}`);
  }
  const query = new URLSearchParams([...form.fields]).toString();
  if (query.length > LONGEST_QUERY) {
    return refuse(ctx, pages, 413, `more than ${LONGEST_QUERY} bytes: push the request instead (RFC 9126)`);
  }
  goTo(ctx, query === '' ? path : `${path}?${query}`);
}

const refuse = (ctx: Context, pages: Pages, status: number, description: string): Promise<void> =>
  pages.failure(ctx, { fault: 'application', code: 'invalid_request', description }, status);
