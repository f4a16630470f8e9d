import type { Context } from 'koa';
import { fieldsOf, readFormBody } from '../../http/request/form.js';
import type { Pages } from '../../pages/pages.js';
import { giveBackBody } from '../library/give-back-body.js';
import { notAuthenticated } from './client-authentication-sent.js';
import type { Endpoint } from '../endpoints/endpoints.js';
import { refuseRequest, type RequestRefusal } from './refuse-request.js';

/** Bytes of a posted request: one with a request object and a client assertion fits. The library's own limit. */
const BODY_LIMIT = 56 * 1024;
/** The most bytes of an authorization request that is stored until it is answered; as much as fits into a URL. */
const PUSHED_LIMIT = 16 * 1024;

/**
 * Stands before the library's endpoints and refuses input that is not text. The library would replace bytes that are not UTF-8, and answer 400
 * to a body that is too large. It also refuses a request without client authentication where that is required. The library judges everything
 * else, such as a repeated parameter.
 *
 * @param issuer the realm of the challenge
 */
export function strictInput(issuer: string, pages: Pages) {
  return async (ctx: Context, endpoint: Endpoint, next: () => Promise<unknown>): Promise<void> => {
    const refuse = (refusal: Omit<RequestRefusal, 'endpoint'>): Promise<void> =>
      refuseRequest(ctx, pages, { ...refusal, endpoint: endpoint.name });
    const malformed = (status: number, description: string): Promise<void> =>
      refuse({ status, error: 'invalid_request', description, reason: 'body-unreadable' });

    if (!fieldsOf(ctx.querystring)) return malformed(400, 'the query is not urlencoded UTF-8');
    if (ctx.method === 'POST') {
      const limit = endpoint.keepsRequest === true ? PUSHED_LIMIT : BODY_LIMIT;
      const read = await readFormBody(ctx.req, limit);
      if (read.kind === 'body') giveBackBody(ctx.req, read.body);
      else if (read.reason === 'too-large') {
        const reason = endpoint.keepsRequest === true ? 'request-too-large' : 'body-unreadable';
        return refuse({
          status: 413,
          error: 'invalid_request',
          description: `the body is longer than ${limit} bytes`,
          reason,
        });
      } else if (read.reason === 'malformed') return malformed(400, 'the body is not urlencoded UTF-8');
      const fields = read.kind === 'body' ? fieldsOf(read.body.toString('latin1')) : undefined;
      const fault = fields && notAuthenticated(endpoint.client, ctx.get('authorization'), fields);
      if (fault) {
        if (fault.challenge) ctx.set('WWW-Authenticate', `Basic realm="${issuer}", error="invalid_client"`);
        const { description, reason } = fault;
        return refuse({ status: 401, error: 'invalid_client', description, reason });
      }
    }
    await next();
  };
}
