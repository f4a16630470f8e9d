import { describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { minutes } from '../../src/base/clock.js';
import {
  application,
  ask,
  type Asked,
  claimsOf,
  codeOf,
  exchange,
  refresh,
  signIn,
  token,
  userinfo,
} from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { refreshOf, Visitor } from '../support/visitor.js';
import { assertion, newKey } from './client-realm.js';
import { CONFIDENTIAL_SECRET, passwordOf, stores } from './flow-host.js';
import { keyedRealm } from './keyed-realm.js';

// The checks of the OpenID Foundation's certification suite (basic, config, form_post and RP-initiated logout), as our own
// tests.

const app = application('certified', CONFIDENTIAL_SECRET);
const keyed = application('keyed');
const key = newKey('ES256');

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(keyedRealm(kind, key));

  const typed = (visitor: Visitor, asked: Pick<Asked, 'url'>) =>
    signIn(visitor, asked, 'alice', passwordOf(host, 'alice'));
  async function tokensOf(params: Readonly<Record<string, string>> = {}, visitor = new Visitor()) {
    const authRequest = ask(host, app, params);
    const page = await typed(visitor, authRequest);
    const code = codeOf(page);
    const { status, body } = await exchange(host, authRequest, code);
    expect(status).toBe(200);
    return { visitor, asked: authRequest, page, code, body };
  }
  const now = (): number => Math.floor((Date.now() + host.ahead()) / 1000);

  describe('an ID token', () => {
    test('is signed with RS256 for a client that wants that, and names its key', async () => {
      const { asked, body } = await tokensOf();
      const keys = createRemoteJWKSet(new URL(`${host.issuer}/jwks`));
      const { payload, protectedHeader } = await jwtVerify(body.id_token, keys, {
        issuer: host.issuer,
        audience: 'certified',
        currentDate: new Date(now() * 1000),
      });
      expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
      expect(payload).toMatchObject({ sub: expect.any(String), nonce: asked.url.searchParams.get('nonce') });
      expect(payload.iat).toBeGreaterThan(now() - 60);
      expect(payload.exp).toBeGreaterThan(now());
    });

    test('of a code has no hash of the access token, and no nonce where none was sent', async () => {
      const authRequest = ask(host, app);
      authRequest.url.searchParams.delete('nonce');
      const { body } = await exchange(host, authRequest, codeOf(await typed(new Visitor(), authRequest)));
      expect(claimsOf(body.id_token)).not.toHaveProperty('nonce');
      expect(claimsOf(body.id_token)).not.toHaveProperty('at_hash');
    });

    test('says when the person authenticated where max_age is asked for', async () => {
      const { body } = await tokensOf({ max_age: '600' });
      expect(Math.abs(Number(claimsOf(body.id_token)['auth_time']) - now())).toBeLessThan(60);
    });

    test('of a refresh is the same person’s, of the same sign-in, and without the nonce', async () => {
      const { body } = await tokensOf();
      const before = claimsOf(body.id_token);
      await host.advance(minutes(2));
      const again = await refresh(host, app, body.refresh_token);
      const after = claimsOf(again.body.id_token);
      for (const claim of ['iss', 'sub', 'aud', 'auth_time', 'acr']) expect(after[claim]).toEqual(before[claim]);
      expect(before).toHaveProperty('nonce');
      expect(after).not.toHaveProperty('nonce');
      expect(Number(after['iat'])).toBeGreaterThan(Number(before['iat']));
      expect(decodeProtectedHeader(again.body.id_token)).toMatchObject({ alg: 'RS256' });
    });
  });

  describe('a request', () => {
    test.each<[string, Record<string, string>]>([
      ['display=page', { display: 'page' }],
      ['display=popup', { display: 'popup' }],
      ['claims_locales', { claims_locales: 'se' }],
      ['ui_locales that nobody speaks', { ui_locales: 'se' }],
      ['a parameter that no standard names', { extra: 'foobar' }],
      ['a scope that nobody knows', { scope: 'openid nonsense' }],
      ['a level that every sign-in reaches', { acr_values: 'urn:gatehouse:acr:password' }],
      ['a login_hint', { login_hint: 'somebody@else.test' }],
    ])('with %s leads to tokens', async (_what, params) => {
      const { body } = await tokensOf(params);
      expect(body).toMatchObject({ token_type: 'Bearer', scope: 'openid' });
    });

    test('with its scopes in whatever order gives what each releases', async () => {
      const { body } = await tokensOf({ scope: 'email openid' });
      expect(body.scope.split(' ').toSorted()).toEqual(['email', 'openid']);
      expect(await (await userinfo(host, body.access_token)).json()).toHaveProperty('email');
    });

    test('with every level that the metadata names is answered with one of them', async () => {
      const metadata = await fetch(`${host.issuer}/.well-known/openid-configuration`);
      const { acr_values_supported: all } = (await metadata.json()) as { acr_values_supported: string[] };
      const { body } = await tokensOf({ acr_values: all.join(' ') });
      expect(all).toContain(claimsOf(body.id_token)['acr']);
    });

    test('without state is answered without one; a long state and nonce come back as they were', async () => {
      const without = ask(host, app);
      without.url.searchParams.delete('state');
      expect((await typed(new Visitor(), without)).url.searchParams.has('state')).toBe(false);
      const long = { state: 's'.repeat(500), nonce: 'n'.repeat(500) };
      const { page, body } = await tokensOf(long);
      expect(page.url.searchParams.get('state')).toBe(long.state);
      expect(claimsOf(body.id_token)['nonce']).toBe(long.nonce);
    });

    test.each(['se de', 'de_DE', 'DE', 'de-DE', 'xx_YY _ de-AT-1996', '% de'])(
      'with ui_locales %s shows our pages in that language',
      async (ui_locales) => {
        const page = await new Visitor().visit(ask(host, app, { ui_locales }).url);
        expect(page.text).toMatch(/<html[^>]* lang="de"/);
      },
    );

    test('without response_type goes back as an error, with state and issuer', async () => {
      const authRequest = ask(host, app);
      authRequest.url.searchParams.delete('response_type');
      const { url } = await new Visitor().visit(authRequest.url);
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        error: 'invalid_request',
        state: authRequest.url.searchParams.get('state'),
        iss: host.issuer,
      });
    });

    test('answers with state and issuer, and twice in one session with the same subject', async () => {
      const { visitor, asked, page, body } = await tokensOf();
      expect(Object.fromEntries(page.url.searchParams)).toMatchObject({
        state: asked.url.searchParams.get('state'),
        iss: host.issuer,
      });
      const silent = ask(host, app, { prompt: 'none', id_token_hint: body.id_token });
      const again = await exchange(host, silent, codeOf(await visitor.visit(silent.url)));
      const [before, after] = [claimsOf(body.id_token), claimsOf(again.body.id_token)];
      expect(after).toMatchObject({ sub: before['sub'], auth_time: before['auth_time'] });
    });
  });

  test('a code that comes a second time revokes the access token that it gave', async () => {
    const { asked, code, body } = await tokensOf();
    expect((await userinfo(host, body.access_token)).status).toBe(200);
    expect(await exchange(host, asked, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await userinfo(host, body.access_token)).status).toBe(401);
  });

  test('a code is for the client alone that asked for it', async () => {
    const authRequest = ask(host, app);
    const code = codeOf(await typed(new Visitor(), authRequest));
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: app.redirectUri,
      code_verifier: authRequest.verifier,
    };
    const other = await token(host, { id: 'keyed' }, { ...form, ...(await assertion(host, 'keyed', key)) });
    expect([other.status, other.body.error]).toEqual([400, 'invalid_grant']);
    expect((await exchange(host, authRequest, code)).status).toBe(200);
  });

  // FAPI 2.0 Security Profile 5.3.2, by a client that authenticates by its key and pushes its requests.
  describe('a pushed request of a client with a key', () => {
    async function push(
      asked: Asked,
      claims: Readonly<Record<string, unknown>>,
      more: Readonly<Record<string, string>> = {},
    ) {
      const body = new URLSearchParams(asked.url.searchParams);
      const proof = await assertion(host, 'keyed', key, claims);
      for (const [name, value] of Object.entries({ ...proof, ...more })) body.set(name, value);
      const answer = await fetch(`${host.issuer}/request`, { method: 'POST', body });
      return { status: answer.status, ...((await answer.json()) as { request_uri?: string; error?: string }) };
    }

    test.each<[string, (issuer: string) => unknown]>([
      ['the issuer', (issuer) => issuer],
      ['the token endpoint', (issuer) => `${issuer}/token`],
      ['the endpoint itself', (issuer) => `${issuer}/request`],
      ['a list of them', (issuer) => [issuer, `${issuer}/token`]],
    ])('is taken with an assertion for %s', async (_whom, aud) => {
      expect((await push(ask(host, keyed), { aud: aud(host.issuer) })).status).toBe(201);
    });

    test('leads to tokens, whatever stands beside its reference', async () => {
      const authRequest = ask(host, keyed);
      const { request_uri: reference = '' } = await push(authRequest, {});
      const url = new URL(`${host.issuer}/auth`);
      url.search = new URLSearchParams({
        ...{ client_id: 'keyed', request_uri: reference, scope: 'openid profile', state: 'another' },
        ...{ redirect_uri: 'https://evil.test/', prompt: 'none', nonce: 'another', code_challenge: 'another' },
      }).toString();
      const page = await typed(new Visitor(), { url });
      expect(page.url.href).toMatch(/^https:\/\/keyed\.test\/callback\?/);
      expect(page.url.searchParams.get('state')).toBe(authRequest.url.searchParams.get('state'));
      const form = { code: codeOf(page), redirect_uri: keyed.redirectUri, code_verifier: authRequest.verifier };
      const proof = await assertion(host, 'keyed', key);
      const { body } = await token(host, keyed, { grant_type: 'authorization_code', ...form, ...proof });
      expect(body.scope).toBe('openid');
      expect(claimsOf(body.id_token)['nonce']).toBe(authRequest.url.searchParams.get('nonce'));
    });

    test('is refused when it refers to another, or comes by GET', async () => {
      const { request_uri: reference = '' } = await push(ask(host, keyed), {});
      expect((await push(ask(host, keyed), {}, { request_uri: reference })).status).toBe(400);
      expect((await fetch(`${host.issuer}/request?${ask(host, keyed).url.search}`)).status).toBe(405);
    });
  });

  describe('userinfo', () => {
    test('is answered by GET and POST, with the token in the header, in whatever case, or in a form', async () => {
      const { body } = await tokensOf({ scope: 'openid profile email' });
      const { sub } = claimsOf(body.id_token);
      const form = new URLSearchParams({ access_token: body.access_token });
      const ways: RequestInit[] = [
        { headers: { authorization: `Bearer ${body.access_token}` } },
        { headers: { authorization: `bearer ${body.access_token}` } },
        { method: 'POST', headers: { authorization: `Bearer ${body.access_token}` } },
        { method: 'POST', body: form },
      ];
      for (const way of ways) {
        const answer = await fetch(`${host.issuer}/me`, way);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
        expect(await answer.json()).toMatchObject({ sub, name: 'Alice Appleby', email: 'alice@people.test' });
      }
    });

    test('takes no token from an address, none that is wrong, and none twice, and says why', async () => {
      const { body } = await tokensOf();
      const token = body.access_token;
      const inAddress = await fetch(`${host.issuer}/me?access_token=${token}`);
      expect(inAddress.status).toBe(400);
      const wrong = await userinfo(host, 'wrong');
      expect(wrong.status).toBe(401);
      expect(wrong.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
      const twice = await fetch(`${host.issuer}/me`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: new URLSearchParams({ access_token: token }),
      });
      expect(twice.status).toBe(400);
      const none = await fetch(`${host.issuer}/me`);
      expect([400, 401]).toContain(none.status);
      expect(none.headers.get('www-authenticate')).toMatch(/^Bearer /);
    });
  });

  // RFC 9700 4.12: with 307 the browser would post the password on.
  test('a form that was sent leads on by GET', async () => {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, app).url);
    const body = new URLSearchParams({ ...page.fields, identifier: 'alice', password: passwordOf(host, 'alice') });
    const first = await visitor.request(page.action, { method: 'POST', body });
    expect(first.status).toBe(303);
    const next = await visitor.request(new URL(first.headers.get('location') ?? '', page.action));
    expect(next.status).toBe(200);
    // The page has the code in it: nobody keeps it, and no address says where the browser came from.
    expect(next.headers.get('cache-control')).toBe('no-store');
    expect(next.headers.get('referrer-policy')).toBe('no-referrer');
    expect(refreshOf(await next.text())).toMatch(/^https:\/\/certified\.test\/callback\?/);
  });

  test('the token endpoint’s answers are kept by nobody', async () => {
    const answer = await fetch(`${host.issuer}/token`, { method: 'POST' });
    expect(answer.headers.get('cache-control')).toContain('no-store');
  });

  test('the metadata names what a client has to know', async () => {
    const answer = await fetch(`${host.issuer}/.well-known/openid-configuration`);
    const metadata = (await answer.json()) as Record<string, unknown>;
    expect(metadata).toMatchObject({
      issuer: host.issuer,
      authorization_endpoint: `${host.issuer}/auth`,
      token_endpoint: `${host.issuer}/token`,
      userinfo_endpoint: `${host.issuer}/me`,
      jwks_uri: `${host.issuer}/jwks`,
      end_session_endpoint: `${host.issuer}/session/end`,
      response_types_supported: ['code'],
      response_modes_supported: expect.arrayContaining(['query', 'form_post']),
      subject_types_supported: ['public', 'pairwise'],
      code_challenge_methods_supported: ['S256'],
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      // Without none, the suite leaves unsigned request objects out.
      request_object_signing_alg_values_supported: ['ES256', 'PS256', 'RS256', 'EdDSA'],
      authorization_response_iss_parameter_supported: true,
      token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic', 'private_key_jwt']),
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256', 'ES256']),
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      pushed_authorization_request_endpoint: `${host.issuer}/request`,
    });
    const { keys } = (await (await fetch(`${host.issuer}/jwks`)).json()) as { keys: Record<string, unknown>[] };
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    for (const key of keys) {
      expect(key).toMatchObject({ use: 'sig', kid: expect.any(String) });
      expect(key).not.toHaveProperty('d');
    }
  });

  describe('a logout', () => {
    const end = '/session/end';
    const yes = { logout: 'yes' };

    test('that the application asks for leads back with its state', async () => {
      const { visitor, body } = await tokensOf();
      const url = new URL(`${host.issuer}${end}`);
      url.search = new URLSearchParams({
        id_token_hint: body.id_token,
        post_logout_redirect_uri: 'https://certified.test/',
        state: 'kept',
      }).toString();
      const left = await visitor.visit(url);
      expect(left.url.href).toBe('https://certified.test/?state=kept');
      const silent = await visitor.visit(ask(host, app, { prompt: 'none' }).url);
      expect(silent.url.searchParams.get('error')).toBe('login_required');
    });

    test.each<[string, (idToken: string) => Record<string, string>]>([
      [
        'to an address that is not registered',
        (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://certified.test/other' }),
      ],
      [
        'to a registered address with a query of its own',
        (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://certified.test/?foo=bar' }),
      ],
      ['with a hint that was changed', (hint) => ({ id_token_hint: `${hint.slice(0, -8)}AAAAAAAA` })],
    ])('%s is refused by a page', async (_what, made) => {
      const { visitor, body } = await tokensOf();
      const page = await visitor.visit(`${host.issuer}${end}?${new URLSearchParams(made(body.id_token)).toString()}`);
      expect(page.url.origin).toBe(host.issuer);
      expect(page.status).toBe(400);
      const silent = await visitor.visit(ask(host, app, { prompt: 'none' }).url);
      expect(silent.url.searchParams.get('code')).not.toBeNull();
    });

    test('with a hint alone ends the session and stays here', async () => {
      const { visitor, body } = await tokensOf();
      const query = new URLSearchParams({ id_token_hint: body.id_token, state: 'kept' });
      const left = await visitor.visit(`${host.issuer}${end}?${query.toString()}`);
      expect([left.url.origin, left.status, left.heading]).toEqual([host.issuer, 200, 'You are signed out']);
      const silent = await visitor.visit(ask(host, app, { prompt: 'none' }).url);
      expect(silent.url.searchParams.get('error')).toBe('login_required');
    });

    test.each<[string, Record<string, string>]>([
      ['nothing', {}],
      ['a state alone', { state: 'kept' }],
      ['a logout_hint', { logout_hint: 'alice' }],
      ['an address, without saying whose', { post_logout_redirect_uri: 'https://certified.test/' }],
    ])('with %s ends the session and stays here', async (_what, params) => {
      const { visitor } = await tokensOf();
      const page = await visitor.visit(`${host.issuer}${end}?${new URLSearchParams(params).toString()}`);
      const left = await visitor.submit(page, yes);
      expect(left.url.origin).toBe(host.issuer);
      expect(left.status).toBe(200);
    });
  });
});
