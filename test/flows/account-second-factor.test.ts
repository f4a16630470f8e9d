import { describe, expect, test } from '@jest/globals';
import { minutes, seconds } from '../../src/base/clock.js';
import { application, ask, codeOf, refresh, signIn, userinfo } from '../support/application.js';
import { Authenticator, recoveryCodesOn, typedIn } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf, signedIn, stores } from './flow-host.js';

const app = application('public');
const STEP = seconds(30);

/** The text on a user's page with a second factor. */
const ENROLLED = 'Create new recovery codes';

describe.each(stores)('the second factor of a person on their own page on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  const at = (): string => `${host.issuer}/account/second-factor`;
  const password = (visitor: Visitor, page: Page, username: string): Promise<Page> =>
    visitor.submit(page, { identifier: username, password: passwordOf(host, username) });

  /** An unused code. */
  async function next(phone: Authenticator): Promise<string> {
    await host.advance(STEP);
    return phone.code();
  }

  /** Opens the page after using all factors. */
  async function arrived(username: string, phone?: Authenticator): Promise<{ visitor: Visitor; page: Page }> {
    const visitor = new Visitor();
    const page = await password(visitor, await visitor.visit(at()), username);
    if (!phone) return { visitor, page };
    expect(page.heading).toBe('Enter your code');
    return { visitor, page: await visitor.submit(page, { code: await next(phone) }) };
  }

  interface Enrolled {
    readonly visitor: Visitor;
    readonly phone: Authenticator;
    readonly recoveryCodes: readonly string[];
  }

  async function enrolled(username: string): Promise<Enrolled> {
    const { visitor, page } = await arrived(username);
    const phone = Authenticator.reading(page, host);
    const shown = await visitor.submit(page, { code: phone.code() });
    return { visitor, phone, recoveryCodes: recoveryCodesOn(shown) };
  }

  /** A sign-in at an application, past the code where one is asked for. */
  async function signsIn(username: string, code?: string): Promise<Page> {
    const visitor = new Visitor();
    const page = await signIn(visitor, ask(host, app), username, passwordOf(host, username));
    return code === undefined ? page : visitor.submit(page, { code });
  }

  async function elsewhereOf(username: string, phone: Authenticator) {
    const visitor = new Visitor();
    const authRequest = ask(host, app);
    const page = await signIn(visitor, authRequest, username, passwordOf(host, username));
    codeOf(await visitor.submit(page, { code: await next(phone) }));
    return visitor;
  }

  test('is set up, ends what else is signed in, and leaves this browser where it is', async () => {
    const elsewhere = await signedIn(host, app, {}, 'grace');
    const here = await signedIn(host, app, {}, 'grace');
    const page = await here.visitor.visit(at());
    const phone = Authenticator.reading(page, host);
    const wrong = await here.visitor.submit(page, { code: '000000' });
    expect([wrong.status, Authenticator.reading(wrong, host).seed]).toEqual([422, phone.seed]);
    expect((await here.visitor.submit(page, { code: '12345é' })).status).toBe(422);
    expect((await userinfo(host, elsewhere.tokens.access_token)).status).toBe(200);

    const shown = await here.visitor.submit(wrong, { code: typedIn('deva', phone.code()) });
    expect([shown.status, recoveryCodesOn(shown).length]).toEqual([200, 10]);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect((await refresh(host, app, elsewhere.tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await userinfo(host, elsewhere.tokens.access_token)).status).toBe(401);
    expect((await elsewhere.visitor.visit(`${host.issuer}/account`)).heading).toBe('Sign in');
    expect((await here.visitor.visit(`${host.issuer}/account`)).heading).toBe('Your account');
    expect((await userinfo(host, here.tokens.access_token)).status).toBe(200);
    expect((await signsIn('grace')).heading).toBe('Enter your code');

    // Changes need a recent proof of the second factor; the password was just used.
    const question = await here.visitor.visit(at());
    expect(question.heading).toBe('Enter your code');
    expect((await here.visitor.submit(question, { code: await next(phone) })).text).toContain(ENROLLED);
  });

  test('gets new recovery codes, and those before open nothing any more', async () => {
    const { phone, recoveryCodes } = await enrolled('heidi');
    const { visitor, page } = await arrived('heidi', phone);
    const shown = await visitor.submit(page, formOn(page, 'renew'));
    const renewed = recoveryCodesOn(shown);
    expect([renewed.length, renewed.filter((code) => recoveryCodes.includes(code))]).toEqual([10, []]);
    expect((await signsIn('heidi', recoveryCodes[0])).status).toBe(403);
    codeOf(await signsIn('heidi', renewed[0]));
    const { page: later } = await arrived('heidi', phone);
    expect(later.text).toMatch(/\b9\b[^<]*recovery codes/);
  });

  test('is replaced by another, whose codes alone count then, and all else is signed out', async () => {
    const { phone } = await enrolled('ivan');
    const elsewhere = await elsewhereOf('ivan', phone);
    const { visitor, page } = await arrived('ivan', phone);
    const begun = await visitor.submit(page, formOn(page, 'begin'));
    const another = Authenticator.reading(begun, host);
    expect(another.seed).not.toBe(phone.seed);
    // Until it is confirmed, the previous factor stays valid.
    codeOf(await signsIn('ivan', await next(phone)));
    expect(recoveryCodesOn(await visitor.submit(begun, { code: another.code() }))).toHaveLength(10);
    expect((await elsewhere.visit(`${host.issuer}/account`)).heading).toBe('Sign in');
    expect((await visitor.visit(`${host.issuer}/account`)).heading).toBe('Your account');
    expect((await signsIn('ivan', await next(phone))).status).toBe(403);
    codeOf(await signsIn('ivan', another.code()));
  });

  test('is removed, and all else is signed out', async () => {
    const { phone } = await enrolled('judy');
    const elsewhere = await elsewhereOf('judy', phone);
    const { visitor, page } = await arrived('judy', phone);
    const removed = await visitor.submit(page, formOn(page, 'remove'));
    expect([removed.status, removed.text.includes('role="status"')]).toEqual([200, true]);
    expect((await elsewhere.visit(`${host.issuer}/account`)).heading).toBe('Sign in');
    expect((await visitor.visit(`${host.issuer}/account`)).heading).toBe('Your account');
    codeOf(await signsIn('judy'));
  });

  test('is changed by forms of this session alone, each by its own', async () => {
    const { phone } = await enrolled('mallory');
    const { visitor, page } = await arrived('mallory', phone);
    const renew = formOn(page, 'renew');
    for (const form of ['renew', 'begin', 'remove', 'enrol']) {
      for (const csrf of ['', 'forged', form === 'renew' ? formOn(page, 'remove').csrf : renew.csrf]) {
        const refused = await visitor.submit(page, { form, csrf, code: '000000', carried: 'x' });
        expect([form, csrf, refused.status]).toEqual([form, csrf, 403]);
      }
    }
    // An enrolment of another user cannot be confirmed here.
    const other = await arrived('bob');
    const begun = await visitor.submit(page, formOn(page, 'begin'));
    const code = Authenticator.reading(other.page, host).code();
    const planted = await visitor.submit(begun, { carried: other.page.fields['carried'] ?? '', code });
    expect([planted.status, recoveryCodesOn(planted)]).toEqual([403, []]);
    codeOf(await signsIn('mallory', await next(phone)));
  });

  test('is left alone by who showed it longer than five minutes ago', async () => {
    const { phone } = await enrolled('alice');
    const { visitor, page } = await arrived('alice', phone);
    await host.advance(minutes(6));
    const sent = await visitor.submit(page, formOn(page, 'remove'));
    expect(sent.heading).toBe('Sign in');
    expect((await visitor.visit(at())).heading).toBe('Sign in');
    const second = await password(visitor, sent, 'alice');
    expect(second.heading).toBe('Enter your code');
    expect((await visitor.submit(second, { code: await next(phone) })).text).toContain(ENROLLED);
  });
});

/** The submitted fields of one of the page's forms. */
function formOn({ text }: Page, form: string): { readonly form: string; readonly csrf: string } {
  const csrf = new RegExp(`name="csrf" value="([^"]*)"/><input type="hidden" name="form" value="${form}"`).exec(
    text,
  )?.[1];
  if (csrf === undefined) throw new Error(`There is no form ${form} on this page: ${text}`);
  return { form, csrf };
}
