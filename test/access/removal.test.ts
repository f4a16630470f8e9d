import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  assign,
  type AssignmentHolder,
  type AssignmentOwner,
  type NewAssignment,
} from '../../src/access/model/assign.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { roles } from '../../src/access/model/role.js';
import { roleInput } from '../../src/access/model/role-input.js';
import { RoleService } from '../../src/access/model/role-service.js';
import { Snapshots } from '../../src/access/evaluation/snapshot.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { newId } from '../../src/base/crypto/ids.js';
import { changeMarkers } from '../../src/changes/caching/change-marker.js';
import { history } from '../../src/changes/history.js';
import type { ReferrerSource } from '../../src/changes/removal/referrer.js';
import { removalNotes } from '../../src/changes/removal/remove-recorded.js';
import type { Saved } from '../../src/changes/change-result.js';
import { groups } from '../../src/identity/groups/group.js';
import { GroupService } from '../../src/identity/groups/group-service.js';
import { users } from '../../src/identity/users/user.js';
import { clients } from '../../src/realm/clients/client.js';
import { resourceServers } from '../../src/realm/resource-servers/resource-server.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { ResourceServerService } from '../../src/realm/resource-servers/resource-server-service.js';
import { settings } from '../../src/realm/settings/settings.js';
import { noConnectors } from './no-connectors.js';
import { host, processOn } from '../changes/one-process.js';
import { engines, type OpenedEngine } from '../storage/engines.js';

const SPECS = [
  roles,
  groups,
  users,
  clients,
  resourceServers,
  settings,
  auditRecords,
  history,
  changeMarkers,
  personKeys,
  removalNotes,
];
const ORDERS = 'https://orders.example';

function servicesOf(kept: OpenedEngine) {
  const referrers = (): readonly ReferrerSource[] => [made.roles, made.groups];
  const process = processOn(kept.store, { referrers });
  const servers = new ResourceServerService(process);
  const roleService = new RoleService({ ...process, resourceServers: servers });
  const made = {
    ...process,
    servers,
    roles: roleService,
    groups: new GroupService(process),
    snapshots: new Snapshots({ ...process, roles: roleService, resourceServers: servers, connectors: noConnectors }),
  };
  return made;
}
function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

describe.each(engines.filter(([name]) => name !== 'model'))('on %s:', (_name, open) => {
  let opened: OpenedEngine;
  let here: ReturnType<typeof servicesOf>;
  beforeAll(async () => {
    opened = await open(SPECS);
    here = servicesOf(opened);
    const permissions = [{ name: 'orders:read' }, { name: 'orders:write' }];
    done(
      await here.servers.create(host, resourceServerInput.parse({ identifier: ORDERS, name: 'Orders', permissions })),
    );
  });
  afterAll(() => opened.close());

  const role = async (more: object = {}) =>
    done(await here.roles.create(host, roleInput.parse({ name: newId(), ...more })));
  const group = async () => done(await here.groups.create(host, { name: newId() }));
  const give = async <T extends AssignmentHolder>(
    owner: AssignmentOwner<T>,
    holder: T,
    wanted: NewAssignment,
  ): Promise<T> => done(await assign(host, owner, holder, [wanted], await here.snapshots.read()));

  test('a role that nothing refers to is removed, with an audit record and a history row', async () => {
    const gone = await role({ policies: [{ resourceServer: ORDERS, permission: 'orders:read' }] });
    expect(done(await here.roles.remove(host, gone.id, 1))).toEqual(gone);
    expect((await here.roles.all()).has(gone.id)).toBe(false);
    const rows = await here.realm.of(history).find('ofSubject', { kind: 'role', subject: gone.id }, { limit: 9 });
    expect(rows.rows).toMatchObject([{ subjectVersion: 1, access: { name: gone.name } }]);
    const of = { subjectKind: 'role', subjectId: gone.id };
    const records = (await here.realm.of(auditRecords).find('bySubject', of, { limit: 9 })).rows;
    expect(records.map(({ kind }) => kind)).toEqual(['role.removed', 'role.created']);
    expect(await here.roles.remove(host, gone.id, 1)).toMatchObject({ refusal: { code: 'missing' } });
  });

  test('a role that changed meanwhile stays', async () => {
    const firstRole = await role();
    expect(await here.roles.remove(host, firstRole.id, 7)).toMatchObject({ refusal: { code: 'changed' } });
  });

  test('a role in use is refused with what refers to it, and removed with its references in one change', async () => {
    const gone = await role();
    const above = await role({ includes: [gone.id] });
    const against = await role({ excludes: [gone.id] });
    const staff = await give(here.groups, await group(), { role: gone.id });
    const refused = await here.roles.remove(host, gone.id, 1);
    expect(refused).toMatchObject({
      refusal: {
        code: 'in-use',
        problems: [
          {
            code: 'in-use',
            params: {
              thing: { kind: 'role', name: gone.name },
              more: false,
              references: expect.arrayContaining([
                { kind: 'role', id: above.id, name: above.name, how: 'includes' },
                { kind: 'role', id: against.id, name: against.name, how: 'excludes' },
                { kind: 'group', id: staff.id, name: staff.name, how: 'assignment' },
              ]),
            },
          },
        ],
      },
    });
    done(await here.roles.remove(host, gone.id, 1, { cascade: true }));
    const all = await here.roles.all();
    expect([all.get(above.id)?.includes, all.get(against.id)?.excludes]).toEqual([[], []]);
    expect((await here.groups.get(staff.id))?.assignments).toEqual([]);
  });

  test('a group in use takes memberships and what is limited to it along, and never widens a limitation', async () => {
    const [gone, other] = [await group(), await group()];
    const below = await give(here.groups, await group(), { group: gone.id });
    const limited = (values: string[]) => ({
      resourceServer: ORDERS,
      permission: 'orders:read',
      limitations: [{ kind: 'group', values }],
    });
    const narrowed = await role({ policies: [limited([gone.id]), limited([gone.id, other.id])] });
    expect(await here.groups.remove(host, gone.id, 1)).toMatchObject({ refusal: { code: 'in-use' } });
    done(await here.groups.remove(host, gone.id, 1, { cascade: true }));
    expect((await here.groups.get(below.id))?.assignments).toEqual([]);
    expect((await here.roles.all()).get(narrowed.id)?.policies).toEqual([limited([other.id])]);
  });

  test('a role that more refer to than fit into one commit is removed in several', async () => {
    const gone = await role();
    const holders = [];
    for (let i = 0; i < 40; i++) holders.push(await give(here.groups, await group(), { role: gone.id }));
    expect(await here.roles.remove(host, gone.id, 1)).toMatchObject({
      refusal: { code: 'in-use', problems: [{ params: { more: true } }] },
    });
    done(await here.roles.remove(host, gone.id, 1, { cascade: true }));
    for (const { id } of holders) expect((await here.groups.get(id))?.assignments).toEqual([]);
  });
});
