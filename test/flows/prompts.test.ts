import { beforeEach, describe, expect, test } from '@jest/globals';
import { hours, minutes, seconds } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, signIn, type Asked } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf, signedIn, stores } from './flow-host.js';

// OpenID Connect Core 3.1.2.1, parameter by parameter.

const app = application('public');
const asking = application('asking');

/** The unescaped value of an attribute of our page; text that was never escaped is unchanged. */
const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

describe.each(stores)('on %s:', (kind) => {
  let visitor: Visitor;
  const host = useHost(flowRealm(kind));
  beforeEach(() => {
    visitor = new Visitor();
  });

  const to = (asked: Asked): Promise<Page> => visitor.visit(asked.url);
  const typed = (username = 'alice') => ({ identifier: username, password: passwordOf(host, username) });
  const errorOf = ({ url }: Page): string | null => url.searchParams.get('error');
  const idTokenOf = async (asked: Asked, page: Page) =>
    claimsOf((await exchange(host, asked, codeOf(page))).body.id_token);
  const clock = (): number => Math.floor((Date.now() + host.ahead()) / 1000);

  describe('a request', () => {
    test('brings state and nonce back as they were, whatever is in them, by every response mode', async () => {
      const odd = '+ %20&=#?;,\'"<b>\\\t\u00e9\u{1f600}\u202e__proto__[]{"a":1}';
      const { visitor: person } = await signedIn(host, app);
      const read: Readonly<Record<string, (page: Page) => URLSearchParams>> = {
        query: ({ url }) => url.searchParams,
        fragment: ({ url }) => new URLSearchParams(url.hash.slice(1)),
        form_post: ({ fields }) => new URLSearchParams(fields),
      };
      for (const [mode, answerOf] of Object.entries(read)) {
        const authRequest = ask(host, app, { response_mode: mode, state: odd, nonce: odd });
        const answer = answerOf(await person.visit(authRequest.url));
        expect([mode, unescaped(answer.get('state') ?? '')]).toEqual([mode, odd]);
        const { body } = await exchange(host, authRequest, answer.get('code') ?? '');
        expect(claimsOf(body.id_token)['nonce']).toBe(odd);
      }
    });

    test.each(['de_DE', 'DE', 'xx,de;q=0.5', ', ;q=1, de', '*;q=0.1, de-AT-1996;q=0.9', '-, _, de'])(
      'from a browser that asks for %s is answered in that language',
      async (wanted) => {
        const { url } = await visitor.visit(ask(host, app).url);
        const answer = await visitor.request(url, { headers: { 'accept-language': wanted } });
        expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/<html[^>]* lang="de"/)]);
      },
    );
  });

  describe('prompt=none', () => {
    test('shows no page: it answers, or says what would have been asked', async () => {
      expect(errorOf(await to(ask(host, app, { prompt: 'none' })))).toBe('login_required');
      await signIn(visitor, ask(host, app), 'bob', passwordOf(host, 'bob'));
      codeOf(await to(ask(host, app, { prompt: 'none' })));
      expect(errorOf(await to(ask(host, asking, { prompt: 'none', scope: 'openid email' })))).toBe('consent_required');
      await host.advance(seconds(10));
      expect(errorOf(await to(ask(host, app, { prompt: 'none', max_age: '5' })))).toBe('login_required');
    });

    // OpenID Connect Core 3.1.2.6. Which account is meant (account_selection_required) is never a question without being asked: a browser has one.
    test('says that something is to be done, not that nobody is signed in, to who owes a new password', async () => {
      await signIn(visitor, ask(host, app), 'heidi', passwordOf(host, 'heidi'));
      expect((await host.command('user', 'require-change', 'heidi')).code).toBe(0);
      const authRequest = ask(host, app, { prompt: 'none' });
      expect(errorOf(await to(authRequest))).toBe('interaction_required');
      // Long after the sign-in it takes the password first.
      await host.advance(minutes(10));
      expect(errorOf(await to(ask(host, app, { prompt: 'none' })))).toBe('login_required');
    });

    test.each(['none login', 'none consent', 'none select_account'])('stands alone: %s is refused', async (prompt) => {
      expect(errorOf(await to(ask(host, app, { prompt })))).toBe('invalid_request');
    });

    test('goes back with the state and the issuer, so that the application knows whose answer it is', async () => {
      const authRequest = ask(host, app, { prompt: 'none' });
      const { searchParams } = (await to(authRequest)).url;
      expect(searchParams.get('state')).toBe(authRequest.url.searchParams.get('state'));
      expect(searchParams.get('iss')).toBe(host.issuer);
    });
  });

  test('an unknown prompt is refused, not ignored', async () => {
    expect(errorOf(await to(ask(host, app, { prompt: 'create' })))).toBe('invalid_request');
  });

  describe('prompt=login', () => {
    test('asks who is signed in to sign in again, and auth_time says when they did', async () => {
      const first = ask(host, app);
      const before = await idTokenOf(first, await visitor.submit(await to(first), typed()));
      await host.advance(minutes(3));
      const again = ask(host, app, { prompt: 'login' });
      const page = await to(again);
      expect(page.text).toContain('Alice Appleby');
      const after = await idTokenOf(again, await visitor.submit(page, typed()));
      expect(Number(after['auth_time']) - Number(before['auth_time'])).toBeGreaterThanOrEqual(180);
      expect(Math.abs(Number(after['auth_time']) - clock())).toBeLessThan(20);
    });

    test('with consent asks for both, in this order', async () => {
      const page = await to(ask(host, asking, { prompt: 'consent login', scope: 'openid profile' }));
      expect(page.heading).toBe('Sign in');
      const consent = await visitor.submit(page, typed('bob'));
      expect(consent.heading).toContain('Asking application');
      codeOf(await visitor.submit(consent, { decision: 'allow' }));
    });
  });

  describe('prompt=select_account', () => {
    test('asks who is signed in whether it is they, and takes their word', async () => {
      await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
      const authRequest = ask(host, app, { prompt: 'select_account' });
      const page = await to(authRequest);
      expect(page.text).toContain('Continue as Alice Appleby');
      expect((await idTokenOf(authRequest, await visitor.submit(page)))['sub']).toEqual(expect.any(String));
    });

    test('lets somebody else sign in instead', async () => {
      const { tokens } = await signedIn(host, app, {}, 'bob');
      await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
      const page = await to(ask(host, app, { prompt: 'select_account' }));
      const [, other = ''] = /<a href="([^"]+\/other)"/.exec(page.text) ?? [];
      const signInPage = await visitor.visit(new URL(other, host.issuer));
      expect(signInPage.text).not.toContain('alice');
      // The library ends the first person's session by a form of its own before it goes on.
      const leaves = await visitor.submit(signInPage, typed('bob'));
      const done = await visitor.submit(leaves);
      expect(done.url.searchParams.get('code')).not.toBeNull();
      const now = await to(ask(host, app, { prompt: 'none', id_token_hint: tokens.id_token }));
      expect(now.url.searchParams.get('code')).not.toBeNull();
    });

    test('is a sign-in where nobody is signed in, and then asks nothing more', async () => {
      const page = await to(ask(host, app, { prompt: 'select_account' }));
      expect(page.heading).toBe('Sign in');
      codeOf(await visitor.submit(page, typed()));
    });

    test('with login asks for the choice and then for the password, with consent for that too', async () => {
      await signIn(visitor, ask(host, app), 'bob', passwordOf(host, 'bob'));
      const choice = await to(ask(host, asking, { prompt: 'select_account login consent', scope: 'openid' }));
      const page = await visitor.submit(choice);
      expect(page.heading).toBe('Sign in');
      const consent = await visitor.submit(page, typed('bob'));
      expect(consent.heading).toContain('Asking application');
      codeOf(await visitor.submit(consent, { decision: 'allow' }));
    });

    test('takes no choice that did not come from its page', async () => {
      await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
      const page = await to(ask(host, app, { prompt: 'select_account' }));
      const forged = await visitor.submit(page, { csrf: 'forged' });
      expect([forged.status, forged.heading]).toEqual([403, 'Choose an account']);
    });
  });

  describe('max_age', () => {
    test('is counted to the second, and makes the ID token say auth_time', async () => {
      await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
      await host.advance(seconds(100));
      const fits = ask(host, app, { max_age: '120' });
      const said = await idTokenOf(fits, await to(fits));
      expect(Number(said['auth_time'])).toBeLessThanOrEqual(clock() - 100);
      expect((await to(ask(host, app, { max_age: '99' }))).heading).toBe('Sign in');
    });

    test.each(['-1', '1.5', 'soon'])('%s is refused', async (maxAge) => {
      expect(errorOf(await to(ask(host, app, { max_age: maxAge })))).toBe('invalid_request');
    });
  });

  test('login_hint stands in the form already, escaped, and proves nothing', async () => {
    const page = await to(ask(host, app, { login_hint: 'bob"><script>' }));
    expect(page.text).toContain('value="bob&quot;');
    expect(page.text).not.toContain('<script>');
    codeOf(await visitor.submit(page, typed('alice')));
  });

  describe('id_token_hint', () => {
    test('of who is signed in answers without a page, even after it has expired', async () => {
      const { tokens, visitor: alice } = await signedIn(host, app);
      await host.advance(hours(2));
      const page = await alice.visit(ask(host, app, { prompt: 'none', id_token_hint: tokens.id_token }).url);
      codeOf(page);
    });

    test('of another person is answered with login_required, never with somebody else', async () => {
      const { tokens } = await signedIn(host, app, {}, 'bob');
      await signIn(visitor, ask(host, app), 'alice', passwordOf(host, 'alice'));
      expect(errorOf(await to(ask(host, app, { prompt: 'none', id_token_hint: tokens.id_token })))).toBe(
        'login_required',
      );
      expect((await to(ask(host, app, { id_token_hint: tokens.id_token }))).heading).toBe('Sign in');
    });

    test('that was issued to another client, was changed, or is none is refused', async () => {
      const { tokens } = await signedIn(host, application('tab-1'));
      const changed = `${tokens.id_token.slice(0, -4)}AAAA`;
      for (const hint of [tokens.id_token, changed, 'x.y.z', 'none']) {
        expect(errorOf(await to(ask(host, app, { prompt: 'none', id_token_hint: hint })))).toBe('invalid_request');
      }
    });
  });
});
