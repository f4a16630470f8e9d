/** Which access tokens userinfo accepts beside those that are for it alone. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { AccessToken, Provider } from 'oidc-provider';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { whyOf } from '../../src/http/refusals/because.js';
import { userinfoAudience } from '../../src/oidc/issuance/audiences.js';
import type { SigningKey } from '../../src/realm/keys/ring-key.js';
import type { ResourceServer } from '../../src/realm/resource-servers/resource-server.js';
import { revokeGrant } from '../../src/sessions/grants/revoke-grant.js';
import { sessions } from '../../src/sessions/session.js';
import { type Token, tokens } from '../../src/sessions/tokens/token.js';
import type { Realm } from '../../src/storage/store.js';
import { ORDERS, server } from '../access/world.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { builtProvider, SECRET } from './built-provider.js';
import { GRANTED_SPECS, grantedIn } from './granted.js';
import { inRequest } from './request.js';
import { newSigningKey, signedJwt } from './signed-jwt.js';

const ISSUER = 'https://id.example.com';
const BOTH = [ORDERS, userinfoAudience(ISSUER)];

let key: SigningKey;
let provider: Provider;
let api: ResourceServer;
beforeAll(async () => {
  key = await newSigningKey();
  const resourceServers = {
    get: async (identifier: string) => (identifier === ORDERS ? { ...api, version: 1 } : undefined),
  };
  const keys = { signing: [key], cookies: [SECRET], proofNonces: [SECRET], successors: [SECRET] } as const;
  provider = await builtProvider({ keys, resourceServers });
});

let opened: TemporaryStore;
let realm: Realm;
beforeEach(async () => {
  api = server(ORDERS, {});
  opened = await temporaryStore([...GRANTED_SPECS, sessions]);
  realm = opened.store.in('default');
  await grantedIn(realm, now());
});
afterEach(() => opened.close());

/** The token that the library finds at this route. */
const found = (value: string, route = 'userinfo'): Promise<AccessToken | undefined> =>
  inRequest(() => provider.AccessToken.find(value), { realm, oidc: { route } });

/** Why it is refused. */
const refusal = async (value: string) => {
  const error: unknown = await found(value).catch((thrown: unknown) => thrown);
  return { error: error instanceof Error ? error.message : undefined, reason: whyOf(error)?.reason };
};
const WRONG_AUDIENCE = { error: 'invalid_token', reason: 'audience-wrong' };

/** A JWT for these audiences, with its record in the store. */
async function issued(aud: string | string[], record: Partial<Token> = {}, claims: JWTPayload = {}): Promise<string> {
  await realm.of(tokens).insert({
    id: hashOf('jti'),
    kind: 'jwt',
    clientId: 'c',
    userId: 'u',
    grantId: 'g',
    sessionBound: false,
    issuedAt: now(),
    payload: '{}',
    expiresAt: now() + minutes(1),
    ...record,
  });
  const exp = Math.floor(now() / 1000) + 60;
  return signedJwt({ iss: ISSUER, jti: 'jti', client_id: 'c', aud, scope: 'openid a', exp, ...claims }, key);
}

describe('a JWT for an API', () => {
  test('opens userinfo if it was made for both, as the user and client that it was issued to', async () => {
    expect(await found(await issued(BOTH, {}, { cnf: { jkt: 'k' }, acr: 'a', idp: 'corp' }))).toMatchObject({
      accountId: 'u',
      clientId: 'c',
      grantId: 'g',
      scope: 'openid a',
      jkt: 'k',
      extra: { acr: 'a', idp: 'corp' },
      aud: undefined,
    });
  });

  test('does not open it if it was made for the API alone', async () => {
    expect(await refusal(await issued(ORDERS))).toEqual(WRONG_AUDIENCE);
  });

  test('does not open it once the API keeps its tokens to itself', async () => {
    const token = await issued(BOTH);
    api = { ...api, userinfo: false };
    expect(await refusal(token)).toEqual(WRONG_AUDIENCE);
  });

  test('does not open it once its grant was revoked', async () => {
    const token = await issued(BOTH);
    await revokeGrant(realm, 'g', now());
    expect(await found(token)).toBeUndefined();
  });

  test('does not open it by the record of anything else, or by none', async () => {
    const token = await issued(BOTH, { kind: 'authorization-code' });
    expect(await found(token)).toBeUndefined();
    expect(await found('a.b.c')).toBeUndefined();
  });

  test('is no access token to the library anywhere else', async () => {
    expect(await found(await issued(BOTH), 'introspection')).toBeUndefined();
  });
});

describe('an opaque token', () => {
  const stored = (payload: object) =>
    realm.of(tokens).insert({
      id: hashOf('opaque'),
      kind: 'access-token',
      clientId: 'c',
      userId: 'u',
      grantId: 'g',
      sessionBound: false,
      issuedAt: now(),
      payload: JSON.stringify({ kind: 'AccessToken', accountId: 'u', clientId: 'c', grantId: 'g', ...payload }),
      expiresAt: now() + minutes(1),
    });

  test('for userinfo alone has no audience, and opens it', async () => {
    await stored({});
    expect(await found('opaque')).toMatchObject({ accountId: 'u' });
  });

  test('for an API goes by the same rule', async () => {
    await stored({ aud: BOTH });
    expect(await found('opaque')).toMatchObject({ accountId: 'u', aud: undefined });
    expect(await found('opaque', 'introspection')).toMatchObject({ aud: BOTH });
    api = { ...api, userinfo: false };
    expect(await refusal('opaque')).toEqual(WRONG_AUDIENCE);
  });
});
