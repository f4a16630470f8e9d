/** People change fields of their profile in their directory from our page: there first, and here what it says then. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findRecords } from '../../src/audit/search/find-records.js';
import { commandsAt } from '../cli/in-process.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type LosingLdap, losingLdap } from '../support/losing-ldap.js';
import { PASSWORD, PEOPLE, person, SERVICE, type Slapd, startSlapd } from '../support/slapd.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, changeConnector, corpInput, ldapRealm } from './ldap-realm.js';

const access = `access to attrs=street by * read
access to dn.subtree="${PEOPLE}" attrs=entry,l,mobile,displayName,givenName by dn.exact="${SERVICE.dn}" write by * read`;
const mapping = {
  profile: [
    { field: 'username', from: 'uid' },
    { field: 'name', from: 'cn' },
    { field: 'nickname', from: 'displayName' },
    { field: 'givenName', from: 'givenName' },
    { field: 'address.locality', from: 'l' },
    { field: 'address.streetAddress', from: 'street' },
    { field: 'phoneNumber', from: 'mobile' },
  ],
};
const writeBack = {
  fields: ['nickname', 'address.locality', 'address.streetAddress', 'phoneNumber'],
  password: 'never',
};
const values = ['displayName: Annie', 'givenName: Anna', 'l: Berlin', 'street: Allee 1'];

describe.each(['sqlite', 'mongodb'] as const)('a profile that is written back to a directory, on %s', (store) => {
  let slapd: Slapd;
  let lossy: LosingLdap;
  const host = useInProcessHost(ldapRealm(store));

  beforeAll(async () => {
    const uids = ['anna', 'boris', 'carla', 'doris', 'emil', 'finn', 'gerd', 'hanna', 'ida'];
    slapd = await startSlapd({ access, entries: uids.map((uid) => person(uid, ...values)).join('') });
    lossy = await losingLdap(slapd.port);
    const connection = { servers: [lossy.url], bindDn: SERVICE.dn, timeout: 2000 };
    const saved = await host.parts.connectors.create(by, corpInput(slapd, { connection, mapping, writeBack }));
    expect(saved).toMatchObject({ ok: true });
  });
  afterAll(async () => {
    await lossy.close();
    await slapd.stop();
  });

  async function profileOf(uid: string): Promise<{ readonly visitor: Visitor; readonly page: Page }> {
    const visitor = new Visitor();
    const form = await visitor.visit(`${host.issuer}/account/profile`);
    const page = await visitor.submit(form, { identifier: uid, password: PASSWORD });
    expect(page.heading).toBe('Profile');
    return { visitor, page };
  }
  async function storedOf(uid: string) {
    const user = (await host.parts.users.findByTerm(uid, { limit: 1 })).rows[0];
    if (!user) throw new Error(`There is no ${uid}.`);
    return user;
  }
  async function subjectOf(uid: string): Promise<string> {
    const [link] = await host.parts.links.of((await storedOf(uid)).id);
    return link?.subject ?? '';
  }
  /** What the directory has. */
  async function thereOf(uid: string): Promise<Readonly<Record<string, readonly string[]>>> {
    const at = await host.parts.userstores.directory('corp');
    const found = await at?.lookup(await subjectOf(uid));
    return found?.kind === 'found' ? Object.fromEntries(found.identity.claims) : {};
  }
  const setThere = (uid: string, attribute: string, value: string) =>
    slapd.modify(`dn: uid=${uid},${PEOPLE}\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n`);
  const errorOf = ({ status, text }: Page) => [status, /id="error"[^>]*>([^<]*)</.exec(text)?.[1]];
  const saved = ({ text }: Page): boolean => text.includes('Your profile is saved.');

  test('changes what the connector lists, there and here, beside what is ours alone', async () => {
    const { visitor, page } = await profileOf('anna');
    expect([page.fields['nickname'], page.fields['locality']]).toEqual(['Annie', 'Berlin']);
    const typed = { nickname: 'Änne (*)', locality: '', website: 'https://anna.example/', phoneNumber: '+49 30 123' };
    expect(saved(await visitor.submit(page, typed))).toBe(true);
    expect(await thereOf('anna')).toMatchObject({ displayname: ['Änne (*)'], mobile: ['+49 30 123'] });
    expect(await thereOf('anna')).not.toHaveProperty('l');
    const { id, profile } = await storedOf('anna');
    expect(profile).toEqual({
      ...{ name: 'anna', givenName: 'Anna', nickname: 'Änne (*)', website: 'https://anna.example/' },
      ...{ phoneNumber: '+49 30 123', phoneNumberVerified: false, address: { streetAddress: 'Allee 1' } },
    });
    const changed = { subject: { kind: 'user', id }, kind: 'user.changed' };
    const { rows } = await findRecords(host.parts.realm, changed, { limit: 10 });
    expect(rows).toMatchObject([{ actorKind: 'user', actorId: id, details: { connector: 'corp' } }]);
    // What is ours alone goes to no directory.
    const before = await writes();
    expect(saved(await visitor.submit((await profileOf('anna')).page, {}))).toBe(false);
    const again = await profileOf('anna');
    expect(saved(await again.visitor.submit(again.page, { website: 'https://other.example/' }))).toBe(true);
    expect(await writes()).toBe(before);
  });

  const writes = async (): Promise<number> =>
    (await slapd.operations()).filter((line) => line.startsWith('MOD')).length;

  test('shows the other fields of the directory, and takes no value for them', async () => {
    const { visitor, page } = await profileOf('boris');
    expect(page.text).toContain('These fields come from Example Corp. Change them there:');
    expect(Object.keys(page.fields)).not.toContain('givenName');
    expect((await visitor.submit(page, { givenName: 'Bo' })).status).toBe(400);
    const boris = await storedOf('boris');
    // Not even from within.
    const refused = await host.parts.writeBack.update(by, boris, { profile: { givenName: 'Bo', nickname: 'B' } });
    expect(refused).toMatchObject({ refusal: { problems: [{ code: 'field-elsewhere', path: ['givenName'] }] } });
    expect(await thereOf('boris')).toMatchObject({ givenname: ['Anna'], displayname: ['Annie'] });
  });

  test('is not changed by a form of somebody else, or by none', async () => {
    const { visitor, page } = await profileOf('boris');
    expect((await visitor.submit(page, { nickname: 'X', csrf: 'x' })).status).toBe(403);
    expect(await thereOf('boris')).toMatchObject({ displayname: ['Annie'] });
  });

  test('does not overwrite what changed there since it was shown, and shows that then', async () => {
    const { visitor, page } = await profileOf('carla');
    await setThere('carla', 'l', 'Bonn');
    const refused = await visitor.submit(page, { locality: 'Rom' });
    expect(errorOf(refused)).toEqual([
      409,
      'Nothing was saved: your directory has other values by now. Look at the values below, and save again.',
    ]);
    expect([(await thereOf('carla'))['l'], (await storedOf('carla')).profile.address?.locality]).toEqual([
      ['Bonn'],
      'Bonn',
    ]);
    const again = await visitor.visit(`${host.issuer}/account/profile`);
    expect(saved(await visitor.submit(again, { locality: 'Rom' }))).toBe(true);
  });

  test('that the directory refuses stays as it was, with the reason', async () => {
    const { visitor, page } = await profileOf('doris');
    const typed = { website: 'https://doris.example/', locality: 'Rom' };
    const before = await storedOf('doris');
    expect(errorOf(await visitor.submit(page, { ...typed, streetAddress: 'Gasse 2' }))).toEqual([
      422,
      'Nothing was saved: your directory does not allow this change. Change it where your company tells you.',
    ]);
    await slapd.modify(`dn: uid=doris,${PEOPLE}\nchangetype: modify\nadd: l\nl: Zürich\n`);
    expect(errorOf(await visitor.submit(page, typed))).toEqual([
      422,
      'Nothing was saved: your directory has several values for a field. Change it where your company tells you.',
    ]);
    expect((await thereOf('doris'))['l']).toEqual(['Berlin', 'Zürich']);
    expect(await storedOf('doris')).toEqual(before);
  });

  test('is as the directory says where the answer to a write was lost', async () => {
    const { visitor, page } = await profileOf('emil');
    lossy.lose('answer');
    expect(saved(await visitor.submit(page, { locality: 'Rom' }))).toBe(true);
    lossy.lose('request');
    const second = await visitor.visit(`${host.issuer}/account/profile`);
    const unchanged = 'Nothing was changed: your directory could not be reached. Try again later.';
    expect(errorOf(await visitor.submit(second, { locality: 'Oslo' }))).toEqual([503, unchanged]);
    expect((await storedOf('emil')).profile.address?.locality).toBe('Rom');
    lossy.lose('nothing');
    expect(saved(await visitor.submit(second, { locality: 'Oslo' }))).toBe(true);
  });

  test('says that it may be changed if the directory dies between the write and its answer', async () => {
    const { visitor, page } = await profileOf('finn');
    let killed: Promise<void> | undefined;
    lossy.lose('answer', () => {
      killed ??= slapd.kill();
    });
    expect(errorOf(await visitor.submit(page, { locality: 'Rom' }))).toEqual([
      503,
      'Your directory did not answer, so your entries may have been saved there. Look again in a few minutes.',
    ]);
    await killed;
    lossy.lose('nothing');
    expect((await storedOf('finn')).profile.address?.locality).toBe('Berlin');
    expect((await visitor.submit(page, { locality: 'Oslo' })).status).toBe(503);
    await slapd.restart();
    // The next sign-in brings what the directory has.
    await profileOf('finn');
    expect((await storedOf('finn')).profile.address?.locality).toBe((await thereOf('finn'))['l']?.[0]);
  }, 30_000);

  test('is changed by an administrator in the same way', async () => {
    await profileOf('gerd');
    const { command, says } = commandsAt(host.env);
    expect(await says('user', 'edit', 'corp/gerd', '--set', 'profile={"nickname":"Gerry"}')).toContain('changed');
    expect([(await thereOf('gerd'))['displayname'], (await storedOf('gerd')).profile.nickname]).toEqual([
      ['Gerry'],
      'Gerry',
    ]);
    const { code, err } = await command('user', 'edit', 'corp/gerd', '--username', 'gerry');
    expect([code, err.join(' ')]).toEqual([1, expect.stringContaining('username comes from Example Corp.')]);
    const address = JSON.stringify({ address: { locality: 'Berlin', streetAddress: 'Gasse 2' } });
    const street = await command('user', 'edit', 'corp/gerd', '--set', `profile=${address}`);
    expect([street.code, street.err.join(' ')]).toEqual([
      1,
      expect.stringContaining('Nothing was changed: Example Corp does not allow this change.'),
    ]);
  });

  test('concerns nobody whose account there is gone', async () => {
    const { visitor, page } = await profileOf('hanna');
    await slapd.modify(`dn: uid=hanna,${PEOPLE}\nchangetype: delete\n`);
    expect(errorOf(await visitor.submit(page, { locality: 'Rom' }))).toEqual([
      422,
      'Nothing was changed: your account in the directory is locked or closed. Contact your administrator.',
    ]);
  });

  test('is the directory’s alone where the connector lists nothing, and ours where it updates nothing', async () => {
    await changeConnector(host, { writeBack: { fields: [], password: 'never' } });
    const { page } = await profileOf('ida');
    expect([Object.keys(page.fields).includes('nickname'), page.fields['website']]).toEqual([false, '']);
    const input = corpInput(slapd).provisioning;
    await changeConnector(host, { provisioning: { ...input, update: 'never' } });
    const { visitor, page: open } = await profileOf('ida');
    expect(saved(await visitor.submit(open, { nickname: 'Ida' }))).toBe(true);
    expect((await thereOf('ida'))['displayname']).toEqual(['Annie']);
    await changeConnector(host, { provisioning: input, writeBack });
  });
});
