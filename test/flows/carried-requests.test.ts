import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { application, ask, type Asked, claimsOf, codeOf, exchange, signIn, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, passwordOf, stores, flowRealm } from './flow-host.js';

const app = application('public');
const confidential = application('confidential', CONFIDENTIAL_SECRET);
const pushing = application('pushing');
const signing = application('signing');

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'own' }] };

const client = (id: string, more: object): object => ({
  ...{ id, name: id, authentication: 'none', firstParty: true },
  ...more,
});

describe.each(stores)('on %s:', (store) => {
  const host = useHost(
    flowRealm(store, {
      clients: [
        client('signing', { redirectUris: ['https://signing.test/callback'], jwks }),
        client('odd', {
          applicationType: 'native',
          redirectUris: ['https://odd.test/a;script-src,b$&c', 'http://[::1]:8000/callback'],
        }),
        client('pushing', { requirePushedRequests: true, redirectUris: ['https://pushing.test/callback'] }),
      ],
    }),
  );

  const seconds = (): number => Math.floor((Date.now() + host.ahead()) / 1000);
  const signedInBy = (visitor: Visitor, asked: Pick<Asked, 'url'>) =>
    signIn(visitor, asked, 'alice', passwordOf(host, 'alice'));

  /** Pushes what was to be asked, and asks by reference instead. */
  async function push(asked: Asked, more: Readonly<Record<string, string>> = {}) {
    const { id, secret } = asked.application;
    const body = new URLSearchParams(asked.url.searchParams);
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    if (secret !== undefined) body.set('client_id', id);
    const headers: Record<string, string> =
      secret === undefined ? {} : { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
    const answer = await fetch(`${host.issuer}/request`, { method: 'POST', headers, body });
    const response = (await answer.json()) as { request_uri?: string; expires_in?: number; error?: string };
    return { status: answer.status, ...response };
  }
  const byReference = (asked: Asked, requestUri = '', clientId = asked.application.id): Asked => {
    const url = new URL(`${host.issuer}/auth`);
    url.search = new URLSearchParams({ client_id: clientId, request_uri: requestUri }).toString();
    return { ...asked, url };
  };

  describe('a pushed request', () => {
    test.each([
      ['public', app],
      ['confidential', confidential],
    ])('of a %s client leads to its tokens', async (_kind, by) => {
      const authRequest = ask(host, by);
      const pushed = await push(authRequest);
      expect(pushed).toMatchObject({ status: 201, expires_in: 60 });
      expect(pushed.request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:/);
      const page = await signedInBy(new Visitor(), byReference(authRequest, pushed.request_uri));
      expect(page.url.searchParams.get('state')).toBe(authRequest.url.searchParams.get('state'));
      expect((await exchange(host, authRequest, codeOf(page))).status).toBe(200);
    });

    test('is answered once, of 20 at the same moment and ever after', async () => {
      const visitor = new Visitor();
      await signedInBy(visitor, ask(host, app));
      const authRequest = ask(host, app);
      const { url } = byReference(authRequest, (await push(authRequest)).request_uri);
      const pages = await Promise.all(Array.from({ length: 20 }, () => visitor.request(url)));
      const codes = pages.filter((page) => page.headers.get('location')?.includes('code=') === true);
      expect(codes).toHaveLength(1);
      const late = await visitor.visit(url);
      expect([late.status, late.url.searchParams.get('code')]).toEqual([400, null]);
    });

    test('begins no sign-in after a minute, and lets one that it began take longer', async () => {
      const visitor = new Visitor();
      const authRequest = ask(host, app);
      const reference = byReference(authRequest, (await push(authRequest)).request_uri);
      const page = await visitor.visit(reference.url);
      await host.advance(61_000);
      expect((await new Visitor().visit(reference.url)).status).toBe(400);
      const answer = await visitor.submit(page, { identifier: 'alice', password: passwordOf(host, 'alice') });
      expect((await exchange(host, authRequest, codeOf(answer))).status).toBe(200);
    });

    test('of which two sign-ins began is answered to one of them', async () => {
      const authRequest = ask(host, app);
      const { url } = byReference(authRequest, (await push(authRequest)).request_uri);
      const [one, other] = [new Visitor(), new Visitor()];
      const pages = [await one.visit(url), await other.visit(url)] as const;
      const typed = { identifier: 'alice', password: passwordOf(host, 'alice') };
      await host.advance(120_000);
      const first = await one.submit(pages[0], typed);
      expect(codeOf(first)).toBeTruthy();
      const second = await other.submit(pages[1], typed);
      expect(second.url.searchParams.get('code')).toBeNull();
    });

    test('is refused when it is long, since anybody can have it kept', async () => {
      const authRequest = ask(host, app, { state: 's'.repeat(50_000) });
      expect(await push(authRequest)).toMatchObject({ status: 413, error: 'invalid_request' });
      expect((await push(ask(host, app, { state: 's'.repeat(12_000) }))).status).toBe(201);
    });

    test('is for its own client alone', async () => {
      const authRequest = ask(host, app);
      const { request_uri: uri } = await push(authRequest);
      const page = await new Visitor().visit(byReference(authRequest, uri, 'confidential').url);
      expect([page.status, page.url.host]).toEqual([400, new URL(host.issuer).host]);
    });

    test('is checked as it comes: client, redirect address, PKCE', async () => {
      expect(await push(ask(host, app), { redirect_uri: 'https://evil.test/' })).toMatchObject({
        status: 400,
        error: 'invalid_request',
      });
      expect(await push(ask(host, { ...confidential, secret: 'wrong' }))).toMatchObject({ status: 401 });
      expect(await push(ask(host, app), { code_challenge_method: 'plain' })).toMatchObject({ status: 400 });
    });

    test('is the only way of a client that must push', async () => {
      const authRequest = ask(host, pushing);
      const refused = await new Visitor().visit(authRequest.url);
      expect(refused.url.searchParams.get('error')).toBe('invalid_request');
      const page = await signedInBy(new Visitor(), byReference(authRequest, (await push(authRequest)).request_uri));
      expect((await exchange(host, authRequest, codeOf(page))).status).toBe(200);
    });
  });

  /** The request as a signed request object (RFC 9101). */
  const sign = (
    asked: Asked,
    claims: Readonly<Record<string, unknown>> = {},
    key = privateKey,
    header: Readonly<Record<string, string>> = {},
  ): Promise<string> =>
    new SignJWT({
      ...Object.fromEntries(asked.url.searchParams),
      ...{ iss: 'signing', aud: host.issuer, iat: seconds(), exp: seconds() + 60 },
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'own', typ: 'oauth-authz-req+jwt', ...header })
      .sign(key);
  const carrying = (asked: Asked, request: string, more: Readonly<Record<string, string>> = {}): Asked => {
    const url = new URL(`${host.issuer}/auth`);
    url.search = new URLSearchParams({ client_id: asked.application.id, request, ...more }).toString();
    return { ...asked, url };
  };

  describe('a signed request', () => {
    test('leads to tokens, and what stands beside it counts for nothing', async () => {
      const authRequest = ask(host, signing);
      const carried = carrying(authRequest, await sign(authRequest), { scope: 'openid email', response_type: 'code' });
      const tokens = await exchange(host, authRequest, codeOf(await signedInBy(new Visitor(), carried)));
      expect(tokens.body.scope).toBe('openid');
      expect(claimsOf(tokens.body.id_token)['nonce']).toBe(authRequest.url.searchParams.get('nonce'));
    });

    test('may be pushed', async () => {
      const authRequest = ask(host, signing);
      const request = await sign(authRequest, { client_id: 'signing' });
      const body = new URLSearchParams({ client_id: 'signing', request });
      const pushed = await fetch(`${host.issuer}/request`, { method: 'POST', body });
      const { request_uri: uri } = (await pushed.json()) as { request_uri: string };
      const page = await signedInBy(new Visitor(), byReference(authRequest, uri));
      expect((await exchange(host, authRequest, codeOf(page))).status).toBe(200);
    });

    test.each<[string, (asked: Asked) => Promise<string> | string]>([
      ['that nobody signed', (asked) => new UnsecuredJWT(Object.fromEntries(asked.url.searchParams)).encode()],
      ['of another key', (asked) => sign(asked, {}, stranger)],
      ['for another provider', (asked) => sign(asked, { aud: 'https://elsewhere.test' })],
      ['of another client', (asked) => sign(asked, { iss: 'public' })],
      ['that is over', (asked) => sign(asked, { exp: seconds() - 60 })],
      ['that never ends', (asked) => sign(asked, { exp: undefined })],
      ['that ends next week', (asked) => sign(asked, { exp: seconds() + 7 * 86_400 })],
      ['that brings another', (asked) => sign(asked, { request_uri: 'http://127.0.0.1/' })],
    ])('%s is refused', async (_how, made) => {
      const authRequest = ask(host, signing);
      const page = await new Visitor().visit(carrying(authRequest, await made(authRequest)).url);
      expect(page.url.searchParams.get('code')).toBeNull();
      expect(page.heading).not.toBe('Sign in');
      expect(page.text + page.url.href).toMatch(/invalid_request_object/);
    });

    // The library knows no secret of any client, but a text that everybody can guess.
    test('is not signed by a MAC', async () => {
      const authRequest = ask(host, confidential);
      const claims = { ...Object.fromEntries(authRequest.url.searchParams), iss: 'confidential', aud: host.issuer };
      const mac = await new SignJWT({ ...claims, exp: seconds() + 60 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode('kept-as-hash:confidential'));
      const page = await new Visitor().visit(carrying(authRequest, mac).url);
      expect(page.heading).not.toBe('Sign in');
      expect(page.text + page.url.href).toMatch(/invalid_request_object/);
    });

    test('is never fetched: a request_uri that points anywhere is refused', async () => {
      const authRequest = ask(host, signing);
      for (const uri of ['http://127.0.0.1:1/', 'https://signing.test/request', `${host.issuer}/jwks`]) {
        const page = await new Visitor().visit(byReference(authRequest, uri).url);
        expect(page.text + page.url.href).toMatch(/request_uri_not_supported/);
      }
    });
  });

  describe('the answer', () => {
    test('names the issuer, good or bad, so that no other provider can pass for this one', async () => {
      const good = await signedInBy(new Visitor(), ask(host, app));
      expect(good.url.searchParams.get('iss')).toBe(host.issuer);
      const bad = await new Visitor().visit(ask(host, app, { prompt: 'none' }).url);
      expect(Object.fromEntries(bad.url.searchParams)).toMatchObject({ error: 'login_required', iss: host.issuer });
    });

    test('is posted where that is asked for, by a page whose form may lead anywhere, since nobody types on it', async () => {
      const page = await signedInBy(new Visitor(), ask(host, app, { response_mode: 'form_post' }));
      expect(page.status).toBe(200);
      expect(page.action.href).toBe(app.redirectUri);
      expect(page.fields).toMatchObject({ code: expect.any(String), state: expect.any(String), iss: host.issuer });
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).not.toContain('form-action');
      expect(policy).toMatch(/script-src 'self' 'sha256-/);
      expect(page.headers.get('cache-control')).toContain('no-store');
    });

    test('is posted from a live session too, and so is an error', async () => {
      const visitor = new Visitor();
      await signedInBy(visitor, ask(host, app));
      const page = await visitor.visit(ask(host, app, { response_mode: 'form_post' }).url);
      expect(page.fields).toMatchObject({ code: expect.any(String) });
      const authRequest = ask(host, app, { response_mode: 'form_post', prompt: 'none' });
      const refused = await new Visitor().visit(authRequest.url);
      expect(refused.fields).toMatchObject({ error: 'login_required', iss: host.issuer });
      for (const { headers } of [page, refused]) {
        expect(headers.get('content-security-policy')).toMatch(/script-src 'self' 'sha256-/);
        expect(headers.get('content-security-policy')).not.toContain('form-action');
      }
    });

    test.each(['https://odd.test/a;script-src,b$&c', 'http://[::1]:8000/callback'])(
      'is posted to %s, byte for byte, by a page whose policy does not name it',
      async (redirectUri) => {
        const authRequest = ask(host, { id: 'odd', redirectUri }, { response_mode: 'form_post', prompt: 'none' });
        const page = await new Visitor().visit(authRequest.url);
        expect(page.fields).toMatchObject({ error: 'login_required' });
        expect(page.text).toContain(`action="${redirectUri.replaceAll('&', '&amp;')}"`);
        const policy = page.headers.get('content-security-policy') ?? '';
        expect(policy.split(';').map((part) => part.split(' ')[0])).not.toContain('form-action');
        expect(policy).not.toContain(',');
      },
    );

    test('goes nowhere in a way that nobody knows', async () => {
      const page = await new Visitor().visit(ask(host, app, { response_mode: 'web_message' }).url);
      expect(page.url.searchParams.get('code')).toBeNull();
    });

    test('gives the claims that were asked for one by one', async () => {
      const claims = JSON.stringify({ id_token: { email: null }, userinfo: { given_name: { essential: true } } });
      const authRequest = ask(host, app, { claims });
      const { body } = await exchange(host, authRequest, codeOf(await signedInBy(new Visitor(), authRequest)));
      expect(claimsOf(body.id_token)).toMatchObject({ email: 'alice@people.test' });
      expect(await (await userinfo(host, body.access_token)).json()).toMatchObject({ given_name: 'Alice' });
    });
  });

  describe('a request that is posted', () => {
    const FORM = 'application/x-www-form-urlencoded';
    const post = (path: string, fields: string | URLSearchParams, type = FORM) =>
      fetch(`${host.issuer}${path}`, {
        method: 'POST',
        body: String(fields),
        headers: { 'content-type': type },
        redirect: 'manual',
      });

    test('goes on by GET, where the cookies are', async () => {
      const authRequest = ask(host, app);
      const visitor = new Visitor();
      const body = new URLSearchParams(authRequest.url.searchParams);
      const answer = await visitor.request(`${host.issuer}/auth`, { method: 'POST', body });
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([303, 'no-store']);
      const url = new URL(answer.headers.get('location') ?? '', host.issuer);
      expect(url.searchParams.toString()).toBe(authRequest.url.searchParams.toString());
      expect((await exchange(host, authRequest, codeOf(await signedInBy(visitor, { url })))).status).toBe(200);
    });

    test('works for the logout endpoint too', async () => {
      const answer = await post('/session/end', new URLSearchParams({ client_id: 'public' }));
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toMatch(/\/session\/end\?client_id=public$/);
    });

    test.each<[string, number, string, string]>([
      ['too large', 413, `state=${'x'.repeat(20_000)}`, FORM],
      ['too long for an address', 413, `state=${'x'.repeat(10_000)}`, FORM],
      ['no form', 415, '{}', 'application/json'],
      ['of a field that comes twice', 400, 'client_id=public&client_id=public', FORM],
      ['not in UTF-8', 400, 'state=%ff', FORM],
    ])('is refused by a page when it is %s', async (_what, status, body, type) => {
      const answer = await post('/auth', body, type);
      expect([answer.status, answer.headers.get('location')]).toEqual([status, null]);
      expect(await answer.text()).toContain('invalid_request');
    });
  });
});
