/** The access tokens that the admin API accepts: what it learns of one, and which are over. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { PASSWORD } from '../../src/base/authentication-level.js';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { users } from '../../src/identity/users/user.js';
import { accessTokens } from '../../src/oidc/access-tokens/live-access-token.js';
import type { SigningKey } from '../../src/realm/keys/ring-key.js';
import { revokeGrant } from '../../src/sessions/grants/revoke-grant.js';
import { sessions } from '../../src/sessions/session.js';
import { type Token, tokens } from '../../src/sessions/tokens/token.js';
import type { Realm } from '../../src/storage/store.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { GRANTED_SPECS, grantedIn } from './granted.js';
import { inRequest } from './request.js';
import { newSigningKey, signedJwt } from './signed-jwt.js';

const ISSUER = 'https://id.example.com';
const API = 'https://id.example.com/admin';

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

const read = (presented: string) =>
  inRequest(() => accessTokens({ issuer: ISSUER, signing: [key], nonces: Buffer.alloc(32) }).read(presented), {
    realm,
  });

/** A record of user `u` at client `c`, by which the token with this value or `jti` is found. */
const record = (value: string, about: Partial<Token> = {}) =>
  realm.of(tokens).insert({
    id: hashOf(value),
    kind: 'access-token',
    clientId: 'c',
    userId: 'u',
    grantId: 'g',
    sessionBound: false,
    issuedAt: now(),
    expiresAt: now() + minutes(1),
    payload: JSON.stringify({ aud: API, scope: 'a b' }),
    ...about,
  });

const jwt = (claims: JWTPayload = {}): Promise<string> =>
  signedJwt(
    { iss: ISSUER, jti: 'jti', client_id: 'c', aud: API, scope: 'a b', exp: Math.floor(now() / 1000) + 60, ...claims },
    key,
  );

describe('an access token', () => {
  test('says the same as a JWT as it says in the store', async () => {
    await record('opaque', {
      payload: JSON.stringify({
        aud: API,
        scope: 'a b',
        jkt: 'k',
        extra: { acr: PASSWORD, auth_time: 7, idp: 'corp' },
      }),
    });
    await record('jti', { kind: 'jwt', payload: '{}' });
    const expected = {
      clientId: 'c',
      user: { id: 'u' },
      audiences: [API],
      scopes: ['a', 'b'],
      boundTo: 'k',
      authentication: { level: PASSWORD, at: 7000 },
    };
    expect(await read('opaque')).toMatchObject(expected);
    expect(await read(await jwt({ cnf: { jkt: 'k' }, acr: PASSWORD, auth_time: 7, idp: 'corp' }))).toMatchObject(
      expected,
    );
  });

  test('of a client for itself names no user', async () => {
    await record('opaque', { kind: 'client-credentials' });
    await realm.of(tokens).change(hashOf('opaque'), ({ version: _, userId: __, grantId: ___, ...token }) => token);
    expect(await read('opaque')).toEqual({ clientId: 'c', audiences: [API], scopes: ['a', 'b'], boundTo: undefined });
  });

  test('that says nothing of its sign-in, or of an unknown level, proves none', async () => {
    await record('opaque', { payload: JSON.stringify({ aud: API, extra: { acr: 'gold' } }) });
    const found = await read('opaque');
    expect(found).toMatchObject({ clientId: 'c', scopes: [] });
    expect(found).not.toHaveProperty('authentication');
  });

  test('of a sign-in without its time is as old as can be', async () => {
    await record('opaque', { payload: JSON.stringify({ aud: API, extra: { acr: PASSWORD } }) });
    expect(await read('opaque')).toMatchObject({ authentication: { level: PASSWORD, at: 0 } });
  });
});

describe('nothing opens the API', () => {
  test('that was never issued, or that another key signed', async () => {
    for (const other of ['', 'opaque', 'a.b.c']) expect(await read(other)).toBeUndefined();
    await record('jti', { kind: 'jwt' });
    const exp = Math.floor(now() / 1000) + 60;
    const foreign = signedJwt({ iss: ISSUER, jti: 'jti', client_id: 'c', exp }, await newSigningKey());
    expect(await read(await foreign)).toBeUndefined();
  });

  test('that is a code, a refresh token, or the identifier of a JWT', async () => {
    for (const kind of ['authorization-code', 'refresh-token', 'jwt'] as const) {
      await record(kind, { kind });
      expect(await read(kind)).toBeUndefined();
    }
  });

  test('that is a JWT, if its record is of something else', async () => {
    await record('jti');
    expect(await read(await jwt())).toBeUndefined();
  });

  test('once its grant was revoked, it expired, or its user is gone', async () => {
    await record('opaque');
    await record('old', { expiresAt: now() - 1 });
    expect(await read('opaque')).toBeDefined();
    expect(await read('old')).toBeUndefined();
    await record('stray', { userId: 'nobody' });
    expect(await read('stray')).toBeUndefined();
    await revokeGrant(realm, 'g', now());
    expect(await read('opaque')).toBeUndefined();
  });

  test('while its user is disabled', async () => {
    await record('opaque');
    await realm
      .of(users)
      .change('u', ({ version: _, ...user }) => ({ ...user, blocks: [{ by: 'administrator', since: 0 }] }));
    expect(await read('opaque')).toBeUndefined();
  });
});
