import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { replaceAssignmentsOf } from '../../../src/access/model/replace-source-assignments.js';
import { assign, type AssignmentHolder, type AssignmentOwner } from '../../../src/access/model/assign.js';
import { roleInput } from '../../../src/access/model/role-input.js';
import type { Saved } from '../../../src/changes/change-result.js';
import { mirroringGroups } from '../../../src/federation/provisioning/mirror-groups.js';
import { clientInput } from '../../../src/realm/clients/client-input.js';
import { by, emptyRealm, type EmptyRealm } from '../../realm-file/realm.js';
import { connectorOf, testKind } from './test-kind.js';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

describe.each(['sqlite', 'mongodb'] as const)('removing a connector on %s', (store) => {
  let realm: EmptyRealm;
  let seller: string;
  let count = 0;
  let id: string;
  let version: number;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [testKind().kind] });
    seller = done(await realm.parts.roles.create(by, roleInput.parse({ name: 'seller' }))).id;
  });
  afterAll(() => realm.close());
  beforeEach(async () => {
    id = `corp-${++count}`;
    ({ version } = done(await realm.parts.connectors.create(by, connectorOf({ id }))));
  });

  const user = async (username: string, userstore?: string) =>
    done(await realm.parts.users.create(by, { username, ...(userstore !== undefined && { userstore }) }));
  const client = async (name: string, connectors: string[]) => {
    const input = clientInput.parse({ id: name, name, redirectUris: ['https://shop.example/cb'], connectors });
    return done(await realm.parts.clients.create(by, input)).client;
  };
  const mapped = async <T extends AssignmentHolder>(owner: AssignmentOwner<T>, holder: T) => {
    const kinds = new Set(['role'] as const);
    const maintained = { source: { kind: 'connector', id }, kinds, wanted: [{ role: seller }] } as const;
    return done(await replaceAssignmentsOf(by, owner, holder, maintained, await realm.parts.snapshots.read()));
  };
  const removed = (options?: { readonly cascade: boolean }) => realm.parts.connectors.remove(by, id, version, options);

  test('shows first what hangs on it, and changes nothing', async () => {
    const { users } = realm.parts;
    const shop = await client(`shop-${id}`, ['primary', id]);
    const mary = await mapped(users, await user(`mary-${id}`));
    const kim = await user(`kim-${id}`, id);
    expect(await removed()).toMatchObject({
      ok: false,
      refusal: {
        code: 'in-use',
        problems: [
          {
            params: {
              references: expect.arrayContaining([
                { kind: 'client', id: shop.id, name: shop.name, how: 'connectors' },
                { kind: 'user', id: mary.id, name: mary.username, how: 'mapped' },
                { kind: 'user', id: kim.id, name: kim.username, how: 'userstore' },
              ]),
              more: false,
            },
          },
        ],
      },
    });
    expect(await realm.parts.connectors.get(id)).toBeDefined();
    expect((await users.get(mary.id))?.assignments).toHaveLength(1);
  });

  test('shows who is linked and lives elsewhere, and keeps the links until that is wanted', async () => {
    const { links } = realm.parts;
    const mary = await user(`linked-${id}`);
    const subject = { connector: id, issuer: '', subject: 'of-mary' };
    done(await links.add(by, mary.id, subject));
    const references = [{ kind: 'user', id: mary.id, name: mary.username, how: 'linked' }];
    expect(await removed()).toMatchObject({
      ok: false,
      refusal: { code: 'in-use', problems: [{ params: { references, more: false } }] },
    });
    expect(await links.find(subject)).toBeDefined();
    done(await removed({ cascade: true }));
    expect(await links.find(subject)).toBeUndefined();
  });

  test('takes it from clients, of which none offers more than before, and ends the access that came from it', async () => {
    const { clients, users, groups, snapshots } = realm.parts;
    const both = await client(`both-${id}`, ['primary', id]);
    const only = await client(`only-${id}`, [id]);
    const mary = await user(`mary-${id}`, id);
    const given = done(await assign(by, users, mary, [{ role: seller, reason: 'by hand' }], await snapshots.read()));
    await mapped(users, given);
    const group = await mapped(groups, done(await groups.create(by, { name: `Group of ${id}` })));
    await mapped(clients, both);
    done(await removed({ cascade: true }));
    expect(await clients.get(both.id)).toMatchObject({ connectors: ['primary'], assignments: [] });
    expect((await clients.get(only.id))?.connectors).toEqual([]);
    expect(await users.get(mary.id)).toMatchObject({ userstore: id, assignments: [{ reason: 'by hand' }] });
    expect((await groups.get(group.id))?.assignments).toEqual([]);
  });

  test('makes ordinary groups, with their access and without members, of those that it mirrored', async () => {
    const { groups, users, snapshots } = realm.parts;
    const key = { name: `Mirror of ${id}`, connector: id, upstreamId: '1' };
    const group = done(await groups.createMirrored(by, key, []));
    done(await assign(by, groups, group, [{ role: seller }], await snapshots.read()));
    const mary = await user(`mary-${id}`);
    const kinds = new Set(['membership'] as const);
    const maintained = { source: { kind: 'connector', id }, kinds, wanted: [{ group: group.id }] } as const;
    done(await replaceAssignmentsOf(by, users, mary, maintained, await snapshots.read()));
    expect((await realm.parts.connectors.references(id, 20)).references).toEqual(
      expect.arrayContaining([{ kind: 'group', id: group.id, name: group.name, how: 'mirrored' }]),
    );
    expect(await removed()).toMatchObject({ ok: false, refusal: { code: 'in-use' } });
    done(await removed({ cascade: true }));
    const after = await groups.get(group.id);
    expect(after).toMatchObject({ name: group.name, assignments: [{ target: seller }] });
    expect(after).not.toHaveProperty('connector');
    expect(after).not.toHaveProperty('upstreamId');
    expect((await users.get(mary.id))?.assignments).toEqual([]);
    done(await groups.update(by, group.id, { name: `Ours of ${id}` }));
  });

  test('leaves no group of a sign-in that goes on meanwhile', async () => {
    const { groups } = realm.parts;
    const reported: string[] = [];
    const report = (_connector: string, { reason }: { readonly reason: string }) => void reported.push(reason);
    const mirror = mirroringGroups({ groups, refresh: () => Promise.resolve(), report });
    const creation = { upstreamId: '1', upstreamName: 'Late', name: `Late of ${id}` };
    done(await removed());
    const plan = { existing: [], creations: [creation], renamings: [], leftOut: { tooMany: 0, nameTaken: 0 } };
    expect(await mirror(by, id, plan)).toBe('done');
    expect([await groups.findByName(creation.name), reported]).toEqual([undefined, ['group-not-mirrored']]);
  });

  test('lists some of many users, and says that there are more', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => user(`user-${i}-${id}`, id)));
    const { references, more } = await realm.parts.connectors.references(id, 20);
    expect([references.length <= 20, more]).toEqual([true, true]);
    done(await removed({ cascade: true }));
    expect((await realm.parts.users.listByUserstore(id, { limit: 100 })).rows).toHaveLength(30);
  });

  test('ends access of more people than one commit holds', async () => {
    const { users } = realm.parts;
    const people = await Promise.all(Array.from({ length: 40 }, (_, i) => user(`mapped-${i}-${id}`)));
    for (const person of people) await mapped(users, person);
    done(await removed({ cascade: true }));
    const after = await Promise.all(people.map((person) => users.get(person.id)));
    expect(after.flatMap((person) => person?.assignments ?? [])).toEqual([]);
  });
});
