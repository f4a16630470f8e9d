import { describe, expect, test } from '@jest/globals';
import { application, ask, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, ORDERS, passwordOf, stores } from './flow-host.js';

const asking = application('asking');
const device = { id: 'device', redirectUri: 'com.example.device:/callback' };
const all = { scope: 'openid profile orders:read', resource: ORDERS };

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  /** Signs a user in with a new session and returns the consent page, or the redirect to the application. */
  const arrive = (visitor: Visitor, params: Readonly<Record<string, string>>, by = asking, username = 'alice') =>
    signIn(visitor, ask(host, by, params), username, passwordOf(host, username));
  const isConsent = ({ heading }: Page): boolean => heading?.startsWith('Allow') === true;

  test('what was consented to is not asked for again, in another session either', async () => {
    const first = new Visitor();
    const consent = await arrive(first, all);
    expect(isConsent(consent)).toBe(true);
    codeOf(await first.submit(consent, { decision: 'allow' }));

    const later = new Visitor();
    const authRequest = ask(host, asking, all);
    const back = await signIn(later, authRequest, 'alice', passwordOf(host, 'alice'));
    const { status, body } = await exchange(host, authRequest, codeOf(back));
    expect(status).toBe(200);
    expect(body.scope.split(' ').sort()).toEqual(['openid', 'orders:read', 'profile']);
    expect((await userinfo(host, body.access_token)).status).toBe(200);
    expect((await refresh(host, asking, body.refresh_token, { resource: ORDERS })).status).toBe(200);
  });

  test('a request for more asks only for what is new', async () => {
    const page = await arrive(new Visitor(), { ...all, scope: `${all.scope} email orders:write` });
    expect(page.text).toContain('orders:write');
    expect(page.text).toContain('e-mail');
    expect(page.text).not.toContain('orders:read');
    expect(page.text).not.toContain('your profile');
  });

  test('it is one person’s and one application’s', async () => {
    expect(isConsent(await arrive(new Visitor(), all, asking, 'bob'))).toBe(true);
    expect(isConsent(await arrive(new Visitor(), { scope: 'openid profile' }, application('asking-too')))).toBe(true);
  });

  test('prompt=consent asks for all of it again, and prompt=none for nothing', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, { ...all, prompt: 'consent' });
    expect(page.text).toContain('orders:read');
    expect(page.text).toContain('your profile');
    const silent = await visitor.visit(ask(host, asking, { ...all, prompt: 'none' }).url);
    expect(silent.url.searchParams.get('code')).not.toBeNull();
    const more = await visitor.visit(ask(host, asking, { scope: 'openid roles', prompt: 'none' }).url);
    expect(more.url.searchParams.get('error')).toBe('consent_required');
  });

  test('an application on a device is asked about each time, since any other could be behind its redirect', async () => {
    for (let time = 0; time < 2; time++) {
      const visitor = new Visitor();
      const consent = await arrive(visitor, { scope: 'openid profile' }, device);
      expect(consent.text).toContain('your profile');
      codeOf(await visitor.submit(consent, { decision: 'allow' }));
    }
  });

  test('what was denied is asked for the next time', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, all, asking, 'bob');
    const denied = await visitor.submit(page, { decision: 'deny' });
    expect(denied.url.searchParams.get('error')).toBe('access_denied');
    expect(isConsent(await visitor.visit(ask(host, asking, all).url))).toBe(true);
  });

  test('can be left for another account, and nobody is signed out before another has signed in', async () => {
    const visitor = new Visitor();
    const page = await arrive(visitor, { ...all, prompt: 'consent' }, asking, 'bob');
    expect(page.text).toContain('Signed in as Bob Brown (bob)');
    const forged = await visitor.submit(page, { decision: 'other', csrf: 'forged' });
    expect([forged.status, isConsent(forged)]).toEqual([403, true]);
    const other = await visitor.submit(page, { decision: 'other' });
    expect([other.heading, other.text.includes('bob')]).toEqual(['Sign in', false]);
    expect((await visitor.visit(`${host.issuer}/account`)).text).toContain('Bob Brown');
    const stale = await visitor.submit(other, { identifier: 'alice', password: passwordOf(host, 'alice'), csrf: 'x' });
    expect(stale.status).toBe(403);
    expect((await visitor.visit(`${host.issuer}/account`)).text).toContain('Bob Brown');

    // alice's first page in a new session: the consent page, or the redirect to the application.
    const leaves = await visitor.submit(other, { identifier: 'alice', password: passwordOf(host, 'alice') });
    const consent = await visitor.submit(leaves);
    expect(consent.text).toContain('Signed in as Alice Appleby (alice)');
    codeOf(await visitor.submit(consent, { decision: 'allow' }));
    expect((await visitor.visit(`${host.issuer}/account`)).text).toContain('Alice Appleby');
  });

  test('can be left at the sign-in already, where what was allowed before asks nothing more', async () => {
    const visitor = new Visitor();
    const page = await visitor.visit(ask(host, asking, { ...all, state: 'abc' }).url);
    expect(page.heading).toBe('Sign in');
    const { url } = await visitor.submit(page, { decision: 'cancel' });
    expect(url.origin).toBe('https://asking.test');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ error: 'access_denied', state: 'abc' });
    expect(visitor.cookie('_session') ?? '').toBe('');
  });

  test('in one session that 20 requests use at once it serves all of them', async () => {
    const visitor = new Visitor();
    await arrive(visitor, {}, application('public'));
    const authRequests = Array.from({ length: 20 }, () => ask(host, asking, all));
    const codes = await Promise.all(authRequests.map(async ({ url }) => codeOf(await visitor.visit(url))));
    const exchanged = await Promise.all(authRequests.map((one, at) => exchange(host, one, codes[at] ?? '')));
    expect(exchanged.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });
});
