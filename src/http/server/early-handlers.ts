import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { logFailure } from '../failures.js';
import { requestIdOf } from '../request/request-id.js';
import { accessLog, logOf } from './access-log.js';
import { addressCheck } from './issuer-host-only.js';

/**
 * Answers a request before koa creates a context for it, and returns whether it did. A handler that returns false has not
 * touched the response. One that answers writes every header itself, those of `securityHeaderList` and X-Request-Id included.
 *
 * The request was made to the issuer's host and scheme, and its line in the access log is written when the response ends. The
 * request has no scope and no time limit for the store.
 */
export type EarlyHandler = (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;

/**
 * Asks the early handlers in their order, and then the application. If a handler fails, its error is logged, and the next one
 * is asked: the application answers everything that no handler does.
 *
 * Runs after `readForwarded`. Logs one line per request.
 */
export function withEarlyHandlers(
  { log, issuer }: { readonly log: Logger; readonly issuer: URL },
  handlers: readonly EarlyHandler[],
  application: RequestListener,
): RequestListener {
  const startLine = accessLog(log);
  const checkAddress = addressCheck(issuer);

  function askFrom(at: number, req: IncomingMessage, res: ServerResponse): void {
    const handler = handlers[at];
    if (!handler) {
      // Here, because a header that is set before `writeHead` costs early answers more than all of theirs together.
      res.setHeader('X-Request-Id', requestIdOf(req));
      application(req, res);
      return;
    }
    const askNext = (): void => askFrom(at + 1, req, res);
    const failed = (error: unknown): void => {
      logFailure(logOf(req) ?? log, error);
      if (res.headersSent) res.destroy();
      else askNext();
    };
    try {
      const answered = handler(req, res);
      if (answered === true) return;
      if (answered === false) askNext();
      else answered.then((did) => (did ? undefined : askNext()), failed);
    } catch (error) {
      failed(error);
    }
  }

  return (req, res) => {
    startLine(req, res);
    askFrom(checkAddress(req) === 'issuer' ? 0 : handlers.length, req, res);
  };
}
