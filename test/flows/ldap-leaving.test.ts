/** People who leave a directory lose access at once, and are whole again when they return. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { days } from '../../src/base/clock.js';
import { identityLinks, type Suspension } from '../../src/identity/links/identity-link.js';
import { users } from '../../src/identity/users/user.js';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { adding, by, changeConnector, corpInput, ldapRealm, salesOf } from './ldap-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const app = application('public');
const people = ['anna', 'boris', 'clara', 'dirk', 'elisa', 'fritz', 'gina'];
const OWN = 'a quiet morning';

describe.each(['sqlite', 'mongodb'] as const)('a person of a directory, on %s,', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({ entries: people.map((uid) => person(uid)).join(''), added: salesOf(people) });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());
  beforeEach(() => changeConnector(host, { leavers: { after: 30, then: 'remove' }, enabled: true }));

  const attempt = (name: string, password = PASSWORD, visitor = new Visitor()) =>
    signIn(visitor, ask(host, app, ORDERS), name, password);
  async function signedIn(name: string, password = PASSWORD) {
    const asked = ask(host, app, ORDERS);
    const { body } = await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, name, password)));
    return {
      sub: String(claimsOf(body.id_token)['sub']),
      token: body.refresh_token,
      access: claimsOf(body.access_token),
    };
  }
  const refreshed = (token: string) => refresh(host, app, token, { resource: ORDERS.resource });

  async function linkedPerson(sub: string) {
    const [user, links] = await Promise.all([host.parts.users.get(sub), host.parts.links.of(sub)]);
    const link = links.find(({ connector }) => connector === 'corp');
    if (!user || !link) throw new Error(`There is no linked user ${sub}.`);
    return { connector: 'corp', user, link };
  }

  /** What a synchronization does once it is sure. */
  async function left(sub: string, as: Suspension = 'gone') {
    const { leaving } = host.parts;
    const one = await linkedPerson(sub);
    const saved = as === 'gone' ? await leaving.gone(by, one) : await leaving.disabled(by, one, as);
    expect(saved).toMatchObject({ ok: true });
  }
  const blocksOf = async (sub: string) =>
    ((await host.parts.users.get(sub))?.blocks ?? []).map(({ by: cause }) => cause);

  /** Somebody of `primary` with a password of ours, who is linked to this entry of the directory. */
  async function linkedElsewhere(uid: string) {
    const { sub } = await signedIn(uid);
    const { link } = await linkedPerson(sub);
    expect(await host.parts.users.remove(by, sub)).toMatchObject({ ok: true });
    const { subject } = link;
    const username = `own-${uid}`;
    const made = await host.parts.users.create(by, { username, password: { clear: OWN, generated: true } });
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    const upstream = { connector: 'corp', issuer: '', subject };
    expect(await host.parts.links.add(by, made.value.id, upstream)).toMatchObject({ ok: true });
    return { sub: made.value.id, username };
  }

  /** As if the person had left so long ago. */
  async function leftAgo(sub: string, ago: number) {
    const at = Date.now() - ago;
    const { user: stored, link: found } = await linkedPerson(sub);
    const { version: at1, ...link } = found;
    const { version: at2, ...user } = stored;
    const blocks = user.blocks.map((block) => ({ ...block, since: at }));
    expect(await host.parts.realm.of(identityLinks).replace({ ...link, suspendedAt: at }, at1)).toMatchObject({
      ok: true,
    });
    expect(await host.parts.realm.of(users).replace({ ...user, blocks }, at2)).toMatchObject({ ok: true });
  }
  const runJob = () => host.parts.leavers.removeDue(new AbortController().signal);
  const removeEntry = (uid: string) => slapd.modify(`dn: uid=${uid},${PEOPLE}\nchangetype: delete\n`);

  test('who is gone there loses sessions and tokens at once, and keeps the account', async () => {
    const { sub, token } = await signedIn('anna');
    await left(sub);
    expect(await refreshed(token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await blocksOf(sub)).toEqual(['quarantine:corp']);
  });

  test('who is confirmed by the directory again is whole: the same user, with roles and links', async () => {
    const before = await signedIn('anna');
    await left(before.sub);
    const after = await signedIn('anna');
    expect([after.sub, after.access['roles']]).toEqual([before.sub, before.access['roles']]);
    expect(await blocksOf(after.sub)).toEqual([]);
    expect((await linkedPerson(after.sub)).link.suspendedAs).toBeUndefined();
  });

  test('stays blocked by an administrator after the return', async () => {
    const { sub } = await signedIn('boris');
    expect(await host.parts.users.update(by, sub, { block: {} })).toMatchObject({ ok: true });
    await left(sub);
    expect((await attempt('boris')).status).toBe(403);
    expect(await host.parts.leaving.returned(by, await linkedPerson(sub))).toMatchObject({ ok: true });
    expect(await blocksOf(sub)).toEqual(['administrator']);
    expect(await host.parts.users.unblock(by, sub)).toMatchObject({ ok: true });
  });

  test('is not blocked as the last administrator, and stays one', async () => {
    const { sub } = await signedIn('boris');
    const { assign, users: people, snapshots } = host.parts;
    const user = await people.get(sub);
    const roles = [...(await snapshots.read()).roles.values()];
    const administrator = roles.find(({ name }) => name === 'administrator');
    if (!user || !administrator) throw new Error('There is no such user or role.');
    expect(await assign(by, people, user, [{ role: administrator.id }], await snapshots.read())).toMatchObject({
      ok: true,
    });
    // As no service would do it: nobody else is left.
    for (const { version, ...other } of (await people.listByRole(administrator.id, { limit: 10 })).rows) {
      const blocks = [{ by: 'administrator', since: 1 } as const];
      if (other.id !== sub) await host.parts.realm.of(users).replace({ ...other, blocks }, version);
    }
    const refused = await host.parts.leaving.gone(by, await linkedPerson(sub));
    expect(refused).toMatchObject({ ok: false, refusal: { problems: [{ code: 'last-administrator' }] } });
    expect([await blocksOf(sub), (await linkedPerson(sub)).link.suspendedAs]).toEqual([[], undefined]);
  });

  test('who is made anew with the same name is somebody else, and gets another name', async () => {
    const { sub } = await signedIn('clara');
    await removeEntry('clara');
    await left(sub);
    await slapd.modify(adding(person('clara')));
    const stranger = await signedIn('clara');
    expect(stranger.sub).not.toBe(sub);
    expect((await host.parts.users.get(stranger.sub))?.username).toMatch(/^corp\.[a-z0-9]{10}$/);
    expect(await blocksOf(sub)).toEqual(['quarantine:corp']);
  });

  describe('who lives in another userstore', () => {
    test('loses the link, its roles, its sessions and its tokens, and keeps the other way in', async () => {
      const { sub, username } = await linkedElsewhere('dirk');
      const visitor = new Visitor();
      const asked = ask(host, app, ORDERS);
      const { body } = await exchange(host, asked, codeOf(await signIn(visitor, asked, 'corp/dirk', PASSWORD)));
      const own = await signedIn(username, OWN);
      expect(claimsOf(body.access_token)['roles']).toEqual(['seller']);
      await left(sub);
      const { user } = await linkedPerson(sub);
      expect([user.blocks, user.assignments]).toEqual([[], []]);
      const page = await host.parts.sessions.list(user, { limit: 10 });
      expect(page.rows.map(({ proofs }) => proofs[0]?.connector)).toEqual(['primary']);
      expect((await refreshed(body.refresh_token)).status).toBe(400);
      expect((await refreshed(own.token)).status).toBe(200);
      expect((await attempt('corp/dirk')).status).toBe(403);
      expect((await signedIn(username, OWN)).sub).toBe(sub);
    });

    test('is signed in by the link again once a synchronization found the account', async () => {
      const sub = (await host.parts.users.findByTerm('dirk', { limit: 1 })).rows[0]?.id ?? '';
      expect(await host.parts.leaving.returned(by, await linkedPerson(sub))).toMatchObject({ ok: true });
      const again = await signedIn('corp/dirk');
      expect([again.sub, again.access['roles']]).toEqual([sub, ['seller']]);
    });
  });

  describe('who stays away', () => {
    test('is kept by default, however long', async () => {
      await changeConnector(host, { leavers: { after: 30, then: 'keep' } });
      const { sub } = await signedIn('elisa');
      await left(sub);
      await removeEntry('elisa');
      await leftAgo(sub, days(400));
      await runJob();
      expect(await blocksOf(sub)).toEqual(['quarantine:corp']);
    });

    test('is removed after the time of the connector, and not before', async () => {
      const sub = (await host.parts.users.findByTerm('elisa', { limit: 1 })).rows[0]?.id ?? '';
      await leftAgo(sub, days(29));
      await runJob();
      expect(await host.parts.users.get(sub)).toBeDefined();
      await leftAgo(sub, days(31));
      await runJob();
      expect(await host.parts.users.get(sub)).toBeUndefined();
      expect(await host.parts.links.of(sub)).toEqual([]);
    });

    test('is not removed if the directory has the account, or does not answer', async () => {
      const { sub } = await signedIn('fritz');
      await left(sub);
      await leftAgo(sub, days(31));
      await runJob();
      expect(await blocksOf(sub)).toEqual(['quarantine:corp']);
      await removeEntry('fritz');
      await changeConnector(host, { enabled: false });
      await runJob();
      expect(await host.parts.users.get(sub)).toBeDefined();
    });

    test('loses only the link if another way in is left', async () => {
      const { sub } = await linkedElsewhere('gina');
      await left(sub);
      await removeEntry('gina');
      await leftAgo(sub, days(31));
      await runJob();
      expect(await host.parts.users.get(sub)).toBeDefined();
      expect(await host.parts.links.of(sub)).toEqual([]);
    });
  });
});
