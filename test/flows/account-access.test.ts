import { beforeEach, describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, ORDERS, passwordOf, signedIn, stores } from './flow-host.js';

const app = application('public');
const asking = application('asking');
const all = { scope: 'openid profile orders:read offline_access', resource: ORDERS, prompt: 'consent' };

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  let visitor: Visitor;
  beforeEach(() => {
    visitor = new Visitor();
  });

  const open = (path: string, by = visitor): Promise<Page> => by.visit(`${host.issuer}/account/${path}`);

  /** Posts the form of a page that has this name and, where there are several of it, this value of its button. */
  function press(page: Page, form: string, button: Readonly<Record<string, string>>, changed = {}): Promise<Page> {
    const found = page.text.split('<form').find((part) => part.includes(`value="${form}"`)) ?? '';
    const csrf = /name="csrf" value="([^"]+)"/.exec(found)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, form, ...button, ...changed });
    return visitor.visit(page.url, { method: 'POST', body });
  }

  describe('the page of applications', () => {
    /** Tokens of an application that bob allowed something. */
    async function allowed() {
      const authRequest = ask(host, asking, all);
      const consent = await signIn(visitor, authRequest, 'ruth', passwordOf(host, 'ruth'));
      const { body } = await exchange(host, authRequest, codeOf(await visitor.submit(consent, { decision: 'allow' })));
      return body;
    }

    test('lists what was allowed to whom, and takes it back: every token dies, and it is asked for anew', async () => {
      const tokens = await allowed();
      const page = await open('applications');
      expect(page.text).toContain('Asking application');
      expect(page.text).toContain('orders:read');
      expect((await userinfo(host, tokens.access_token)).status).toBe(200);

      const after = await press(page, 'withdraw', { client: 'asking' });
      expect(after.text).toContain('Access is withdrawn');
      expect(after.text).not.toContain('Asking application');
      expect((await userinfo(host, tokens.access_token)).status).toBe(401);
      expect((await refresh(host, asking, tokens.refresh_token)).body.error).toBe('invalid_grant');
      const { heading } = await visitor.visit(ask(host, asking, { scope: 'openid profile' }).url);
      expect(heading).toContain('Asking application');
    });

    test('takes no form that did not come from itself', async () => {
      const tokens = await allowed();
      const page = await open('applications');
      const forged = await press(page, 'withdraw', { client: 'asking' }, { csrf: 'forged' });
      expect(forged.status).toBe(403);
      expect((await userinfo(host, tokens.access_token)).status).toBe(200);
      await press(page, 'withdraw', { client: 'asking' });
    });

    test('takes nothing back for who authenticated longer than five minutes ago', async () => {
      const tokens = await allowed();
      const page = await open('applications');
      await host.advance(minutes(6));
      expect((await press(page, 'withdraw', { client: 'asking' })).heading).toBe('Sign in');
      expect((await refresh(host, asking, tokens.refresh_token)).status).toBe(200);
    });
  });

  describe('the page of sessions', () => {
    test('signs out one other browser, and its tokens with it', async () => {
      const other = await signedIn(host, app);
      const mine = await signedIn(host, app);
      visitor = mine.visitor;
      const page = await open('sessions');
      const handles = [...page.text.matchAll(/name="session" value="([^"]+)"/g)].map(([, handle]) => handle ?? '');
      expect(handles.length).toBeGreaterThan(0);
      // The newest stands first; this browser itself has no such button.
      const after = await press(page, 'end', { session: handles[0] ?? '' });
      expect(after.text).toContain('The session has ended.');
      expect((await userinfo(host, other.tokens.access_token)).status).toBe(401);
      expect((await userinfo(host, mine.tokens.access_token)).status).toBe(200);
      const silent = await other.visitor.visit(ask(host, app, { prompt: 'none' }).url);
      expect(silent.url.searchParams.get('error')).toBe('login_required');
    });

    test('ends nobody else’s, whatever the form names', async () => {
      const victim = await signedIn(host, app);
      const alice = await signedIn(host, app);
      visitor = (await signedIn(host, app, {}, 'ruth')).visitor;
      // The newest of hers, but for the browser she looks with.
      const hers = (await open('sessions', alice.visitor)).text.match(/name="session" value="([^"]+)"/)?.[1] ?? 'x';
      await press(await open('sessions'), 'end', { session: hers });
      expect((await userinfo(host, victim.tokens.access_token)).status).toBe(200);
    });

    test('signs out everywhere, here too', async () => {
      const other = await signedIn(host, app);
      const mine = await signedIn(host, app);
      visitor = mine.visitor;
      const page = await press(await open('sessions'), 'everywhere', {});
      expect(page.heading).toBe('You are signed out');
      for (const { tokens } of [other, mine]) expect((await userinfo(host, tokens.access_token)).status).toBe(401);
      expect((await open('sessions')).heading).toBe('Sign in');
    });

    test('takes no form that did not come from itself', async () => {
      const mine = await signedIn(host, app);
      visitor = mine.visitor;
      const page = await open('sessions');
      for (const form of ['end', 'everywhere']) {
        expect((await press(page, form, {}, { csrf: 'forged', ...(form === 'end' && { session: 'x' }) })).status).toBe(
          403,
        );
      }
      expect((await userinfo(host, mine.tokens.access_token)).status).toBe(200);
    });
  });
});
