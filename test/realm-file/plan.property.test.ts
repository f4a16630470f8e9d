/** A plan and its predicted effects, compared with the real run, for any realm and any file. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessHeld } from '../../src/access/administration/access-held.js';
import { assign } from '../../src/access/model/assign.js';
import { preview } from '../../src/access/administration/preview.js';
import { clientSubject, subjectOf } from '../../src/access/evaluation/subject.js';
import { now } from '../../src/base/clock.js';
import { planFile } from '../../src/realm-file/plan-file.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { secretsAt } from '../../src/realm-file/secrets/secrets.js';
import { bring, by, emptyRealm, type EmptyRealm } from './realm.js';

const AT = 'https://a.example';
const PERMISSIONS = ['a:read', 'a:write', 'b:read'];
const ROLES = ['r1', 'r2', 'r3'];
const GROUPS = ['g1', 'g2', 'g3'];
const USERS = ['u1', 'u2', 'u3'];
const COLOURS = ['red', 'blue'];

const maybe = <T>(field: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [field]: one }));
const fieldsOf = (...fields: readonly fc.Arbitrary<object>[]) =>
  fc
    .tuple(...fields)
    .map((each): Readonly<Record<string, unknown>> => Object.assign({}, ...each) as Record<string, unknown>);
const some = (names: readonly string[]) => fc.subarray([...names]);
const permission = fc.constantFrom(...PERMISSIONS, 'a', '*').map((one) => ({ resourceServer: AT, permission: one }));
/** One time in six. */
const rename = (names: readonly string[]) =>
  fc.nat(5).chain((one) => (one === 0 ? maybe('renamedFrom', fc.constantFrom(...names)) : fc.constant({})));
const terms = fieldsOf(maybe('validFrom', fc.constantFrom('2020-01-01T00:00:00Z', '2090-01-01T00:00:00Z')));
const givenRole = fc
  .tuple(fc.constantFrom(...ROLES), terms)
  .map(([role, more]): unknown => (Object.keys(more).length === 0 ? role : { role, ...more }));
const parts = [
  maybe('roles', fc.array(givenRole, { maxLength: 2 })),
  maybe('permissions', fc.array(permission, { maxLength: 1 })),
];
/** Only what comes after it in the alphabet, so that few go round in a circle. */
const upward = (name: string, more: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(more).flatMap(([field, value]) =>
      ['includes', 'excludes', 'groups'].includes(field) && Array.isArray(value)
        ? [[field, value.filter((other) => String(other) > name)]]
        : [],
    ),
  );
const named = (names: readonly string[], ...fields: readonly fc.Arbitrary<object>[]) =>
  fc.uniqueArray(
    fc
      .tuple(fc.constantFrom(...names), fieldsOf(...fields))
      .map(([name, more]): Readonly<Record<string, unknown>> => ({ name, ...more, ...upward(name, more) })),
    { selector: ({ name }) => name, maxLength: names.length },
  );

const files = fieldsOf(
  maybe('name', fc.constant('second')),
  maybe('managed', fc.boolean()),
  fc.subarray(PERMISSIONS, { minLength: 1 }).map((names) => ({
    resourceServers: [{ identifier: AT, name: 'A', permissions: names.map((name) => ({ name })) }],
  })),
  named(
    ROLES,
    rename(ROLES),
    maybe('policies', fc.array(permission, { maxLength: 2 })),
    maybe('includes', some(ROLES)),
    maybe('excludes', fc.constantFrom<string[]>([], [], ['r3'])),
  ).map((roles) => ({ roles })),
  fc
    .tuple(
      named(
        GROUPS,
        rename(GROUPS),
        maybe('groups', some(GROUPS)),
        maybe('permissions', fc.array(permission, { maxLength: 1 })),
        maybe('roles', fc.array(givenRole, { maxLength: 2 })),
      ),
      fc.constantFrom(...COLOURS),
    )
    .map(([groups, colour]) => ({
      groups: [
        ...groups,
        { name: 'painted', type: 'segment', rule: `"${colour}" in attributes.colour`, roles: ['r1'] },
      ],
    })),
  fc
    .uniqueArray(
      fc
        .tuple(
          fc.constantFrom(...USERS),
          fieldsOf(
            ...parts,
            maybe('groups', some(GROUPS)),
            maybe(
              'attributes',
              fc.constantFrom(...COLOURS).map((value) => [{ name: 'colour', value }]),
            ),
          ),
        )
        .map(([username, more]): Readonly<Record<string, unknown>> => ({ username, ...more })),
      { selector: ({ username }) => username, maxLength: 3 },
    )
    .map((users) => ({ users })),
  fc
    .option(fieldsOf(...parts))
    .map((client) =>
      client
        ? { clients: [{ id: 'c1', name: 'C1', authentication: 'none', redirectUris: [`${AT}/cb`], ...client }] }
        : {},
    ),
);

describe.each([
  ['sqlite', 100],
  ['mongodb', 20],
] as const)('on %s, a plan', (kind, numRuns) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
  });
  afterAll(() => realm.close());

  /** Everybody's access, under keys that survive a rename. */
  async function everybody() {
    const { users, clients, snapshots } = realm.parts;
    const snapshot = await snapshots.read();
    const people = (await users.list({ limit: 100 })).rows;
    return new Map([
      ...people.map(
        (user) => [user.username, accessHeld(subjectOf(user, snapshot, now()), snapshot, now()).now] as const,
      ),
      ...(await clients.list({ limit: 100 })).rows.map(
        (client) => [client.id, accessHeld(clientSubject(client), snapshot, now()).now] as const,
      ),
    ]);
  }

  /** Manual changes between two runs. */
  async function giveByHand(username: string, role: string): Promise<void> {
    const { users, identifiers, roles, snapshots } = realm.parts;
    const [user, found] = [await identifiers.findUser(username), await roles.findByName(role)];
    if (user && found) await assign(by, users, user, [{ role: found.id }], await snapshots.read());
  }

  test('has the effects that it is said to have, and leaves nothing to do', async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(files, fc.constantFrom(...USERS), fc.constantFrom(...ROLES), async (file, username, role) => {
        const { parts, gate } = realm;
        const text = JSON.stringify(file);
        const read = readRealmFile(text);
        if (!read.ok) return;
        // Nothing is missing that the file may name, whatever an earlier one renamed.
        const base = { name: 'base', roles: ROLES.map((name) => ({ name })), groups: GROUPS.map((name) => ({ name })) };
        await bring(parts, JSON.stringify(base), { makeSecrets: true });
        await giveByHand(username, role);
        const how = { makeSecrets: true, generatePasswords: false };
        const planned = await planFile(parts, read.value, secretsAt(realm.keys, {}), how);
        if (!planned.ok) return;
        const { before, planned: wanted, operations } = planned.value;
        const { effects } = await preview(before, wanted, parts, now());
        const earlier = await everybody();
        const writes = gate.writes;
        expect(await bring(parts, text, { makeSecrets: true })).toEqual([]);
        expect(operations.length === 0).toBe(gate.writes === writes);
        const later = await everybody();
        const { roles } = await parts.snapshots.read();
        const nameNow = (key: string, name: string): string => {
          const found = key.startsWith('role ') ? roles.get(key.slice(5)) : undefined;
          return found ? `role ${found.name}` : name;
        };
        const real = [...earlier].flatMap(([who, held]) => {
          const then = later.get(who) ?? new Map<string, string>();
          const gains = [...then].flatMap(([key, name]) => (held.has(key) ? [] : name)).sort();
          const loses = [...held].flatMap(([key, name]) => (then.has(key) ? [] : nameNow(key, name))).sort();
          return gains.length + loses.length > 0 ? [{ who, gains, loses }] : [];
        });
        const said = effects.flatMap(({ who: { kind: what, id, name }, gains, loses }) =>
          gains.length + loses.length > 0
            ? [{ who: what === 'client' ? id : name, gains: gains.toSorted(), loses: loses.toSorted() }]
            : [],
        );
        const byWho = (a: { who: string }, b: { who: string }): number => (a.who < b.who ? -1 : 1);
        expect(said.sort(byWho)).toEqual(real.sort(byWho));
        const again = await planFile(parts, read.value, secretsAt(realm.keys, {}), how);
        expect(again.ok && again.value.operations).toEqual([]);
        done++;
      }),
      { numRuns },
    );
    expect(done).toBeGreaterThan(numRuns / 5);
  });
});
