/** The way from a path to the library: its spelling, its method, and the browser of a request that resumes. */
import { describe, expect, test } from '@jest/globals';
import { refusalFields } from '../../src/http/refusals/log-refusal.js';
import { oidcRoutes } from '../../src/oidc/endpoints/routes.js';
import { koaContext, posted, realPages, signedCookie } from './koa-context.js';
import { inRequest } from './request.js';

const RESUME = '__Secure-gatehouse-resume';

/** Routes this request below an issuer with a path. Gives the path that reaches the library, if one does. */
async function routed(context: ReturnType<typeof koaContext>, isOverloaded = false) {
  let reached: string | undefined;
  const routes = oidcRoutes(new URL('https://id.example.com/realms/one'), realPages, {
    startAgain: async () => ({ application: 'Shop', href: 'https://shop.example/start' }),
    turnedAway: async () => isOverloaded,
    origins: { has: async () => false },
    exits: { of: async () => undefined },
  });
  await inRequest(
    async () => {
      await routes(context, async () => {
        reached = context.path;
        context.status = 200;
        context.body = 'the library';
      });
    },
    { context },
  );
  return { reached, status: context.status, body: String(context.body), logged: refusalFields(context.req) };
}
const got = (path: string, about: Omit<Parameters<typeof koaContext>[0] & object, 'url'> = {}) =>
  routed(koaContext({ ...about, url: path }));

describe('a path', () => {
  test('below the issuer reaches the library without the issuer’s', async () => {
    expect(await got('/realms/one/auth?client_id=shop')).toMatchObject({ reached: '/auth', body: 'the library' });
    expect(await got('/realms/one/me')).toMatchObject({ reached: '/me' });
  });

  test.each(['/auth', '/realms/two/auth', '/realms/one/AUTH', '/realms/one/auth/', '/realms/one/reg', '/realms/one'])(
    '%s is nothing',
    async (path) => {
      expect(await got(path)).toMatchObject({ reached: undefined, status: 404, logged: { reason: 'not-found' } });
    },
  );

  test('with two slashes is nothing, and the log says which mistake that is', async () => {
    expect(await got('/realms/one//token')).toMatchObject({
      status: 404,
      logged: { reason: 'issuer-trailing-slash' },
    });
  });
});

describe('a method', () => {
  test('that the endpoint does not take is refused, with those that it takes', async () => {
    const context = koaContext({ url: '/realms/one/token' });
    expect(await routed(context)).toMatchObject({
      reached: undefined,
      status: 405,
      logged: { endpoint: 'token', reason: 'method-not-allowed' },
    });
    expect(context.response.headers['allow']).toBe('POST');
  });

  test('OPTIONS is answered without the library, unless a page asks before it calls', async () => {
    expect(await got('/realms/one/token', { method: 'OPTIONS' })).toMatchObject({ reached: undefined, status: 204 });
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'POST' };
    expect(await got('/realms/one/token', { method: 'OPTIONS', headers })).toMatchObject({ reached: '/token' });
  });
});

describe('a request that was posted', () => {
  test('to an endpoint for browsers goes on by GET', async () => {
    const context = posted('client_id=shop', { url: '/realms/one/auth' });
    expect(await routed(context)).toMatchObject({ reached: undefined, status: 303 });
    expect(context.response.headers['location']).toBe('/realms/one/auth?client_id=shop');
  });

  test('elsewhere reaches the library, if its client says who it is', async () => {
    expect(await routed(posted('client_id=shop', { url: '/realms/one/token' }))).toMatchObject({ reached: '/token' });
    expect(await routed(posted('code=x', { url: '/realms/one/token' }))).toMatchObject({
      reached: undefined,
      status: 401,
    });
  });

  test('to revoke a token is answered without a type', async () => {
    const context = posted('client_id=shop&token=x', { url: '/realms/one/token/revocation' });
    expect(await routed(context)).toMatchObject({ reached: '/token/revocation', status: 200 });
    expect(context.response.headers).not.toHaveProperty('content-type');
  });
});

describe('a request that resumes', () => {
  const resumed = (cookie?: string) =>
    got('/realms/one/auth/uid', { headers: { ...(cookie !== undefined && { cookie }) } });

  test('reaches the library from the browser that it waits for', async () => {
    expect(await resumed(signedCookie(RESUME, 'uid'))).toMatchObject({ reached: '/auth/uid' });
  });

  test('reaches it from no other, nor by a cookie that somebody else planted', async () => {
    for (const cookie of [
      undefined,
      `${RESUME}=uid`,
      signedCookie(RESUME, 'another'),
      signedCookie(RESUME, 'uid', 'another key'),
    ]) {
      const { reached, status, body } = await resumed(cookie);
      expect({ reached, status }).toEqual({ reached: undefined, status: 410 });
      expect(body).toContain('https://shop.example/start');
    }
  });
});

test('while no password can be checked, a new authorization request is turned away and nothing else is', async () => {
  expect(await routed(koaContext({ url: '/realms/one/auth' }), true)).toMatchObject({ reached: undefined });
  expect(await routed(koaContext({ url: '/realms/one/me' }), true)).toMatchObject({ reached: '/me' });
});
