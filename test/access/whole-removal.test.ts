import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  assign,
  type AssignmentHolder,
  type AssignmentOwner,
  type NewAssignment,
} from '../../src/access/model/assign.js';
import { ADMINISTRATOR } from '../../src/access/model/administrator.js';
import { roleInput } from '../../src/access/model/role-input.js';
import { openEngine } from '../../src/app/open-engine.js';
import { SPECS } from '../../src/app/modules.js';
import { minutes } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { rows } from '../../src/base/paging.js';
import { newId } from '../../src/base/crypto/ids.js';
import { removalNotes } from '../../src/changes/removal/remove-recorded.js';
import type { Saved } from '../../src/changes/change-result.js';
import { users } from '../../src/identity/users/user.js';
import type { Client } from '../../src/realm/clients/client.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { usedUserIds } from '../../src/realm/used-user-id.js';
import { issuedTo } from '../../src/sessions/alive.js';
import { consents } from '../../src/sessions/consents/consent.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { sessions } from '../../src/sessions/session.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { atTime } from '../support/at-time.js';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

/** Records of past events and removals keep the names permanently. */
const TELLING = [
  'auditRecords',
  'history',
  'changeMarkers',
  'removalNotes',
  'usedUserIds',
  'logouts',
  'personKeys',
  'auditTerms',
];

describe.each(['sqlite', 'mongodb'] as const)('on %s, removing', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
    await user('root', { role: (await named(ADMINISTRATOR)).id });
  });
  afterAll(() => realm.close());

  const named = async (name: string) => {
    const role = await realm.parts.roles.findByName(name);
    if (!role) throw new Error(`There is no role ${name}.`);
    return role;
  };
  const give = async <T extends AssignmentHolder>(owner: AssignmentOwner<T>, holder: T, ...wanted: NewAssignment[]) =>
    done(await assign(by, owner, holder, wanted, await realm.parts.snapshots.read()));
  const role = async (more: object = {}) =>
    done(await realm.parts.roles.create(by, roleInput.parse({ name: newId(), ...more })));
  const group = async (more: object = {}) => done(await realm.parts.groups.create(by, { name: newId(), ...more }));
  const user = async (username: string, ...wanted: NewAssignment[]) =>
    give(realm.parts.users, done(await realm.parts.users.create(by, { username })), ...wanted);
  const client = async (more: object = {}) => {
    const input = clientInput.parse({ id: newId(), name: 'Shop', grantTypes: ['client_credentials'], ...more });
    return done(await realm.parts.clients.create(by, input)).client;
  };
  const server = async (...permissions: string[]) => {
    const identifier = `https://${newId()
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x')}.example`;
    const declared = permissions.map((name) => ({ name }));
    const input = resourceServerInput.parse({ identifier, name: 'API', permissions: declared });
    return done(await realm.parts.resourceServers.create(by, input));
  };
  const consent = async (userId: string, to: Client, resourceServer: string) =>
    done(
      await realm.parts.consents.give(
        by,
        { userId, client: to },
        {
          scopes: [],
          claims: [],
          resourceScopes: { [resourceServer]: ['a'] },
        },
      ),
    );

  /** The stored documents that refer to this, in the whole store. */
  async function referringTo(id: string): Promise<string[]> {
    const engine = await openEngine(realm.config.store);
    const found: string[] = [];
    for (const spec of SPECS) {
      if (TELLING.includes(spec.name)) continue;
      for await (const { document } of rows((page) => engine.walk(spec, page))) {
        if (JSON.stringify(document).includes(id)) found.push(spec.name);
      }
    }
    await engine.close();
    return found;
  }

  /** One object of each kind, and everything that can refer to another. */
  async function entangled() {
    const tag = newId().toLowerCase();
    const api = await server('orders:read', 'orders:write', 'audit:read');
    const audience = api.identifier;
    const shop = await client({ resourceServers: [audience], introspects: [audience] });
    const [staff, gold] = [await group(), await group({ type: 'customer-group' })];
    const segment = await group({ type: 'segment', rule: `username.startsWith("u${tag.slice(0, 4)}")` });
    const limited = (permission: string, kind: string, ...values: string[]) => ({
      resourceServer: audience,
      permission,
      limitations: [{ kind, values }],
    });
    const seller = await role({
      policies: [
        { resourceServer: audience, permission: 'orders:write' },
        limited('orders:read', 'group', staff.id),
        limited('audit:read', 'client', shop.id, 'other'),
      ],
    });
    const others = {
      manager: await role({ includes: [seller.id] }),
      auditor: await role({ excludes: [seller.id] }),
      clerk: await role({ audience: { client: shop.id } }),
      local: await role({ audience: { resourceServer: audience } }),
    };
    const team = await give(realm.parts.groups, await group(), { group: staff.id }, { role: seller.id });
    const direct = { resourceServer: audience, permission: 'orders:read' };
    const inShop = { limitations: [{ kind: 'client', values: [shop.id] }] };
    const ann = await user(`u${newId()}`.replace(/[^a-zA-Z0-9]/g, 'x'), { group: team.id }, { role: seller.id });
    const people = [
      ann,
      await user(newId(), { group: staff.id }, { customerGroup: gold.id }, { ...direct, ...inShop }),
      await user(newId(), direct, { role: others.clerk.id }, { role: others.local.id }),
      await user(newId(), { role: others.manager.id, limitations: [{ kind: 'group', values: [staff.id, gold.id] }] }),
    ];
    const batch = await give(realm.parts.clients, await client(), { role: seller.id }, direct);
    await consent(ann.id, shop, audience);
    return { api, shop, staff, gold, segment, seller, team, ann, batch, people, ...others };
  }

  const KINDS = ['role', 'group', 'customer group', 'segment', 'client', 'resource server', 'user'] as const;
  test.each(KINDS)('a %s with all that refers to it leaves no document that names it', async (what) => {
    const all = await entangled();
    const { roles, groups, clients, resourceServers } = realm.parts;
    const fresh = async (id: string) => (await groups.get(id))?.version ?? 0;
    const cascade = { cascade: true };
    const removals: Record<(typeof KINDS)[number], [string, () => Promise<Saved<unknown>>]> = {
      role: [all.seller.id, () => roles.remove(by, all.seller.id, 1, cascade)],
      group: [all.staff.id, async () => groups.remove(by, all.staff.id, await fresh(all.staff.id), cascade)],
      'customer group': [all.gold.id, () => groups.remove(by, all.gold.id, 1, cascade)],
      segment: [all.segment.id, () => groups.remove(by, all.segment.id, 1, cascade)],
      client: [all.shop.id, () => clients.remove(by, all.shop.id, 1, cascade)],
      'resource server': [all.api.identifier, () => resourceServers.remove(by, all.api.identifier, 1, cascade)],
      user: [all.ann.id, () => realm.parts.users.remove(by, all.ann.id)],
    };
    const [id, remove] = removals[what];
    expect(await referringTo(id)).not.toEqual([]);
    done(await remove());
    expect(await referringTo(id)).toEqual([]);
    // References to other objects are unchanged.
    expect((await realm.parts.users.get(all.people[3]?.id ?? ''))?.state).toBe('active');
  });

  test('a permission that is assigned is refused, and with its references it comes back to nobody', async () => {
    const { api, seller, people } = await entangled();
    const { resourceServers, roles } = realm.parts;
    const declaring = (...names: string[]) => ({ permissions: names.map((name) => ({ name, implies: [] })) });
    const less = declaring('audit:read');
    expect(await resourceServers.update(by, api.identifier, less, 1)).toMatchObject({
      refusal: {
        code: 'in-use',
        problems: [{ params: { references: expect.arrayContaining([expect.objectContaining({ how: 'policy' })]) } }],
      },
    });
    done(await resourceServers.update(by, api.identifier, less, 1, { cascade: true }));
    const again = declaring('audit:read', 'orders:read', 'orders:write');
    done(await resourceServers.update(by, api.identifier, again, 2));
    expect((await roles.all()).get(seller.id)?.policies.map(({ permission }) => permission)).toEqual(['audit:read']);
    for (const { id } of people) {
      const assignments = (await realm.parts.users.get(id))?.assignments ?? [];
      expect(assignments.filter((assignment) => assignment.kind === 'permission')).toEqual([]);
    }
  });

  test('nothing: a permission and a client that get other names keep what refers to them', async () => {
    const { api, seller, shop, clerk, people } = await entangled();
    const permissions = ['orders:read', 'orders:change', 'audit:read'].map((name) => ({ name, implies: [] }));
    const renamed = new Map([['orders:write', 'orders:change']]);
    done(await realm.parts.resourceServers.update(by, api.identifier, { permissions }, 1, { renamed }));
    const to = newId();
    const after = done(await realm.parts.clients.rename(by, shop.id, to, 1));
    expect(after).toEqual(await realm.parts.clients.get(to));
    expect(await referringTo(shop.id)).toEqual([]);
    const roles = await realm.parts.roles.all();
    expect(roles.get(seller.id)?.policies.map(({ permission }) => permission)).toContain('orders:change');
    expect(roles.get(seller.id)?.policies[2]?.limitations).toEqual([{ kind: 'client', values: [to, 'other'] }]);
    expect(roles.get(clerk.id)?.audience).toEqual({ client: to });
    const limited = (await realm.parts.users.get(people[1]?.id ?? ''))?.assignments.find(
      ({ limitations }) => limitations.length > 0,
    );
    expect(limited?.limitations).toEqual([{ kind: 'client', values: [to] }]);
    const other = await client();
    expect(await realm.parts.clients.rename(by, to, other.id, after.version)).toMatchObject({
      refusal: { code: 'taken' },
    });
  });

  test('what was issued to a client: it stays dead when the client comes back to its first id', async () => {
    const before = await client();
    const renamed = done(await realm.parts.clients.rename(by, before.id, newId(), 1));
    const back = done(await realm.parts.clients.rename(by, renamed.id, before.id, 1));
    const storedClient = await realm.parts.clients.get(before.id);
    expect(storedClient).toEqual(back);
    for (const { createdAt } of [before, renamed])
      expect(issuedTo({ clientMade: createdAt }, storedClient)).toBe(false);
  });

  test('what people agreed to let a client have: another client that gets its id has none of it, though it was agreed to a moment late', async () => {
    const { clients, consents: agreements } = realm.parts;
    const shop = await client();
    const other = await client();
    const ann = await user(newId());
    const renamed = done(await clients.rename(by, shop.id, newId(), 1));
    const heir = done(await clients.rename(by, other.id, shop.id, 1));
    // From a request that began before, or left by a run that was interrupted before it deleted the consents.
    await consent(ann.id, shop, 'https://orders.example');
    expect(await agreements.get(ann.id, shop)).toMatchObject({ clientId: shop.id });
    expect(await agreements.get(ann.id, heir)).toBeUndefined();
    const back = await agreements.get(ann.id, { ...renamed, id: shop.id });
    expect(back).toBeUndefined();
  });

  test('a user or a client leaves no id to one of the other kind, so that one subject never means two', async () => {
    const { clients, users: people } = realm.parts;
    const chosen = (id: string) => people.create(by, { id, username: newId() });
    const taken = { refusal: { code: 'taken', problems: [{ path: ['id'] }] } };
    const create = (id: string) =>
      clients.create(by, clientInput.parse({ id, name: 'Shop', grantTypes: ['client_credentials'] }));

    const shop = await client();
    expect(await chosen(shop.id)).toMatchObject(taken);
    const renamed = done(await clients.rename(by, shop.id, newId(), 1));
    for (const id of [shop.id, renamed.id]) expect(await chosen(id)).toMatchObject(taken);
    // Another client may reuse the id.
    done(await create(shop.id));

    for (const id of [done(await chosen(newId())).id, (await user(newId())).id]) {
      expect(await create(id)).toMatchObject(taken);
      done(await people.remove(by, id));
      expect(await create(id)).toMatchObject(taken);
      expect(await clients.rename(by, renamed.id, id, 1)).toMatchObject(taken);
    }
    // A client created before client ids were recorded.
    const old = await client();
    await realm.parts.realm.of(usedUserIds).remove(old.id);
    expect(await chosen(old.id)).toMatchObject(taken);

    for (let race = 0; race < 10; race++) {
      const id = newId();
      const both = await Promise.all([chosen(id), create(id)]);
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    }
  });

  test('what belongs to every realm is refused', async () => {
    const { roles, clients, resourceServers } = realm.parts;
    const administrator = await named(ADMINISTRATOR);
    const account = await clients.get('gatehouse-account');
    const own = await resourceServers.get('urn:gatehouse:api');
    for (const refused of [
      await roles.remove(by, administrator.id, administrator.version, { cascade: true }),
      await clients.remove(by, 'gatehouse-account', account?.version ?? 0, { cascade: true }),
      await resourceServers.remove(by, 'urn:gatehouse:api', own?.version ?? 0, { cascade: true }),
    ]) {
      expect(refused).toMatchObject({ refusal: { code: 'invalid' } });
    }
  });

  test('the last administrator is refused, by whatever way', async () => {
    const { groups } = realm.parts;
    const people = realm.parts.users;
    const last = { refusal: { code: 'forbidden', problems: [{ code: 'last-administrator' }] } };
    const root = await realm.parts.identifiers.findUser('root');
    if (!root) throw new Error('There is no root.');
    const administrator = { role: (await named(ADMINISTRATOR)).id };
    const admins = await give(groups, await group(), administrator);
    expect(await people.remove(by, root.id)).toMatchObject(last);
    expect(await people.update(by, root.id, { state: 'disabled' })).toMatchObject(last);
    expect(await people.replaceAssignments(by, root.id, [], root.version)).toMatchObject(last);
    const second = await user('second', { group: admins.id });
    done(await people.remove(by, root.id));
    const versionBefore = (await groups.get(admins.id))?.version ?? 0;
    expect(await groups.replaceAssignments(by, admins.id, [], versionBefore)).toMatchObject(last);
    expect(await groups.remove(by, admins.id, versionBefore, { cascade: true })).toMatchObject(last);
    expect(await people.remove(by, second.id)).toMatchObject(last);
    const third = await user('third', administrator);
    done(await people.remove(by, second.id));

    const bosses = done(await groups.create(by, { name: newId(), type: 'customer-group' }));
    const boss = await user('boss', { customerGroup: (await give(groups, bosses, administrator)).id });
    done(await people.remove(by, third.id));
    expect(await people.update(by, boss.id, { state: 'disabled' })).toMatchObject(last);
    const rule = 'username == "ruler"';
    const ruled = done(await groups.create(by, { name: newId(), type: 'segment', rule }));
    await give(groups, ruled, administrator);
    expect(await people.remove(by, boss.id)).toMatchObject(last);
    const ruler = await user('ruler');
    done(await people.remove(by, boss.id));
    const segment = await groups.get(ruled.id);
    expect(await groups.update(by, ruled.id, { rule: 'username == "x"' }, segment?.version)).toMatchObject(last);
    expect(await people.update(by, ruler.id, { username: 'nobody' })).toMatchObject(last);
    await user('fourth', administrator);
    done(await people.remove(by, ruler.id));
  });

  test('the last administrator is refused too where they are one under a limitation, or later', async () => {
    const { users: people, groups } = realm.parts;
    const last = { refusal: { code: 'forbidden', problems: [{ code: 'last-administrator' }] } };
    const { id } = await named(ADMINISTRATOR);
    const [now] = (await people.listByRole(id, { limit: 10 })).rows;
    const later = await user('later', { role: id, validFrom: Date.parse('2090-01-01T00:00:00Z') });
    // A future administrator does not replace a current one.
    expect(await people.remove(by, now?.id ?? '')).toMatchObject(last);
    let before = [now?.id ?? '', later.id];
    for (const limitation of [
      { kind: 'level', values: ['urn:gatehouse:acr:two-factor'] },
      { kind: 'network', values: ['10.0.0.0/8'] },
      { kind: 'time', values: ['2001-01-01/2001-01-02 UTC'] },
    ]) {
      const admins = await give(groups, await group(), { role: id, limitations: [limitation] });
      const member = await user(newId(), { group: admins.id });
      for (const gone of before) done(await people.remove(by, gone));
      expect(await people.remove(by, member.id)).toMatchObject(last);
      expect(await people.update(by, member.id, { state: 'disabled' })).toMatchObject(last);
      expect(await people.replaceAssignments(by, member.id, [], member.version)).toMatchObject(last);
      const { version = 0 } = (await groups.get(admins.id)) ?? {};
      expect(await groups.replaceAssignments(by, admins.id, [], version)).toMatchObject(last);
      before = [member.id];
    }
    await user('fifth', { role: id });
    for (const gone of before) done(await people.remove(by, gone));
  });

  test('two administrators at the same moment leaves one', async () => {
    const { users: people } = realm.parts;
    const { id } = await named(ADMINISTRATOR);
    for (let round = 0; round < 5; round++) {
      await user(newId(), { role: id });
      const both = (await people.listByRole(id, { limit: 10 })).rows;
      expect(both).toHaveLength(2);
      const outcomes = await Promise.all(both.map((one) => people.remove(by, one.id)));
      expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
      expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ refusal: { problems: [{ code: 'last-administrator' }] } });
    }
  });

  test('somebody at the same moment as others assign to it leaves nothing behind in the end', async () => {
    const gone = await role();
    const holders = await Promise.all(Array.from({ length: 20 }, () => user(newId())));
    const snapshot = await realm.parts.snapshots.read();
    await Promise.all([
      realm.parts.roles.remove(by, gone.id, 1, { cascade: true }),
      ...holders.map((one) => assign(by, realm.parts.users, one, [{ role: gone.id }], snapshot)),
    ]);
    await realm.parts.roles.remove(by, gone.id, 1, { cascade: true });
    // A process that has not heard of the removal assigns it afterwards.
    const late = await user(newId());
    done(await assign(by, realm.parts.users, late, [{ role: gone.id }], snapshot));
    await atTime(Date.now() + minutes(3), () => realm.parts.background.runDue(() => undefined));
    expect(await referringTo(gone.id)).toEqual([]);
  });

  test('somebody ends their sessions and grants, which are erased once applications were told', async () => {
    const ann = await user(newId());
    const at = Date.now();
    const expiresAt = at + minutes(60);
    const own = { userId: ann.id, startedAt: at - 1, signOutEpoch: 0, expiresAt, payload: '{}' };
    await realm.parts.realm.of(grants).insert({ ...own, id: newId(), clientId: 'shop' });
    const cookie = hashOf(newId());
    await realm.parts.realm.of(sessions).insert({ ...own, id: newId(), cookie, proofs: [], clients: [] });
    done(await realm.parts.users.remove(by, ann.id));
    // One run tells the applications, and the next one erases.
    for (const later of [3, 5, 7]) {
      await atTime(at + minutes(later), () => realm.parts.background.runDue(() => undefined));
    }
    expect(await referringTo(ann.id)).toEqual([]);
    const notes = await realm.parts.realm.of(removalNotes).get(`user:${ann.id}`);
    expect([notes, await realm.parts.realm.of(users).get(ann.id)]).toEqual([undefined, undefined]);
    expect(await realm.parts.realm.of(consents).get(`${ann.id}:shop`)).toBeUndefined();
  });
});
