import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import { fieldsOf, readFormBody } from '../http/form.js';
import { logRefusal } from '../http/refusals/log-refusal.js';
import type { Pages } from '../sign-in/pages/pages.js';

/** Bytes of a posted request: one with a request object and a client assertion fits. The library's own limit. */
const BODY_LIMIT = 56 * 1024;

/**
 * Stands before the library's endpoints, and refuses what is no text at all: it would make replacement characters of what is
 * not UTF-8 and answer 400 for what is too large. Everything else, a parameter that comes twice among it, is the library's.
 */
export function strictInput(pages: Pages): Middleware {
  const refuse = async (ctx: Context, status: number, description: string): Promise<void> => {
    const error = { error: 'invalid_request', error_description: description };
    logRefusal(ctx, {
      endpoint: endpointAt(ctx.path),
      error: error.error,
      reason: 'body-unreadable',
      words: description,
    });
    if (ctx.accepts('json', 'html') === 'html') {
      await pages.failure(ctx, { fault: 'application', code: error.error, description }, status);
    } else {
      ctx.status = status;
      ctx.set('Cache-Control', 'no-store');
      ctx.body = error;
    }
  };
  return async (ctx, next) => {
    if (!fieldsOf(ctx.querystring)) return refuse(ctx, 400, 'the query is not urlencoded UTF-8');
    if (ctx.method === 'POST') {
      const read = await readFormBody(ctx.req, BODY_LIMIT);
      if (read.kind === 'body') giveBack(ctx.req, read.body);
      else if (read.reason === 'too-large') return refuse(ctx, 413, `the body is longer than ${BODY_LIMIT} bytes`);
      else if (read.reason === 'malformed') return refuse(ctx, 400, 'the body is not urlencoded UTF-8');
    }
    await next();
  };
}

/** Of a resumed authorization request the path holds its id, which is a secret. */
const endpointAt = (path: string): string => (path.startsWith('/auth') ? 'authorization' : path.slice(1, 41));

/** The library reads the body itself, as it came. */
function giveBack(req: IncomingMessage, body: Buffer): void {
  Object.defineProperties(req, {
    readable: { value: true },
    iterator: { value: () => Readable.from(body.length > 0 ? [body] : []) },
  });
}
