import { describe, expect, test } from '@jest/globals';
import { days, hours, minutes } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { signOut } from '../support/sign-out.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, storeKinds, passwordOf, signedIn } from './flow-host.js';

const tabs = ['tab-1', 'tab-2', 'tab-3', 'tab-4'].map((id) => application(id));
const app = application('public');

describe.each(storeKinds)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  /** Leaves by the application's link, and by the question where there is one. */
  const logOut = (visitor: Visitor, params: Readonly<Record<string, string>>): Promise<Page> =>
    signOut(visitor, host, params);

  const sessionCookie = (visitor: Visitor): string =>
    ['gatehouse-session', 'gatehouse-session.sig'].map((name) => `${name}=${String(visitor.cookie(name))}`).join('; ');

  describe('a session', () => {
    test('signs in to a second application without asking', async () => {
      const { visitor, tokens } = await signedIn(host, app);
      const authRequest = ask(host, tabs[0] ?? app);
      const page = await visitor.visit(authRequest.url);
      const second = await exchange(host, authRequest, codeOf(page));
      expect(claimsOf(second.body.id_token)['sub']).toBe(claimsOf(tokens.id_token)['sub']);
    });

    test('loses no application when tabs race: each one that signed in stays signed in', async () => {
      const { visitor } = await signedIn(host, app);
      const authRequests = tabs.map((tab) => ask(host, tab));

      const codes = await Promise.all(authRequests.map(async ({ url }) => codeOf(await visitor.visit(url))));
      const tokens = await Promise.all(authRequests.map((one, at) => exchange(host, one, codes[at] ?? '')));

      // A session-bound token is good only while its session still names its client and grant.
      const answers = await Promise.all(tokens.map(({ body }) => userinfo(host, body.access_token)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    });

    test('survives two tabs that both come back from a sign-in page', async () => {
      const { visitor } = await signedIn(host, app);
      const again = [tabs[0], tabs[1]].map((tab) => ask(host, tab ?? app, { prompt: 'login' }));
      const pages: Page[] = [];
      // One cookie jar has one path-scoped cookie a page, as a browser's two tabs do.
      for (const { url } of again) pages.push(await visitor.visit(url));

      const password = passwordOf(host, 'alice');
      const done = await Promise.all(pages.map((page) => visitor.submit(page, { identifier: 'alice', password })));
      const tokens = await Promise.all(again.map((asked, at) => exchange(host, asked, codeOf(done[at] as Page))));
      const answers = await Promise.all(tokens.map(({ body }) => userinfo(host, body.access_token)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);

      const next = ask(host, app, { prompt: 'none' });
      expect((await visitor.visit(next.url)).url.searchParams.get('error')).toBeNull();
    });

    test('gets a new cookie at sign-in, so that one planted before opens nothing', async () => {
      const visitor = new Visitor();
      // A logout without a session leaves an anonymous one behind: the cookie that an attacker would plant.
      await visitor.visit(`${host.issuer}/session/end`);
      const cookie = sessionCookie(visitor);
      expect(visitor.cookie('gatehouse-session')).toBeDefined();

      await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
      expect(sessionCookie(visitor)).not.toBe(cookie);

      const asThief = await fetch(ask(host, app, { prompt: 'none' }).url, { headers: { cookie }, redirect: 'manual' });
      expect(new URL(asThief.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
    });

    test('still knows a request that left with the cookie before the last, and does not put that cookie back', async () => {
      const { visitor } = await signedIn(host, app);
      const before = sessionCookie(visitor);
      codeOf(await signIn(visitor, ask(host, app, { prompt: 'login' }), 'alice', passwordOf(host, 'alice')));
      expect(sessionCookie(visitor)).not.toBe(before);

      const late = (): Promise<Response> =>
        fetch(ask(host, app, { prompt: 'none' }).url, { headers: { cookie: before }, redirect: 'manual' });
      const answer = await late();
      expect(new URL(answer.headers.get('location') ?? '').searchParams.get('code')).not.toBeNull();
      expect(answer.headers.getSetCookie().filter((cookie) => cookie.startsWith('gatehouse-session'))).toEqual([]);

      await host.advance(minutes(2));
      expect(new URL((await late()).headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
    });

    test('ends when it is not used for the idle time, and its tokens with it', async () => {
      const { visitor, tokens } = await signedIn(host, app);
      await host.advance(hours(1));
      const before = await refresh(host, app, tokens.refresh_token);
      expect(before.status).toBe(200);
      await host.advance(days(8));
      expect((await refresh(host, app, before.body.refresh_token)).body.error).toBe('invalid_grant');
      const silent = await visitor.visit(ask(host, app, { prompt: 'none' }).url);
      expect(silent.url.searchParams.get('error')).toBe('login_required');
    });
  });

  describe('logout', () => {
    test('ends the session and everything that was bound to it, and leads back', async () => {
      const { visitor, tokens } = await signedIn(host, app);
      const cookie = sessionCookie(visitor);
      const page = await logOut(visitor, {
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: 'https://public.test/',
        state: 'back',
      });
      expect(page.url.href).toBe('https://public.test/?state=back');
      expect((await userinfo(host, tokens.access_token)).status).toBe(401);
      expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
      // The server forgets it too: a copied cookie is worthless.
      const answer = await fetch(ask(host, app, { prompt: 'none' }).url, { headers: { cookie }, redirect: 'manual' });
      expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
    });

    test('does not end a session when its question is answered with no', async () => {
      const { visitor, tokens } = await signedIn(host, app);
      const page = await visitor.visit(`${host.issuer}/session/end`);
      const stayed = await visitor.submit(page);
      expect(stayed.status).toBe(200);
      expect((await userinfo(host, tokens.access_token)).status).toBe(200);
    });

    test('leads nowhere that the application did not register', async () => {
      const { visitor, tokens } = await signedIn(host, app);
      const page = await visitor.visit(
        `${host.issuer}/session/end?${new URLSearchParams({
          id_token_hint: tokens.id_token,
          post_logout_redirect_uri: 'https://evil.test/',
        }).toString()}`,
      );
      expect(page.status).toBe(400);
    });

    test('in one tab is not undone by another tab that saves the session a moment later', async () => {
      const { visitor, tokens } = await signedIn(host, app);
      const page = await visitor.visit(`${host.issuer}/session/end`);
      const others = tabs.flatMap((tab) => [ask(host, tab), ask(host, tab)]);
      await Promise.all([visitor.submit(page, { logout: 'yes' }), ...others.map(({ url }) => visitor.request(url))]);
      expect((await userinfo(host, tokens.access_token)).status).toBe(401);
    });

    test('of an offline application leaves its refresh token good', async () => {
      const { visitor, asked, tokens } = await (async () => {
        const person = new Visitor();
        const request = ask(host, app, { scope: 'openid offline_access', prompt: 'consent' });
        const consent = await signIn(person, request, 'alice', passwordOf(host, 'alice'));
        const page = await person.submit(consent, { decision: 'allow' });
        return { visitor: person, asked: request, tokens: (await exchange(host, request, codeOf(page))).body };
      })();
      await logOut(visitor, {});
      const answer = await refresh(host, asked.application, tokens.refresh_token);
      expect(answer.status).toBe(200);
      await host.advance(minutes(1));
      expect((await userinfo(host, answer.body.access_token)).status).toBe(200);
    });
  });
});
