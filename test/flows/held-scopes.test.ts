/** `scope` says what is asked for, granted and held, all three; and says the same wherever it is said. */
import { describe, expect, test } from '@jest/globals';
import {
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
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowRealm, MACHINE_SECRET, ORDERS, passwordOf, signedIn, stores } from './flow-host.js';

const app = application('public');
const asking = application('asking');
const LEDGER = 'https://ledger.test';
const BOTH = { scope: 'orders:read orders:write', resource: ORDERS };
const ordersApi = { id: 'orders-api', secret: MACHINE_SECRET };

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  /** The answer at the token endpoint, the token and introspection, which must all say this. */
  async function says(answer: { readonly access_token: string; readonly scope?: string }): Promise<{
    readonly scope: unknown;
    readonly permissions: unknown;
  }> {
    const { body } = await introspect(host, ordersApi, answer.access_token);
    expect(body['active']).toBe(true);
    expect(body['scope'] ?? '').toBe(answer.scope ?? '');
    if (answer.access_token.includes('.')) {
      const claims = claimsOf(answer.access_token);
      expect([claims['scope'] ?? '', claims['permissions']]).toEqual([body['scope'] ?? '', body['permissions']]);
    }
    return { scope: body['scope'] ?? '', permissions: body['permissions'] };
  }
  /** A request's line is written when its answer has left. */
  async function logged(text: string): Promise<void> {
    const until = performance.now() + 10_000;
    while (!host.logs().includes(text) && performance.now() < until) await new Promise((done) => setTimeout(done, 5));
    expect(host.logs()).toContain(text);
  }
  const machine = (params: Readonly<Record<string, string>> = {}, id = 'reading-machine') =>
    token(host, { id, secret: MACHINE_SECRET }, { grant_type: 'client_credentials', ...params });
  /** Signs a user in at an application that needs consent, and consents if asked. */
  async function consented(username: string, params: Readonly<Record<string, string>>) {
    const visitor = new Visitor();
    const authRequest = ask(host, asking, params);
    const page = await signIn(visitor, authRequest, username, passwordOf(host, username));
    const isConsent = page.heading?.startsWith('Allow') === true;
    const back = isConsent ? await visitor.submit(page, { decision: 'allow' }) : page;
    return { page, isConsent, visitor, body: (await exchange(host, authRequest, codeOf(back))).body };
  }

  describe('a person who may only read, and whose application asks for reading and writing,', () => {
    test('gets a token that says reading, at issue and at each refresh', async () => {
      const { tokens } = await signedIn(host, app, BOTH, 'ruth');
      const reading = { scope: 'orders:read', permissions: ['orders:read'] };
      expect(await says(tokens)).toEqual(reading);
      expect((await introspect(host, app, tokens.refresh_token)).status).toBe(401); // the introspecting client authenticates
      const next = await refresh(host, app, tokens.refresh_token);
      expect(await says(next.body)).toEqual(reading);
      const named = await refresh(host, app, next.body.refresh_token, { resource: ORDERS, scope: 'orders:write' });
      expect(await says(named.body)).toEqual({ scope: '', permissions: [] });
    });

    test('gets a refresh token that is told to be good for reading', async () => {
      const confidential = application('confidential', CONFIDENTIAL_SECRET);
      const { tokens } = await signedIn(host, confidential, { ...BOTH, scope: `openid ${BOTH.scope}` }, 'ruth');
      const { body } = await introspect(host, confidential, tokens.refresh_token);
      expect([body['active'], body['scope']]).toEqual([true, 'openid orders:read']);
    });

    test('is asked about reading alone', async () => {
      const { page, body } = await consented('ruth', { ...BOTH, scope: `openid ${BOTH.scope}` });
      expect(page.text).toContain('orders:read');
      expect(page.text).not.toContain('orders:write');
      expect(body.scope).toBe('orders:read openid');
      const again = await consented('ruth', { ...BOTH, scope: `openid ${BOTH.scope}` });
      expect(again.isConsent).toBe(false);
    });

    test('gets a token without scope where nothing that was asked for is held', async () => {
      const { tokens } = await signedIn(host, app, { ...BOTH, scope: 'orders:write' }, 'ruth');
      expect(await says(tokens)).toEqual({ scope: '', permissions: [] });
      expect(await says((await refresh(host, app, tokens.refresh_token)).body)).toEqual({ scope: '', permissions: [] });
      const { isConsent, body } = await consented('judy', { ...BOTH, scope: 'orders:write' });
      expect(isConsent).toBe(true);
      expect(await says(body)).toEqual({ scope: '', permissions: [] });
    });

    test('gets no more by a refresh when a role brings more, is asked at the next sign-in, and loses it with the role', async () => {
      const { body } = await consented('ivan', { ...BOTH, scope: `openid ${BOTH.scope}` });
      expect(body.scope).toBe('openid');
      expect((await host.command('assign', 'user', 'ivan', 'role', 'seller')).code).toBe(0);
      const refreshed = await refresh(host, asking, body.refresh_token);
      expect(refreshed.body.scope).toBe('openid');
      const later = await consented('ivan', { ...BOTH, scope: `openid ${BOTH.scope}` });
      expect([later.isConsent, later.body.scope]).toEqual([true, 'orders:read orders:write openid']);

      const { out } = await host.command('assignments', 'user', 'ivan');
      const [, assignment = ''] = /^(\S+) +role +seller/m.exec(out.join('\n')) ?? [];
      expect((await host.command('unassign', 'user', 'ivan', assignment)).code).toBe(0);
      expect((await refresh(host, asking, later.body.refresh_token)).body.scope).toBe('openid');
    });
  });

  test('what only a decision can judge is in neither scope nor permissions', async () => {
    const { tokens } = await signedIn(host, app, BOTH, 'oscar');
    expect(await says(tokens)).toEqual({ scope: '', permissions: [] });
  });

  test('an opaque token says the same', async () => {
    const { tokens } = await signedIn(host, app, { scope: 'ledger:read', resource: LEDGER }, 'ruth');
    expect(await says(tokens)).toEqual({ scope: '', permissions: [] });
    const sold = await signedIn(host, app, { scope: 'ledger:read', resource: LEDGER });
    expect(await says(sold.tokens)).toEqual({ scope: 'ledger:read', permissions: ['ledger:read'] });
  });

  describe('a client that acts for itself', () => {
    test('gets what it asks for and holds', async () => {
      const { body } = await machine({ scope: BOTH.scope });
      expect(await says(body)).toEqual({ scope: 'orders:read', permissions: ['orders:read'] });
    });

    test('is told what it is lent where it asks for nothing by name', async () => {
      const { body } = await machine();
      expect(await says(body)).toEqual({ scope: 'orders:read', permissions: ['orders:read'] });
    });

    test.each(['orders:write', 'orders:fly', 'orders:write orders:fly'])(
      'is refused %s, of which it holds nothing',
      async (scope) => {
        const { status, body } = await machine({ scope });
        expect([status, body.error]).toEqual([400, 'invalid_scope']);
      },
    );
  });

  describe('a first-party application that names an API and no scope', () => {
    test('is lent and told all that its person holds there', async () => {
      const { tokens } = await signedIn(host, app, { scope: '', resource: ORDERS });
      const all = ['orders:read', 'orders:write'];
      expect(await says(tokens)).toEqual({ scope: all.join(' '), permissions: all });
      expect(tokens.id_token).toBeUndefined();
    });
  });

  describe('a token for the one API that was named at the authorization endpoint alone', () => {
    test.each([
      ['JWT', ORDERS, 'orders:read'],
      ['opaque', LEDGER, 'ledger:read'],
    ])('opens that API and userinfo (%s)', async (_format, resource, scope) => {
      const { tokens } = await signedIn(host, app, { scope: `openid profile ${scope}`, resource });
      expect(tokens.scope).toBe(`${scope} openid profile`);
      const { body } = await introspect(host, ordersApi, tokens.access_token);
      expect(body['aud']).toEqual([resource, `${host.issuer}/me`]);
      const answer = await userinfo(host, tokens.access_token);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ name: 'Alice Appleby' });
      const refreshed = await refresh(host, app, tokens.refresh_token);
      expect((await userinfo(host, refreshed.body.access_token)).status).toBe(200);
      const only = await refresh(host, app, refreshed.body.refresh_token, { resource });
      expect([only.body.scope, (await userinfo(host, only.body.access_token)).status]).toEqual([scope, 401]);
    });

    test('opens nothing any more when it is revoked, or its session has ended', async () => {
      const { tokens, visitor } = await signedIn(host, app, { scope: 'openid orders:read', resource: ORDERS });
      expect((await userinfo(host, tokens.access_token)).status).toBe(200);
      await visitor.submit(await visitor.visit(`${host.issuer}/session/end`), { logout: 'yes' });
      expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    });

    test('brings the claims that the request asked for by name', async () => {
      const claims = JSON.stringify({ userinfo: { nickname: null } });
      const { tokens } = await signedIn(
        host,
        app,
        { scope: 'openid profile orders:read', resource: ORDERS, claims },
        'dora',
      );
      expect(await (await userinfo(host, tokens.access_token)).json()).toMatchObject({ nickname: 'Dodo' });
    });

    test('is for userinfo alone where the client says that it names the API at the token endpoint', async () => {
      const separate = application('separate');
      const { tokens } = await signedIn(host, separate, { scope: 'openid orders:read', resource: ORDERS });
      expect([tokens.scope, tokens.access_token.includes('.')]).toEqual(['openid', false]);
      const named = await refresh(host, separate, tokens.refresh_token, { resource: ORDERS });
      expect([named.body.scope, claimsOf(named.body.access_token)['aud']]).toEqual(['orders:read', ORDERS]);
    });

    test('does not open userinfo where the API says that its tokens open nothing else', async () => {
      const resource = 'https://private.test';
      const { tokens } = await signedIn(host, application('offline'), { scope: 'openid private:read', resource });
      expect([tokens.scope, claimsOf(tokens.access_token)['aud']]).toEqual(['private:read', resource]);
      expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    });

    test('is selected by a scope that one of the client’s APIs alone has', async () => {
      const { tokens } = await signedIn(host, app, { scope: 'openid orders:read' });
      expect(claimsOf(tokens.access_token)['aud']).toEqual([ORDERS, `${host.issuer}/me`]);
    });
  });

  describe('before anybody signs in, a request is refused', () => {
    test.each([
      ['without a scope', { scope: '' }],
      ['with a scope in the wrong case', { scope: 'OpenID' }],
      ['with scopes that nobody knows', { scope: 'orders:fly moon', resource: ORDERS }],
    ])('%s', async (_what, params) => {
      const page = await new Visitor().visit(ask(host, app, params).url);
      expect(page.url.searchParams.get('error')).toBe('invalid_scope');
    });

    test('without a scope, at an application that people are asked about, even for an API', async () => {
      const page = await new Visitor().visit(ask(host, asking, { scope: '', resource: ORDERS }).url);
      expect(page.url.searchParams.get('error')).toBe('invalid_scope');
    });
  });

  test('a scope that nobody knows is ignored beside one that is known', async () => {
    const { tokens } = await signedIn(host, app, { scope: 'openid moon orders:fly orders:read', resource: ORDERS });
    expect(tokens.scope).toBe('orders:read openid');
    await logged('"ignored":["scope moon","scope orders:fly"]');
  });

  describe('offline_access', () => {
    test('comes by the page that names it, without prompt=consent, and stays', async () => {
      const { isConsent, body } = await consented('grace', { scope: 'openid offline_access' });
      expect([isConsent, body.scope]).toEqual([true, 'openid offline_access']);
      const later = await consented('grace', { scope: 'openid offline_access' });
      expect([later.isConsent, later.body.scope]).toEqual([false, 'openid offline_access']);
    });

    test('is dropped at a first-party application that is not given it', async () => {
      const { tokens } = await signedIn(host, app, { scope: 'openid offline_access' });
      expect(tokens.scope).toBe('openid');
      await logged('scope offline_access: a first-party client needs offlineAccess: true');
    });

    test('comes without a page at a first-party application that is given it', async () => {
      const { tokens } = await signedIn(host, application('offline'), { scope: 'openid offline_access' });
      expect(tokens.scope).toBe('openid offline_access');
    });

    test.each([
      ['denied', 'deny', 'openid'],
      ['allowed', 'allow', 'openid offline_access'],
    ])(
      'at a first-party application that asks by prompt=consent is what the person %s',
      async (_what, decision, scope) => {
        const visitor = new Visitor();
        const first = ask(host, app, { scope: 'openid offline_access', prompt: 'consent' });
        const page = await signIn(visitor, first, 'grace', passwordOf(host, 'grace'));
        expect(page.text).toContain('keep this access while you are not signed in');
        await visitor.submit(page, { decision });
        const authRequest = ask(host, app, { scope: 'openid offline_access', prompt: 'none' });
        const { body } = await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)));
        expect(body.scope).toBe(scope);
      },
    );

    test('is no reason to refuse a request that must not ask', async () => {
      const { visitor } = await consented('heidi', { scope: 'openid' });
      const authRequest = ask(host, asking, { scope: 'openid offline_access', prompt: 'none' });
      const { body } = await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)));
      expect(body.scope).toBe('openid');
    });

    test('is kept when the request is pushed', async () => {
      const authRequest = ask(host, asking, { scope: 'openid profile offline_access' });
      const pushed = await fetch(`${host.issuer}/request`, {
        method: 'POST',
        body: new URLSearchParams(authRequest.url.searchParams),
      });
      const { request_uri: reference = '' } = (await pushed.json()) as { request_uri?: string };
      const url = new URL(`${host.issuer}/auth`);
      url.search = new URLSearchParams({ client_id: asking.id, request_uri: reference }).toString();
      const visitor = new Visitor();
      const page = await signIn(visitor, { url }, 'bob', passwordOf(host, 'bob'));
      const back = await visitor.submit(page, { decision: 'allow' });
      expect((await exchange(host, authRequest, codeOf(back))).body.scope).toBe('openid profile offline_access');
    });
  });
});
