import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/access/evaluation/decide.js';
import type { DecisionSnapshot } from '../../src/access/evaluation/snapshot.js';
import { roleInput } from '../../src/access/model/role-input.js';
import { snapshotAt } from '../../src/access/time-travel/snapshot-at.js';
import { clientAt, userAt } from '../../src/access/time-travel/subject-at.js';
import type { Saved } from '../../src/changes/change-result.js';
import { history, type HistoryRow } from '../../src/changes/history.js';
import { stateAt } from '../../src/changes/history-at.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import { users } from '../../src/identity/users/user.js';
import { clients } from '../../src/realm/clients/client.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { explain } from '../../src/sentences/explain-decision.js';
import type { Realm } from '../../src/storage/store.js';
import type { AnySpec } from '../../src/storage/spec.js';
import { engines } from '../storage/engines.js';
import type { OpenedEngine } from '../storage/engines.js';
import { by, emptyRealm } from '../realm-file/realm.js';
import { person } from './people.js';
import { assignment, AT, AUDIENCES, names, role, snapshotOf, type World, worlds } from './world.js';

const row = (more: Partial<HistoryRow>): HistoryRow => ({
  ...{ id: 'row', kind: 'role', subject: 'r', subjectVersion: 2, from: 100, until: 200, access: {} },
  ...more,
});
const EMPTY = { roles: new Map(), groups: new Map(), resourceServers: new Map(), connectors: new Map() };

describe('the state at an instant', () => {
  const document = { since: 200 };
  test.each([
    [99, document, row({}), { is: 'not-yet' }],
    [100, document, row({}), { is: 'past', row: row({}) }],
    [199, undefined, row({}), { is: 'past', row: row({}) }],
    [200, document, undefined, { is: 'current', document }],
    [199, document, undefined, { is: 'not-yet' }],
    [200, undefined, undefined, { is: 'gone' }],
    // A client was removed and another one made under its id.
    [199, document, row({ from: 300, until: 400 }), { is: 'not-yet' }],
  ])('%d', (at, current, ended, state) => {
    expect(stateAt(current, ended, at)).toEqual(state);
  });
});

describe.each(engines)('%s store: history', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  beforeAll(async () => {
    opened = await open([history, users, clients, personKeys]);
    realm = opened.store.in('default');
  });
  afterAll(() => opened.close());

  const written = (more: Partial<HistoryRow>) => realm.of(history).insert(row(more));

  test('of an earlier release is read in its form', async () => {
    const edge = { ...assignment('role', 'r'), source: 'ldap' };
    await written({ id: 'c1', kind: 'client', subject: 'old', access: { edges: [edge] } });
    const read = await clientAt(realm, 'old', 150);
    const assignments = [{ ...edge, source: { kind: 'connector', id: 'ldap' } }];
    expect(read).toEqual({ is: 'known', subject: { id: 'old', assignments } });
  });

  test('of an earlier release lacks what never changes, which the current document has', async () => {
    const access = { state: 'disabled', emailVerified: true, email: 'ada@a.test', attributes: [], assignments: [] };
    const { version: _, ...ada } = person('ada', [], { since: 200, createdAt: 50 });
    await realm.of(users).insert(ada);
    await written({ id: 'u1', kind: 'user', subject: ada.id, access });
    await written({ id: 'u2', kind: 'user', subject: 'removed', access });
    const personal = personalKeys(realm);
    const { state: _disabled, ...told } = access;
    const blocks = [{ by: 'administrator', since: 100 }];
    const known = { ...told, blocks, userstore: 'primary', profile: {} };
    const past = { realm, personal };
    expect(await userAt(past, ada.id, 150)).toEqual({
      is: 'known',
      subject: { ...known, id: ada.id, username: 'ada', createdAt: 50 },
    });
    expect(await userAt(past, 'removed', 150)).toEqual({
      is: 'known',
      subject: { ...known, id: 'removed', username: 'removed', createdAt: 100 },
    });
  });

  test('of a resource server that is gone and was not named is left out', async () => {
    const permissions = [{ name: 'orders:read', implies: [] }];
    await written({ id: 's1', kind: 'resource-server', subject: 's1', access: { permissions } });
    await written({ id: 's2', kind: 'resource-server', subject: 's2', access: { permissions, identifier: 'urn:s2' } });
    const { resourceServers } = await snapshotAt(realm, EMPTY, 150);
    expect([...resourceServers.keys()]).toEqual(['urn:s2']);
  });

  test('is read by an index in short pages, and of the user in question only', async () => {
    const group = (at: number) => ({ kind: 'group', subject: `g${at % 3}`, access: { name: 'g', assignments: [] } });
    const many = Array.from({ length: 450 }, (_, at) => ({ id: `many-${at}`, from: 1000 + at, until: 1003 + at }));
    await Promise.all(many.map((period, at) => written({ ...group(at), ...period })));
    const calls: string[] = [];
    const watched = watching(realm, calls);
    const { groups } = await snapshotAt(watched, EMPTY, 1102);
    expect([...groups.values()].map(({ id, since }) => [id, since])).toEqual([
      ['g1', 1100],
      ['g2', 1101],
      ['g0', 1102],
    ]);
    expect(calls.filter((call) => call.startsWith('history ofKind group'))).toHaveLength(2);
    calls.length = 0;
    await userAt({ realm: watched, personal: personalKeys(realm) }, 'nobody', 1002);
    expect(calls).toEqual(['users get', 'history ofSubject user nobody']);
  });
});

/** The realm, whose reads are written down. */
function watching(realm: Realm, calls: string[]): Pick<Realm, 'of'> {
  return {
    of: <S extends AnySpec & { readonly scope: 'realm' }>(spec: S) => {
      const collection = realm.of(spec);
      return new Proxy(collection, {
        get(target, name, receiver) {
          const value: unknown = Reflect.get(target, name, receiver);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            const [query, values] = args as [string, { kind?: string; subject?: string } | undefined];
            const what = name === 'find' ? [query, values?.kind, values?.subject] : [String(name)];
            calls.push([spec.name, ...what.filter((word) => word !== undefined)].join(' '));
            return Reflect.apply(value, target, args) as unknown;
          };
        },
      });
    },
  };
}

test('decisions and explanations read no field that history does not keep', async () => {
  const read = { role: new Set<string>(), group: new Set<string>(), server: new Set<string>() };
  const watchedBy = <T extends object>(document: T, fields: Set<string>): T =>
    new Proxy(document, {
      get: (target, field) => {
        fields.add(String(field));
        return Reflect.get(target, field) as unknown;
      },
      ownKeys: (target) => {
        fields.add('...');
        return Reflect.ownKeys(target);
      },
    });
  const watched = (world: World): DecisionSnapshot => {
    const { roles, groups, resourceServers } = snapshotOf(world);
    return {
      roles: new Map([...roles].map(([id, one]) => [id, watchedBy(one, read.role)])),
      groups: new Map([...groups].map(([id, one]) => [id, watchedBy(one, read.group)])),
      resourceServers: new Map([...resourceServers].map(([id, one]) => [id, watchedBy(one, read.server)])),
    };
  };
  fc.assert(
    fc.property(worlds, fc.constantFrom(...AUDIENCES), fc.constantFrom(...names), (world, audience, permission) => {
      const snapshot = watched({ ...world, roles: [...world.roles, role('everyone')] });
      const subject = { kind: 'user', id: 'u', assignments: world.assignments } as const;
      explain(decide(subject, { audience, permission }, undefined, { at: AT }, snapshot), 'ada', snapshot);
    }),
  );
  const access = await keptAccess();
  const rows = { id: true, version: true };
  // The role that everybody has is never removed, and nothing else is read of a creation.
  const kept = { role: { ...rows, ...access.role, createdAt: true }, group: { ...rows, ...access.group } };
  expect([...read.role].filter((field) => !(field in kept.role))).toEqual([]);
  expect([...read.group].filter((field) => !(field in kept.group))).toEqual([]);
  expect([...read.server].filter((field) => !(field in access['resource-server']))).toEqual([]);
  expect([read.role.size > 4, read.group.size > 4, read.server.size > 1]).toEqual([true, true, true]);
});

/** The access in the history of a removed role, group and resource server that had everything. */
async function keptAccess(): Promise<Record<'role' | 'group' | 'resource-server', object>> {
  const { parts, close } = await emptyRealm();
  const { roles, groups, resourceServers, realm } = parts;
  const identifier = 'https://orders.test';
  const permissions = [{ name: 'orders:read' }, { name: 'orders:write' }];
  const implications = [{ permission: 'orders:write', implies: ['orders:read'] }];
  const server = unwrapped(
    await resourceServers.create(
      by,
      resourceServerInput.parse({ identifier, name: 'Orders', permissions, implications }),
    ),
  );
  const other = unwrapped(await roles.create(by, roleInput.parse({ name: 'other' })));
  const role = unwrapped(
    await roles.create(
      by,
      roleInput.parse({
        name: 'r',
        audience: { client: 'gatehouse-account' },
        includes: [other.id],
      }),
    ),
  );
  const group = unwrapped(await groups.create(by, { name: 'g', type: 'segment', rule: 'emailVerified' }));
  unwrapped(await roles.remove(by, role.id, role.version));
  unwrapped(await groups.remove(by, group.id, group.version));
  unwrapped(await resourceServers.remove(by, identifier, server.version));
  const accessOf = async (kind: string): Promise<object> =>
    (await realm.of(history).find('ofKind', { kind }, { limit: 1 })).rows[0]?.access ?? {};
  const kept = {
    role: await accessOf('role'),
    group: await accessOf('group'),
    'resource-server': await accessOf('resource-server'),
  };
  await close();
  return kept;
}

function unwrapped<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}
