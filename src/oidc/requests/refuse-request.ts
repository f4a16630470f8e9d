import type { Context } from 'koa';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import type { Reason } from '../../http/refusals/reasons.js';
import type { Pages } from '../../pages/pages.js';

/** A refusal of a request that never reaches the library. */
export interface RequestRefusal {
  readonly status: number;
  /** RFC 6749 5.2. */
  readonly error: 'invalid_request' | 'invalid_client';
  /** The error for the client. */
  readonly description: string;
  readonly reason: Reason;
  /** The endpoint's name in the log. */
  readonly endpoint: string;
}

/** Answers as the library would: JSON, or a page for whoever reads pages. The log line says why. */
export async function refuseRequest(ctx: Context, pages: Pages, refusal: RequestRefusal): Promise<void> {
  const { status, error, description, reason, endpoint } = refusal;
  logRefusal(ctx, { endpoint, error, reason, words: description });
  if (ctx.accepts('json', 'html') === 'html') {
    await pages.failure(ctx, { fault: 'application', code: error, description }, status);
    return;
  }
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { error, error_description: description };
}
