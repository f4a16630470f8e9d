import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ordersApi } from '../../examples/api/orders-api.ts';
import { ask, type Listening, listening } from '../http/listening.js';
import { issuer } from './issuer.js';

const AUDIENCE = 'https://orders.example.com';
let by: Awaited<ReturnType<typeof issuer>>;
let api: Listening;
beforeAll(async () => {
  by = await issuer();
});
beforeEach(async () => {
  api = await listening(ordersApi({ issuer: by.origin, audience: AUDIENCE }));
});
afterEach(() => api.close());
afterAll(() => by.close());

const seconds = (): number => Math.floor(Date.now() / 1000);
const good = (): Record<string, unknown> => ({
  iss: by.origin,
  aud: AUDIENCE,
  sub: 'alice',
  client_id: 'demo',
  jti: 'j',
  iat: seconds(),
  exp: seconds() + 60,
  permissions: ['orders:read'],
});
const call = (token: string | undefined, method = 'GET') =>
  ask(api.port, {
    path: '/orders',
    method,
    ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
  });

describe('the example API', () => {
  test('answers whoever holds the permission of the route', async () => {
    expect((await call(await by.sign(good()))).status).toBe(200);
    const writer = await by.sign({ ...good(), permissions: ['orders:write'] });
    expect(await call(writer, 'POST')).toMatchObject({ status: 201 });
  });

  test('refuses who does not, and says what is needed', async () => {
    const { status, headers } = await call(await by.sign(good()), 'POST');
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="orders:write"');
    expect((await call(await by.sign({ ...good(), permissions: undefined }))).status).toBe(403);
    // A scope is what the application was allowed to ask, not what the person may do.
    expect((await call(await by.sign({ ...good(), permissions: [], scope: 'orders:read' }))).status).toBe(403);
  });

  test('allows nothing of what it must ask about while it can ask nobody', async () => {
    const token = await by.sign({ ...good(), permissions: ['orders:change'] });
    const headers = { Authorization: `Bearer ${token}` };
    expect((await ask(api.port, { path: '/orders/1/change', method: 'POST', headers })).status).toBe(503);
    const alone = await listening(
      ordersApi({ issuer: by.origin, audience: AUDIENCE }, { clientId: 'orders-api', clientSecret: 'x' }),
    );
    expect(
      (await ask(alone.port, { path: '/orders/1/change', method: 'POST', headers })).status,
    ).toBeGreaterThanOrEqual(500);
    await alone.close();
  });

  test('asks for a token where there is none', async () => {
    expect(await call(undefined)).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });

  test.each<[string, () => Promise<string>]>([
    ['an ID token', () => by.sign(good(), { typ: 'JWT' })],
    ['a token for another API', () => by.sign({ ...good(), aud: 'https://other.example' })],
    ['a token of another issuer', () => by.sign({ ...good(), iss: 'https://evil.example' })],
    ['a token that has ended', () => by.sign({ ...good(), exp: seconds() - 30 })],
    ['a token that never ends', () => by.sign({ ...good(), exp: undefined })],
    ['a token signed by a stranger', () => by.sign(good(), {}, by.strangerKey)],
    ['another algorithm than agreed', () => by.sign(good(), { alg: 'RS256', kid: 'r1' }, by.rsaKey)],
    ['an unsigned token', async () => `${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa(JSON.stringify(good()))}.`],
    ['an unknown key', () => by.sign(good(), { kid: 'k9' })],
    ['nonsense', async () => 'nonsense'],
  ])('refuses %s', async (_name, token) => {
    const { status, headers } = await call(await token());
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toContain('Bearer');
  });

  test('blames no token while the issuer cannot be reached, and recovers', async () => {
    by.state.up = false;
    expect((await call(await by.sign(good()))).status).toBe(503);
    by.state.up = true;
    expect((await call(await by.sign(good()))).status).toBe(200);
  });

  test('trusts no document that names another issuer', async () => {
    by.state.claims = 'https://evil.example';
    expect((await call(await by.sign(good()))).status).toBe(503);
    by.state.claims = undefined;
  });
});
