import { beforeEach, describe, expect, test } from '@jest/globals';
import { days, hours, minutes, seconds } from '../../src/base/clock.js';
import { application, ask, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, ORDERS, passwordOf, stores } from './flow-host.js';

const app = application('public');
const asking = application('asking');
// As the realm has them by default.
const SHORT = { idle: hours(4), absolute: hours(24) };
const KEPT = { idle: days(14), absolute: days(90) };

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  let visitor: Visitor;
  beforeEach(() => {
    visitor = new Visitor();
  });

  /** Tokens of a new session, and the line that set its cookie. */
  async function arrive(typed: Readonly<Record<string, string>> = {}) {
    const authRequest = ask(host, app);
    const page = await visitor.visit(authRequest.url);
    const done = await visitor.submit(page, { identifier: 'alice', password: passwordOf(host, 'alice'), ...typed });
    const { body } = await exchange(host, authRequest, codeOf(done));
    const cookie = done.headers.getSetCookie().find((line) => line.startsWith('gatehouse-session=')) ?? '';
    return { tokens: body, cookie };
  }
  const remember = { remember: 'yes' };

  /** Whether the browser is still signed in. Asking is a use of the session. */
  async function isSignedIn(): Promise<boolean> {
    const { url } = await visitor.visit(ask(host, app, { prompt: 'none' }).url);
    return url.searchParams.get('error') !== 'login_required';
  }
  /** Asks an application that uses no session: whether its tokens are good. */
  const opens = async ({ access_token: token }: { access_token: string }) =>
    (await userinfo(host, token)).status === 200;

  test('the browser forgets the session when it is closed, unless it was to keep it', async () => {
    expect((await arrive()).cookie).not.toMatch(/expires|max-age/i);
    visitor = new Visitor();
    const { cookie } = await arrive(remember);
    const expires = Date.parse(/expires=([^;]+)/i.exec(cookie)?.[1] ?? '');
    const left = expires - (Date.now() + host.ahead());
    expect(left).toBeGreaterThan(KEPT.idle - seconds(30));
    expect(left).toBeLessThanOrEqual(KEPT.idle + seconds(1));
  });

  test.each([
    { ...SHORT, typed: {} },
    { ...KEPT, typed: remember },
  ])('left idle it is over after $idle ms and not before, and so are its tokens', async ({ idle, typed }) => {
    await arrive(typed);
    await host.advance(idle - seconds(2));
    expect(await isSignedIn()).toBe(true);
    await host.advance(idle - seconds(2));
    const authRequest = ask(host, app);
    const { body } = await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)));
    expect(await opens(body)).toBe(true);
    await host.advance(idle + seconds(1));
    expect((await refresh(host, app, body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await isSignedIn()).toBe(false);
  });

  test.each([
    { ...SHORT, typed: {} },
    { ...KEPT, typed: remember },
  ])('used again and again it is over after $absolute ms, and so are its tokens', async ({ idle, absolute, typed }) => {
    const step = idle - seconds(10);
    await arrive(typed);
    let passed = 0;
    for (; passed + step < absolute; passed += step) {
      await host.advance(step);
      expect(await isSignedIn()).toBe(true);
    }
    const authRequest = ask(host, app);
    const { body } = await exchange(host, authRequest, codeOf(await visitor.visit(authRequest.url)));
    const left = absolute - passed;
    await host.advance(left - seconds(10));
    expect((await opens(body)) || left > hours(1)).toBe(true);
    const next = await refresh(host, app, body.refresh_token);
    expect(next.status).toBe(200);
    await host.advance(seconds(11));
    expect(await opens(next.body)).toBe(false);
    expect((await refresh(host, app, next.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await isSignedIn()).toBe(false);
  });

  test('who changes the password in it gains no time by that', async () => {
    const typed = { identifier: 'judy', password: passwordOf(host, 'judy') };
    await arrive(typed);
    for (let hour = 0; hour < 21; hour += 3) {
      await host.advance(hours(3));
      expect(await isSignedIn()).toBe(true);
    }
    const at = `${host.issuer}/account/password`;
    const page = await visitor.submit(await visitor.visit(at), typed);
    const done = await visitor.submit(page, {
      password: 'as many words as it takes',
      again: 'as many words as it takes',
    });
    expect(done.text).toContain('changed');
    await host.advance(hours(3) - minutes(1));
    expect(await isSignedIn()).toBe(true);
    await host.advance(minutes(2));
    expect(await isSignedIn()).toBe(false);
  });

  test('an application that refreshes its tokens uses the session of the person who sits before it', async () => {
    let { tokens } = await arrive();
    for (let hour = 0; hour < 9; hour += 3) {
      await host.advance(hours(3));
      const { status, body } = await refresh(host, app, tokens.refresh_token);
      expect(status).toBe(200);
      tokens = body;
    }
    expect(await isSignedIn()).toBe(true);
  });

  test('a token for an API opens userinfo no longer than the session lasts', async () => {
    const authRequest = ask(host, app, { scope: 'openid orders:read', resource: ORDERS });
    const back = await signIn(visitor, authRequest, 'alice', passwordOf(host, 'alice'));
    const began = Date.now() + host.ahead();
    let { body } = await exchange(host, authRequest, codeOf(back));
    const left = () => began + SHORT.absolute - (Date.now() + host.ahead());
    while (left() > minutes(2)) {
      await host.advance(Math.min(SHORT.idle - seconds(2), left() - minutes(1)));
      ({ body } = await refresh(host, app, body.refresh_token));
    }
    expect(body.expires_in).toBe(300);
    expect(await opens(body)).toBe(true);
    await host.advance(left() + seconds(1));
    expect(await opens(body)).toBe(false);
  });

  test('offline access, where it was consented to, outlives it', async () => {
    const authRequest = ask(host, asking, { scope: 'openid offline_access', prompt: 'consent' });
    const consent = await signIn(visitor, authRequest, 'alice', passwordOf(host, 'alice'));
    const { body } = await exchange(host, authRequest, codeOf(await visitor.submit(consent, { decision: 'allow' })));
    await host.advance(days(3));
    expect(await isSignedIn()).toBe(false);
    const answer = await refresh(host, asking, body.refresh_token);
    expect(answer.status).toBe(200);
    expect(await opens(answer.body)).toBe(true);
  });

  test('who signs in again chooses anew whether the browser keeps it', async () => {
    await arrive();
    const cookieAfter = async (typed: Readonly<Record<string, string>>): Promise<string> => {
      const page = await visitor.visit(ask(host, app, { prompt: 'login' }).url);
      const { remember: _ticked, ...fields } = page.fields;
      const body = new URLSearchParams({
        ...fields,
        identifier: 'alice',
        password: passwordOf(host, 'alice'),
        ...typed,
      });
      const done = await visitor.visit(page.action, { method: 'POST', body });
      return done.headers.getSetCookie().find((line) => line.startsWith('gatehouse-session=')) ?? '';
    };
    expect(await cookieAfter(remember)).toMatch(/expires/i);
    // Until then the page has it ticked as it is.
    const again = await visitor.visit(ask(host, app, { prompt: 'login' }).url);
    expect(again.fields['remember']).toBe('yes');
    expect(await cookieAfter({})).not.toMatch(/expires/i);
  });
});
