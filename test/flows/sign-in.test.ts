import { describe, expect, test } from '@jest/globals';
import { minutes, seconds } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, signIn, token, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import {
  CONFIDENTIAL_SECRET,
  flowRealm,
  storeKinds,
  MACHINE_SECRET,
  ORDERS,
  passwordOf,
  signedIn,
} from './flow-host.js';

const app = application('public');
const asking = application('asking');

describe.each(storeKinds)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  const login = (params: Readonly<Record<string, string>> = {}, by = app) => {
    const authRequest = ask(host, by, params);
    return { asked: authRequest, visitor: new Visitor() };
  };

  describe('what comes of a sign-in', () => {
    test('an ID token and userinfo say who it is, by the scopes that were asked for', async () => {
      const { tokens, asked } = await signedIn(host, app, { scope: 'openid profile email roles groups' });
      const said = {
        name: 'Alice Appleby',
        given_name: 'Alice',
        preferred_username: 'alice',
        email: 'alice@people.test',
        email_verified: true,
        roles: ['counter', 'seller'],
        groups: ['sales'],
      };
      expect(claimsOf(tokens.id_token)).toMatchObject({
        ...said,
        iss: host.issuer,
        aud: 'public',
        nonce: asked.url.searchParams.get('nonce'),
        acr: 'urn:gatehouse:acr:password',
        amr: ['pwd'],
      });
      expect(await (await userinfo(host, tokens.access_token)).json()).toMatchObject(said);
    });

    test('without the scopes nothing is said but the subject', async () => {
      const { tokens } = await signedIn(host, app);
      const { sub } = claimsOf(tokens.id_token);
      expect(await (await userinfo(host, tokens.access_token)).json()).toEqual({ sub });
      for (const claim of ['name', 'email', 'roles', 'groups', 'permissions']) {
        expect(claimsOf(tokens.id_token)).not.toHaveProperty(claim);
      }
    });

    test('a confidential client shows its secret, and a wrong one gets nothing', async () => {
      const { asked, visitor } = login({}, application('confidential', CONFIDENTIAL_SECRET));
      const code = codeOf(await signIn(visitor, asked, 'alice', passwordOf(host, 'alice')));
      const wrong = { ...asked, application: application('confidential', 'x'.repeat(43)) };
      expect((await exchange(host, wrong, code)).status).toBe(401);
      expect((await exchange(host, asked, code)).status).toBe(200);
    });

    test('a JWT for an API holds the roles and permissions of that API alone (RFC 9068)', async () => {
      const { tokens } = await signedIn(host, app, { scope: 'orders:read orders:write', resource: ORDERS });
      const header = JSON.parse(Buffer.from(tokens.access_token.split('.')[0] ?? '', 'base64url').toString()) as object;
      expect(header).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
      expect(claimsOf(tokens.access_token)).toMatchObject({
        iss: host.issuer,
        aud: ORDERS,
        client_id: 'public',
        scope: 'orders:read orders:write',
        // alice is a `counter` too, but at another API.
        roles: ['seller'],
        permissions: ['orders:read', 'orders:write'],
      });
    });

    test('permissions are narrowed to the scopes that were granted', async () => {
      const { tokens } = await signedIn(host, app, { scope: 'orders:read', resource: ORDERS });
      expect(claimsOf(tokens.access_token)['permissions']).toEqual(['orders:read']);
    });

    test('who holds nothing at the API gets no permission and no scope of it, whatever was asked for', async () => {
      const { tokens } = await signedIn(host, app, { scope: 'orders:read', resource: ORDERS }, 'bob');
      expect(claimsOf(tokens.access_token)).toMatchObject({ roles: [], permissions: [] });
      expect(claimsOf(tokens.access_token)).not.toHaveProperty('scope');
    });

    test('the administrator holds nothing at any API but our own', async () => {
      const { tokens } = await signedIn(host, app, { scope: 'orders:read', resource: ORDERS }, 'admin');
      expect(claimsOf(tokens.access_token)).toMatchObject({ roles: [], permissions: [] });
    });

    test("a client's own token holds the client's roles", async () => {
      const { status, body } = await token(
        host,
        { id: 'machine' },
        {
          grant_type: 'client_credentials',
          client_secret: MACHINE_SECRET,
        },
      );
      expect(status).toBe(200);
      expect(claimsOf(body.access_token)).toMatchObject({ sub: 'machine', aud: ORDERS, roles: ['seller'] });
    });

    test('a client asks for no API that it is not listed for', async () => {
      const { asked, visitor } = login({ scope: 'openid stock:read', resource: 'https://stock.test' });
      const page = await visitor.visit(asked.url);
      expect(page.url.searchParams.get('error')).toBe('invalid_target');
    });

    test('a client without scopes may ask for none', async () => {
      const { body } = await token(
        host,
        { id: 'machine' },
        {
          grant_type: 'client_credentials',
          client_secret: MACHINE_SECRET,
          scope: 'profile',
        },
      );
      expect(body.error).toBe('invalid_scope');
    });
  });

  describe('the sign-in page', () => {
    test('says the same of a wrong password and of an unknown name', async () => {
      const { asked } = login();
      const wrong = await signIn(new Visitor(), asked, 'bob', 'not the password');
      const unknown = await signIn(new Visitor(), asked, 'nobody-here', 'not the password');
      expect([wrong.status, unknown.status]).toEqual([403, 403]);
      const words = (text: string): string => text.replaceAll(/value="[^"]*"|action="[^"]*"/g, '');
      expect(words(unknown.text)).toBe(words(wrong.text));
      await host.advance(minutes(20));
    });

    test('takes a name with blanks and invisible marks around it, and a password as it is', async () => {
      const right = passwordOf(host, 'alice');
      for (const name of [' Alice', 'alice \u200b', '\ufeffalice@people.test\u200f ', '\t\u3000ALICE\u00a0']) {
        const { asked, visitor } = login();
        codeOf(await signIn(visitor, asked, name, right));
      }
      for (const [name, password] of [
        ['alice', ` ${right}`],
        ['alice', `${right}\u200b`],
        ['al ice', right],
      ] as const) {
        const { asked, visitor } = login();
        expect((await signIn(visitor, asked, name, password)).status).toBe(403);
      }
    });

    test('is bound to the browser that began: another one that knows its address gets nowhere', async () => {
      const { asked, visitor } = login();
      const page = await visitor.visit(asked.url);
      expect((await new Visitor().visit(page.url)).status).toBe(410);
    });

    test('shows nothing of another request to a cookie that was planted for its address', async () => {
      const visitor = new Visitor();
      const mine = await visitor.visit(ask(host, app).url);
      const cookie = ['gatehouse-interaction', 'gatehouse-interaction.sig']
        .map((name) => `${name}=${String(visitor.cookie(name))}`)
        .join('; ');
      expect((await fetch(mine.url, { headers: { cookie } })).status).toBe(200);
      const others = await new Visitor().visit(ask(host, app).url);
      expect((await fetch(others.url, { headers: { cookie } })).status).toBe(410);
    });

    test('takes no form that did not come from itself', async () => {
      const { asked, visitor } = login();
      const page = await visitor.visit(asked.url);
      const forged = await visitor.submit(page, {
        csrf: 'forged',
        identifier: 'alice',
        password: passwordOf(host, 'alice'),
      });
      expect(forged.status).toBe(403);
      expect(visitor.cookie('gatehouse-session')).toBeUndefined();
    });

    test('is over after an hour', async () => {
      const { asked, visitor } = login();
      const page = await visitor.visit(asked.url);
      await host.advance(minutes(61));
      expect((await visitor.submit(page, { identifier: 'alice', password: passwordOf(host, 'alice') })).status).toBe(
        410,
      );
    });

    test('cannot go on by the cookie of another request than the one in its address', async () => {
      const visitor = new Visitor();
      const mine = await signIn(visitor, ask(host, asking), 'alice', passwordOf(host, 'alice'));
      const other = await visitor.visit(ask(host, app, { prompt: 'login' }).url);
      const uid = other.url.pathname.split('/').at(-1) ?? '';
      expect((await visitor.visit(`${host.issuer}/auth/${uid}-x`)).status).toBe(410);
      expect(mine.heading).toContain('Asking application');
    });

    test('is asked for again by prompt=login and by a max_age that has passed, and by nothing else', async () => {
      const { visitor } = await signedIn(host, app);
      const asks = async (params: Readonly<Record<string, string>>) =>
        (await visitor.visit(ask(host, app, params).url)).url.pathname.startsWith('/sign-in/');
      expect(await asks({})).toBe(false);
      expect(await asks({ prompt: 'login' })).toBe(true);
      expect(await asks({ max_age: '600' })).toBe(false);
      await host.advance(seconds(601));
      expect(await asks({ max_age: '600' })).toBe(true);
      expect(await asks({ max_age: '7200' })).toBe(false);
    });

    test.each([{ prompt: 'login' }, { max_age: '0' }])('is passed once, with %j', async (params) => {
      const { visitor } = await signedIn(host, app);
      const authRequest = ask(host, app, params);
      const page = await signIn(visitor, authRequest, 'alice', passwordOf(host, 'alice'));
      expect((await exchange(host, authRequest, codeOf(page))).status).toBe(200);
    });

    test('answers prompt=none without a page', async () => {
      const page = await new Visitor().visit(ask(host, app, { prompt: 'none' }).url);
      expect(page.url.searchParams.get('error')).toBe('login_required');
    });

    test('lets nobody else in where an id_token_hint names the person', async () => {
      const { tokens } = await signedIn(host, app);
      const authRequest = ask(host, app, { id_token_hint: tokens.id_token });
      const wrong = await signIn(new Visitor(), authRequest, 'bob', passwordOf(host, 'bob'));
      expect(wrong.status).toBe(403);
      expect(wrong.text).toContain('asks for a different account');
      const right = await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice'));
      expect(codeOf(right)).toBeTruthy();
    });
  });

  describe('consent', () => {
    const all = { scope: 'openid profile orders:read', resource: ORDERS };

    test('is asked once, for what was not granted yet', async () => {
      const visitor = new Visitor();
      const consent = await signIn(visitor, ask(host, asking, all), 'alice', passwordOf(host, 'alice'));
      expect(consent.text).toContain('Asking application');
      expect(consent.text).toContain('orders:read');
      codeOf(await visitor.submit(consent, { decision: 'allow' }));

      codeOf(await visitor.visit(ask(host, asking, all).url));
      const more = await visitor.visit(ask(host, asking, { ...all, scope: `${all.scope} orders:write` }).url);
      expect(more.text).toContain('orders:write');
      expect(more.text).not.toContain('orders:read');
    });

    test('that is denied goes back to the application as access_denied', async () => {
      const visitor = new Visitor();
      const authRequest = ask(host, asking, all);
      const consent = await signIn(visitor, authRequest, 'bob', passwordOf(host, 'bob'));
      const page = await visitor.submit(consent, { decision: 'deny' });
      expect(page.url.origin).toBe('https://asking.test');
      expect(page.url.searchParams.get('error')).toBe('access_denied');
      expect(page.url.searchParams.get('state')).toBe(authRequest.url.searchParams.get('state'));
    });

    test('is not asked of a first-party application', async () => {
      const page = await signIn(new Visitor(), ask(host, app, all), 'alice', passwordOf(host, 'alice'));
      expect(page.url.origin).toBe('https://public.test');
    });
  });

  describe('an authorization request', () => {
    test.each<[string, Record<string, string>]>([
      ['without PKCE', { code_challenge: '', code_challenge_method: '' }],
      ['with a plain challenge', { code_challenge_method: 'plain' }],
      ['for an implicit answer', { response_type: 'id_token' }],
    ])('%s goes back as an error', async (_what, params) => {
      const { url } = ask(host, app, params);
      for (const [name, value] of Object.entries(params)) if (value === '') url.searchParams.delete(name);
      const page = await new Visitor().visit(url);
      expect(page.url.origin).toBe('https://public.test');
      const answer = new URLSearchParams(page.url.search || page.url.hash.slice(1));
      expect(answer.get('error')).toMatch(/invalid_request|unsupported_response_type/);
    });

    test.each<[string, Record<string, string>]>([
      ['of an unknown client', { client_id: 'nobody' }],
      ['with a foreign redirect URI', { redirect_uri: 'https://evil.test/callback' }],
      ['with a redirect URI that only begins right', { redirect_uri: 'https://public.test/callback/../evil' }],
    ])('%s ends on our error page, never in a redirect', async (_what, params) => {
      const response = await new Visitor().request(ask(host, app, params).url);
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
    });

    test('made to another host is refused', async () => {
      const { createConnection } = await import('node:net');
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = createConnection(host.port, '127.0.0.1', () => {
          socket.write(
            'GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
          );
        });
        let read = '';
        socket.on('data', (chunk) => (read += chunk.toString()));
        socket.on('end', () => resolve(read));
        socket.on('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 421 /);
      expect(answer).not.toContain('token_endpoint');
    });
  });
});
