import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { assign } from '../../../src/access/model/assign.js';
import { roleInput } from '../../../src/access/model/role-input.js';
import type { Actor } from '../../../src/changes/actor.js';
import type { Saved } from '../../../src/changes/change-result.js';
import { GATEHOUSE_API } from '../../../src/realm/resource-servers/resource-server.js';
import { by, emptyRealm, type EmptyRealm } from '../../realm-file/realm.js';
import { connectorOf, testKind } from './test-kind.js';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}
const refusal = (code: string, problem: string) => ({
  ok: false,
  refusal: { code, problems: [expect.objectContaining({ code: problem })] },
});

let realm: EmptyRealm;
let ada: Actor;
let count = 0;
let id: string;
const roleId = async (name: string) => (await realm.parts.roles.findByName(name))?.id ?? '';

beforeAll(async () => {
  realm = await emptyRealm('sqlite', { connectorKinds: [testKind().kind] });
  const { roles, users, groups, snapshots } = realm.parts;
  const policy = { resourceServer: GATEHOUSE_API, permission: 'users:write' };
  done(await roles.create(by, roleInput.parse({ name: 'user-admin', policies: [policy] })));
  done(await roles.create(by, roleInput.parse({ name: 'seller' })));
  done(await roles.create(by, roleInput.parse({ name: 'buyer' })));
  for (const [name, role] of [
    ['Admins', 'user-admin'],
    ['Sellers', 'seller'],
  ] as const) {
    const group = done(await groups.create(by, { name }));
    done(await assign(by, groups, group, [{ role: await roleId(role) }], await snapshots.read()));
  }
  const user = done(await users.create(by, { username: 'ada' }));
  done(await assign(by, users, user, [{ role: await roleId('seller') }], await snapshots.read()));
  ada = { kind: 'user', id: user.id, requestId: 'r' };
});
afterAll(() => realm.close());
beforeEach(() => {
  id = `corp-${++count}`;
});

type Target = { readonly role: string } | { readonly group: string };
const exact = (to: Target) => ({ groups: [{ exact: 'cn=x', to }] });
const create = (actor: Actor, fields: object) => realm.parts.connectors.create(actor, connectorOf({ id, ...fields }));
const give = 'mapping-gives-more';

describe('a mapping gives, by the hand of a user', () => {
  test.each<[Target]>([[{ role: 'seller' }], [{ group: 'Sellers' }], [{ group: 'Nobody has made this' }]])(
    '%j, which the user holds or which is nothing',
    async (to) => {
      expect(await create(ada, { mapping: exact(to) })).toMatchObject({ ok: true });
    },
  );

  test.each<[Target]>([[{ role: 'buyer' }], [{ role: 'user-admin' }], [{ group: 'Admins' }]])(
    'no %j that the user does not hold',
    async (to) => {
      expect(await create(ada, { mapping: exact(to) })).toMatchObject(refusal('forbidden', give));
      expect(await create(by, { mapping: exact(to) })).toMatchObject({ ok: true });
    },
  );

  test('nothing more when an existing connector changes', async () => {
    const { connectors } = realm.parts;
    const { version } = done(await create(ada, {}));
    const changed = await connectors.update(ada, id, { mapping: exact({ role: 'buyer' }) }, version);
    expect(changed).toMatchObject(refusal('forbidden', give));
  });

  test('and nothing by other users of the same mapping: directory, subject, secret', async () => {
    const { connectors } = realm.parts;
    const { version } = done(await create(by, { mapping: exact({ role: 'buyer' }), enabled: false }));
    for (const patch of [
      { connection: { server: 'ldaps://rogue.example' } },
      { subject: { names: ['description'] } },
      { secret: 'another' },
      { enabled: true },
    ] as const) {
      expect(await connectors.update(ada, id, patch, version)).toMatchObject(refusal('forbidden', give));
    }
  });

  test('nothing through a group that the connector mirrors: whoever leads it to another directory decides its members', async () => {
    const { connectors, groups, snapshots } = realm.parts;
    const mapping = { groups: [{ exact: 'cn=x', to: { mirror: true as const } }] };
    const { version } = done(await create(ada, { mapping }));
    const key = { name: `Mirror of ${id}`, connector: id, upstreamId: '1' };
    const group = done(await groups.createMirrored(by, key, []));
    const elsewhere = { connection: { server: 'ldaps://rogue.example' } };
    const moved = done(await connectors.update(ada, id, elsewhere, version));
    done(await assign(by, groups, group, [{ role: await roleId('buyer') }], await snapshots.read()));
    const back = { connection: { server: 'ldaps://directory.example' } };
    expect(await connectors.update(ada, id, back, moved.version)).toMatchObject(refusal('forbidden', give));
    // Without the rule nobody becomes a member. With it, everybody may.
    const without = done(await connectors.update(ada, id, { ...back, mapping: {} }, moved.version));
    expect(await connectors.update(ada, id, { mapping }, without.version)).toMatchObject(refusal('forbidden', give));
  });

  test('nothing through groups that a removed connector of the same name mirrored', async () => {
    const { groups, snapshots } = realm.parts;
    const key = { name: `Left by ${id}`, connector: id, upstreamId: '1' };
    const group = done(await groups.createMirrored(by, key, []));
    done(await assign(by, groups, group, [{ role: await roleId('buyer') }], await snapshots.read()));
    done(await create(ada, {}));
    expect(await groups.get(group.id)).not.toHaveProperty('connector');
  });

  test('and no trust in addresses, unless the user is an administrator', async () => {
    const { connectors, users, snapshots } = realm.parts;
    const refused = refusal('forbidden', 'linking-trusts-addresses');
    expect(await create(ada, { linking: 'trust-verified-email' })).toMatchObject(refused);
    const { version } = done(await create(by, { linking: 'trust-verified-email' }));
    const connection = { server: 'ldaps://rogue.example' };
    expect(await connectors.update(ada, id, { connection }, version)).toMatchObject(refused);
    const root = done(await users.create(by, { username: 'root' }));
    done(await assign(by, users, root, [{ role: await roleId('administrator') }], await snapshots.read()));
    const administrator: Actor = { kind: 'user', id: root.id, requestId: 'r' };
    expect(await connectors.update(administrator, id, { connection }, version)).toMatchObject({ ok: true });
  });

  test('but its name, place and end are changed by anybody who may change connectors', async () => {
    const { connectors } = realm.parts;
    const { version } = done(await create(by, { mapping: exact({ role: 'buyer' }) }));
    const renamed = done(await connectors.update(ada, id, { displayName: 'Other', order: 1 }, version));
    const disabled = done(await connectors.update(ada, id, { enabled: false }, renamed.version));
    done(await connectors.remove(ada, id, disabled.version));
  });

  test('nothing that a user holds no more', async () => {
    const gone: Actor = { kind: 'user', id: 'nobody', requestId: 'r' };
    expect(await create(gone, { mapping: exact({ role: 'seller' }) })).toMatchObject(refusal('forbidden', give));
  });
});

describe('a permission at Gatehouse itself', () => {
  const listed = (to: object, name: string) => ({ groups: [{ prefix: 'app-', to, for: [name] }] });
  const own = 'mapping-lists-own-permission';

  test('comes by a rule that names the group exactly', async () => {
    expect(await create(by, { mapping: exact({ role: 'user-admin' }) })).toMatchObject({ ok: true });
  });

  test('never comes by a list, not even through a group', async () => {
    expect(await create(by, { mapping: listed({ role: 'user-admin' }, 'user-admin') })).toMatchObject(
      refusal('invalid', own),
    );
    expect(await create(by, { mapping: listed({ group: 'Admins' }, 'Admins') })).toMatchObject(refusal('invalid', own));
    expect(await create(by, { mapping: listed({ role: 'seller' }, 'seller') })).toMatchObject({ ok: true });
  });

  test('is not given later to a role or group of a list', async () => {
    const { roles, groups, snapshots } = realm.parts;
    const made = done(await roles.create(by, roleInput.parse({ name: `role of ${id}` })));
    const group = done(await groups.create(by, { name: `group of ${id}` }));
    const lists = [
      { prefix: 'r-', to: { role: made.name }, for: [made.name] },
      { prefix: 'g-', to: { group: group.name }, for: [group.name] },
    ];
    done(await create(by, { mapping: { groups: lists } }));
    const policies = [{ resourceServer: GATEHOUSE_API, permission: 'audit:read' }];
    expect(await roles.update(by, made.id, { policies }, made.version)).toMatchObject(refusal('forbidden', own));
    expect(
      await assign(by, groups, group, [{ role: await roleId('user-admin') }], await snapshots.read()),
    ).toMatchObject(refusal('forbidden', own));
    done(await assign(by, groups, group, [{ role: await roleId('seller') }], await snapshots.read()));
    done(await roles.update(by, made.id, { description: 'Harmless' }, made.version));
  });
});

test('a role that does not exist is in no mapping', async () => {
  expect(await create(by, { mapping: exact({ role: 'selller' }) })).toMatchObject(
    refusal('invalid', 'mapping-role-unknown'),
  );
});
