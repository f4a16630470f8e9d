import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { application, claimsOf, refresh, token, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { CONFIDENTIAL_SECRET, flowRealm, MACHINE_SECRET, ORDERS, signedIn, stores } from './flow-host.js';

const app = application('public');
const LEDGER = 'https://ledger.test';
const ordersApi = { id: 'orders-api', secret: MACHINE_SECRET };
const confidential = application('confidential', CONFIDENTIAL_SECRET);
const stranger = confidential;
type Asking = { readonly id: string; readonly secret?: string };

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  function post(path: string, { id, secret }: Asking, presented: string, hint?: string): Promise<Response> {
    const headers: Record<string, string> =
      secret === undefined ? {} : { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
    const body = new URLSearchParams({
      token: presented,
      ...(secret === undefined && { client_id: id }),
      ...(hint !== undefined && { token_type_hint: hint }),
    });
    return fetch(`${host.issuer}/token/${path}`, { method: 'POST', headers, body });
  }
  const introspect = async (by: Asking, presented: string, hint?: string): Promise<Record<string, unknown>> => {
    const answer = await post('introspection', by, presented, hint);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return (await answer.json()) as Record<string, unknown>;
  };
  const revoke = async (by: Asking, presented: string): Promise<void> => {
    expect((await post('revocation', by, presented)).status).toBe(200);
  };

  const machineToken = async (resource?: string): Promise<string> => {
    const answer = await token(
      host,
      { id: 'machine' },
      { grant_type: 'client_credentials', client_secret: MACHINE_SECRET, ...(resource !== undefined && { resource }) },
    );
    expect(answer.status).toBe(200);
    return answer.body.access_token;
  };
  /** An access token for an API, beside one for userinfo, of one grant. */
  async function forApi(resource: string, scope: string, by = app) {
    const signed = await signedIn(host, by, { scope: `openid ${scope}`, resource });
    const { body } = await refresh(host, by, signed.tokens.refresh_token, { resource });
    return { ...signed, api: body.access_token, refreshToken: body.refresh_token };
  }

  describe('introspection', () => {
    test('of a JWT says to its API what it says itself, and that it lives', async () => {
      const { api } = await forApi(ORDERS, 'orders:read');
      const claims = claimsOf(api);
      const introspected = await introspect(ordersApi, api);
      expect(introspected).toMatchObject({
        active: true,
        iss: host.issuer,
        aud: ORDERS,
        client_id: 'public',
        scope: 'orders:read',
        sub: claims['sub'],
        exp: claims['exp'],
        permissions: ['orders:read'],
        roles: ['seller'],
        acr: 'urn:gatehouse:acr:password',
        idp: 'primary',
        token_type: 'Bearer',
      });
      expect(introspected['auth_time']).toEqual(expect.any(Number));
    });

    test('of an opaque token says what a JWT would have said', async () => {
      const { api } = await forApi(LEDGER, 'ledger:read');
      expect(api).not.toContain('.');
      expect(await introspect(ordersApi, api)).toMatchObject({
        active: true,
        iss: host.issuer,
        aud: LEDGER,
        client_id: 'public',
        scope: 'ledger:read',
        permissions: ['ledger:read'],
        roles: ['seller'],
        acr: 'urn:gatehouse:acr:password',
        idp: 'primary',
        token_type: 'Bearer',
      });
    });

    test("of a machine's tokens, JWT and opaque, says whose they are", async () => {
      expect(await introspect(ordersApi, await machineToken())).toMatchObject({ active: true, client_id: 'machine' });
      const opaque = await machineToken(LEDGER);
      expect(opaque).not.toContain('.');
      expect(await introspect(ordersApi, opaque)).toMatchObject({ active: true, client_id: 'machine', aud: LEDGER });
    });

    test('tells the client itself, also of its refresh token, whatever the hint is', async () => {
      const { tokens } = await signedIn(host, confidential);
      for (const hint of ['refresh_token', 'access_token', 'nonsense', undefined]) {
        expect(await introspect(confidential, tokens.refresh_token, hint)).toMatchObject({
          active: true,
          client_id: 'confidential',
        });
        expect(await introspect(confidential, tokens.access_token, hint)).toMatchObject({ active: true });
      }
    });

    test('tells nobody else anything but that it is not active', async () => {
      const { api, tokens } = await forApi(ORDERS, 'orders:read');
      for (const presented of [api, tokens.access_token, tokens.refresh_token]) {
        expect(await introspect(stranger, presented)).toEqual({ active: false });
      }
      // The audience of this token is none of the client's own APIs.
      const { tokens: forUserinfo } = await signedIn(host, app);
      expect(await introspect(ordersApi, forUserinfo.access_token)).toEqual({ active: false });
    });

    test('of a used refresh token, a JWT changed by a letter, an ID token and nonsense says that it is not active', async () => {
      const { api, tokens } = await forApi(ORDERS, 'orders:read', confidential);
      const [head = '', body = '', signature = ''] = api.split('.');
      const changed = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
      const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${body}.`;
      for (const presented of [tokens.refresh_token, changed, unsigned, tokens.id_token, 'nonsense', 'a.b.c', 'a.b']) {
        expect(await introspect(confidential, presented)).toEqual({ active: false });
      }
    });

    test('takes no JWT that somebody else signed for one of ours, whatever key it names', async () => {
      const { api } = await forApi(ORDERS, 'orders:read');
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { kid = '' } = decodeProtectedHeader(api);
      const forged = (header: Readonly<Record<string, unknown>>) =>
        new SignJWT(claimsOf(api)).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header }).sign(privateKey);
      for (const presented of [
        await forged({ kid }),
        await forged({ jwk: publicKey.export({ format: 'jwk' }) }),
        await forged({ kid: 'https://evil.test/', jku: 'https://evil.test/jwks' }),
        await forged({}),
        // Its id is no secret, and opens nothing.
        String(claimsOf(api)['jti']),
      ]) {
        expect(await introspect(ordersApi, presented)).toEqual({ active: false });
        await revoke(app, presented);
      }
      expect(await introspect(ordersApi, api)).toMatchObject({ active: true });
    });

    test('is refused to who does not authenticate, and to a request without token', async () => {
      const { api } = await forApi(ORDERS, 'orders:read');
      const wrong = await post('introspection', { ...ordersApi, secret: 'wrong' }, api);
      expect([wrong.status, ((await wrong.json()) as { error: string }).error]).toEqual([401, 'invalid_client']);
      const authorization = `Basic ${Buffer.from(`orders-api:${MACHINE_SECRET}`).toString('base64')}`;
      const missing = await fetch(`${host.issuer}/token/introspection`, {
        method: 'POST',
        body: new URLSearchParams({ token_type_hint: 'access_token' }),
        headers: { authorization },
      });
      expect([missing.status, ((await missing.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
    });

    test('is refused to a public client, whose name anybody can send, of its own tokens too', async () => {
      const { tokens, api } = await forApi(ORDERS, 'orders:read');
      for (const presented of [api, tokens.access_token, tokens.refresh_token, 'nonsense', 'a.b.c']) {
        const answer = await post('introspection', app, presented);
        expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
          401,
          expect.stringMatching(/^Basic /),
        ]);
        expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: expect.any(String) });
      }
      // A secret that it does not have makes it no other client.
      expect((await post('introspection', { ...app, secret: 'x' }, api)).status).toBe(401);
      const body = new URLSearchParams({ token: api, client_id: 'public', client_secret: 'x' });
      expect((await fetch(`${host.issuer}/token/introspection`, { method: 'POST', body })).status).toBe(401);
    });
  });

  describe('a JWT stops being active', () => {
    test('when its session ends', async () => {
      const { api, visitor } = await forApi(ORDERS, 'orders:read');
      expect(await introspect(ordersApi, api)).toMatchObject({ active: true });
      await visitor.submit(await visitor.visit(`${host.issuer}/session/end`), { logout: 'yes' });
      expect(await introspect(ordersApi, api)).toEqual({ active: false });
    });

    test('when its refresh token is used twice', async () => {
      const { api, tokens } = await forApi(ORDERS, 'orders:read');
      // Until then the answer may have got lost.
      await host.advance(11_000);
      await refresh(host, app, tokens.refresh_token);
      expect(await introspect(ordersApi, api)).toEqual({ active: false });
    });

    test('when its person is disabled, who can no longer refresh it, and is told nothing at userinfo', async () => {
      const { body } = await refresh(host, app, (await forApi(ORDERS, 'orders:read')).refreshToken);
      const bob = await signedIn(host, app, { scope: 'openid orders:read', resource: ORDERS }, 'bob');
      const api = await refresh(host, app, bob.tokens.refresh_token, { resource: ORDERS });
      expect((await host.command('user', 'disable', 'bob')).code).toBe(0);
      expect(await introspect(ordersApi, api.body.access_token)).toEqual({ active: false });
      expect((await userinfo(host, bob.tokens.access_token)).status).toBe(401);
      expect((await refresh(host, app, api.body.refresh_token)).body.error).toBe('invalid_grant');
      // Nobody else’s.
      expect((await userinfo(host, body.access_token)).status).toBe(200);
      expect((await host.command('user', 'enable', 'bob')).code).toBe(0);
      expect(await introspect(ordersApi, api.body.access_token)).toEqual({ active: false });
    });

    test('when its time is over', async () => {
      const api = await machineToken();
      await host.advance(301_000);
      expect(await introspect(ordersApi, api)).toEqual({ active: false });
    });
  });

  describe('revocation', () => {
    test('answers with nothing, which is of no type, whatever the token was', async () => {
      const { api, tokens, refreshToken } = await forApi(ORDERS, 'orders:read');
      const ledger = await forApi(LEDGER, 'ledger:read');
      for (const presented of [api, tokens.access_token, ledger.api, refreshToken, 'nonsense', 'a.b.c']) {
        const answer = await post('revocation', app, presented);
        expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, null, '']);
        expect(answer.headers.get('content-length')).toBe('0');
      }
    });

    test('of a JWT ends its grant: the refresh token and every other token with it', async () => {
      const { api, tokens, refreshToken } = await forApi(ORDERS, 'orders:read');
      await revoke(app, api);
      expect(await introspect(ordersApi, api)).toEqual({ active: false });
      expect((await userinfo(host, tokens.access_token)).status).toBe(401);
      expect((await refresh(host, app, refreshToken)).body.error).toBe('invalid_grant');
    });

    test('of a refresh token ends the JWTs of its grant', async () => {
      const { api, refreshToken } = await forApi(ORDERS, 'orders:read');
      await revoke(app, refreshToken);
      expect(await introspect(ordersApi, api)).toEqual({ active: false });
      expect((await refresh(host, app, refreshToken)).body.error).toBe('invalid_grant');
    });

    test('of an opaque token ends its grant', async () => {
      const { api, refreshToken } = await forApi(LEDGER, 'ledger:read');
      await revoke(app, api);
      expect(await introspect(ordersApi, api)).toEqual({ active: false });
      expect((await refresh(host, app, refreshToken)).body.error).toBe('invalid_grant');
    });

    test.each([
      ['JWT', ORDERS],
      ['opaque token', LEDGER],
    ])("of a machine's %s ends that token alone", async (_format, resource) => {
      const [one, other] = [await machineToken(resource), await machineToken(resource)];
      const body = new URLSearchParams({ client_id: 'machine', client_secret: MACHINE_SECRET, token: one });
      const answer = await fetch(`${host.issuer}/token/revocation`, { method: 'POST', body });
      expect(answer.status).toBe(200);
      expect(await introspect(ordersApi, one)).toEqual({ active: false });
      expect(await introspect(ordersApi, other)).toMatchObject({ active: true });
    });

    test('by another client than its own does nothing, and says nothing', async () => {
      const { api, tokens, refreshToken } = await forApi(ORDERS, 'orders:read');
      for (const presented of [api, tokens.access_token, refreshToken]) {
        const answer = await post('revocation', stranger, presented);
        // RFC 7009 2.1 refuses it; 2.2 answers what is invalid like what was revoked. No answer tells which it was.
        expect(answer.status).toBe(200);
      }
      // An API learns what a token is worth; it does not end it.
      await revoke(ordersApi, api);
      expect(await introspect(ordersApi, api)).toMatchObject({ active: true });
    });

    test('of what is unknown, or was revoked, is answered as done', async () => {
      const { api } = await forApi(ORDERS, 'orders:read');
      for (const presented of ['nonsense', 'a.b.c', 'a.b', api, api]) await revoke(app, presented);
    });
  });
});
