import type { IncomingMessage } from 'node:http';
import type Application from 'koa';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { GatehouseError } from '../base/errors.js';
import { logOf } from './server/access-log.js';
import { problem } from './problem.js';

/** Seconds after which it is worth another try. */
const PAUSE = 1;

/** Whether this passes by itself: the store does not answer, or too much waits. */
export const isPassing = (error: unknown): boolean =>
  error instanceof GatehouseError && (error.code === 'store-unavailable' || error.code === 'overloaded');

/** One line for a request that could not be answered: a warning where it passes by itself, an error where it is a bug. */
export function logFailure(log: Logger, error: unknown): void {
  if (isPassing(error)) log.warn({ err: error }, 'not answered for now');
  else log.error({ err: error }, 'not answered');
}

/** Turns whatever the answer was into: not now, come again. */
export function tryLater(ctx: Context): void {
  ctx.status = 503;
  ctx.set('Retry-After', String(PAUSE));
}

/**
 * The last word on what nobody else answered: 503 for what passes, 500 for a bug, which is logged. Nothing of the error
 * itself is shown.
 *
 * @param show the error page, for whoever reads pages
 */
export function failures(
  log: Logger,
  show: (ctx: Context, props: { readonly fault: 'ours' }, status: number) => Promise<void>,
): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      // The client is gone, and nothing failed here: the request's line says that it was cut off.
      if (isCutOff(ctx.req, error)) return;
      const passing = isPassing(error);
      logFailure(logOf(ctx.req) ?? log, error);
      if (ctx.accepts('json', 'html') === 'html') await show(ctx, { fault: 'ours' }, passing ? 503 : 500);
      else if (passing) problem(ctx, 'unavailable', 'Try again in a moment.');
      else problem(ctx, 'failed', 'The request id in X-Request-Id finds the reason in the log.');
      if (passing) tryLater(ctx);
    }
    if (ctx.status === 503) takeBack(ctx);
    // The response was sent before the whole request had arrived: the rest is not waited for.
    if (!ctx.req.complete) ctx.set('Connection', 'close');
  };
}

/** Whether this is only that the client went away before it had sent all of its request. */
const isCutOff = (req: IncomingMessage, error: unknown): boolean =>
  req.destroyed && !req.complete && error instanceof Error && 'code' in error && CUT_OFF.has(String(error.code));

/**
 * Hears of what went wrong when an answer was under way already, which koa would print. A client that went away is no fault of ours; its
 * request's line says that it was cut off.
 */
export function hearLateErrors(app: Application, log: Logger): void {
  app.on('error', (error: unknown, ctx?: Context) => {
    const isGone = error instanceof Error && 'code' in error && CUT_OFF.has(String(error.code));
    if (isGone && ctx?.req.socket.destroyed === true) return;
    logFailure((ctx && logOf(ctx.req)) ?? log, error);
  });
}

/** As Node calls a connection that ended early, by reset or by close. */
const CUT_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/**
 * An answer that became another one on its way may have told the browser already where to go and what to remember. A failed
 * request leaves nothing there, so that it can be repeated.
 */
function takeBack(ctx: Context): void {
  ctx.remove('Location');
  ctx.remove('Set-Cookie');
}
