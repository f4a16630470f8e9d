import { describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { signIn } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { newKey } from './client-realm.js';
import { CONFIDENTIAL_SECRET, storeKinds, MACHINE_SECRET, ORDERS, passwordOf } from './flow-host.js';
import { keyedRealm } from './keyed-realm.js';

// openid-client knows nothing of Gatehouse but its address, and checks all that a client must.

const own = newKey('ES256');
const REDIRECT = 'https://keyed.test/callback';

describe.each(storeKinds)('on %s:', (kind) => {
  const host = useHost(keyedRealm(kind, own));

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

  /** The client that does everything by its key. */
  async function keyed(): Promise<{ readonly config: client.Configuration; readonly key: client.PrivateKey }> {
    const jwk = own.privateKey.export({ format: 'jwk' });
    const imported = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const key = { key: imported, kid: own.kid };
    return { config: await discover('keyed', client.PrivateKeyJwt(key)), key };
  }
  async function request(more: Readonly<Record<string, string>> = {}) {
    const checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
      idTokenExpected: true,
    };
    const params = {
      redirect_uri: REDIRECT,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      ...more,
    };
    return { checks, params };
  }
  const signedInAt = (url: URL) => signIn(new Visitor(), { url }, 'alice', passwordOf(host, 'alice'));

  test('openid-client pushes a request, and proves by its key who it is', async () => {
    const { config } = await keyed();
    const { checks, params } = await request();
    const url = await client.buildAuthorizationUrlWithPAR(config, params);
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const tokens = await client.authorizationCodeGrant(config, (await signedInAt(url)).url, checks);
    expect(tokens.claims()).toMatchObject({ aud: 'keyed', acr: 'urn:gatehouse:acr:password' });
  });

  test('openid-client signs a request', async () => {
    const { config, key } = await keyed();
    const { checks, params } = await request();
    const url = await client.buildAuthorizationUrlWithJAR(config, params, key);
    expect(url.searchParams.has('redirect_uri')).toBe(false);
    const tokens = await client.authorizationCodeGrant(config, (await signedInAt(url)).url, checks);
    expect(tokens.claims()).toMatchObject({ aud: 'keyed' });
  });

  test('openid-client binds tokens to a key, from the pushed request to userinfo and the refresh', async () => {
    const { config } = await keyed();
    const { checks, params } = await request();
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const url = await client.buildAuthorizationUrlWithPAR(config, params, { DPoP });
    const tokens = await client.authorizationCodeGrant(config, (await signedInAt(url)).url, checks, undefined, {
      DPoP,
    });
    expect(tokens.token_type).toBe('dpop');
    const { sub = '' } = tokens.claims() ?? {};
    expect(await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).toMatchObject({ sub });
    await expect(client.fetchUserInfo(config, tokens.access_token, sub)).rejects.toThrow();
    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
    expect(again.token_type).toBe('dpop');
  });

  test('openid-client takes a posted answer', async () => {
    const { config } = await keyed();
    const { checks, params } = await request({ response_mode: 'form_post' });
    const page = await signedInAt(client.buildAuthorizationUrl(config, params));
    expect(page.action.href).toBe(REDIRECT);
    const posted = new Request(REDIRECT, { method: 'POST', body: new URLSearchParams(page.fields) });
    const tokens = await client.authorizationCodeGrant(config, posted, checks);
    expect(tokens.claims()).toMatchObject({ aud: 'keyed' });
  });

  test('openid-client asks what tokens are worth, and revokes them', async () => {
    const { config } = await keyed();
    const { checks, params } = await request();
    const page = await signedInAt(client.buildAuthorizationUrl(config, params));
    const { access_token: access, refresh_token: refresh = '' } = await client.authorizationCodeGrant(
      config,
      page.url,
      checks,
    );
    expect(await client.tokenIntrospection(config, access)).toMatchObject({ active: true, client_id: 'keyed' });
    await client.tokenRevocation(config, refresh);
    expect(await client.tokenIntrospection(config, access)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(config, refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('openid-client gets a token for the API that it names, and none for another', async () => {
    const { config } = await keyed();
    const { access_token: token } = await client.clientCredentialsGrant(config, { resource: ORDERS });
    const keys = createRemoteJWKSet(new URL(`${host.issuer}/jwks`));
    const { payload } = await jwtVerify(token, keys, { issuer: host.issuer, audience: ORDERS, typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: 'keyed' });
    await expect(client.clientCredentialsGrant(config, { resource: 'https://stock.test' })).rejects.toMatchObject({
      error: 'invalid_target',
    });
  });

  test('openid-client sends somebody to log out, who comes back', async () => {
    const { config } = await keyed();
    const { checks, params } = await request();
    const visitor = new Visitor();
    const url = client.buildAuthorizationUrl(config, params);
    const page = await signIn(visitor, { url }, 'alice', passwordOf(host, 'alice'));
    const tokens = await client.authorizationCodeGrant(config, page.url, checks);
    const logout = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'https://keyed.test/',
      state: 'back',
    });
    // The ID token is of this session, and no other application is signed in: nothing is left to ask.
    const left = await visitor.visit(logout);
    expect(left.url.href).toBe('https://keyed.test/?state=back');
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
  });
});
