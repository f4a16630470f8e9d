import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { now } from '../../base/clock.js';
import { ignoredFields } from '../refusals/ignored.js';
import { refusalFields } from '../refusals/log-refusal.js';
import { requestIdOf } from '../request/request-id.js';

// On the request itself, as its id is.
const LOG = Symbol('log');
interface Logged extends IncomingMessage {
  [LOG]?: Logger;
}

/** The log of this request, which names it in every line; undefined where {@link accessLog} does not stand before. */
export const logOf = (req: Logged): Logger | undefined =>
  // Made when it is asked for: most requests say nothing but their one line.
  req[LOG]?.child({ requestId: requestIdOf(req) });

/**
 * One line a request, and its id in the answer's X-Request-Id. For a refused request it says why. No query string, header or body is ever logged: that is
 * where codes, tokens and passwords travel. Only words of the path are logged: an interaction's id is a secret too.
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

/** The path with `:id` for every segment that is not plainly words of ours. */
const wordsOf = (path: string): string =>
  path
    .split('/')
    .map((segment) => (/^(\.?[a-z]{1,15}([.-][a-z]{1,15})*)?$/.test(segment) ? segment : ':id'))
    .join('/');
