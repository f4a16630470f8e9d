/** JWT access tokens at introspection and revocation, where the library refuses every one. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt, type JWTPayload } from 'jose';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { newId } from '../../src/base/crypto/ids.js';
import { refusalFields } from '../../src/http/refusals/log-refusal.js';
import { jwtIntrospection } from '../../src/oidc/endpoints/jwt-introspection.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { SigningKey } from '../../src/realm/keys/ring-key.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { revokeGrant } from '../../src/sessions/grants/revoke-grant.js';
import { sessions } from '../../src/sessions/session.js';
import { type Token, tokens } from '../../src/sessions/tokens/token.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { GRANTED_SPECS, grantedIn } from './granted.js';
import { koaContext } from './koa-context.js';
import { inRequest, libraryClient, ourClient } from './request.js';
import { newSigningKey, signedJwt } from './signed-jwt.js';

const ISSUER = 'https://id.example.com';
const ORDERS = 'https://orders.example';

let key: SigningKey;
beforeAll(async () => {
  key = await newSigningKey();
});

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  opened = await temporaryStore([...GRANTED_SPECS, sessions]);
  realm = opened.store.in('default');
  await grantedIn(realm, now());
});
afterEach(() => opened.close());

/** An access token of client `c` for the orders API. */
const signed = (claims: JWTPayload = {}, by = key): Promise<string> => {
  const exp = Math.floor(now() / 1000) + 60;
  return signedJwt({ iss: ISSUER, jti: newId(), client_id: 'c', aud: ORDERS, scope: 'a', exp, ...claims }, by);
};
/** The same with its record in the store. */
async function issued(record: Partial<Token> = {}, claims: JWTPayload = {}, by = key): Promise<string> {
  const token = await signed(claims, by);
  await realm.of(tokens).insert({
    id: recordId(token),
    kind: 'jwt',
    clientId: 'c',
    userId: 'u',
    grantId: 'g',
    sessionBound: false,
    issuedAt: now(),
    expiresAt: now() + minutes(1),
    ...record,
  });
  return token;
}
const recordId = (token: string) => hashOf(String(decodeJwt(token).jti));
/** The same of a client that acts for itself. */
async function issuedToClient(): Promise<string> {
  const token = await issued();
  await realm.of(tokens).change(recordId(token), ({ version: _, userId: __, grantId: ___, ...record }) => record);
  return token;
}

const REFUSED_BY_LIBRARY = { error: 'unsupported_token_type' };

/** Answers a client's request after the library has answered it so. */
async function answered(
  route: string,
  token: unknown,
  { client = { id: 'c' }, library = REFUSED_BY_LIBRARY }: { client?: Partial<Client>; library?: object } = {},
) {
  const ours = ourClient(client);
  const context = koaContext({ oidc: { route, client: libraryClient(client), params: { token } } });
  const clients = { get: async (id: string) => (id === ours.id ? { ...ours, version: 1 } : undefined) };
  const answer = jwtIntrospection({ issuer: ISSUER, signing: [key], clients });
  await inRequest(
    async () => {
      await answer(context, async () => {
        context.status = 400;
        context.body = library;
      });
    },
    { realm, context },
  );
  return { status: context.status, body: context.body, logged: refusalFields(context.req) };
}
const introspected = async (token: unknown, client: Partial<Client> = { id: 'c' }) =>
  (await answered('introspection', token, { client })).body;

const INACTIVE = { active: false };

describe('introspection of a JWT', () => {
  test('tells its client what is in it', async () => {
    const token = await issued();
    const { status, body } = await answered('introspection', token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ active: true, token_type: 'Bearer', client_id: 'c', aud: ORDERS, scope: 'a' });
  });

  test('says of a token that is bound to a key that it is', async () => {
    expect(await introspected(await issued({}, { cnf: { jkt: 'x' } }))).toMatchObject({ token_type: 'DPoP' });
  });

  test('tells the API that it is for, and nobody else, who cannot tell it from one that is over', async () => {
    const token = await issued();
    expect(await introspected(token, { id: 'orders', introspects: [ORDERS] })).toMatchObject({ active: true });
    const { status, body, logged } = await answered('introspection', token, { client: { id: 'stock' } });
    expect({ status, body }).toEqual({ status: 200, body: INACTIVE });
    expect(logged).toMatchObject({ client: 'stock', reason: 'audience-wrong' });
    expect(logged['words']).toContain(ORDERS);
  });

  test('calls a token inactive that another key signed, that names another issuer, or that has expired', async () => {
    expect(await introspected(await issued({}, {}, await newSigningKey()))).toEqual(INACTIVE);
    expect(await introspected(await issued({}, { iss: 'https://other.example' }))).toEqual(INACTIVE);
    expect(await introspected(await issued({}, { exp: Math.floor(now() / 1000) - 1 }))).toEqual(INACTIVE);
  });

  test('calls a token inactive whose grant was revoked, or whose record was', async () => {
    expect(await introspected(await issued({ revokedAt: now() }))).toEqual(INACTIVE);
    const token = await issued();
    await revokeGrant(realm, 'g', now());
    expect(await introspected(token)).toEqual(INACTIVE);
  });

  test('calls a token inactive that leaves no record as an access token', async () => {
    expect(await introspected(await signed())).toEqual(INACTIVE);
    expect(await introspected(await issued({ kind: 'authorization-code' }))).toEqual(INACTIVE);
    for (const other of [undefined, 7, '', 'a.b.c']) expect(await introspected(other)).toEqual(INACTIVE);
  });
});

describe('revocation of a JWT', () => {
  const OVER = { status: 200, body: '' };
  const revokedAt = async () => (await realm.of(grants).get('g'))?.revokedAt;

  test('ends its whole grant', async () => {
    expect(await answered('revocation', await issued())).toMatchObject(OVER);
    expect(await revokedAt()).toBeLessThanOrEqual(now());
  });

  test('ends the token alone that a client has for itself', async () => {
    const token = await issuedToClient();
    expect(await introspected(token)).toMatchObject({ active: true });
    await answered('revocation', token);
    expect(await introspected(token)).toEqual(INACTIVE);
    expect(await revokedAt()).toBeUndefined();
  });

  test('by another client, or of nonsense, is answered alike and ends nothing', async () => {
    expect(await answered('revocation', await issued(), { client: { id: 'stock' } })).toMatchObject(OVER);
    expect(await answered('revocation', 'a.b.c')).toMatchObject(OVER);
    expect(await revokedAt()).toBeUndefined();
  });
});

test('whatever else the library answers stays as it is', async () => {
  const token = await issued();
  const library = { error: 'invalid_request' };
  expect(await answered('revocation', token, { library })).toMatchObject({ status: 400, body: library });
  expect(await answered('token', token)).toMatchObject({ status: 400, body: REFUSED_BY_LIBRARY });
  expect((await realm.of(grants).get('g'))?.revokedAt).toBeUndefined();
});
