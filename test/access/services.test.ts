import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { replacingAll } from '../../src/changes/patched-input.js';
import { readInput } from '../../src/base/problems/read-input.js';
import { sentence } from '../../src/sentences/sentence.js';
import { administrator } from '../../src/access/model/administrator.js';
import { assign, unassign } from '../../src/access/model/assign.js';
import { effective } from '../../src/access/evaluation/effective.js';
import { roles } from '../../src/access/model/role.js';
import { roleInput } from '../../src/access/model/role-input.js';
import { RoleService } from '../../src/access/model/role-service.js';
import { Snapshots } from '../../src/access/evaluation/snapshot.js';
import { newId } from '../../src/base/crypto/ids.js';
import { history } from '../../src/changes/history.js';
import type { Saved } from '../../src/changes/change-result.js';
import { groups } from '../../src/identity/groups/group.js';
import { GroupService } from '../../src/identity/groups/group-service.js';
import { clients } from '../../src/realm/clients/client.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { ClientService } from '../../src/realm/clients/client-service.js';
import { gatehouseApi } from '../../src/realm/resource-servers/gatehouse-api.js';
import { resourceServers } from '../../src/realm/resource-servers/resource-server.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { settings } from '../../src/realm/settings/settings.js';
import { SettingsService } from '../../src/realm/settings/settings-service.js';
import { ResourceServerService } from '../../src/realm/resource-servers/resource-server-service.js';
import { usedUserIds } from '../../src/realm/used-user-id.js';
import { changingStore, host, type Process, processOn } from '../changes/one-process.js';
import { noConnectors } from './no-connectors.js';
import type { TemporaryStore } from '../support/store.js';

const SPECS = [roles, groups, clients, resourceServers, settings, usedUserIds];
const ORDERS = 'https://orders.example';

let opened: TemporaryStore;
let here: ReturnType<typeof servicesOf>;
let services: ReturnType<typeof servicesOf>;
beforeAll(async () => {
  opened = await changingStore(SPECS);
  here = servicesOf(processOn(opened.store));
  const permissions = [{ name: 'orders:read' }, { name: 'orders:write', implies: ['orders:read'] }];
  done(await here.servers.create(host, resourceServerInput.parse({ identifier: ORDERS, name: 'Orders', permissions })));
  done(await here.servers.create(host, gatehouseApi));
});
afterAll(() => opened.close());
beforeEach(async () => {
  here = servicesOf(processOn(opened.store));
  services = servicesOf(processOn(opened.store));
  await services.caches.readMarkers();
});

function servicesOf(process: Process) {
  const servers = new ResourceServerService(process);
  const roleService = new RoleService({ ...process, resourceServers: servers });
  return {
    ...process,
    servers,
    roles: roleService,
    groups: new GroupService(process),
    clients: new ClientService({ ...process, resourceServers: servers, settings: new SettingsService(process) }),
    snapshots: new Snapshots({ ...process, roles: roleService, resourceServers: servers, connectors: noConnectors }),
  };
}
function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}
const reader = (more: object = {}) =>
  roleInput.parse({ name: newId(), policies: [{ resourceServer: ORDERS, permission: 'orders:read' }], ...more });
const refusal = (code: string) => ({ ok: false, refusal: { code } });

describe('a role', () => {
  test('is made under a name of its own, and found by it', async () => {
    const input = reader();
    const role = done(await here.roles.create(host, input));
    expect(await here.roles.findByName(input.name)).toEqual(role);
    expect((await here.roles.all()).get(role.id)).toEqual(role);
    expect(await here.roles.create(host, input)).toMatchObject({
      ok: false,
      refusal: { code: 'taken', problems: [{ code: 'key-taken', path: ['name'] }] },
    });
  });

  test('changes for every holder at once, and its old policies go into history', async () => {
    const role = done(await here.roles.create(host, reader()));
    const policies = [{ resourceServer: ORDERS, permission: '*', limitations: [] }];
    const changed = done(
      await here.roles.update(host, role.id, replacingAll(roleInput, reader({ name: role.name, policies })), 1),
    );
    expect(changed).toMatchObject({ policies, version: 2 });
    expect((await here.roles.all()).get(role.id)).toEqual(changed);
    const rows = await here.realm.of(history).find('ofSubject', { kind: 'role', subject: role.id }, { limit: 9 });
    expect(rows.rows.map(({ access }) => access)).toEqual([{ name: role.name, policies: role.policies }]);
  });

  test('is refused under an old version, for a resource server that is not there, or where there is none', async () => {
    const role = done(await here.roles.create(host, reader()));
    expect(await here.roles.update(host, role.id, replacingAll(roleInput, reader()), 7)).toMatchObject(
      refusal('changed'),
    );
    expect(await here.roles.update(host, newId(), replacingAll(roleInput, reader()), 1)).toMatchObject(
      refusal('missing'),
    );
    const nowhere = reader({ policies: [{ resourceServer: 'urn:nowhere', permission: '*' }] });
    expect(await here.roles.create(host, nowhere)).toMatchObject(refusal('invalid'));
    expect(await here.roles.update(host, role.id, replacingAll(roleInput, nowhere), 1)).toMatchObject(
      refusal('invalid'),
    );
  });

  test.each(['', 'Örders', 'orders:', '**', 'orders read'])('names no permission as %j', (permission) => {
    expect(roleInput.safeParse({ name: 'x', policies: [{ resourceServer: ORDERS, permission }] }).success).toBe(false);
  });

  test.each(['', ' x', 'x ', 'a\nb', 'a\u0000b', 'x'.repeat(101)])('is not named %j', (name) => {
    expect(roleInput.safeParse({ name }).success).toBe(false);
  });

  test.each([
    [{ kind: 'network', values: ['10.0.0.0/8'] }, undefined],
    [{ kind: 'netwrok', values: ['10.0.0.0/8'] }, /netwrok.*did you mean network/],
    [{ kind: 'network', values: ['10.0.0.0/99'] }, /10\.0\.0\.0\/99/],
    [{ kind: 'network', values: [] }, /./],
  ])('has the limitation %j, or an error that names what is wrong', (limitation, said) => {
    const policies = [{ resourceServer: ORDERS, permission: '*', limitations: [limitation] }];
    const read = readInput(roleInput, { name: 'x', policies });
    const [first] = read.ok ? [] : read.problems;
    expect(first?.path.slice(0, 4)).toEqual(said && ['policies', 0, 'limitations', 0]);
    if (said) expect(first && sentence(first, 'en')).toMatch(said);
  });
});

test('the role administrator is everything at Gatehouse, nothing elsewhere, and keeps its name', async () => {
  const role = done(await here.roles.create(host, roleInput.parse(administrator)));
  const elsewhere = [...administrator.policies, { resourceServer: ORDERS, permission: '*', limitations: [] }];
  for (const policies of [[], elsewhere, [{ ...administrator.policies[0], permission: 'users:read' }]]) {
    expect(roleInput.safeParse({ ...administrator, policies }).success).toBe(false);
  }
  const renamed = { ...roleInput.parse(administrator), name: 'somebody' };
  expect(await here.roles.update(host, role.id, replacingAll(roleInput, renamed), 1)).toMatchObject(refusal('invalid'));
});

describe('giving access', () => {
  const client = async () => {
    const input = clientInput.parse({ id: newId(), name: 'Batch', grantTypes: ['client_credentials'] });
    return done(await here.clients.create(host, input)).client;
  };

  test('adds an assignment that says what, by whom, from when to when and why; and what is there already, not again', async () => {
    const role = done(await here.roles.create(host, reader()));
    const wanted = { role: role.id, validFrom: 5, validUntil: 9, reason: 'holiday' };
    const direct = { resourceServer: ORDERS, permission: 'orders' };
    const holder = await client();
    const given = done(await assign(host, here.clients, holder, [wanted, direct, wanted], await here.snapshots.read()));
    expect(given.assignments).toEqual([
      {
        id: expect.any(String),
        kind: 'role',
        target: role.id,
        grantedBy: 'host:root',
        grantedAt: expect.any(Number),
        validFrom: 5,
        validUntil: 9,
        reason: 'holiday',
        limitations: [],
      },
      expect.objectContaining({ kind: 'permission', target: `${ORDERS} orders` }),
    ]);
    const again = await assign(host, here.clients, given, [direct, wanted], await here.snapshots.read());
    expect(done(again)).toBe(given);
    const longer = await assign(
      host,
      here.clients,
      given,
      [{ ...wanted, validUntil: 10 }],
      await here.snapshots.read(),
    );
    expect(done(longer).assignments).toHaveLength(3);
  });

  test('is refused for what is not there, what ends before it begins, and a holder that changed meanwhile', async () => {
    const role = done(await here.roles.create(host, reader()));
    const holder = await client();
    const snapshot = await here.snapshots.read();
    const wanting = (one: Parameters<typeof assign>[3][number]) => assign(host, here.clients, holder, [one], snapshot);
    for (const wrong of [
      { role: newId() },
      { group: newId() },
      { resourceServer: 'urn:nowhere', permission: '*' },
      { resourceServer: ORDERS, permission: 'refunds' },
      { role: role.id, validFrom: 9, validUntil: 9 },
    ]) {
      expect(await wanting(wrong)).toMatchObject(refusal('invalid'));
    }
    expect(await here.clients.get(holder.id)).toEqual(holder);
    done(await wanting({ role: role.id }));
    expect(await wanting({ resourceServer: ORDERS, permission: '*' })).toMatchObject(refusal('changed'));
  });

  test('is taken back by the assignment', async () => {
    const holder = await client();
    const wanted = [
      { resourceServer: ORDERS, permission: '*' },
      { resourceServer: ORDERS, permission: 'orders' },
    ];
    const given = done(await assign(host, here.clients, holder, wanted, await here.snapshots.read()));
    const [first, second] = given.assignments;
    const snapshot = await here.snapshots.read();
    expect(await unassign(host, here.clients, given, [newId()], snapshot)).toMatchObject(refusal('missing'));
    expect(done(await unassign(host, here.clients, given, [first?.id ?? ''], snapshot)).assignments).toEqual([second]);
  });

  test('nests groups, in no circle', async () => {
    const [a, b] = [
      done(await here.groups.create(host, { name: newId() })),
      done(await here.groups.create(host, { name: newId() })),
    ];
    done(await assign(host, here.groups, a, [{ group: b.id }], await here.snapshots.read()));
    const back = await assign(host, here.groups, b, [{ group: a.id }], await here.snapshots.read());
    expect(back).toMatchObject(refusal('invalid'));
  });
});

describe('a snapshot', () => {
  test('holds what changed here at once, and what changed elsewhere once the markers are read', async () => {
    await services.snapshots.read();
    const role = done(await here.roles.create(host, reader()));
    const group = done(await here.groups.create(host, { name: newId() }));
    for (const { snapshots, caches } of [here, services]) {
      await caches.readMarkers();
      const { roles, groups, resourceServers } = await snapshots.read();
      expect(roles.get(role.id)).toEqual(role);
      expect(groups.get(group.id)).toEqual(group);
      expect(resourceServers.get(ORDERS)?.permissions).toHaveLength(2);
    }
  });

  test('and what follows from it need no store: 50 groups nested six deep, 100 roles', async () => {
    const own = await changingStore(SPECS);
    const { realm, caches, snapshots } = servicesOf(processOn(own.store));
    const assignment = (kind: 'role' | 'membership', target: string) => ({
      id: newId(),
      kind,
      target,
      grantedBy: 'host:root',
      grantedAt: 1,
      limitations: [],
    });
    const plain = { createdAt: 1, since: 1 };
    const names = Array.from({ length: 20 }, (_, n) => `thing-${n}:read`);
    const permissions = names.map((name) => ({ name, implies: [] }));
    await realm.of(resourceServers).insert({
      ...plain,
      id: 's',
      identifier: ORDERS,
      name: 's',
      permissions,
      accessTokenSeconds: 60,
      tokenFormat: 'jwt',
      algorithm: 'ES256',
      jwtType: 'at+jwt',
    });
    for (let n = 0; n < 100; n++) {
      const policies = [{ resourceServer: ORDERS, permission: `thing-${n % 20}`, limitations: [] }];
      await realm.of(roles).insert({ ...plain, id: `r${n}`, name: `r${n}`, policies });
    }
    for (let n = 0; n < 50; n++) {
      // Four layers of ten, each below the next, then two of five.
      const next = n < 35 ? n + 10 : n >= 40 && n < 45 ? n + 5 : undefined;
      const above = next === undefined ? [] : [assignment('membership', `g${next}`)];
      const assignments = [...above, assignment('role', `r${n * 2}`), assignment('role', `r${n * 2 + 1}`)];
      await realm.of(groups).insert({ ...plain, id: `g${n}`, name: `g${n}`, assignments });
    }
    await caches.readMarkers();
    await snapshots.read();
    await own.close();

    const assignments = Array.from({ length: 10 }, (_, n) => assignment('membership', `g${n}`));
    const access = effective({ kind: 'user', id: 'ada', assignments }, { at: 5 }, await snapshots.read());
    expect([access.groups.length, access.roles.length]).toEqual([50, 100]);
    expect(access.permissions(ORDERS)).toEqual(names);
    expect(Math.max(...access.trace.groups.map(({ way }) => way.length))).toBe(6);
  });

  test('is refused rather than old', async () => {
    const own = await changingStore(SPECS);
    const { caches, snapshots } = servicesOf(processOn(own.store));
    await snapshots.read();
    expect(caches.fresh()).toBe(true);
    await own.close();
    await snapshots.read();
    const { now } = Date;
    Date.now = () => now() + 5001;
    try {
      await expect(snapshots.read()).rejects.toMatchObject({ code: 'store-unavailable' });
    } finally {
      Date.now = now;
    }
  });
});
