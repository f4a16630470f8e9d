/** Tests of the log line for a refusal of the library's endpoints, and of the part that the application receives. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { refusalFields } from '../../src/http/refusals/log-refusal.js';
import { explainRefusals, hearRefusals } from '../../src/oidc/refusals/provider-refusals.js';
import type { Client } from '../../src/realm/clients/client.js';
import { inRequest, libraryClient } from './request.js';

const events = new EventEmitter();
hearRefusals(events as unknown as Provider);

interface Answer {
  readonly client?: Partial<Client>;
  readonly status?: number;
  readonly type?: string;
}

/** A request that the library answers like this, after these error events. */
function contextOf({ client = {}, status = 400, type = 'application/json' }: Answer): Context {
  const body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
  const oidc = { params: {}, route: 'token', client: libraryClient(client) };
  return { req: {}, headers: {}, query: {}, method: 'POST', status, type, body, oidc } as unknown as Context;
}
const errorNamed = (message: string, detail: string) => Object.assign(new Error(message), { error_detail: detail });

async function answered(answer: Answer, ...refusals: readonly [event: string, error: Error][]) {
  const ctx = contextOf(answer);
  await inRequest(async () => {
    await explainRefusals(ctx, async () => {
      await Promise.resolve();
      for (const [event, error] of refusals) events.emit(event, ctx, error);
    });
  });
  return { log: refusalFields(ctx.req), body: ctx.body as { readonly error_description: string } };
}

const pkce = errorNamed('invalid_grant', 'code_verifier must be provided');

describe('a refusal of the library', () => {
  test('is logged with its client, endpoint and reason, and told to a client that has authenticated', async () => {
    const { log, body } = await answered({ client: { authentication: 'client_secret' } as never }, [
      'grant.error',
      pkce,
    ]);
    expect(log).toEqual({
      client: 'shop',
      endpoint: 'token',
      error: 'invalid_grant',
      reason: 'code-verifier-wrong',
      words: 'code_verifier is missing',
    });
    expect(body.error_description).toBe('code_verifier is missing');
  });

  test('is not told to a public client, to one that failed to authenticate, or at a page', async () => {
    const failed = errorNamed('invalid_client', 'code_verifier must be provided');
    for (const { body } of [
      await answered({ client: { authentication: 'none' } as never }, ['grant.error', pkce]),
      await answered({}, ['grant.error', failed]),
      await answered({}, ['authorization.error', pkce]),
    ])
      expect(body.error_description).toBe('grant request is invalid');
  });

  test('is the later one, if there are two', async () => {
    const { log } = await answered(
      {},
      ['authorization.error', errorNamed('invalid_request', 'x')],
      ['userinfo.error', pkce],
    );
    expect(log).toMatchObject({ endpoint: 'userinfo', error: 'invalid_grant' });
  });

  test('is none if the request was answered after all, but for an error page', async () => {
    expect((await answered({ status: 200 }, ['introspection.error', pkce])).log).toEqual({});
    expect((await answered({ status: 200, type: 'text/html' }, ['authorization.error', pkce])).log).not.toEqual({});
  });

  test('belongs to its own request, however many are answered at once', async () => {
    const [refused, other, third] = await Promise.all([
      answered({}, ['grant.error', pkce]),
      answered({}),
      answered({}, ['revocation.error', pkce]),
    ]);
    expect([refused, other, third].map(({ log }) => log['endpoint'])).toEqual(['token', undefined, 'revocation']);
  });
});

test('an answer that needs no request scope is passed on', async () => {
  const ctx = contextOf({ status: 200 });
  await explainRefusals(ctx, async () => void (ctx.status = 304));
  expect([ctx.status, refusalFields(ctx.req)]).toEqual([304, {}]);
});
