import type { IncomingMessage } from 'node:http';
import type Application from 'koa';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { GatehouseError } from '../base/errors.js';
import { logOf } from './server/access-log.js';
import { problem } from './problem.js';

/** Seconds to wait before a retry. */
const PAUSE = 1;

/** Whether this is temporary: the store does not answer, or too many wait. */
export const isPassing = (error: unknown): boolean =>
  error instanceof GatehouseError && (error.code === 'store-unavailable' || error.code === 'overloaded');

/** Logs a request that could not be answered: a warning if it is temporary, an error if it is a bug. */
export function logFailure(log: Logger, error: unknown): void {
  if (isPassing(error)) log.warn({ err: error }, 'not answered for now');
  else log.error({ err: error }, 'not answered');
}

/** Replaces the response with 503. */
export function tryLater(ctx: Context): void {
  ctx.status = 503;
  ctx.set('Retry-After', String(PAUSE));
}

/**
 * Handles everything that nobody else did: 503 for temporary failures, 500 for a bug, which is logged. Nothing of the error
 * itself is shown.
 *
 * @param show the error page, for browsers
 */
export function failures(
  log: Logger,
  show: (ctx: Context, props: { readonly fault: 'ours' }, status: number) => Promise<void>,
): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      // The client has disconnected, and nothing failed here: the request's log line says that it was cut off.
      if (isCutOff(ctx.req, error)) return;
      const passing = isPassing(error);
      logFailure(logOf(ctx.req) ?? log, error);
      if (ctx.accepts('json', 'html') === 'html') await show(ctx, { fault: 'ours' }, passing ? 503 : 500);
      else if (passing) problem(ctx, 'unavailable', 'Try again in a moment.');
      else problem(ctx, 'failed', 'The request id in X-Request-Id finds the reason in the log.');
      if (passing) tryLater(ctx);
    }
    if (ctx.status === 503) takeBack(ctx);
    // The response is sent before the whole request has arrived, and the rest is not read.
    if (!ctx.req.complete) ctx.set('Connection', 'close');
  };
}

/** Whether the client disconnected before it had sent the whole request. */
const isCutOff = (req: IncomingMessage, error: unknown): boolean =>
  req.destroyed && !req.complete && error instanceof Error && 'code' in error && CUT_OFF.has(String(error.code));

/**
 * Handles errors after a response has begun, which koa would print. A client that disconnected is no fault of ours; its
 * request's line says that it was cut off.
 */
export function hearLateErrors(app: Application, log: Logger): void {
  app.on('error', (error: unknown, ctx?: Context) => {
    const isGone = error instanceof Error && 'code' in error && CUT_OFF.has(String(error.code));
    if (isGone && ctx?.req.socket.destroyed === true) return;
    logFailure((ctx && logOf(ctx.req)) ?? log, error);
  });
}

/** Node's codes for a connection that ended early, by reset or by close. */
const CUT_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/**
 * A response that was replaced may already contain a redirect or cookies. A failed request leaves nothing in the browser, so
 * that it can be repeated.
 */
function takeBack(ctx: Context): void {
  ctx.remove('Location');
  ctx.remove('Set-Cookie');
}
