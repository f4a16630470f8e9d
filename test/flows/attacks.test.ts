import { beforeEach, describe, expect, test } from '@jest/globals';
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
import { type Page, Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowRealm, ORDERS, passwordOf, signedIn, stores } from './flow-host.js';
import { storeClients } from './stored-before.js';

const app = application('public');
const asking = application('asking');

const ROLES = [{ value: 'roles', claim: 'roles', format: 'list' }];

describe.each(stores)('on %s:', (kind) => {
  let visitor: Visitor;
  const host = useHost(flowRealm(kind));
  beforeEach(() => {
    visitor = new Visitor();
  });

  const typed = (username = 'alice') => ({ identifier: username, password: passwordOf(host, username) });
  const cookiesOf = (of: Visitor, name: string): Record<string, string> =>
    Object.fromEntries([name, `${name}.sig`].map((each) => [each, of.cookie(each) ?? '']));
  const header = (cookies: Readonly<Record<string, string>>): string =>
    Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');

  test('no page of ours can be framed, sniffed, kept or told where it came from', async () => {
    const pages: Record<string, Page> = {};
    pages['sign-in'] = await visitor.visit(ask(host, asking).url);
    pages['wrong'] = await visitor.submit(pages['sign-in'], { ...typed('bob'), password: 'wrong' });
    pages['consent'] = await visitor.submit(pages['sign-in'], typed('bob'));
    pages['choose'] = await visitor.visit(ask(host, app, { prompt: 'select_account' }).url);
    pages['expired'] = await visitor.visit(`${host.issuer}/sign-in/nothing`);
    pages['failure'] = await visitor.visit(`${host.issuer}/auth?client_id=nobody`);
    pages['not found'] = await visitor.visit(`${host.issuer}/nothing`);
    for (const path of ['', '/password', '/applications', '/sessions']) {
      pages[`account${path}`] = await visitor.visit(`${host.issuer}/account${path}`);
    }
    pages['logout'] = await visitor.visit(`${host.issuer}/session/end`);
    pages['signed out'] = await visitor.submit(pages['logout'], { logout: 'yes' });
    for (const [name, { headers, heading }] of Object.entries(pages)) {
      expect([name, heading !== undefined]).toEqual([name, true]);
      const policy = headers.get('content-security-policy') ?? '';
      expect([name, policy.includes("frame-ancestors 'none'")]).toEqual([name, true]);
      expect([name, policy.includes('unsafe-inline')]).toEqual([name, false]);
      expect([name, headers.get('x-frame-options')?.toUpperCase()]).toEqual([
        name,
        expect.stringMatching(/DENY|SAMEORIGIN/),
      ]);
      expect([name, headers.get('x-content-type-options')]).toEqual([name, 'nosniff']);
      expect([name, headers.get('referrer-policy')]).toEqual([name, 'no-referrer']);
      expect([name, headers.get('cache-control')]).toEqual([name, expect.stringContaining('no-store')]);
    }
  });

  describe('a form that another site sends', () => {
    test('consents to nothing', async () => {
      const page = await signIn(visitor, ask(host, asking, { scope: 'openid roles' }), 'bob', passwordOf(host, 'bob'));
      expect(page.heading).toContain('Asking application');
      const forged = await visitor.submit(page, { csrf: 'forged', decision: 'allow' });
      expect([forged.status, forged.url.origin]).toEqual([403, host.issuer]);
    });

    test('signs nobody out', async () => {
      const { visitor: alice, tokens } = await signedIn(host, app);
      await alice.visit(`${host.issuer}/session/end`);
      const body = new URLSearchParams({ logout: 'yes', xsrf: 'forged' });
      const forged = await alice.visit(`${host.issuer}/session/end/confirm`, { method: 'POST', body });
      expect(forged.status).toBe(400);
      expect((await userinfo(host, tokens.access_token)).status).toBe(200);
    });

    test('signs nobody in as the attacker: the token of one browser’s page opens no other’s', async () => {
      const attacker = new Visitor();
      const theirs = await attacker.visit(ask(host, app).url);
      const mine = await visitor.visit(ask(host, app).url);
      const csrf = theirs.fields['csrf'] ?? '';
      expect((await visitor.submit(mine, { ...typed('bob'), csrf })).status).toBe(403);
    });
  });

  describe('a cookie that a sibling host planted', () => {
    test('for a session that the attacker knows, is another one as soon as somebody signs in', async () => {
      const attacker = new Visitor();
      await attacker.visit(`${host.issuer}/session/end`);
      const planted = cookiesOf(attacker, 'gatehouse-session');
      expect(planted['gatehouse-session']).toBeTruthy();

      const authRequest = ask(host, app);
      const begun = await visitor.request(authRequest.url, { headers: { cookie: header(planted) } });
      const page = await visitor.visit(new URL(begun.headers.get('location') ?? '', host.issuer));
      await visitor.submit(page, typed());
      const asThief = await fetch(ask(host, app, { prompt: 'none' }).url, {
        headers: { cookie: header(planted) },
        redirect: 'manual',
      });
      expect(new URL(asThief.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
    });

    test('between the sign-in page and its end signs nobody in to the attacker’s session', async () => {
      const { visitor: attacker } = await signedIn(host, app, {}, 'bob');
      await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
      const again = ask(host, app, { prompt: 'login' });
      const page = await visitor.visit(again.url);
      const uid = page.url.pathname.split('/').at(-1) ?? '';
      const body = new URLSearchParams({ ...page.fields, ...typed() });
      const posted = await visitor.request(page.url, { method: 'POST', body });
      expect(posted.headers.get('location')).toContain(`/auth/${uid}`);
      // The interaction began in alice's session; the browser now shows bob's.
      const resume = cookiesOf(visitor, 'gatehouse-resume');
      const theirs = cookiesOf(attacker, 'gatehouse-session');
      const answer = await fetch(`${host.issuer}/auth/${uid}`, {
        headers: { cookie: header({ ...resume, ...theirs }) },
        redirect: 'manual',
      });
      expect([answer.status, answer.headers.get('location')]).toEqual([410, null]);
    });

    test('goes on with no other request than the address says, however that is spelled', async () => {
      const page = await visitor.visit(ask(host, app).url);
      const posted = new URLSearchParams({ ...page.fields, ...typed() });
      await visitor.request(page.url, { method: 'POST', body: posted });
      const resume = cookiesOf(visitor, 'gatehouse-resume');
      const other = (await new Visitor().visit(ask(host, app).url)).url.pathname.split('/').at(-1) ?? '';
      for (const path of [
        `/auth/${other}`,
        `/auth/${other}/`,
        `/AUTH/${other}`,
        `/Auth/${other}/`,
        `//auth/${other}`,
      ]) {
        const answer = await fetch(`${host.issuer}${path}`, {
          headers: { cookie: header(resume) },
          redirect: 'manual',
        });
        expect([path, answer.status >= 400, answer.headers.getSetCookie()]).toEqual([path, true, []]);
      }
    });

    test('without our signature, or with that of another cookie, is none', async () => {
      const { visitor: alice } = await signedIn(host, app);
      const good = cookiesOf(alice, 'gatehouse-session');
      const value = good['gatehouse-session'] ?? '';
      const silently = async (cookies: Readonly<Record<string, string>>): Promise<string | null> => {
        const { url } = ask(host, app, { prompt: 'none' });
        const answer = await fetch(url, { headers: { cookie: header(cookies) }, redirect: 'manual' });
        return new URL(answer.headers.get('location') ?? '').searchParams.get('error');
      };
      expect(await silently(good)).toBeNull();
      expect(await silently({ 'gatehouse-session': value })).toBe('login_required');
      expect(await silently({ ...good, 'gatehouse-session': `${value}x` })).toBe('login_required');
      const begun = new Visitor();
      await begun.visit(ask(host, app).url);
      const other = begun.cookie('gatehouse-interaction.sig') ?? '';
      expect(await silently({ 'gatehouse-session': value, 'gatehouse-session.sig': other })).toBe('login_required');
    });
  });

  describe('nobody is sent to an address that was not registered', () => {
    const evil = [
      'https://evil.test/',
      'https://public.test.evil.test/callback',
      '//evil.test',
      'https://public.test/',
    ];

    test.each(evil)('after a sign-in: %s', async (uri) => {
      const answer = await visitor.request(ask(host, app, { redirect_uri: uri }).url);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    });

    test.each(evil.slice(0, 3))('after a logout: %s', async (uri) => {
      const { visitor: alice, tokens } = await signedIn(host, app);
      const params = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: uri });
      const page = await alice.visit(`${host.issuer}/session/end?${params.toString()}`);
      expect([page.status, page.url.origin]).toEqual([400, host.issuer]);
    });

    test('by a logout that names no client', async () => {
      const { visitor: alice } = await signedIn(host, app);
      const page = await alice.visit(`${host.issuer}/session/end?post_logout_redirect_uri=https://evil.test/`);
      const out = await alice.submit(page, { logout: 'yes' });
      expect(out.url.origin).toBe(host.issuer);
    });
  });

  describe('a code that was stolen on its way', () => {
    const confidential = application('confidential', CONFIDENTIAL_SECRET);
    const mallory = application('tab-1');
    const stolen = async (params: Readonly<Record<string, string>> = {}, by = app) => {
      const authRequest = ask(host, by, params);
      return {
        asked: authRequest,
        code: codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice'))),
      };
    };
    const offered = (by: Application, code: string, more: Readonly<Record<string, string>>) =>
      token(host, by, { grant_type: 'authorization_code', code, ...more });

    test('is worth nothing to another client, even with its verifier, or with a secret of the thief’s own', async () => {
      for (const thief of [mallory, confidential]) {
        const { asked, code } = await stolen();
        const { status, body } = await offered(thief, code, {
          redirect_uri: app.redirectUri,
          code_verifier: asked.verifier,
        });
        expect([thief.id, status, body.error]).toEqual([thief.id, 400, 'invalid_grant']);
      }
    });

    test('is worth nothing where another redirect URI is named, or none', async () => {
      for (const more of [{ redirect_uri: 'https://public.test/' }, {}]) {
        const { asked, code } = await stolen();
        const { body } = await offered(app, code, { ...more, code_verifier: asked.verifier });
        expect(body.error).toMatch(/^invalid_(grant|request)$/);
        expect(body.access_token).toBeUndefined();
      }
    });

    test('is worth nothing in the attacker’s own sign-in: its verifier is of another challenge', async () => {
      const { code } = await stolen();
      const theirs = ask(host, app);
      for (const verifier of [theirs.verifier, theirs.url.searchParams.get('code_challenge') ?? '', '']) {
        const { body } = await exchange(host, { ...theirs, verifier }, code);
        expect(body.error).toMatch(/^invalid_(grant|request)$/);
        expect(body.access_token).toBeUndefined();
      }
    });

    test('was never given where the challenge was taken off, or made plain', async () => {
      for (const change of [
        (params: URLSearchParams) => {
          params.delete('code_challenge');
          params.delete('code_challenge_method');
        },
        (params: URLSearchParams) => {
          params.delete('code_challenge_method');
        },
        (params: URLSearchParams) => {
          params.set('code_challenge_method', 'plain');
        },
      ]) {
        const { url } = ask(host, confidential);
        change(url.searchParams);
        const page = await new Visitor().visit(url);
        expect(page.url.searchParams.get('error')).toBe('invalid_request');
      }
    });

    test.each(['fragment', 'form_post'])('is not sent by %s where its client is not registered to be', async (mode) => {
      const { url } = ask(host, app, { response_mode: mode, redirect_uri: 'https://evil.test/' });
      const page = await new Visitor().visit(url);
      expect([page.status, page.url.origin, page.text.includes('evil.test/"')]).toEqual([400, host.issuer, false]);
      expect(page.headers.get('content-security-policy')).not.toContain('evil.test');
    });
  });

  describe('a token of one client', () => {
    const other = application('confidential', CONFIDENTIAL_SECRET);

    test('for an API opens no userinfo, and an ID token or refresh token opens nothing', async () => {
      const { tokens } = await signedIn(host, app, { scope: 'openid orders:read', resource: ORDERS });
      const { body } = await refresh(host, app, tokens.refresh_token, { resource: ORDERS });
      for (const presented of [body.access_token, body.id_token, body.refresh_token]) {
        expect((await userinfo(host, presented)).status).toBe(401);
      }
    });

    test('tells another client nothing, is not ended by it, and is not refreshed by it', async () => {
      const { tokens } = await signedIn(host, app);
      for (const presented of [tokens.access_token, tokens.refresh_token]) {
        expect((await introspect(host, other, presented)).body).toEqual({ active: false });
        const body = new URLSearchParams({ token: presented });
        const authorization = `Basic ${Buffer.from(`confidential:${CONFIDENTIAL_SECRET}`).toString('base64')}`;
        await fetch(`${host.issuer}/token/revocation`, { method: 'POST', body, headers: { authorization } });
      }
      expect((await userinfo(host, tokens.access_token)).status).toBe(200);
      expect((await refresh(host, other, tokens.refresh_token)).body.error).toBe('invalid_grant');
      expect((await refresh(host, app, tokens.refresh_token)).status).toBe(200);
    });

    test('opens nothing in the address, where logs and histories would keep it', async () => {
      const { tokens } = await signedIn(host, app);
      const answer = await fetch(`${host.issuer}/me?access_token=${tokens.access_token}`);
      expect(answer.status).toBe(400);
      const params = { refresh_token: tokens.refresh_token, grant_type: 'refresh_token', client_id: 'public' };
      const query = new URLSearchParams(params).toString();
      expect(
        (await fetch(`${host.issuer}/token?${query}`, { method: 'POST', body: new URLSearchParams() })).status,
      ).toBe(401);
    });
  });

  describe('a name that every JavaScript object has,', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

    test('as the id of a client stored before such ids were refused, is unknown, and changes nothing for others', async () => {
      await storeClients(
        host,
        app.id,
        names.map((id) => ({ id })),
      );
      const { visitor: alice, asked: own } = await signedIn(host, app);
      for (const id of names) {
        const url = new URL(own.url);
        url.searchParams.set('client_id', id);
        expect([id, (await alice.visit(url)).status]).toEqual([id, 400]);
        expect([id, (await token(host, { id }, { grant_type: 'client_credentials' })).body.error]).toEqual([
          id,
          'invalid_client',
        ]);
      }
      for (const username of ['alice', 'bob']) await signedIn(host, app, {}, username);
    });

    test('as a claim in a mapping stored before, takes nothing out of the ID token', async () => {
      const mapped = names.map((claim) => ({ value: 'roles', claim, format: 'list' }));
      await storeClients(host, app.id, [{ id: 'mapped-before', claims: [...mapped, ...ROLES] }]);
      const { tokens } = await signedIn(host, { ...app, id: 'mapped-before' }, { scope: 'openid roles' });
      const claims = claimsOf(tokens.id_token);
      expect(claims).toMatchObject({ sub: expect.any(String), roles: expect.any(Array) });
      expect(names.filter((name) => Object.hasOwn(claims, name))).toEqual([]);
    });

    test('as a claim that a request asks for, changes nothing for others', async () => {
      for (const name of names) {
        const claims = `{"id_token":{"${name}":{"essential":true}},"userinfo":{"${name}":null}}`;
        await new Visitor().visit(ask(host, app, { claims }).url);
      }
      const { tokens } = await signedIn(host, app);
      expect(claimsOf(tokens.id_token)['sub']).toEqual(expect.any(String));
    });
  });

  /** The results of these tabs of one browser, opened concurrently in a session that knew none of their applications. */
  async function opened(tabs: readonly string[]) {
    const { visitor: alice } = await signedIn(host, app);
    const authRequests = tabs.map((id) => ask(host, application(id), { claims: '{"id_token":{"sid":null}}' }));
    const codes = await Promise.all(authRequests.map(async ({ url }) => codeOf(await alice.visit(url))));
    const exchanged = await Promise.all(authRequests.map((one, at) => exchange(host, one, codes[at] ?? '')));
    const answers = await Promise.all(exchanged.map(({ body }) => userinfo(host, body.access_token)));
    expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200));
    return exchanged.map(({ body }) => claimsOf(body.id_token)['sid']);
  }

  test('20 applications that open at once in one session are all in it', async () => {
    const sids = await opened(Array.from({ length: 20 }, (_, at) => `tab-${at + 1}`));
    expect(new Set(sids).size).toBe(20);
  });

  test('20 tabs of one application that open at once share its grant, and its name for the session', async () => {
    const sids = await opened(Array.from({ length: 20 }, () => 'tab-1'));
    expect(new Set(sids).size).toBe(1);
    expect(sids[0]).toEqual(expect.any(String));
  });
});
