/** The audiences of tokens (RFC 8707), and the content of their JWTs (RFC 9068). */
import { describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { application, ask, type Asked, codeOf, exchange, refresh, signIn, token } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowRealm, MACHINE_SECRET, ORDERS, passwordOf, stores } from './flow-host.js';

const app = application('public');
const LEDGER = 'https://ledger.test';
const STOCK = 'https://stock.test';
const BOTH = { scope: 'openid orders:read orders:write ledger:read' };

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  /** Asks for tokens of these APIs. */
  function askFor(resources: readonly string[], params: Readonly<Record<string, string>> = BOTH, by = app): Asked {
    const authRequest = ask(host, by, params);
    for (const each of resources) authRequest.url.searchParams.append('resource', each);
    return authRequest;
  }
  const signedInFor = async (asked: Asked) => signIn(new Visitor(), asked, 'alice', passwordOf(host, 'alice'));
  const exchanged = async (asked: Asked, params: Readonly<Record<string, string>> = {}) =>
    token(host, asked.application, {
      grant_type: 'authorization_code',
      code: codeOf(await signedInFor(asked)),
      redirect_uri: asked.application.redirectUri,
      code_verifier: asked.verifier,
      ...params,
    });
  const verified = (jwt: string, audience: string) =>
    jwtVerify(jwt, createRemoteJWKSet(new URL(`${host.issuer}/jwks`)), {
      issuer: host.issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      currentDate: new Date(Date.now() + host.ahead()),
    });
  const machine = (params: Readonly<Record<string, string>> = {}) =>
    token(host, { id: 'machine' }, { grant_type: 'client_credentials', client_secret: MACHINE_SECRET, ...params });

  describe('a request that names two APIs', () => {
    test('gets a token for userinfo, and one for each of them at a refresh', async () => {
      const { status, body } = await exchanged(askFor([ORDERS, LEDGER]));
      expect(status).toBe(200);
      expect(body.scope).toBe('openid');
      expect(body.access_token).not.toContain('.');
      const orders = await refresh(host, app, body.refresh_token, { resource: ORDERS });
      expect(orders.body.scope).toBe('orders:read orders:write');
      expect((await verified(orders.body.access_token, ORDERS)).payload['aud']).toBe(ORDERS);
      const ledger = await refresh(host, app, orders.body.refresh_token, { resource: LEDGER });
      expect([ledger.status, ledger.body.scope]).toEqual([200, 'ledger:read']);
    });

    test('may be posted, and pushed', async () => {
      const authRequest = askFor([ORDERS, LEDGER]);
      const body = new URLSearchParams(authRequest.url.searchParams);
      const posted = await new Visitor().request(`${host.issuer}/auth`, { method: 'POST', body });
      expect(posted.status).toBe(303);
      const url = new URL(posted.headers.get('location') ?? '', host.issuer);
      expect(url.searchParams.getAll('resource')).toEqual([ORDERS, LEDGER]);
      const pushed = await fetch(`${host.issuer}/request`, { method: 'POST', body });
      const { request_uri: reference = '' } = (await pushed.json()) as { request_uri?: string };
      url.search = new URLSearchParams({ client_id: 'public', request_uri: reference }).toString();
      const { body: tokens } = await exchange(host, authRequest, codeOf(await signedInFor({ ...authRequest, url })));
      expect((await refresh(host, app, tokens.refresh_token, { resource: LEDGER })).status).toBe(200);
    });

    test('gets one for the API that the exchange names, and may still ask for the other', async () => {
      const { body } = await exchanged(askFor([ORDERS, LEDGER]), { resource: ORDERS });
      expect((await verified(body.access_token, ORDERS)).payload['scope']).toBe('orders:read orders:write');
      expect((await refresh(host, app, body.refresh_token, { resource: LEDGER })).status).toBe(200);
    });

    test('may be narrowed at a refresh to a scope, for one token alone', async () => {
      const { body } = await exchanged(askFor([ORDERS, LEDGER]));
      const narrow = await refresh(host, app, body.refresh_token, { resource: ORDERS, scope: 'orders:read' });
      expect((await verified(narrow.body.access_token, ORDERS)).payload).toMatchObject({
        scope: 'orders:read',
        permissions: ['orders:read'],
      });
      const wide = await refresh(host, app, narrow.body.refresh_token, { resource: ORDERS });
      expect(wide.body.scope).toBe('orders:read orders:write');
    });
  });

  describe('an API', () => {
    test('that was not granted is refused at the exchange and at a refresh', async () => {
      const alone = await exchanged(askFor([ORDERS], { scope: 'openid orders:read' }), { resource: LEDGER });
      expect([alone.status, alone.body.error]).toEqual([400, 'invalid_target']);
      const { body } = await exchanged(askFor([ORDERS], { scope: 'openid orders:read' }));
      const later = await refresh(host, app, body.refresh_token, { resource: LEDGER });
      expect([later.status, later.body.error]).toEqual([400, 'invalid_target']);
    });

    test.each([
      ['that nobody knows', 'https://unknown.test'],
      ['that this client is not listed for', STOCK],
      ['that is a relative address', '/orders'],
      ['with a fragment', `${ORDERS}#part`],
      ['with another letter at its end', `${ORDERS}/`],
    ])('%s is refused everywhere', async (_what, resource) => {
      const page = await new Visitor().visit(askFor([ORDERS, resource]).url);
      expect(page.url.searchParams.get('error')).toBe('invalid_target');
      expect((await machine({ resource })).body.error).toBe('invalid_target');
      const { body } = await exchanged(askFor([ORDERS], { scope: 'openid orders:read' }));
      expect((await refresh(host, app, body.refresh_token, { resource })).body.error).toBe('invalid_target');
    });

    test('that is named twice is the one API', async () => {
      const authRequest = askFor([ORDERS, ORDERS], { scope: 'openid orders:read' });
      const sent = async (params: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
        const body = new URLSearchParams([...Object.entries(params), ['resource', ORDERS], ['resource', ORDERS]]);
        const answer = await fetch(`${host.issuer}/token`, { method: 'POST', body });
        return (await answer.json()) as Record<string, string>;
      };
      const own = await sent({ grant_type: 'client_credentials', client_id: 'machine', client_secret: MACHINE_SECRET });
      const first = await sent({
        ...{ client_id: app.id, grant_type: 'authorization_code', redirect_uri: app.redirectUri },
        ...{ code: codeOf(await signedInFor(authRequest)), code_verifier: authRequest.verifier },
      });
      const refreshed = { client_id: app.id, grant_type: 'refresh_token', refresh_token: first['refresh_token'] ?? '' };
      for (const { error, access_token: jwt = '' } of [own, first, await sent(refreshed)]) {
        expect(error).toBeUndefined();
        const { aud } = (await verified(jwt, ORDERS)).payload;
        expect([aud].flat()[0]).toBe(ORDERS);
      }
    });

    test('gives no permission that is another one’s', async () => {
      const { body } = await exchanged(askFor([ORDERS], { scope: 'openid orders:read ledger:read' }), {
        resource: ORDERS,
      });
      expect((await verified(body.access_token, ORDERS)).payload).toMatchObject({
        scope: 'orders:read',
        permissions: ['orders:read'],
      });
    });
  });

  describe('a token for an API', () => {
    const permissionsOf = async (jwt: string) => (await verified(jwt, ORDERS)).payload['permissions'];

    test('that was narrowed to no scope of it lends nothing, and never more than was granted', async () => {
      const { body } = await exchanged(askFor([ORDERS], { scope: 'openid orders:read' }), { resource: ORDERS });
      expect(await permissionsOf(body.access_token)).toEqual(['orders:read']);
      const narrowed = await refresh(host, app, body.refresh_token, { resource: ORDERS, scope: 'openid' });
      expect(await permissionsOf(narrowed.body.access_token)).toEqual([]);
      const whole = await refresh(host, app, narrowed.body.refresh_token, { resource: ORDERS });
      expect(await permissionsOf(whole.body.access_token)).toEqual(['orders:read']);
    });

    test('of an application that people are asked about lends what they were asked about alone', async () => {
      const asking = application('asking');
      const tokenFor = async (scope: string) => {
        const authRequest = ask(host, asking, { scope, resource: ORDERS, prompt: 'consent' });
        const visitor = new Visitor();
        const consent = await signIn(visitor, authRequest, 'alice', passwordOf(host, 'alice'));
        const code = codeOf(await visitor.submit(consent, { decision: 'allow' }));
        const form = { code, redirect_uri: asking.redirectUri, code_verifier: authRequest.verifier, resource: ORDERS };
        const { body } = await token(host, asking, { grant_type: 'authorization_code', ...form });
        return { refreshToken: body.refresh_token, said: (await verified(body.access_token, ORDERS)).payload };
      };
      const { refreshToken, said } = await tokenFor('openid profile');
      expect(said).toMatchObject({ roles: [], permissions: [] });
      const again = await refresh(host, asking, refreshToken, { resource: ORDERS });
      expect((await verified(again.body.access_token, ORDERS)).payload).toMatchObject({ roles: [], permissions: [] });
      expect((await tokenFor('openid orders:read')).said).toMatchObject({ permissions: ['orders:read'] });
    });

    test('of a first-party application that asks for no scope of it lends all that is held', async () => {
      const { body } = await exchanged(askFor([ORDERS], { scope: 'openid' }), { resource: ORDERS });
      expect(await permissionsOf(body.access_token)).toEqual(['orders:read', 'orders:write']);
    });
  });

  describe('a token without a named API', () => {
    test('is for the default one where a machine asks', async () => {
      const { body } = await machine();
      expect((await verified(body.access_token, ORDERS)).payload).toMatchObject({ aud: ORDERS, sub: 'machine' });
    });

    test('is for userinfo where a person signed in to a client without a default', async () => {
      const { body } = await exchanged(askFor([], { scope: 'openid' }));
      expect(body.access_token).not.toContain('.');
    });

    test('is for the default one where a person signed in without openid, and for userinfo with it', async () => {
      const by = application('defaulting', CONFIDENTIAL_SECRET);
      const without = await exchanged(askFor([], { scope: 'orders:read' }, by));
      expect(without.body.id_token).toBeUndefined();
      expect((await verified(without.body.access_token, ORDERS)).payload).toMatchObject({ scope: 'orders:read' });
      const withIt = await exchanged(askFor([], { scope: 'openid' }, by));
      expect(withIt.body.access_token).not.toContain('.');
    });
  });

  describe('a JWT for an API', () => {
    test('says who gave it, to whom, for whom and since when, as RFC 9068 has it', async () => {
      const authRequest = askFor([ORDERS], { scope: 'openid orders:read' });
      const first = await exchange(host, authRequest, codeOf(await signedInFor(authRequest)));
      await host.advance(60_000);
      const { body } = await refresh(host, app, first.body.refresh_token, { resource: ORDERS });
      const { payload, protectedHeader } = await verified(body.access_token, ORDERS);
      expect(protectedHeader).toMatchObject({ typ: 'at+jwt', alg: 'ES256', kid: expect.any(String) });
      const { sub } = (await (
        await fetch(`${host.issuer}/me`, { headers: { authorization: `Bearer ${first.body.access_token}` } })
      ).json()) as { sub: string };
      expect(payload).toMatchObject({
        iss: host.issuer,
        aud: ORDERS,
        sub,
        client_id: 'public',
        scope: 'orders:read',
        jti: expect.any(String),
        acr: 'urn:gatehouse:acr:password',
        amr: ['pwd'],
      });
      expect(payload.exp).toBe((payload.iat ?? 0) + 300);
      // The time of the sign-in, which no refresh changes.
      expect(Number(payload.iat) - Number(payload['auth_time'])).toBeGreaterThanOrEqual(59);
    });

    test('of a machine has the client for its subject, and says nothing of a sign-in', async () => {
      const { payload } = await verified((await machine()).body.access_token, ORDERS);
      expect(payload).toMatchObject({
        iss: host.issuer,
        sub: 'machine',
        client_id: 'machine',
        jti: expect.any(String),
      });
      for (const name of ['acr', 'amr', 'auth_time', 'idp']) expect(payload).not.toHaveProperty(name);
    });

    test('never has the id of another', async () => {
      const ids = await Promise.all(
        Array.from(
          { length: 10 },
          async () => (await verified((await machine()).body.access_token, ORDERS)).payload.jti,
        ),
      );
      expect(new Set(ids).size).toBe(10);
    });
  });
});
