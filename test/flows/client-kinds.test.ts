import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Application,
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  introspect,
  refresh,
  signIn,
  token,
  userinfo,
} from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { signOut } from '../support/sign-out.js';
import { Visitor } from '../support/visitor.js';
import { clientRealm, type KeyServer, newKey, PAGES, SECRET, startKeyServer } from './client-realm.js';
import { ORDERS, passwordOf, signedIn, stores } from './flow-host.js';

interface Sent {
  readonly method?: string;
  readonly body?: URLSearchParams | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const native = (redirectUri: string): Application => ({ id: 'native', redirectUri });

describe.each(stores)('on %s,', (store) => {
  let keys: KeyServer;
  beforeAll(async () => {
    keys = await startKeyServer();
  });
  const host = useHost(() => clientRealm(store, [newKey('ES256')], keys));
  afterAll(async () => {
    await keys.close();
  });

  /** Where a user ends up who was redirected by this application. */
  const sentBy = (by: Application, params: Readonly<Record<string, string>> = {}) =>
    new Visitor().visit(ask(host, by, params).url);

  describe('a redirect URI', () => {
    test.each([
      'http://127.0.0.1:51004/callback',
      'http://[::1]:51004/callback',
      'http://127.0.0.1/callback',
      'http://localhost:4000/callback',
      'com.example.app:/callback',
    ])('of a native application may be %s', async (uri) => {
      expect((await sentBy(native(uri))).heading).toMatch(/Sign in/);
    });

    test('of one that says so may be on any port of localhost, and nowhere else', async () => {
      const local = async (redirectUri: string) => (await sentBy({ id: 'local', redirectUri })).heading;
      expect(await local('http://localhost:51004/callback')).toMatch(/Sign in/);
      for (const other of [
        'http://localhost:51004/other',
        'https://localhost:51004/callback',
        'http://localhost.evil.test:51004/callback',
      ]) {
        expect(await local(other)).not.toMatch(/Sign in/);
      }
    });

    test.each([
      ['native', 'http://localhost:51004/callback', 'another port of a name'],
      ['native', 'http://127.0.0.1:51004/callback/', 'a trailing slash'],
      ['native', 'http://127.0.0.1:51004/other', 'another path'],
      ['native', 'http://127.0.0.2:51004/callback', 'another loopback address'],
      ['native', 'https://127.0.0.1:51004/callback', 'another scheme'],
      ['native', 'http://me@127.0.0.1:51004/callback', 'a user'],
      ['native', 'http://127.0.0.1:51004@evil.test/callback', 'another host behind a user'],
      ['native', 'http://127.0.0.1.evil.test/callback', 'another host'],
      ['native', 'http://127.1:51004/callback', 'a short address'],
      ['native', 'http://2130706433:51004/callback', 'an address as one number'],
      ['native', 'http://[::ffff:127.0.0.1]:51004/callback', 'the address mapped into IPv6'],
      ['native', 'http://127.0.0.1:51004/%63allback', 'an encoded letter'],
      ['native', 'http://127.0.0.1:51004//callback', 'two slashes'],
      ['native', 'http://127.0.0.1:51004/x/../callback', 'a way up'],
      ['native', 'http://127.0.0.1:51004/call\nback', 'a line break'],
      ['native', 'HTTP://127.0.0.1:51004/callback', 'another case of the scheme'],
      ['native', 'COM.example.app:/callback', 'another case of a private scheme'],
      ['native', 'com.example.app:/other', 'another path of a private scheme'],
      ['native', 'com.example.app://callback', 'a host of a private scheme'],
      ['public', 'https://public.test/callback?x=1', 'a query'],
      ['public', 'https://public.test/callback#x', 'a fragment'],
      ['public', 'https://public.test/callback/../callback', 'a way up'],
      ['public', 'https://public.test/callback/', 'a trailing slash'],
      ['public', 'https://public.test/Callback', 'another case'],
      ['public', 'HTTPS://PUBLIC.TEST/callback', 'another case of the host'],
      ['public', 'https://public.test:443/callback', 'the port that is meant anyway'],
      ['public', 'https://public.test:8443/callback', 'another port'],
      ['public', 'http://public.test/callback', 'without TLS'],
      ['public', 'https://public.test@evil.test/callback', 'a user that looks like the host'],
      ['public', 'https://public.test\\@evil.test/callback', 'a backslash'],
      ['public', 'https://public.test%2Fcallback', 'an encoded slash'],
      ['public', 'https://public.test./callback', 'a trailing dot'],
      ['public', 'javascript:alert(1)', 'a script'],
      ['public', 'data:text/html,x', 'data'],
      ['nobody', 'https://public.test/callback', 'a client that does not exist'],
    ])('of %s that is %s (%s) is answered by a page, never by a redirect', async (id, redirectUri) => {
      const { url } = ask(host, { id, redirectUri });
      for (const authRequest of [url, new URL(`${url.href}&response_type=wrong`), new URL(`${url.href}&prompt=none`)]) {
        const answer = await new Visitor().request(authRequest);
        expect(answer.status).toBe(400);
        expect(answer.headers.get('location')).toBeNull();
        expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      }
    });
  });

  describe('PKCE', () => {
    const exempt = application('exempt', SECRET);

    /** The answer to a code that was asked for and is exchanged with these parameters; undefined where none came. */
    const without = async (by: Application, asking: readonly string[], verifier?: string) => {
      const authRequest = ask(host, by);
      for (const name of asking) authRequest.url.searchParams.delete(name);
      const visitor = new Visitor();
      const first = await visitor.visit(authRequest.url);
      if (first.url.searchParams.has('error')) return first.url.searchParams.get('error');
      const page = await visitor.submit(first, { identifier: 'alice', password: passwordOf(host, 'alice') });
      const { body } = await token(host, by, {
        ...{ grant_type: 'authorization_code', code: codeOf(page), redirect_uri: by.redirectUri },
        ...(verifier !== undefined && { code_verifier: verifier === 'right' ? authRequest.verifier : verifier }),
      });
      return body.error ?? 'tokens';
    };
    const all = ['code_challenge', 'code_challenge_method'];

    test('may be left out by the confidential client that is exempt by name, and by nobody else', async () => {
      expect(await without(exempt, all)).toBe('tokens');
      expect(await without(application('public'), all)).toBe('invalid_request');
    });

    test('or a nonce with openid is demanded of a confidential client that says nothing else', async () => {
      const [usual, insists] = [application('usual', SECRET), application('insists', SECRET)];
      expect(await without(usual, all)).toBe('tokens');
      expect(await without(usual, all, 'x'.repeat(43))).toBe('invalid_grant');
      expect(await without(usual, ['nonce'], 'right')).toBe('tokens');
      expect(await without(usual, [...all, 'nonce'])).toBe('invalid_request');
      expect(await without(insists, all)).toBe('invalid_request');
      expect(await without(insists, ['nonce'], 'right')).toBe('tokens');
      // A nonce that no ID token carries back protects nothing.
      const lacking = async (by: Application, params: Readonly<Record<string, string>>) => {
        const { url } = ask(host, by, params);
        for (const name of all) url.searchParams.delete(name);
        return (await new Visitor().visit(url)).url.searchParams;
      };
      const noOpenid = await lacking(usual, { scope: 'profile', nonce: 'x' });
      expect(noOpenid.get('error')).toBe('invalid_request');
      expect(noOpenid.get('error_description')).toMatch(/openid scope must be requested/);
      expect((await lacking(usual, { nonce: '' })).get('error')).toBe('invalid_request');
      expect((await lacking(application('plain-oauth', SECRET), { nonce: 'x' })).get('error')).not.toBeNull();
      expect(host.logs()).toContain('pkce-or-nonce-missing');
    });

    test('is demanded of whoever began with it, so that nobody can take it off on the way', async () => {
      expect(await without(exempt, [], 'right')).toBe('tokens');
      expect(await without(exempt, [])).toBe('invalid_grant');
      expect(await without(exempt, [], 'x'.repeat(43))).toBe('invalid_grant');
      // RFC 9700 4.8.2: a verifier for a code that was asked for without a challenge shows that somebody took it off.
      expect(await without(exempt, all, 'x'.repeat(43))).toBe('invalid_grant');
    });

    test('is by S256 alone', async () => {
      const plain = await sentBy(application('public'), { code_challenge_method: 'plain' });
      expect(plain.url.searchParams.get('error')).toBe('invalid_request');
      expect(await without(exempt, ['code_challenge_method'])).toBe('invalid_request');
    });
  });

  describe('pairwise subjects', () => {
    const subjectAt = async (id: string, username = 'alice'): Promise<string> => {
      const { tokens } = await signedIn(host, application(id), {}, username);
      return String(claimsOf(tokens.id_token)['sub']);
    };

    test('are one per person and sector, and tell nobody the one of another sector', async () => {
      const a = await subjectAt('pair-a');
      expect(await subjectAt('pair-a')).toBe(a);
      expect(await subjectAt('pair-a2')).toBe(a);
      const others = await Promise.all([subjectAt('pair-b'), subjectAt('public'), subjectAt('pair-a', 'bob')]);
      expect(new Set([a, ...others]).size).toBe(4);
    });

    test('are the same in the ID token, at userinfo, in an access token and after a refresh', async () => {
      const params = { scope: 'openid orders:read', resource: ORDERS };
      const by = application('pair-a');
      const { tokens } = await signedIn(host, by, params);
      const { sub } = claimsOf(tokens.id_token);
      expect(await (await userinfo(host, tokens.access_token)).json()).toEqual({ sub });
      const jwt = await refresh(host, by, tokens.refresh_token, { resource: ORDERS });
      expect(claimsOf(jwt.body.access_token)).toMatchObject({ aud: ORDERS, sub });
      expect(claimsOf(jwt.body.id_token)).toMatchObject({ sub });
    });

    test('are what introspection says, to the client and to the API', async () => {
      const by = application('pair-s', SECRET);
      const { tokens, visitor } = await signedIn(host, by, { scope: 'openid orders:read', resource: ORDERS });
      const { sub } = claimsOf(tokens.id_token);
      const { body } = await refresh(host, by, tokens.refresh_token, { resource: ORDERS });
      for (const own of [tokens.access_token, body.refresh_token, body.access_token]) {
        expect((await introspect(host, by, own)).body).toMatchObject({ active: true, sub });
      }
      const api = { id: 'basic', secret: SECRET };
      expect((await introspect(host, api, body.access_token)).body).toMatchObject({ active: true, sub });
      // And a logout takes the ID token that has it.
      const left = await signOut(visitor, host, { id_token_hint: tokens.id_token });
      expect([left.status, left.heading]).toEqual([200, 'You are signed out']);
      expect((await introspect(host, api, body.access_token)).body).toEqual({ active: false });
    });

    test('are understood in id_token_hint, and those of another sector are nobody', async () => {
      const by = application('pair-b');
      const { visitor, tokens } = await signedIn(host, by);
      const quietly = async (hint: string) => {
        const page = await visitor.visit(ask(host, by, { prompt: 'none', id_token_hint: hint }).url);
        return page.url.searchParams.get('error') ?? 'code';
      };
      expect(await quietly(tokens.id_token)).toBe('code');
      const { tokens: of } = await signedIn(host, by, {}, 'bob');
      expect(await quietly(of.id_token)).toBe('login_required');
    });
  });

  describe('a page of another origin', () => {
    const from = (origin: string, path: string, { headers, ...init }: Sent = {}): Promise<Response> =>
      fetch(`${host.issuer}${path}`, { ...init, headers: { ...headers, origin } });
    const exchangeFrom = (origin: string, params: Readonly<Record<string, string>>): Promise<Response> =>
      from(origin, '/token', { method: 'POST', body: new URLSearchParams(params) });
    const wrongCode = {
      client_id: 'pages',
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: `${PAGES}/callback`,
    };
    const form = (body: string): Sent => ({
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const expectNothing = (answer: Response): void => {
      const names = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
      expect([answer.url, names]).toEqual([answer.url, []]);
    };
    const allowedOf = (answer: Response): string | null => answer.headers.get('access-control-allow-origin');

    test('of the client itself may exchange its code and ask userinfo, and reads errors too', async () => {
      const by = { id: 'pages', redirectUri: `${PAGES}/callback` };
      const authRequest = ask(host, by);
      const page = await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice'));
      const proved = { code: codeOf(page), code_verifier: authRequest.verifier };
      const answer = await exchangeFrom(PAGES, { ...wrongCode, ...proved });
      expect(allowedOf(answer)).toBe(PAGES);
      const { access_token } = (await answer.json()) as { access_token: string };
      const person = await from(PAGES, '/me', { headers: { authorization: `Bearer ${access_token}` } });
      expect([person.status, allowedOf(person)]).toEqual([200, PAGES]);

      const wrong = await exchangeFrom(PAGES, wrongCode);
      expect([wrong.status, allowedOf(wrong)]).toEqual([400, PAGES]);
      const other = await from('https://evil.test', '/me', { headers: { authorization: `Bearer ${access_token}` } });
      expect([other.status, allowedOf(other)]).toEqual([400, null]);
    });

    test('of a redirect URI may call for a browser client that names no origins, and of an app for a native one', async () => {
      const asking = async (origin: string, id: string) =>
        allowedOf(
          await exchangeFrom(origin, { ...wrongCode, client_id: id, redirect_uri: `https://${id}.test/callback` }),
        );
      expect(await asking('https://public.test', 'public')).toBe('https://public.test');
      expect(await asking('https://public.test:8443', 'public')).toBeNull();
      expect(await asking('https://pages.test', 'public')).toBeNull();
      expect(await asking('capacitor://localhost', 'local')).toBe('capacitor://localhost');
      expect(await asking('capacitor://localhost', 'public')).toBeNull();
    });

    test.each(['https://evil.test', `${PAGES}.evil.test`, `${PAGES}:8443`, 'http://pages.test', 'null'])(
      'of %s may not',
      async (origin) => {
        const answer = await exchangeFrom(origin, wrongCode);
        expect([answer.status, allowedOf(answer)]).toEqual([400, null]);
        expect(((await answer.json()) as { error: string }).error).toBe('invalid_request');
      },
    );

    test('is answered when it asks beforehand, and never sends cookies along', async () => {
      const headers = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
      for (const path of ['/token', '/me']) {
        const answer = await from(PAGES, path, { method: 'OPTIONS', headers });
        expect([answer.status, allowedOf(answer)]).toEqual([204, PAGES]);
        expect(answer.headers.get('access-control-allow-methods')).toMatch(/POST/);
        expect(answer.headers.get('access-control-allow-headers')).toBe('authorization');
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      }
    });

    /** At every endpoint that pages call, what is refused before anybody knows which client asks. */
    const early: Readonly<Record<string, (path: string) => [path: string, init: Sent]>> = {
      'a body that is no text': (path) => [path, { method: 'POST', ...form('client_id=pages&x=%zz') }],
      'a query that is no text': (path) => [`${path}?x=%zz`, { method: 'POST', ...form('client_id=pages') }],
      'a body that is too large': (path) => [
        path,
        { method: 'POST', ...form(`client_id=pages&x=${'x'.repeat(60_000)}`) },
      ],
      'a body of JSON': (path) => [
        path,
        { method: 'POST', body: '{"client_id":"pages"}', headers: { 'content-type': 'application/json' } },
      ],
      'an unknown client': (path) => [path, { method: 'POST', ...form('client_id=nobody&token=x') }],
      'no client': (path) => [path, { method: 'POST', ...form('token=x') }],
      'a method that it does not take': (path) => [path, { method: 'DELETE' }],
    };

    test.each(Object.keys(early))(
      'of some client reads why %s is refused, and of nobody reads nothing',
      async (fault) => {
        const sent = early[fault];
        for (const endpoint of ['/token', '/token/revocation', '/request', '/me']) {
          const [path = '', init] = sent?.(endpoint) ?? [];
          const answer = await from(PAGES, path, init);
          expect([endpoint, answer.status >= 400, allowedOf(answer)]).toEqual([endpoint, true, PAGES]);
          expect(answer.headers.get('access-control-expose-headers')).toMatch(/DPoP-Nonce, WWW-Authenticate/);
          expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
          expect(answer.headers.get('vary')).toMatch(/\borigin\b/i);
          expect(((await answer.json()) as { error?: string }).error).toMatch(/^invalid_/);
          for (const nobody of ['https://evil.test', `${PAGES}.evil.test`, PAGES.toUpperCase(), 'null']) {
            expectNothing(await from(nobody, path, init));
          }
          // Requests without an Origin header get no CORS headers, in particular no `*`.
          expectNothing(await fetch(`${host.issuer}${path}`, init));
        }
      },
    );

    test('that belongs to another client reads no answer to this one', async () => {
      expectNothing(await exchangeFrom(PAGES, { ...wrongCode, client_id: 'public' }));
      expectNothing(await from(PAGES, '/token/revocation', { method: 'POST', ...form('client_id=public&token=x') }));
    });

    test('of nobody is not answered when it asks beforehand, and none may ask at introspection', async () => {
      const headers = {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, dpop',
      };
      for (const path of ['/token', '/token/revocation', '/request', '/me']) {
        const ours = await from(PAGES, path, { method: 'OPTIONS', headers });
        expect([ours.status, allowedOf(ours)]).toEqual([204, PAGES]);
        expect(ours.headers.get('access-control-allow-headers')).toBe('authorization, dpop');
        expectNothing(await from('https://evil.test', path, { method: 'OPTIONS', headers }));
      }
      for (const init of [
        { method: 'OPTIONS', headers },
        { method: 'POST', ...form('token=x&client_id=nobody') },
      ])
        expectNothing(await from(PAGES, '/token/introspection', init));
    });

    test('whoever it is reads what is published', async () => {
      for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/jwks']) {
        for (const origin of ['https://any.test', 'https://other.test']) {
          const answer = await from(origin, path);
          expect(['*', origin]).toContain(allowedOf(answer));
          expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
        }
      }
      expect(allowedOf(await from('https://any.test', '/auth'))).toBeNull();
    });
  });

  test('tokens live as long, and are of the kind, that client and resource server say', async () => {
    const by = application('short');
    const { tokens } = await signedIn(host, by, { scope: 'openid' });
    const said = claimsOf(tokens.id_token);
    expect(Number(said['exp']) - Number(said['iat'])).toBe(120);
    expect(tokens.expires_in).toBe(90);
    const headerOf = (jwt: string) =>
      JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()) as object;
    expect(headerOf(tokens.id_token)).toMatchObject({ alg: 'RS256' });

    const tokenFor = async (resource: string, scope: string) => {
      const authRequest = ask(host, by, { scope, resource });
      const page = await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice'));
      return (await exchange(host, authRequest, codeOf(page))).body;
    };
    expect(headerOf((await tokenFor(ORDERS, 'orders:read')).access_token)).toMatchObject({
      alg: 'ES256',
      typ: 'at+jwt',
    });
    // An API that expects the type JWT gets it, and userinfo accepts such a token too.
    const plain = (await tokenFor('https://rsa.test', 'openid rsa:read')).access_token;
    expect(headerOf(plain)).toMatchObject({ alg: 'PS256', typ: 'JWT' });
    expect((await userinfo(host, plain)).status).toBe(200);
    expect((await userinfo(host, tokens.id_token)).status).toBe(401);
    const opaque = await tokenFor('https://opaque.test', 'opaque:read');
    expect(opaque.access_token.split('.')).toHaveLength(1);
    expect(opaque.expires_in).toBe(90);
  });
});
