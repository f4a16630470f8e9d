/** People who live in a directory sign in at an application, and are one user with their roles however often they come. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { adding, by, changeConnector, corpInput, ldapRealm, salesOf } from './ldap-realm.js';

const OURS = 'a password of ours';
const ORDERS = { resource: 'https://orders.test', scope: 'openid profile email orders:write' };
const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('people of a directory, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));

  beforeAll(async () => {
    slapd = await startSlapd({
      entries: ['anna', 'boris', 'carla', 'doris', 'emil', 'finn', 'gerd', 'hanna', 'chief']
        .map((uid) => person(uid))
        .join(''),
      added: salesOf(['anna', 'boris', 'carla']),
    });
    const password = { clear: OURS, generated: false };
    for (const username of ['chief', 'paul']) {
      expect(await host.parts.users.create(by, { username, password })).toMatchObject({ ok: true });
    }
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());

  /** The claims of both tokens after a sign-in by the form. */
  async function enter(name: string, password = PASSWORD) {
    const asked = ask(host, app, ORDERS);
    const page = await signIn(new Visitor(), asked, name, password);
    if (!page.url.searchParams.has('code')) return { refused: page.status };
    const { status, body } = await exchange(host, asked, codeOf(page));
    expect(status).toBe(200);
    const id = claimsOf(body.id_token);
    return { sub: String(id['sub']), access: claimsOf(body.access_token), body };
  }
  const usersNamed = async (term: string) => (await host.parts.users.findByTerm(term, { limit: 10 })).rows;

  test('get an account at the first sign-in, with profile and roles of the directory, and the same one ever after', async () => {
    const first = await enter('anna');
    expect(first.access).toMatchObject({ roles: ['seller'], scope: expect.stringContaining('orders:write') });
    const [user, ...others] = await usersNamed('anna');
    expect(others).toEqual([]);
    expect(user).toMatchObject({ userstore: 'corp', username: 'anna', profile: { name: 'anna', familyName: 'Test' } });
    expect(first.sub).toBe(user?.id);
    const again = await enter('CORP/Anna');
    expect(again.sub).toBe(user?.id);
    const [after] = await usersNamed('anna');
    expect(after?.version).toBe(user?.version);
  });

  test('are one user if their first two sign-ins happen at once', async () => {
    const both = await Promise.all([enter('boris'), enter('boris')]);
    const subjects = new Set(both.map(({ sub }) => sub));
    expect([subjects.size, (await usersNamed('boris')).length]).toEqual([1, 1]);
  });

  test('lose what their group gave when they leave it, and keep what was given here by hand', async () => {
    expect((await enter('carla')).access).toMatchObject({ roles: ['seller'] });
    const [user] = await usersNamed('carla');
    const snapshot = await host.parts.snapshots.read();
    const idOf = (name: string) => [...snapshot.roles.values()].find((role) => role.name === name)?.id ?? '';
    const given = [{ role: idOf('reader') }, { role: idOf('seller') }];
    if (!user) throw new Error('carla has an account');
    expect(await host.parts.assign(by, host.parts.users, user, given, snapshot)).toMatchObject({ ok: true });
    await slapd.modify(`dn: cn=sales,${GROUPS}\nchangetype: modify\ndelete: member\nmember: uid=carla,${PEOPLE}\n`);
    await enter('carla');
    const [after] = await usersNamed('carla');
    const held = after?.assignments.map(({ target, source }) => [target, source?.kind]);
    expect(held).toEqual([
      [idOf('reader'), undefined],
      [idOf('seller'), undefined],
    ]);
  });

  test('keep their account when name and address change, and the old name is free again', async () => {
    const before = await enter('doris');
    expect(before.sub).toBeDefined();
    await slapd.modify(`dn: uid=doris,${PEOPLE}\nchangetype: modrdn\nnewrdn: uid=dorothea\ndeleteoldrdn: 1\n`);
    const after = await enter('dorothea');
    expect(after.sub).toBe(before.sub);
    expect((await usersNamed('dorothea')).map(({ username }) => username)).toEqual(['dorothea']);
    expect(await host.parts.identifiers.holderOf('corp', 'doris')).toBe(undefined);
  });

  test('who get the name of somebody that was deleted are strangers, and have nothing of that account', async () => {
    const before = await enter('emil');
    await slapd.modify(`dn: uid=emil,${PEOPLE}\nchangetype: delete\n\n${adding(person('emil'))}`);
    const after = await enter('emil');
    expect(after.sub).not.toBe(before.sub);
    const user = await host.parts.users.get(after.sub ?? '');
    expect(user?.username).toMatch(/^corp\.[a-z0-9]{10}$/);
  });

  test('called as an account of ours is called are not that account', async () => {
    const theirs = await enter('corp/chief');
    const ours = await enter('chief', OURS);
    expect(theirs.sub).not.toBe(ours.sub);
    expect((await enter('chief', PASSWORD)).refused).toBe(403);
  });

  test('are told that their directory does not answer, while everybody else signs in, and come in when it is back', async () => {
    const before = await enter('finn');
    await slapd.kill();
    expect(await enter('finn')).toMatchObject({ refused: 503 });
    expect((await enter('paul', OURS)).sub).toBeDefined();
    await slapd.restart();
    expect((await enter('finn')).sub).toBe(before.sub);
  }, 30_000);

  test('do not come in while their connector is disabled, and what it gave is suspended', async () => {
    const before = await enter('anna');
    await changeConnector(host, { enabled: false });
    expect((await enter('anna')).refused).toBe(403);
    const { status, body } = await refresh(host, app, before.body?.refresh_token ?? '', { resource: ORDERS.resource });
    expect([status, status === 200 && claimsOf(body.access_token)['roles']]).toEqual([200, []]);
    await changeConnector(host, { enabled: true });
    expect((await enter('anna')).access).toMatchObject({ roles: ['seller'] });
  });

  test('without an account come in only where the connector makes accounts', async () => {
    for (const mode of ['refuse', 'known'] as const) {
      await changeConnector(host, { provisioning: { mode } });
      expect((await enter('gerd')).refused).toBe(403);
    }
    expect(await host.parts.users.create(by, { username: 'gerd', userstore: 'corp' })).toMatchObject({ ok: true });
    const known = await enter('gerd');
    expect(known.sub).toBe((await usersNamed('gerd'))[0]?.id);
    await changeConnector(host, { provisioning: { mode: 'create' } });
  });

  test('are not locked out at home by guesses here, and hear of no guess but wrong ones', async () => {
    await enter('hanna');
    for (let i = 0; i < 4; i++) expect((await enter('hanna', 'wrong')).refused).toBe(403);
    // Not even the right password goes there until the directory has forgotten the wrong ones; the words are the same.
    expect((await enter('hanna')).refused).toBe(403);
    const binds = (await slapd.operations()).filter((line) => line.startsWith('BIND') && line.includes('uid=hanna'));
    expect(binds).toHaveLength(1 + 3);
  });

  test('leave their password nowhere', async () => {
    await enter('anna');
    expect(await host.dump()).not.toContain(PASSWORD);
  });
});
