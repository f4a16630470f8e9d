import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { now } from '../../base/clock.js';
import { ignoredFields } from '../refusals/ignored.js';
import { refusalFields } from '../refusals/log-refusal.js';
import { requestIdOf } from '../request/request-id.js';

// On the request itself, like its id.
const LOG = Symbol('log');
interface Logged extends IncomingMessage {
  [LOG]?: Logger;
}

/** The log of this request, which adds its id to every line; undefined without {@link accessLog}. */
export const logOf = (req: Logged): Logger | undefined =>
  // Created on demand: most requests log only their one line.
  req[LOG]?.child({ requestId: requestIdOf(req) });

/**
 * Logs one line per request, and returns its id in X-Request-Id. For a refused request the line says why. Never logs a query
 * string, header or body, which carry codes, tokens and passwords. Only known words of the path are logged, since an
 * interaction's id is a secret too.
 */
export function accessLog(log: Logger): Middleware {
  return async (ctx, next) => {
    const requestId = requestIdOf(ctx.req);
    (ctx.req as Logged)[LOG] = log;
    ctx.set('X-Request-Id', requestId);
    const startedAt = now();
    ctx.res.once('close', () => {
      const line = {
        requestId,
        method: ctx.method,
        path: wordsOf(ctx.path),
        status: ctx.res.statusCode,
        ms: now() - startedAt,
        address: ctx.ip,
        ...refusalFields(ctx.req),
        ...ignoredFields(ctx.req),
      };
      if (ctx.res.writableFinished) log.info(line, 'request');
      else log.info({ ...line, aborted: true }, 'request');
    });
    await next();
  };
}

/** The path with `:id` for every segment that is not one of our words. */
const wordsOf = (path: string): string =>
  path
    .split('/')
    .map((segment) => (/^(\.?[a-z]{1,15}([.-][a-z]{1,15})*)?$/.test(segment) ? segment : ':id'))
    .join('/');
