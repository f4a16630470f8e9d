import type { Context } from 'koa';
import { fieldsOf, FORM_LIMIT, type FormRefusal, readFormBody } from '../../http/request/form.js';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { goTo } from '../../sign-in/sign-in-request.js';
import type { Pages } from '../../pages/pages.js';

/** A request may name several APIs (RFC 8707 2). */
const MAY_COME_AGAIN = 'resource';
/** The longest URL that a posted request may become: browsers and proxies accept that much. */
const LONGEST_QUERY = 8 * 1024;

/**
 * Answers a request that was posted to an endpoint for browsers (OpenID Connect Core 3.1.2.1, RP-Initiated Logout 2): sends the browser to
 * the same endpoint by GET. Lax cookies are sent with that, and never with a form of another site. A request that is too long for a URL
 * is refused, and can be pushed instead (RFC 9126).
 */
export async function getInstead(ctx: Context, path: string, pages: Pages): Promise<void> {
  const refused = (status: number, reason: FormRefusal): Promise<void> =>
    refuse(ctx, pages, status, `the form was refused: ${reason}`);
  const read = await readFormBody(ctx.req, FORM_LIMIT);
  if (read.kind === 'refused') return refused(read.status, read.reason);
  const fields = fieldsOf(read.body.toString('latin1')) ?? [];
  const once = fields.map(([name]) => name).filter((name) => name !== MAY_COME_AGAIN);
  if (new Set(once).size < once.length) return refused(400, 'duplicate-field');
  const query = new URLSearchParams(fields).toString();
  if (query.length > LONGEST_QUERY) {
    return refuse(ctx, pages, 413, `more than ${LONGEST_QUERY} bytes: push the request instead (RFC 9126)`);
  }
  goTo(ctx, query === '' ? path : `${path}?${query}`);
}

async function refuse(ctx: Context, pages: Pages, status: number, description: string): Promise<void> {
  const code = 'invalid_request';
  logRefusal(ctx, { endpoint: 'posted-request', error: code, reason: 'body-unreadable', words: description });
  await pages.failure(ctx, { fault: 'application', code, description }, status);
}
