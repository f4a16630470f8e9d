import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { now } from '../../base/clock.js';
import { ignoredFields } from '../refusals/ignored.js';
import { refusalFields } from '../refusals/log-refusal.js';
import { clientAddressOf } from '../request/client-address.js';
import { requestIdOf } from '../request/request-id.js';
import { requestPath } from '../request/request-target.js';

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
 * Logs one line per request, with its id. For a refused request the line says why. Never logs a query string, header or body,
 * which carry codes, tokens and passwords. Only known words of the path are logged, since an interaction's id is a secret too.
 */
export function accessLog(log: Logger): (req: IncomingMessage, res: ServerResponse) => void {
  return (req: Logged, res) => {
    req[LOG] = log;
    const startedAt = now();
    res.once('close', () => {
      const line = {
        requestId: requestIdOf(req),
        method: req.method,
        path: wordsOf(requestPath(req)),
        status: res.statusCode,
        ms: now() - startedAt,
        address: clientAddressOf(req),
        ...refusalFields(req),
        ...ignoredFields(req),
      };
      if (res.writableFinished) log.info(line, 'request');
      else log.info({ ...line, aborted: true }, 'request');
    });
  };
}

/** The path with `:id` for every segment that is not one of our words. */
const wordsOf = (path: string): string =>
  path
    .split('/')
    .map((segment) => (/^(\.?[a-z]{1,15}([.-][a-z]{1,15})*)?$/.test(segment) ? segment : ':id'))
    .join('/');
