/** People of a directory change their password on our account page, and administrators reset it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findRecords } from '../../src/audit/search/find-records.js';
import { commandsAt } from '../cli/in-process.js';
import { application, ask, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type LosingLdap, losingLdap } from '../support/losing-ldap.js';
import { entry, PASSWORD, PEOPLE, person, SERVICE, type Slapd, startSlapd, SUFFIX } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const NEXT = 'a longer password';
const app = application('public');
const policy = (name: string, ...lines: readonly string[]): string =>
  entry(
    `dn: cn=${name},ou=policies,${SUFFIX}`,
    ...['objectClass: device', 'objectClass: pwdPolicy', `cn: ${name}`, 'pwdAttribute: userPassword'],
    ...['pwdLockout: TRUE', 'pwdMaxFailure: 5', ...lines],
  );
const under = (uid: string, name: string): string => person(uid, `pwdPolicySubentry: cn=${name},ou=policies,${SUFFIX}`);
const access = `access to attrs=userPassword by dn.exact="${SERVICE.dn}" write by self write by anonymous auth by * none
access to attrs=pwdReset by dn.exact="${SERVICE.dn}" write by * read`;

describe.each(['sqlite', 'mongodb'] as const)('a password that a directory keeps, on %s', (store) => {
  let slapd: Slapd;
  let lossy: LosingLdap;
  const host = useInProcessHost(ldapRealm(store));

  beforeAll(async () => {
    slapd = await startSlapd({
      access,
      entries: [
        policy('strict', 'pwdCheckQuality: 2', 'pwdMinLength: 10', 'pwdInHistory: 3'),
        policy('slow', 'pwdMinAge: 10000'),
        policy('closed', 'pwdAllowUserChange: FALSE'),
        under('boris', 'strict'),
        under('carla', 'slow'),
        under('doris', 'closed'),
        ...['anna', 'emil', 'finn', 'gerd', 'hanna', 'ida', 'other'].map((uid) => person(uid)),
      ].join(''),
    });
    lossy = await losingLdap(slapd.port);
    const connection = { servers: [lossy.url], bindDn: SERVICE.dn, timeout: 2000 };
    const writeBack = { password: 'own-and-reset' };
    const made = await host.parts.connectors.create(by, corpInput(slapd, { connection, writeBack }));
    expect(made).toMatchObject({ ok: true });
  });
  afterAll(async () => {
    await lossy.close();
    await slapd.stop();
  });

  async function arrive(uid: string, password = PASSWORD) {
    const visitor = new Visitor();
    const form = await visitor.visit(`${host.issuer}/account/password`);
    const page = await visitor.submit(form, { identifier: uid, password });
    return { visitor, page };
  }
  const choosing = (current: string, password: string, again = password) => ({ current, password, again });
  const errorOf = ({ status, text }: Page) => [status, /id="error"[^>]*>([^<]*)</.exec(text)?.[1]];
  const changed = ({ text }: Page): boolean => text.includes('Your password was changed.');
  const signsIn = async (uid: string, password: string) => (await arrive(uid, password)).page.heading === 'Password';
  async function idOf(uid: string): Promise<string> {
    return (await host.parts.users.findByTerm(uid, { limit: 1 })).rows[0]?.id ?? '';
  }
  const bindsOf = async (uid: string): Promise<number> =>
    (await slapd.operations()).filter((line) => line.startsWith('BIND') && line.includes(`uid=${uid},`)).length;

  test('is changed there by its owner: this session goes on, all others and their grants end', async () => {
    const elsewhere = new Visitor();
    const asked = ask(host, app, { scope: 'openid offline_access' });
    const { body } = await exchange(host, asked, codeOf(await signIn(elsewhere, asked, 'anna', PASSWORD)));
    const { visitor, page } = await arrive('anna');
    expect([page.heading, page.text.includes('This changes your password at Example Corp')]).toEqual([
      'Password',
      true,
    ]);
    expect(changed(await visitor.submit(page, choosing(PASSWORD, NEXT)))).toBe(true);
    expect((await visitor.visit(`${host.issuer}/account`)).heading).toBe('Your account');
    expect((await elsewhere.visit(`${host.issuer}/account`)).heading).toBe('Sign in');
    expect((await refresh(host, app, body.refresh_token)).status).toBe(400);
    expect([await signsIn('anna', PASSWORD), await signsIn('anna', NEXT)]).toEqual([false, true]);
    const set = { subject: { kind: 'user', id: await idOf('anna') }, kind: 'user.password-set' };
    const { rows } = await findRecords(host.parts.realm, set, { limit: 10 });
    expect(rows).toMatchObject([{ actorKind: 'user', actorId: await idOf('anna'), details: { userstore: 'corp' } }]);
  });

  test('stays if the directory or the form refuses the new one, which is said in words', async () => {
    const { visitor, page } = await arrive('boris');
    for (const [typed, error] of [
      [choosing(PASSWORD, 'short'), 'Your directory asks for a longer password.'],
      [choosing(PASSWORD, NEXT, 'another'), 'The two new passwords are not the same. Enter the new password twice.'],
      [choosing(PASSWORD, PASSWORD), 'The new password is the current one. Choose a different password.'],
      [choosing(PASSWORD, ''), 'Enter a new password.'],
      [choosing('', NEXT), 'Enter your current password.'],
    ] as const) {
      expect(errorOf(await visitor.submit(page, typed))).toEqual([422, error]);
    }
    expect(changed(await visitor.submit(page, choosing(PASSWORD, NEXT)))).toBe(true);
    expect(errorOf(await visitor.submit(page, choosing(NEXT, PASSWORD)))).toEqual([
      422,
      'You have used this password before. Choose a different one.',
    ]);
    const slow = await arrive('carla');
    expect(changed(await slow.visitor.submit(slow.page, choosing(PASSWORD, NEXT)))).toBe(true);
    expect(errorOf(await slow.visitor.submit(slow.page, choosing(NEXT, `${NEXT}!`)))).toEqual([
      422,
      expect.stringContaining('Your password was changed a short time ago'),
    ]);
    const closed = await arrive('doris');
    expect(errorOf(await closed.visitor.submit(closed.page, choosing(PASSWORD, NEXT)))).toEqual([
      422,
      expect.stringContaining('Your directory does not let you change your password here.'),
    ]);
    expect(await signsIn('doris', PASSWORD)).toBe(true);
  });

  test('cannot be guessed at on the page: wrong ones count as at a sign-in, and are recorded as one', async () => {
    const { visitor, page } = await arrive('emil');
    const before = await bindsOf('emil');
    const wrong = [403, 'The current password is not correct. Try again.'];
    for (let i = 0; i < 4; i++)
      expect(errorOf(await visitor.submit(page, choosing(`guess ${i}`, NEXT)))).toEqual(wrong);
    // The directory locks after five: at most three are sent, one of them from a browser that is known.
    expect((await bindsOf('emil')) - before).toBeLessThanOrEqual(4);
    for (let i = 4; i < 12; i++) await visitor.submit(page, choosing(`guess ${i}`, NEXT));
    expect((await bindsOf('emil')) - before).toBeLessThanOrEqual(4);
    const refused = await visitor.submit(page, choosing(PASSWORD, NEXT));
    expect(changed(refused)).toBe(false);
    // A sign-in waits as well, in any browser.
    expect(await signsIn('emil', PASSWORD)).toBe(false);
    const failed = { subject: { kind: 'user', id: await idOf('emil') }, kind: 'sign-in', outcome: 'failure' } as const;
    const { rows } = await findRecords(host.parts.realm, failed, { limit: 20 });
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.at(-1)).toMatchObject({ clientId: 'gatehouse-account', details: { connector: 'corp' } });
  });

  test('is that of the person whom the session is of, and of nobody else', async () => {
    const { visitor, page } = await arrive('finn');
    expect((await visitor.submit(page, { ...choosing(PASSWORD, NEXT), csrf: 'x' })).status).toBe(403);
    expect((await visitor.submit(page, { ...choosing(PASSWORD, NEXT), subject: 'x' })).status).toBe(400);
    const of = await host.parts.users.get(await idOf('finn'));
    // Another entry has the name by now, with the same password.
    await slapd.modify(
      `dn: uid=finn,${PEOPLE}\nchangetype: modrdn\nnewrdn: uid=finn2\ndeleteoldrdn: 1\n\n${person('finn').replace('\n', '\nchangetype: add\n')}`,
    );
    expect(changed(await visitor.submit(page, { ...choosing(PASSWORD, NEXT), username: 'other' }))).toBe(true);
    expect([await signsIn('finn2', NEXT), await signsIn('other', PASSWORD)]).toEqual([true, true]);
    const [link] = await host.parts.links.of(of?.id ?? '');
    const at = await host.parts.userstores.directory('corp');
    expect(await at?.lookup(link?.subject ?? '')).toMatchObject({ kind: 'found' });
    const known = { user: async () => undefined, mayGuess: async () => true };
    expect(await at?.authenticate({ name: 'finn', password: PASSWORD }, known)).toMatchObject({ kind: 'ok' });
  });

  test('may be changed or not where the answer was lost, which is said', async () => {
    const { visitor, page } = await arrive('gerd');
    lossy.lose('answer');
    expect(errorOf(await visitor.submit(page, choosing(PASSWORD, NEXT)))).toEqual([
      503,
      expect.stringContaining('the new password may be set or not'),
    ]);
    lossy.lose('nothing');
    await slapd.kill();
    expect(errorOf(await visitor.submit(page, choosing(PASSWORD, NEXT)))).toEqual([
      503,
      'Nothing was changed: your directory could not be reached. Try again later.',
    ]);
    await slapd.restart();
  }, 30_000);

  test('is reset there by an administrator, to one that must be changed at the next sign-in', async () => {
    const { visitor } = await arrive('hanna');
    const { says } = commandsAt(host.env);
    const said = await says('user', 'set-password', 'corp/hanna', '--reason', 'forgotten');
    const [, made = ''] = /^Password of hanna: (\S+)$/m.exec(said) ?? [];
    expect(said).toContain('hanna is signed out everywhere, and chooses another password next.');
    expect((await visitor.visit(`${host.issuer}/account`)).heading).toBe('Sign in');
    expect((await arrive('hanna', made)).page.heading).toBe('Your directory asks for a new password');
    expect(await signsIn('hanna', PASSWORD)).toBe(false);
    const set = { subject: { kind: 'user', id: await idOf('hanna') }, kind: 'user.password-set' };
    const { rows } = await findRecords(host.parts.realm, set, { limit: 10 });
    expect(rows).toMatchObject([{ actorKind: 'host', details: { userstore: 'corp' } }]);
    expect((await host.dump()).includes(made)).toBe(false);
  });

  test('is reset and changed only as the connector says', async () => {
    const { visitor, page } = await arrive('ida');
    const { command } = commandsAt(host.env);
    const reset = async () => {
      const { code, err } = await command('user', 'set-password', 'corp/ida');
      return [code, err.join(' ')];
    };
    await changeConnector(host, { writeBack: { password: 'own' } });
    const refused = [1, expect.stringContaining('The password of ida is kept by corp.')];
    expect(await reset()).toEqual(refused);
    expect(changed(await visitor.submit(page, choosing(PASSWORD, NEXT)))).toBe(true);
    await changeConnector(host, { writeBack: { password: 'never' } });
    const closed = await visitor.submit(page, choosing(NEXT, PASSWORD));
    expect([changed(closed), closed.text.includes('Your password is kept by Example Corp.')]).toEqual([false, true]);
    expect([await reset(), await signsIn('ida', NEXT)]).toEqual([refused, true]);
    await changeConnector(host, { writeBack: { password: 'own-and-reset' } });
  });

  test('leaves no password here', async () => {
    const dump = await host.dump();
    expect([dump.includes(PASSWORD), dump.includes(NEXT)]).toEqual([false, false]);
  });
});
