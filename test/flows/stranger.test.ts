import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { signIn } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowHost, houses, MACHINE_SECRET, ORDERS, passwordOf } from './flow-host.js';

// openid-client knows nothing of Gatehouse but its address, and checks all that a client must.

describe.each(houses)('on %s:', (kind) => {
  let host: Host;
  beforeAll(async () => {
    host = await flowHost(kind);
  });
  afterAll(() => host.end());

  // Deprecated to make it stand out; the server under test speaks http, on loopback.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const insecure = client.allowInsecureRequests;
  const discover = (id: string, authentication: client.ClientAuth): Promise<client.Configuration> =>
    client.discovery(new URL(host.issuer), id, undefined, authentication, { execute: [insecure] });

  test('openid-client signs somebody in, refreshes for an API, and sends them to log out', async () => {
    const config = await discover('confidential', client.ClientSecretBasic(CONFIDENTIAL_SECRET));
    const checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: 'https://confidential.test/callback',
      scope: 'openid profile roles orders:read',
      resource: ORDERS,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
    });
    const answer = await signIn(new Visitor(), { url }, 'alice@people.test', passwordOf(host, 'alice'));

    const tokens = await client.authorizationCodeGrant(config, answer.url, { ...checks, idTokenExpected: true });
    const { sub = '' } = tokens.claims() ?? {};
    const person = await client.fetchUserInfo(config, tokens.access_token, sub);
    expect(person).toMatchObject({ name: 'Alice Appleby', roles: ['counter', 'seller'] });

    const forApi = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', { resource: ORDERS });
    const { payload } = await jwtVerify(forApi.access_token, createRemoteJWKSet(new URL(`${host.issuer}/jwks`)), {
      issuer: host.issuer,
      audience: ORDERS,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject({ sub, permissions: ['orders:read'], roles: ['seller'] });

    const logout = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? '' });
    expect((await new Visitor().visit(logout)).status).toBe(200);
  });

  test('openid-client gets a token for a machine', async () => {
    const config = await discover('machine', client.ClientSecretPost(MACHINE_SECRET));
    const { access_token: token } = await client.clientCredentialsGrant(config, { scope: 'orders:read' });
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${host.issuer}/jwks`)), {
      issuer: host.issuer,
      audience: ORDERS,
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({ sub: 'machine', permissions: ['orders:read'], roles: ['seller'] });
  });
});
