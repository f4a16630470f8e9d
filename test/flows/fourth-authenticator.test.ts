/** A fourth authenticator, which is a folder of the tests and a line in the list, does all that those of Gatehouse do. */
import { describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { AUTHENTICATORS } from '../../src/sign-in/authenticators/authenticators.js';
import { hardwareToken, numberOf } from '../sign-in/hardware-token/hardware-token.js';
import { application, ask, type Asked, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { atTime } from '../support/at-time.js';
import { Authenticator, recoveryCodesOn } from '../support/authenticator.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
const PASSWORD = 'a password of their own';
const TWO_FACTOR = { acr_values: 'urn:gatehouse:acr:two-factor' };
const TOKEN_PAGE = 'Enter the number on your token';
const app = application('app');

/** A person's device. */
class Token {
  readonly secret: string;
  presses = 0;

  constructor(secret: string) {
    this.secret = secret;
  }

  static reading(page: Page): Token {
    const secret = /<code>([0-9a-f]{32})<\/code>/.exec(page.text)?.[1];
    if (secret === undefined) throw new Error(`There is no key on this page (${page.status}): ${page.text}`);
    return new Token(secret);
  }

  press(): string {
    this.presses += 1;
    return numberOf(this.secret, this.presses - 1);
  }
}

describe.each(['sqlite', 'mongodb'] as const)('a fourth authenticator, on %s', (store) => {
  const host = useInProcessHost({
    store,
    realmFile: 'test/flows/fourth-authenticator.realm.yaml',
    installation: { authenticators: [...AUTHENTICATORS, hardwareToken] },
  });
  const asking = (params: Readonly<Record<string, string>> = TWO_FACTOR): Asked => ask(host, app, params);
  const at = (path: string): string => `${host.issuer}${path}`;

  let people = 0;
  async function somebody(): Promise<string> {
    people += 1;
    const username = `person${people}`;
    const created = await host.parts.users.create(by, { username, password: { clear: PASSWORD, generated: false } });
    expect(created).toMatchObject({ ok: true });
    return username;
  }

  /** The page that comes after the password. */
  const afterPassword = (visitor: Visitor, asked: Asked, username: string): Promise<Page> =>
    signIn(visitor, asked, username, PASSWORD);

  const linkOn = (page: Page, name: string): string => {
    const href = new RegExp(`<a href="([^"]*)">${name}</a>`).exec(page.text)?.[1];
    if (href === undefined) throw new Error(`There is no link ${name} on this page: ${page.text}`);
    return new URL(href, page.url).href;
  };
  const interactionOf = ({ url }: Page): string => url.pathname.split('/').slice(0, 3).join('/');
  const post = (visitor: Visitor, { fields }: Page, path: string, typed: Readonly<Record<string, string>>) =>
    visitor.request(at(path), { method: 'POST', body: new URLSearchParams({ ...fields, ...typed }) });

  async function claimsAt(asked: Asked, page: Page): Promise<Record<string, unknown>> {
    const { status, body } = await exchange(host, asked, codeOf(page));
    expect(status).toBe(200);
    return claimsOf(body.id_token);
  }

  interface Enrolled {
    readonly username: string;
    readonly visitor: Visitor;
    readonly asked: Asked;
    readonly token: Token;
    readonly recoveryCodes: readonly string[];
    /** Where the sign-in ends. */
    readonly page: Page;
  }

  /** Enrols a hardware token during a sign-in at an application that requires two factors. */
  async function withToken(): Promise<Enrolled> {
    const username = await somebody();
    const visitor = new Visitor();
    const authRequest = asking();
    const offered = await afterPassword(visitor, authRequest, username);
    expect([offered.heading, offered.text.includes('authenticator app')]).toEqual(['Set up a second factor', true]);
    const page = await visitor.visit(linkOn(offered, 'Hardware token'));
    expect([page.heading, page.text]).toEqual([
      'Set up a second factor',
      expect.stringContaining('App requires a hardware'),
    ]);
    const token = Token.reading(page);
    const wrong = await visitor.submit(page, { code: 'deadbeef' });
    expect([wrong.status, Token.reading(wrong).secret, wrong.text]).toEqual([
      403,
      token.secret,
      expect.stringContaining('That is not the number that your token shows.'),
    ]);
    const shown = await visitor.submit(wrong, { code: token.press() });
    expect(shown.heading).toBe('Save your recovery codes');
    const left = await visitor.visit(linkOn(shown, 'I have saved them, continue'));
    return { username, visitor, asked: authRequest, token, recoveryCodes: recoveryCodesOn(shown), page: left };
  }

  async function withApp(): Promise<{ readonly username: string; readonly phone: Authenticator }> {
    const username = await somebody();
    const visitor = new Visitor();
    const page = await afterPassword(visitor, asking(), username);
    const phone = Authenticator.reading(page, host);
    // A code of the previous step leaves two later ones.
    expect(recoveryCodesOn(await visitor.submit(page, { code: phone.code(-1) }))).toHaveLength(10);
    return { username, phone };
  }

  test('is enrolled on the way to an application, and shown at the next sign-in', async () => {
    const { username, asked, token, recoveryCodes, page } = await withToken();
    expect(recoveryCodes).toHaveLength(10);
    const reached = { acr: TWO_FACTOR.acr_values, amr: ['pwd', 'hwk', 'mfa'] };
    expect(await claimsAt(asked, page)).toMatchObject(reached);

    const [visitor, again] = [new Visitor(), asking()];
    const challenge = await afterPassword(visitor, again, username);
    expect([challenge.heading, challenge.text]).toEqual([TOKEN_PAGE, expect.stringContaining('Press the button')]);
    expect(await claimsAt(again, await visitor.submit(challenge, { code: token.press() }))).toMatchObject(reached);
  });

  test('steps up a session that was reached by the password alone', async () => {
    const { username, token } = await withToken();
    const [visitor, first] = [new Visitor(), asking({})];
    expect(await claimsAt(first, await afterPassword(visitor, first, username))).toMatchObject({ amr: ['pwd'] });
    const authRequest = asking();
    const page = await visitor.visit(authRequest.url);
    expect([page.heading, page.text.includes('type="password"')]).toEqual([TOKEN_PAGE, false]);
    expect(await claimsAt(authRequest, await visitor.submit(page, { code: token.press() }))).toMatchObject({
      acr: TWO_FACTOR.acr_values,
      amr: ['pwd', 'hwk', 'mfa'],
    });
    codeOf(await visitor.visit(asking({ ...TWO_FACTOR, prompt: 'none' }).url));
  });

  test('is taken by nobody before the first factor', async () => {
    const { username, token } = await withToken();
    const [visitor, asked] = [new Visitor(), asking()];
    const page = await visitor.visit(asked.url);
    expect(page.heading).toBe('Sign in');
    const code = token.press();
    for (const path of ['second-factor/token', 'enrol-second-factor/token', 'second-factor/recovery-code']) {
      const answer = await post(visitor, page, `${interactionOf(page)}/${path}`, { code });
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 303, interactionOf(page)]);
    }
    expect((await visitor.visit(at(`${interactionOf(page)}/second-factor/token`))).heading).toBe('Sign in');
    // It was not even used up.
    const challenge = await afterPassword(visitor, asked, username);
    codeOf(await visitor.submit(challenge, { code }));
  });

  test('is taken by nobody who has to show the first factor again', async () => {
    const { username, visitor, token } = await withToken();
    const authRequest = asking({ ...TWO_FACTOR, prompt: 'login' });
    const page = await visitor.visit(authRequest.url);
    expect(page.heading).toBe('Sign in');
    const code = token.press();
    const answer = await post(visitor, page, `${interactionOf(page)}/second-factor/token`, { code });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, interactionOf(page)]);
    const second = await visitor.submit(page, { identifier: username, password: PASSWORD });
    expect(second.heading).toBe(TOKEN_PAGE);
    codeOf(await visitor.submit(second, { code }));
  });

  test('is not enrolled on a page that was opened while the password was recent', async () => {
    const username = await somebody();
    const visitor = new Visitor();
    codeOf(await afterPassword(visitor, asking({}), username));
    const offered = await visitor.visit(asking().url);
    const page = await visitor.visit(linkOn(offered, 'Hardware token'));
    const token = Token.reading(page);
    await atTime(Date.now() + minutes(6), async () => {
      const late = await visitor.submit(page, { code: token.press() });
      expect([late.heading, recoveryCodesOn(late)]).toEqual(['Sign in', []]);
    });
    const other = await afterPassword(new Visitor(), asking(), username);
    expect(other.heading).toBe('Set up a second factor');
  });

  test('takes each number once, also of five at the same moment', async () => {
    const { username, token } = await withToken();
    const [visitor, code] = [new Visitor(), token.press()];
    const page = await afterPassword(visitor, asking(), username);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post(visitor, page, page.action.pathname, { code })),
    );
    expect(answers.filter(({ headers }) => /\/auth\//.test(headers.get('location') ?? ''))).toHaveLength(1);
    const another = new Visitor();
    const used = await another.submit(await afterPassword(another, asking(), username), { code });
    expect([used.status, used.text]).toEqual([403, expect.stringContaining('That number was already used.')]);
  });

  test('shares its guesses with the recovery codes, which a person may use instead', async () => {
    const { username, token, recoveryCodes } = await withToken();
    const first = new Visitor();
    const offered = await first.visit(linkOn(await afterPassword(first, asking(), username), 'Recovery code'));
    expect(offered.heading).toBe('Enter a recovery code');
    codeOf(await first.submit(offered, { code: recoveryCodes[0] ?? '' }));

    const guesser = new Visitor();
    const page = await afterPassword(guesser, asking(), username);
    const recovery = await guesser.visit(linkOn(page, 'Recovery code'));
    const guess = async (on: Page, code: string): Promise<number> => (await guesser.submit(on, { code })).status;
    for (let i = 0; i < 3; i++) {
      expect(await guess(page, 'deadbeef')).toBe(403);
      expect(await guess(recovery, '0000-0000-0000-0000')).toBe(403);
    }
    expect(await guess(page, 'deadbeef')).toBe(429);
    expect(await guess(page, token.press())).toBe(429);
    expect(await guess(recovery, recoveryCodes[1] ?? '')).toBe(429);
  });

  test('is refused from a person who does not have it, and asked of nobody else', async () => {
    const { username, phone } = await withApp();
    const visitor = new Visitor();
    const page = await afterPassword(visitor, asking(), username);
    expect([page.heading, page.text.includes('Hardware token')]).toEqual(['Enter your code', false]);
    const code = phone.code(0);
    for (const method of ['token', 'password', 'none']) {
      const path = `${interactionOf(page)}/second-factor/${method}`;
      const answer = await post(visitor, page, path, { code });
      expect([method, answer.status, answer.headers.get('location')]).toEqual([method, 303, interactionOf(page)]);
      expect((await visitor.visit(at(path))).heading).toBe('Enter your code');
    }
    // A second one is not set up with the password alone.
    const enrol = await post(visitor, page, `${interactionOf(page)}/enrol-second-factor/token`, { code });
    expect(enrol.headers.get('location')).toBe(interactionOf(page));
    codeOf(await visitor.submit(page, { code }));

    const { username: other } = await withToken();
    const stranger = new Visitor();
    const challenge = await afterPassword(stranger, asking(), other);
    const answer = await post(stranger, challenge, `${interactionOf(challenge)}/second-factor/totp`, {
      code: '000000',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, interactionOf(challenge)]);
  });

  describe('on the account page', () => {
    const PAGE = '/account/second-factor';
    const sent = (page: Page, form: string, method: string): Record<string, string> => {
      const csrf = new RegExp(`name="csrf" value="([^"]*)"/><input type="hidden" name="form" value="${form}"`).exec(
        page.text,
      )?.[1];
      return { form, method, csrf: csrf ?? '' };
    };
    const press = (visitor: Visitor, page: Page, form: string, method: string): Promise<Page> =>
      visitor.visit(at(PAGE), { method: 'POST', body: new URLSearchParams(sent(page, form, method)) });

    test('is the first second factor of who chooses it', async () => {
      const username = await somebody();
      const visitor = new Visitor();
      const page = await visitor.submit(await visitor.visit(at(PAGE)), { identifier: username, password: PASSWORD });
      const chosen = await visitor.visit(linkOn(page, 'Hardware token'));
      const token = Token.reading(chosen);
      expect(recoveryCodesOn(await visitor.submit(chosen, { code: token.press() }))).toHaveLength(10);
      const other = new Visitor();
      expect((await afterPassword(other, asking(), username)).heading).toBe(TOKEN_PAGE);
    });

    test('joins the app, either signs in, and each is removed by itself', async () => {
      const { username, phone } = await withApp();
      const visitor = new Visitor();
      const challenge = await visitor.submit(await visitor.visit(at(PAGE)), {
        identifier: username,
        password: PASSWORD,
      });
      expect(challenge.heading).toBe('Enter your code');
      const page = await visitor.submit(challenge, { code: phone.code(0) });
      expect(page.text).toContain('Set up: Hardware token');
      const begun = await press(visitor, page, 'begin', 'token');
      const token = Token.reading(begun);
      // The key of one authenticator confirms no other.
      const planted = await visitor.submit(begun, { method: 'totp', code: token.press() });
      expect([planted.status, recoveryCodesOn(planted)]).toEqual([403, []]);
      expect(recoveryCodesOn(await visitor.submit(begun, { code: token.press() }))).toHaveLength(10);

      const [second, asked] = [new Visitor(), asking()];
      const offered = await afterPassword(second, asked, username);
      expect(offered.heading).toBe('Enter your code');
      const byToken = await second.visit(linkOn(offered, 'Hardware token'));
      linkOn(byToken, 'Authenticator app');
      expect(await claimsAt(asked, await second.submit(byToken, { code: token.press() }))).toMatchObject({
        amr: ['pwd', 'hwk', 'mfa'],
      });
      const third = new Visitor();
      codeOf(await third.submit(await afterPassword(third, asking(), username), { code: phone.code(1) }));

      const both = await second.visit(at(PAGE));
      const removed = await press(second, both, 'remove', 'totp');
      expect([removed.status, removed.text.includes('role="status"')]).toEqual([200, true]);
      expect((await third.visit(at('/account'))).heading).toBe('Sign in');
      const fourth = new Visitor();
      expect((await afterPassword(fourth, asking(), username)).heading).toBe(TOKEN_PAGE);
      await press(second, await second.visit(at(PAGE)), 'remove', 'token');
      expect((await afterPassword(new Visitor(), asking(), username)).heading).toBe('Set up a second factor');
    });

    test('needs proofs of the last five minutes, of both factors', async () => {
      const { username, token } = await withToken();
      const visitor = new Visitor();
      codeOf(await visitor.submit(await afterPassword(visitor, asking(), username), { code: token.press() }));
      const page = await visitor.visit(at(PAGE));
      expect(page.text).toContain('Set up: Authenticator app');
      await atTime(Date.now() + minutes(6), async () => {
        for (const [form, method] of [
          ['begin', 'totp'],
          ['begin', 'token'],
          ['remove', 'token'],
        ] as const) {
          expect((await press(visitor, page, form, method)).heading).toBe('Sign in');
        }
        const shown = await visitor.submit(await visitor.visit(at(PAGE)), { identifier: username, password: PASSWORD });
        expect(shown.heading).toBe(TOKEN_PAGE);
      });
      // The password alone is not enough, however recent.
      const thief = new Visitor();
      codeOf(await afterPassword(thief, asking({}), username));
      expect((await press(thief, page, 'begin', 'totp')).heading).toBe(TOKEN_PAGE);
    });
  });

  test('leaves the password alone not enough when it is taken from the list again', async () => {
    const { username, recoveryCodes } = await withToken();
    await host.restart({ authenticators: AUTHENTICATORS });
    const visitor = new Visitor();
    const page = await afterPassword(visitor, asking(), username);
    expect(page.heading).toBe('Enter a recovery code');
    codeOf(await visitor.submit(page, { code: recoveryCodes[0] ?? '' }));

    await host.restart({ authenticators: AUTHENTICATORS.filter(({ method }) => method !== 'recovery-code') });
    const refused = await afterPassword(new Visitor(), asking(), username);
    expect(refused.url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });
});
