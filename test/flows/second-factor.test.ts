import { describe, expect, test } from '@jest/globals';
import { minutes, seconds } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { Authenticator, recoveryCodesOn, typedIn } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, ORDERS, passwordOf, signedIn, stores } from './flow-host.js';

const PASSWORD = 'urn:gatehouse:acr:password';
const TWO_FACTOR = 'urn:gatehouse:acr:two-factor';
const open = application('public');
const strict = application('strict');
const STEP = seconds(30);

interface Enrolled {
  readonly visitor: Visitor;
  readonly app: Authenticator;
  readonly recoveryCodes: readonly string[];
}

describe.each(stores)('on %s:', (kind) => {
  let trent: Enrolled;
  let trentsEnrolment: Record<string, unknown>;
  const host = useHost(flowRealm(kind));

  const begin = (visitor: Visitor, username: string, by = open, params: Record<string, string> = {}) =>
    signIn(visitor, ask(host, by, params), username, passwordOf(host, username));

  /** By a sign-in at an application that needs it. */
  async function enrol(username: string): Promise<Enrolled> {
    const visitor = new Visitor();
    const page = await begin(visitor, username, strict);
    const app = Authenticator.reading(page, host);
    const shown = await visitor.submit(page, { code: app.code() });
    const next = /<a href="([^"]*\/sign-in\/[^"]*)">/.exec(shown.text)?.[1] ?? '';
    codeOf(await visitor.visit(new URL(next, host.issuer)));
    await host.advance(STEP);
    return { visitor, app, recoveryCodes: recoveryCodesOn(shown) };
  }

  const idTokenAt = async (asked: ReturnType<typeof ask>, page: Page): Promise<Record<string, unknown>> =>
    claimsOf((await exchange(host, asked, codeOf(page))).body.id_token);

  test('a session that somebody left open is not enough to set one up: the password is asked for again', async () => {
    const { visitor } = await signedIn(host, open, {}, 'bob');
    await host.advance(minutes(6));
    const acr = { acr_values: TWO_FACTOR };
    for (const authRequest of [ask(host, strict), ask(host, open, acr)]) {
      expect((await visitor.visit(authRequest.url)).heading).toBe('Sign in');
    }
    const again = await begin(visitor, 'bob', open, acr);
    expect(again.heading).toBe('Set up a second factor');
  });

  test('an enrolment that is done agrees to nothing on the consent page of whom it signs in', async () => {
    const visitor = new Visitor();
    const page = await begin(visitor, 'dora', strict, { prompt: 'consent' });
    await visitor.submit(page, { code: Authenticator.reading(page, host).code() });
    const uid = new URL(page.url).pathname.split('/').at(-1);
    const body = new URLSearchParams({ decision: 'allow', csrf: page.fields['csrf'] ?? '' });
    const consent = await visitor.request(`${host.issuer}/sign-in/${uid}/consent`, { method: 'POST', body });
    expect([consent.status, consent.headers.get('location')]).toEqual([303, `/sign-in/${uid}`]);
    expect((await visitor.visit(`${host.issuer}/sign-in/${uid}`)).heading).toContain('Strict');
  });

  describe('a person whose role needs two factors', () => {
    test('is led through enrolment after the password, and nobody is signed in before', async () => {
      const visitor = new Visitor();
      const authRequest = ask(host, open);
      const page = await signIn(visitor, authRequest, 'trent', passwordOf(host, 'trent'));
      expect([page.status, page.heading]).toEqual([200, 'Set up a second factor']);
      expect(visitor.cookie('gatehouse-session')).toBeUndefined();
      expect((await visitor.visit(ask(host, open, { prompt: 'none' }).url)).url.searchParams.get('error')).toMatch(
        /_required$/,
      );
      // That was another tab; this one goes on where it was.
      const app = Authenticator.reading(page, host);
      const wrong = await visitor.submit(page, { code: '000000' });
      expect([wrong.status, Authenticator.reading(wrong, host).seed]).toEqual([403, app.seed]);
      // Six characters that are more than six bytes are a wrong code like any other.
      for (const code of ['12345é', 'кодкод']) expect((await visitor.submit(page, { code })).status).toBe(403);
      // As a keyboard in Cairo writes it.
      const shown = await visitor.submit(wrong, { code: typedIn('arab', app.code()) });
      expect(shown.heading).toBe('Save your recovery codes');
      const recoveryCodes = recoveryCodesOn(shown);
      expect(new Set(recoveryCodes).size).toBe(10);
      const next = /<a href="([^"]*\/sign-in\/[^"]*)">/.exec(shown.text)?.[1] ?? '';
      trentsEnrolment = await idTokenAt(authRequest, await visitor.visit(new URL(next, host.issuer)));
      trent = { visitor, app, recoveryCodes };
      await host.advance(STEP);
    });

    test('has reached the level by it', () => {
      expect(trentsEnrolment).toMatchObject({ acr: TWO_FACTOR, amr: ['pwd', 'otp', 'mfa'] });
    });

    test('shows a code at each sign-in from then on', async () => {
      const visitor = new Visitor();
      const authRequest = ask(host, open);
      const page = await signIn(visitor, authRequest, 'trent', passwordOf(host, 'trent'));
      expect(page.heading).toBe('Enter your code');
      expect(page.text).toMatch(/autocomplete="one-time-code"/);
      expect(visitor.cookie('gatehouse-session')).toBeUndefined();
      const wrong = await visitor.submit(page, { code: '12345' });
      expect([wrong.status, wrong.heading]).toEqual([403, 'Enter your code']);
      const claims = await idTokenAt(
        authRequest,
        await visitor.submit(wrong, { code: typedIn('fullwide', trent.app.code()) }),
      );
      expect(claims).toMatchObject({ acr: TWO_FACTOR, amr: ['pwd', 'otp', 'mfa'] });
      await host.advance(STEP);
    });

    test('may come with the code of a step before or after, and no further', async () => {
      for (const [steps, heading] of [
        [-2, 'Enter your code'],
        [2, 'Enter your code'],
        [1, undefined],
      ] as const) {
        const visitor = new Visitor();
        const page = await begin(visitor, 'trent');
        expect([steps, (await visitor.submit(page, { code: trent.app.code(steps) })).heading]).toEqual([
          steps,
          heading,
        ]);
      }
      // The code of the next step is used up now, and with it those before.
      const visitor = new Visitor();
      const used = await visitor.submit(await begin(visitor, 'trent'), { code: trent.app.code() });
      expect([used.status, used.text.includes('already used')]).toEqual([403, true]);
      await host.advance(3 * STEP);
    });

    test('signs in once with each recovery code, however it is typed', async () => {
      const [code = ''] = trent.recoveryCodes;
      const visitor = new Visitor();
      const typed = `\u200b ${typedIn('fullwide', code.toUpperCase()).replaceAll('-', '\u30fc')} `;
      codeOf(await visitor.submit(await begin(visitor, 'trent'), { code: typed }));
      const again = new Visitor();
      expect((await again.submit(await begin(again, 'trent'), { code })).status).toBe(403);
    });
  });

  describe('of 20 at once', () => {
    test.each(['code', 'recovery code'])('one signs in with the same %s', async (what) => {
      await host.advance(minutes(20));
      const code = what === 'code' ? trent.app.code() : (trent.recoveryCodes[1] ?? '');
      const pages: { visitor: Visitor; page: Page }[] = [];
      // All from one tab, as a script of a thief's would: one interaction, and no attempt of it throttled.
      const visitor = new Visitor();
      const page = await begin(visitor, 'trent');
      for (let i = 0; i < 20; i++) pages.push({ visitor, page });
      const answers = await Promise.all(
        pages.map((each) =>
          each.visitor.request(each.page.action, {
            method: 'POST',
            body: new URLSearchParams({ ...each.page.fields, code }),
          }),
        ),
      );
      // Later requests are redirected to the next page.
      const took = answers.filter(({ headers }) => /\/auth\//.test(headers.get('location') ?? ''));
      expect(took).toHaveLength(1);
    });
  });

  describe('a session at a lower level', () => {
    test('is asked for the code alone where more is needed, and says then what was shown', async () => {
      const { visitor, tokens } = await signedIn(host, open, { scope: 'openid orders:read', resource: ORDERS }, 'judy');
      expect(claimsOf(tokens.id_token)).toMatchObject({ acr: PASSWORD, amr: ['pwd'] });
      const authRequest = ask(host, open, { acr_values: TWO_FACTOR });
      const page = await visitor.visit(authRequest.url);
      expect(page.heading).toBe('Set up a second factor');
      const app = Authenticator.reading(page, host);
      const shown = await visitor.submit(page, { code: app.code() });
      const next = /<a href="([^"]*\/sign-in\/[^"]*)">/.exec(shown.text)?.[1] ?? '';
      const claims = await idTokenAt(authRequest, await visitor.visit(new URL(next, host.issuer)));
      expect(claims).toMatchObject({ acr: TWO_FACTOR, amr: ['pwd', 'otp', 'mfa'] });
      // Asked for less, it still says what was reached.
      const less = ask(host, open, { acr_values: PASSWORD });
      expect((await idTokenAt(less, await visitor.visit(less.url)))['acr']).toBe(TWO_FACTOR);
      await host.advance(STEP);
    });

    test('ends with the enrolment wherever else it is; the one that enrolled goes on', async () => {
      const elsewhere = await signedIn(host, open, {}, 'mallory');
      const { visitor } = await enrol('mallory');
      expect((await refresh(host, open, elsewhere.tokens.refresh_token)).body.error).toBe('invalid_grant');
      expect((await elsewhere.visitor.visit(ask(host, open).url)).heading).toBe('Sign in');
      codeOf(await visitor.visit(ask(host, open).url));
    });

    test('shows both factors again past max_age, and under prompt=login', async () => {
      const { visitor, app } = await enrol('grace');
      for (const params of [{ max_age: '60' }, { prompt: 'login' }]) {
        await host.advance(minutes(2));
        const authRequest = ask(host, strict, params);
        const page = await visitor.visit(authRequest.url);
        expect(page.heading).toBe('Sign in');
        const second = await visitor.submit(page, { identifier: 'grace', password: passwordOf(host, 'grace') });
        expect(second.heading).toBe('Enter your code');
        const claims = await idTokenAt(authRequest, await visitor.submit(second, { code: app.code() }));
        expect(claims).toMatchObject({ acr: TWO_FACTOR });
        expect(Number(claims['auth_time'])).toBeGreaterThan((Date.now() + host.ahead()) / 1000 - 30);
      }
    });
  });

  test.each<[string, Record<string, string>]>([
    ['unknown acr_values', { acr_values: 'urn:x urn:y' }],
    ['unknown acr_values, without a page', { acr_values: 'urn:x', prompt: 'none' }],
  ])('%s are answered as unmet', async (_what, params) => {
    const page = await new Visitor().visit(ask(host, open, params).url);
    expect(page.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  describe('guessing', () => {
    test('codes waits longer and longer, even for who knows the password, until the host ends it', async () => {
      const { app } = await enrol('heidi');
      const visitor = new Visitor();
      let page = await begin(visitor, 'heidi');
      const guess = async (): Promise<number> => {
        page = await visitor.submit(page, { code: '00000a' });
        return page.status;
      };
      for (let i = 0; i < 6; i++) expect(await guess()).toBe(403);
      expect(await guess()).toBe(429);
      const right = await visitor.submit(page, { code: app.code() });
      expect([right.status, right.text.includes('Too many attempts')]).toEqual([429, true]);
      expect((await host.command('user', 'show', 'heidi')).out.join('\n')).toContain('6 failed sign-ins by a code');
      await host.command('user', 'unlock', 'heidi');
      codeOf(await visitor.submit(right, { code: app.code() }));

      page = await begin(visitor, 'heidi', open, { prompt: 'login' });
      for (let i = 0; i < 6; i++) expect(await guess()).toBe(403);
      expect(await guess()).toBe(429);
      // It ends by itself, and the password was never in the way of it.
      await host.advance(minutes(16));
      const later = new Visitor();
      codeOf(await later.submit(await begin(later, 'heidi'), { code: app.code() }));
    });
  });

  test('who owes a new password and a second factor does both, one after the other, in one sign-in', async () => {
    const visitor = new Visitor();
    const own = { password: 'words that only niaj knows', again: 'words that only niaj knows' };
    const page = await visitor.submit(await begin(visitor, 'niaj'), own);
    const app = Authenticator.reading(page, host);
    const shown = await visitor.submit(page, { code: app.code() });
    const next = /<a href="([^"]*\/sign-in\/[^"]*)">/.exec(shown.text)?.[1] ?? '';
    codeOf(await visitor.visit(new URL(next, host.issuer)));
  });

  test.each(['the code', 'a password alone'])(
    'who presses twice after %s goes on once more, and signs in',
    async (what) => {
      const visitor = new Visitor();
      const [username, typed] = what === 'the code' ? ['trent', undefined] : ['bob', passwordOf(host, 'bob')];
      await host.advance(STEP);
      const authRequest = ask(host, open);
      const page = typed === undefined ? await begin(visitor, username) : await visitor.visit(authRequest.url);
      const sent = typed === undefined ? { code: trent.app.code() } : { identifier: username, password: typed };
      const press = () =>
        visitor.request(page.action, { method: 'POST', body: new URLSearchParams({ ...page.fields, ...sent }) });
      // The browser drops the answer to the first for that to the second.
      expect((await press()).status).toBe(303);
      const second = await press();
      expect(second.status).toBe(303);
      codeOf(await visitor.visit(new URL(second.headers.get('location') ?? '', host.issuer)));
      // And the sign-in is one: the next request needs no page.
      codeOf(await visitor.visit(ask(host, open, { prompt: 'none' }).url));
    },
  );

  describe('a way out:', () => {
    test('who cancels goes back to the application', async () => {
      const visitor = new Visitor();
      const page = await visitor.submit(await begin(visitor, 'trent'), { decision: 'cancel' });
      expect(page.url.searchParams.get('error')).toBe('access_denied');
    });

    test('a form from elsewhere takes nothing', async () => {
      const visitor = new Visitor();
      const page = await begin(visitor, 'trent');
      await host.advance(STEP);
      const forged = await visitor.submit(page, { csrf: 'forged', code: trent.app.code() });
      expect(forged.status).toBe(403);
      codeOf(await visitor.submit(forged, { code: trent.app.code() }));
    });
  });

  test('a server that is killed between the enrolment page and its code takes the code afterwards', async () => {
    const visitor = new Visitor();
    const page = await begin(visitor, 'ivan', strict);
    const app = Authenticator.reading(page, host);
    await host.kill();
    await host.restart();
    expect((await visitor.submit(page, { code: app.code() })).heading).toBe('Save your recovery codes');
    // And one that is killed before the person went on has kept the enrolment.
    await host.kill();
    await host.restart();
    codeOf(await visitor.visit(page.url));
  });

  test('nothing of it lies in the store or the log in the clear', async () => {
    const secrets = [trent.app.seed, ...trent.recoveryCodes.flatMap((code) => [code, code.replaceAll('-', '')])];
    for (const where of [await host.dump(), host.logs()]) {
      expect(secrets.filter((secret) => where.includes(secret))).toEqual([]);
    }
  });
});
