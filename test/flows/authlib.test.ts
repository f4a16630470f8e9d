import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authlib, type Authlib, type AuthlibClient } from '../strangers/authlib.js';
import { signIn, type Tokens } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { newKey } from './client-realm.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, ORDERS, passwordOf, stores } from './flow-host.js';
import { keyedRealm } from './keyed-realm.js';

// authlib, in Python, knows nothing of Gatehouse but its address, and checks all that a client must by code of its own.

const own = newKey('ES256');

describe.each(stores)('on %s:', (kind) => {
  let stranger: Authlib;
  beforeAll(async () => {
    stranger = await authlib();
  });
  afterAll(() => stranger.end());
  const host = useHost(keyedRealm(kind, own));

  const discover = (client: AuthlibClient, scope = 'openid profile') =>
    stranger.call('discover', {
      issuer: host.issuer,
      client,
      scope,
      redirect_uri: `https://${client.id}.test/callback`,
    });
  interface Finished {
    readonly token: Tokens;
    readonly claims: Record<string, unknown>;
  }
  async function signedIn(params: object = {}): Promise<Finished> {
    const { url } = await stranger.call<{ url: string }>('begin', params);
    const page = await signIn(new Visitor(), { url: new URL(url) }, 'alice', passwordOf(host, 'alice'));
    return stranger.call<Finished>('finish', { url: page.url.href });
  }
  const confidential = {
    id: 'confidential',
    authentication: 'client_secret_basic',
    secret: CONFIDENTIAL_SECRET,
  } as const;

  test('authlib discovers, signs somebody in with PKCE, and finds the ID token and userinfo right', async () => {
    await discover(confidential);
    const { token, claims } = await signedIn();
    expect(claims).toMatchObject({ sub: expect.any(String), acr: 'urn:gatehouse:acr:password' });
    const userinfo = await stranger.call('userinfo', { access_token: token.access_token });
    expect(userinfo).toMatchObject({ status: 200, claims: { sub: claims['sub'], name: 'Alice Appleby' } });
  });

  test('authlib refreshes for an API, whose token verifies by the published keys', async () => {
    await discover(confidential, 'openid orders:read');
    const { token, claims } = await signedIn({ resource: ORDERS });
    const again = await stranger.call<Finished>('refresh', { refresh_token: token.refresh_token, resource: ORDERS });
    expect(again.claims).toMatchObject({ sub: claims['sub'] });
    const verified = await stranger.call('verify', {
      token: again.token.access_token,
      audience: ORDERS,
      typ: 'at+jwt',
    });
    expect(verified).toMatchObject({ claims: { sub: claims['sub'], permissions: ['orders:read'] } });
  });

  test('authlib signs somebody in as a public client', async () => {
    await discover({ id: 'public', authentication: 'none' });
    const { claims } = await signedIn();
    expect(claims).toMatchObject({ aud: 'public' });
  });

  test('authlib gets a token for a machine', async () => {
    await discover({ id: 'machine', authentication: 'client_secret_post', secret: MACHINE_SECRET }, 'orders:read');
    const { token } = await stranger.call<{ token: Tokens }>('machine');
    const verified = await stranger.call('verify', { token: token.access_token, audience: ORDERS, typ: 'at+jwt' });
    expect(verified).toMatchObject({ claims: { sub: 'machine', permissions: ['orders:read'] } });
  });

  describe('authlib, which proves by its key who it is,', () => {
    const keyed = () =>
      discover({
        id: 'keyed',
        authentication: 'private_key_jwt',
        key: { ...own.privateKey.export({ format: 'jwk' }), kid: own.kid },
      });

    test('signs somebody in and refreshes', async () => {
      await keyed();
      const { token, claims } = await signedIn();
      expect(claims).toMatchObject({ aud: 'keyed' });
      const again = await stranger.call<Finished>('refresh', { refresh_token: token.refresh_token });
      expect(again.claims).toMatchObject({ sub: claims['sub'], auth_time: claims['auth_time'] });
      const userinfo = await stranger.call('userinfo', { access_token: again.token.access_token });
      expect(userinfo).toMatchObject({ status: 200, claims: { sub: claims['sub'] } });
    });

    test('asks what a token is worth, and revokes it', async () => {
      await keyed();
      const { token } = await signedIn();
      const introspected = await stranger.call('introspect', { token: token.access_token });
      expect(introspected).toMatchObject({ active: true, client_id: 'keyed' });
      expect(await stranger.call('revoke', { token: token.refresh_token })).toEqual({ status: 200 });
      expect(await stranger.call('introspect', { token: token.access_token })).toEqual({ active: false });
    });
  });
});
