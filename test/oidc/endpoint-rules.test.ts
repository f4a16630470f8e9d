/** The rules of single endpoints: who may read an answer, who is told of a token, and who is turned away. */
import { describe, expect, jest, test } from '@jest/globals';
import { importJWK, SignJWT } from 'jose';
import type { Context } from 'koa';
import { acrossOrigins } from '../../src/oidc/endpoints/cross-origin.js';
import { endpointAt } from '../../src/oidc/endpoints/endpoints.js';
import { overloadGuard } from '../../src/oidc/endpoints/overload-guard.js';
import { mayIntrospect, mayRevoke } from '../../src/oidc/endpoints/token-access-policy.js';
import { jwtReader } from '../../src/oidc/endpoints/verify-access-token.js';
import type { Pages } from '../../src/pages/pages.js';
import { makeKey } from '../../src/realm/keys/ring-key.js';
import type { SigningKey } from '../../src/realm/keys/ring-key.js';
import { libraryClient, ourClient } from './request.js';

const ISSUER = 'https://id.example.com';

test('an endpoint is known by its exact path', () => {
  expect(endpointAt('/token')?.client).toBe('identified');
  expect(endpointAt('/token/introspection')?.client).toBe('authenticated');
  expect(endpointAt('/auth/uid')?.methods).toEqual(['GET', 'HEAD']);
  for (const path of ['/TOKEN', '/token/', '/auth/a/b', '/', '/reg']) expect(endpointAt(path)).toBeUndefined();
});

describe('a token', () => {
  const api = { clientId: 'shop', aud: ['https://orders.example', `${ISSUER}/me`] };

  test('is explained to the client that it was issued to', () => {
    expect(mayIntrospect(ourClient({ authentication: 'none' }), api)).toBe(true);
  });

  test('is explained to the API that it is for, if that proves who it is', () => {
    const orders = ourClient({ id: 'orders', introspects: ['https://orders.example'] });
    expect(mayIntrospect(orders, api)).toBe(true);
    expect(mayIntrospect({ ...orders, authentication: 'none' }, api)).toBe(false);
    expect(mayIntrospect({ ...orders, introspects: ['https://stock.example'] }, api)).toBe(false);
    expect(mayIntrospect(ourClient({ id: 'orders' }), api)).toBe(false);
  });

  test('is revoked by its own client alone', () => {
    expect(mayRevoke('shop', api)).toBe(true);
    expect(mayRevoke('orders', api)).toBe(false);
    expect(mayRevoke('undefined', {})).toBe(false);
  });
});

describe('the answer to a page of another origin', () => {
  const ORIGIN = 'https://page.example';
  const answered = async (
    about: { forPages?: true; client?: 'identified' },
    {
      known = false,
      oidc,
      origin = ORIGIN,
      fails = false,
    }: { known?: boolean; oidc?: object; origin?: string; fails?: boolean } = {},
  ) => {
    const headers: Record<string, unknown> = { 'access-control-allow-origin': '*' };
    const ctx = {
      method: 'POST',
      get: () => origin,
      set: (name: string, value: string) => (headers[name.toLowerCase()] = value),
      remove: (name: string) => Reflect.deleteProperty(headers, name),
      vary: (name: string) => (headers['vary'] = name),
      response: { headers },
      oidc,
    } as unknown as Context;
    const has = () => (fails ? Promise.reject(new Error('away')) : Promise.resolve(known));
    await acrossOrigins(ctx, { name: 'x', methods: ['POST'], ...about }, { has }, async () => undefined);
    return headers;
  };

  test('names its origin if some client has it, and what a script may read besides', async () => {
    const headers = await answered({ forPages: true }, { known: true });
    expect(headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
    expect(headers['access-control-expose-headers']).toContain('DPoP-Nonce');
  });

  test("names it for a known client only if it is that client's own", async () => {
    const oidc = (origin: string) => ({ client: libraryClient({ allowedOrigins: [origin] }) });
    expect(await answered({ forPages: true }, { oidc: oidc(ORIGIN) })).toHaveProperty(
      'access-control-allow-origin',
      ORIGIN,
    );
    const other = await answered({ forPages: true }, { known: true, oidc: oidc('https://other.example') });
    expect(other).toEqual({ vary: 'Origin' });
  });

  test('loses every such header of the library for anybody else, and where the store is away', async () => {
    expect(await answered({ forPages: true })).toEqual({ vary: 'Origin' });
    expect(await answered({ forPages: true }, { fails: true })).toEqual({ vary: 'Origin' });
    expect(await answered({ client: 'identified' }, { known: true })).toEqual({ vary: 'Origin' });
    expect(await answered({ forPages: true }, { known: true, origin: '' })).toEqual({ vary: 'Origin' });
  });

  test('stays as the library made it where everybody may read it', async () => {
    expect(await answered({})).toEqual({ 'access-control-allow-origin': '*' });
  });
});

describe('in a storm of sign-ins', () => {
  const door = async (about: { overloaded?: boolean; prompt?: string; cookie?: string } = {}) => {
    const busy = jest.fn(async (_ctx: unknown, _about: unknown) => undefined);
    const set = jest.fn((_name: string, _value: string) => undefined);
    const turnsAway = overloadGuard({ isOverloaded: () => about.overloaded ?? true }, new URL(ISSUER), {
      busy,
    } as unknown as Pages);
    const ctx = { query: { prompt: about.prompt }, cookies: { get: () => about.cookie }, set, req: {}, url: '/auth?x' };
    return { isAway: await turnsAway(ctx as unknown as Context), busy, set };
  };

  test('a browser without a session is told when to come again', async () => {
    const { isAway, busy, set } = await door();
    expect(isAway).toBe(true);
    expect(busy).toHaveBeenCalledWith(expect.anything(), { again: '/auth?x' });
    expect(set).toHaveBeenCalledWith('Retry-After', '5');
  });

  test('whoever needs no password goes on', async () => {
    expect((await door({ cookie: 'session' })).isAway).toBe(false);
    expect((await door({ prompt: 'none' })).isAway).toBe(false);
    expect((await door({ overloaded: false })).isAway).toBe(false);
  });
});

describe('an access token that is a JWT', () => {
  const signing = async (): Promise<SigningKey> => {
    const key = await makeKey('ES256', 0, 0);
    if (key.algorithm === 'HMAC') throw new Error('It signs.');
    return key.jwk;
  };
  const claims = { iss: ISSUER, jti: 'j', client_id: 'shop', exp: 4_000_000_000, aud: 'https://orders.example' };
  const signed = async (key: SigningKey, about: object = {}, typ = 'at+jwt') =>
    new SignJWT({ ...claims, ...about })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ })
      .sign(await importJWK(key, 'ES256'));

  test('is read if we signed it as one, for this issuer, and it is not over', async () => {
    const key = await signing();
    const read = jwtReader(ISSUER, [key]);
    expect(await read(await signed(key))).toMatchObject({ jti: 'j' });
    expect(await read(await signed(key, {}, 'JWT'))).toMatchObject({ jti: 'j' });
    expect(await read(await signed(key, {}, 'logout+jwt'))).toBeUndefined();
    expect(await read(await signed(key, { iss: 'https://other.example' }))).toBeUndefined();
    expect(await read(await signed(key, { exp: 1 }))).toBeUndefined();
    expect(await read(await signed(key, { jti: undefined }))).toBeUndefined();
    expect(await read(await signed(key, { client_id: undefined }))).toBeUndefined();
    expect(await read(await signed(await signing()))).toBeUndefined();
    expect(await read('a.b.c')).toBeUndefined();
  });
});
