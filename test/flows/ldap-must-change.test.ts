/** People whose directory requires a new password choose it on our page, and sign in with it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findRecords } from '../../src/audit/search/find-records.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { commandsAt } from '../cli/in-process.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { entry, PASSWORD, PEOPLE, person, type Slapd, startSlapd, SUFFIX } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const NEXT = 'a longer password';
const TITLE = 'Your directory asks for a new password';
const app = application('public');
const strict = entry(
  `dn: cn=strict,ou=policies,${SUFFIX}`,
  ...['objectClass: device', 'objectClass: pwdPolicy', 'cn: strict', 'pwdAttribute: userPassword'],
  ...['pwdMustChange: TRUE', 'pwdCheckQuality: 2', 'pwdMinLength: 10', 'pwdInHistory: 3'],
);
/** Anna's administrator has reset her password. */
const resetting = (uid: string): string =>
  person(uid, 'pwdReset: TRUE', `pwdPolicySubentry: cn=strict,ou=policies,${SUFFIX}`);

describe.each(['sqlite', 'mongodb'] as const)('a directory that requires a new password, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));

  beforeAll(async () => {
    const reset = ['anna', 'boris', 'carla', 'doris', 'emil', 'finn', 'gerd'].map(resetting);
    slapd = await startSlapd({ entries: [strict, ...reset, person('hanna')].join('') });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());

  /** The page that a sign-in leads to. */
  async function arrive(name: string, password = PASSWORD) {
    const visitor = new Visitor();
    const asked = ask(host, app, { scope: 'openid profile offline_access' });
    return { visitor, asked, page: await signIn(visitor, asked, name, password) };
  }
  const choosing = (current: string, next: string, again = next) => ({ current, password: next, again });
  const errorOf = ({ status, text }: Page) => [status, /id="error"[^>]*>([^<]*)</.exec(text)?.[1]];
  const statusOf = async (name: string, password: string) => (await arrive(name, password)).page.status;
  const isReset = async (name: string) => (await arrive(name)).page.heading === TITLE;

  test('lets the person choose it on our page, and in with it: with tokens, and no longer with the old one', async () => {
    const { visitor, asked, page } = await arrive('anna');
    expect([page.status, page.heading]).toEqual([200, TITLE]);
    const done = await visitor.submit(page, choosing(PASSWORD, NEXT));
    const { status, body } = await exchange(host, asked, codeOf(done));
    expect([status, claimsOf(body.id_token)['amr']]).toEqual([200, ['pwd']]);
    // The session that it began lives.
    codeOf(await visitor.visit(ask(host, app).url));
    codeOf((await arrive('anna', NEXT)).page);
    expect(await statusOf('anna', PASSWORD)).toBe(403);
    const [user] = (await host.parts.users.findByTerm('anna', { limit: 10 })).rows;
    const set = { subject: { kind: 'user', id: user?.id ?? '' }, kind: 'user.password-set' };
    const { rows } = await findRecords(host.parts.realm, set, { limit: 10 });
    expect(rows).toMatchObject([{ actorKind: 'user', actorId: user?.id, details: { userstore: 'corp' } }]);
  });

  test('ends the sessions and grants that began with the old one', async () => {
    const elsewhere = await arrive('hanna');
    const { body } = await exchange(host, elsewhere.asked, codeOf(elsewhere.page));
    const { visitor, page } = await arrive('hanna');
    codeOf(page);
    await slapd.modify(`dn: uid=hanna,${PEOPLE}\nchangetype: modify\nreplace: pwdReset\npwdReset: TRUE\n`);
    const again = ask(host, app, { prompt: 'login' });
    const required = await visitor.submit(await visitor.visit(again.url), { password: PASSWORD });
    expect(required.heading).toBe(TITLE);
    const done = await visitor.submit(required, choosing(PASSWORD, NEXT));
    expect((await exchange(host, again, codeOf(done))).status).toBe(200);
    expect((await refresh(host, app, body.refresh_token)).status).toBe(400);
    expect((await elsewhere.visitor.visit(ask(host, app).url)).heading).toBe('Sign in');
  });

  test('says what is wrong with a new password, and keeps the old one', async () => {
    const { visitor, page } = await arrive('boris');
    for (const [typed, error] of [
      [choosing(PASSWORD, 'short'), 'Your directory asks for a longer password.'],
      [choosing(PASSWORD, 'x'.repeat(1025)), 'Your directory asks for a shorter password.'],
      [choosing(PASSWORD, NEXT, 'another'), 'The two new passwords are not the same. Enter the new password twice.'],
      [choosing(PASSWORD, PASSWORD), 'The new password is the current one. Choose a different password.'],
      [choosing(PASSWORD, ''), 'Enter a new password.'],
      [choosing('', NEXT), 'Enter your current password.'],
    ] as const) {
      const refused = await visitor.submit(page, typed);
      expect([refused.heading, errorOf(refused)]).toEqual([TITLE, [422, error]]);
    }
    codeOf(await visitor.submit(page, choosing(PASSWORD, NEXT)));
    await slapd.modify(`dn: uid=boris,${PEOPLE}\nchangetype: modify\nreplace: pwdReset\npwdReset: TRUE\n`);
    const later = await arrive('boris', NEXT);
    const used = await later.visitor.submit(later.page, choosing(NEXT, PASSWORD));
    expect(errorOf(used)).toEqual([422, 'You have used this password before. Choose a different one.']);
  });

  test('is no way to guess the present password: wrong ones count as at a sign-in, from any address', async () => {
    const { visitor, page } = await arrive('carla');
    const guesses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const refused = await visitor.submit(page, choosing(`guess ${i}`, NEXT));
      expect(refused.heading).toBe(TITLE);
      guesses.push(refused.status);
    }
    expect(guesses).toEqual([403, 403, 403, 403]);
    // The directory locks after five: the fourth was held back, and so is the right one, with the same words.
    const binds = (await slapd.operations()).filter((line) => line.startsWith('BIND') && line.includes('uid=carla'));
    expect(binds).toHaveLength(1 + 3);
    expect(errorOf(await visitor.submit(page, choosing(PASSWORD, NEXT)))).toEqual([
      403,
      'The current password is not correct. Try again.',
    ]);
    // In the end the name has to wait as well.
    await visitor.submit(page, choosing('guess 5', NEXT));
    expect((await visitor.submit(page, choosing(PASSWORD, NEXT))).status).toBe(429);
  });

  test('counts nothing against somebody who knows the present password and finds no new one', async () => {
    const { visitor, page } = await arrive('doris');
    for (let i = 0; i < 12; i++) expect((await visitor.submit(page, choosing(PASSWORD, 'short'))).status).toBe(422);
    codeOf(await visitor.submit(page, choosing(PASSWORD, NEXT)));
  });

  test('sets only the password of the person whom the page names', async () => {
    const { visitor, page } = await arrive('emil');
    for (const other of [{ username: 'finn' }, { userstore: 'primary' }, { csrf: 'x' }]) {
      expect((await visitor.submit(page, { ...choosing(PASSWORD, NEXT), ...other })).status).toBe(403);
    }
    expect([await isReset('emil'), await isReset('finn')]).toEqual([true, true]);
  });

  test('that is away when the form comes changes nothing and is named as the cause; the same form works later', async () => {
    const { visitor, page } = await arrive('finn');
    await slapd.kill();
    const refused = await visitor.submit(page, choosing(PASSWORD, NEXT));
    expect([refused.heading, refused.status, refused.headers.get('retry-after')]).toEqual([TITLE, 503, '5']);
    await slapd.restart();
    codeOf(await visitor.submit(page, choosing(PASSWORD, NEXT)));
  }, 30_000);

  test('is left to the company where the connector says so', async () => {
    const { subject } = corpInput(slapd);
    await changeConnector(host, { subject: { ...subject, passwordChange: 'never' } });
    const { page } = await arrive('gerd');
    expect([page.heading, ...errorOf(page)]).toEqual([
      'Sign in',
      403,
      'Your password must be changed. Do that where your company tells you, then sign in here.',
    ]);
    await changeConnector(host, { subject });
    expect(await isReset('gerd')).toBe(true);
  });

  test('keeps the only password of its people: none is set here beside it, by themselves or an administrator', async () => {
    const { visitor } = await arrive('hanna', NEXT);
    const page = await visitor.visit(`${host.issuer}/account/password`);
    expect([page.heading, page.text.includes('Your password is kept by Example Corp. Change it there.')]).toEqual([
      'Password',
      true,
    ]);
    expect(page.text).not.toContain('name="password"');
    const [hanna] = (await host.parts.users.findByTerm('hanna', { limit: 10 })).rows;
    const own = { clear: 'a password of ours', generated: false };
    const elsewhere = { ok: false, refusal: { code: 'invalid', problems: [{ code: 'password-elsewhere' }] } };
    expect(await host.parts.passwords.set(by, hanna?.id ?? '', own)).toMatchObject(elsewhere);
    expect(await host.parts.passwords.requireChange(by, hanna?.id ?? '')).toMatchObject(elsewhere);
    const { code, err } = await commandsAt(host.env).command('user', 'set-password', 'corp/hanna');
    expect([code, err.join(' ')]).toEqual([1, expect.stringContaining('The password of hanna is kept by corp.')]);
  });

  test('leaves no password here', async () => {
    const dump = await host.dump();
    expect([dump.includes(PASSWORD), dump.includes(NEXT)]).toEqual([false, false]);
  });
});
