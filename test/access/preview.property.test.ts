import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { effective } from '../../src/access/evaluation/effective.js';
import { type PlannedRealm, preview } from '../../src/access/administration/preview.js';
import type { Subject } from '../../src/access/evaluation/evaluation-context.js';
import type { Snapshot } from '../../src/access/evaluation/snapshot.js';
import { clientSubject, subjectOf } from '../../src/access/evaluation/subject.js';
import { clientListOf, machine, peopleOf, person } from './people.js';
import { AT, snapshotOf, type World, worlds } from './world.js';

const RULES = ['username == "bob"', '"team" in attributes && "red" in attributes.team', 'email == "x@example.com"'];

/** Whether the subject may ever hold a role that applies only to one client. */
const hasRolesOfShop = (subject: Subject, snapshot: Snapshot): boolean =>
  effective(subject, { at: AT, clientId: 'shop' }, snapshot, 'ahead').trace.roles.some(
    ({ id }) => snapshot.roles.get(id)?.audience !== undefined && 'client' in (snapshot.roles.get(id)?.audience ?? {}),
  );

/** The content of a token for the subject, without a client, and with the client whose own roles they have. */
function heldIn(subject: Subject, snapshot: Snapshot): Set<string> {
  const found = new Set<string>();
  for (const clientId of [undefined, ...(hasRolesOfShop(subject, snapshot) ? ['shop'] : [])]) {
    const access = effective(subject, { at: AT, ...(clientId !== undefined && { clientId }) }, snapshot);
    const names = [
      ...access.trace.roles.map(({ name }) => `role ${name}`),
      ...[...snapshot.resourceServers.keys()].flatMap((audience) =>
        access.permissions(audience).map((name) => `${name} at ${audience}`),
      ),
    ];
    for (const name of names) if (!found.has(name)) found.add(clientId === undefined ? name : `${name} in ${clientId}`);
  }
  return found;
}

/** One of the two for each key, as the bits select. */
function mixed<T>(
  one: ReadonlyMap<string, T>,
  other: ReadonlyMap<string, T>,
  bits: readonly boolean[],
): Map<string, T> {
  const keys = [...new Set([...one.keys(), ...other.keys()])];
  return new Map(
    keys.flatMap((key, at) => {
      const value = (bits[at % bits.length] === true ? other : one).get(key);
      return value ? [[key, value] as const] : [];
    }),
  );
}

const bits = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
const segmentsIn = (snapshot: Snapshot, rules: readonly string[]): Snapshot => ({
  ...snapshot,
  groups: new Map(
    [...snapshot.groups].map(([id, group], at) => {
      const rule = rules[at];
      if (id === 'group-a') return [id, { ...group, type: 'customer-group' as const }];
      return [id, rule === undefined ? group : { ...group, type: 'segment' as const, rule }];
    }),
  ),
});

const some = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];
const rules = fc.array(fc.constantFrom(...RULES), { maxLength: 2 });

test('a preview of any change says of every user and client what a token carries before and after it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(worlds, { minLength: 3, maxLength: 3 }),
      fc.tuple(bits, bits, bits),
      fc.tuple(rules, rules),
      fc.record({ user: fc.nat(5), client: fc.nat(5), profile: fc.nat(5) }),
      async (all, [roleBits, groupBits, serverBits], [rulesBefore, rulesAfter], which) => {
        const [world, other, third] = all as [World, World, World];
        const before = segmentsIn(snapshotOf(world), rulesBefore);
        const then = segmentsIn(snapshotOf(other), rulesAfter);
        const snapshot = {
          roles: mixed(before.roles, then.roles, roleBits),
          groups: mixed(before.groups, then.groups, groupBits),
          resourceServers: mixed(before.resourceServers, then.resourceServers, serverBits),
          connectors: before.connectors,
        };
        const users = [
          person('ada', world.assignments),
          person('bob', other.assignments),
          person('cleo', third.assignments, { blocks: [{ by: 'administrator', since: 0 }] }),
          person('dora', [], { email: 'x@example.com' }),
        ];
        const clients = [machine('till', world.assignments), machine('robot', third.assignments)];
        const [changedUser, changedClient, told] = [
          some(users, which.user),
          some(clients, which.client),
          some(users, which.profile),
        ];
        const planned: PlannedRealm = {
          snapshot,
          users: new Map(which.user < 4 && changedUser ? [[changedUser.id, other.assignments]] : []),
          clients: new Map(which.client < 2 && changedClient ? [[changedClient.id, world.assignments]] : []),
          profiles: new Map(
            which.profile < 4 && told ? [[told.id, { attributes: [{ name: 'team', value: 'red' }] }]] : [],
          ),
        };
        const seen = await preview(before, planned, { users: peopleOf(users), clients: clientListOf(clients) }, AT);
        const difference = (id: string, one: Set<string>, two: Set<string>) => {
          const gains = [...two].filter((name) => !one.has(name)).sort();
          const loses = [...one].filter((name) => !two.has(name)).sort();
          return gains.length + loses.length === 0 ? [] : [{ id, gains, loses }];
        };
        const expected = [
          ...users.flatMap((user) => {
            const { id } = user;
            const assignments = [...(planned.users.get(id) ?? user.assignments)];
            const after = { ...user, ...planned.profiles?.get(id), assignments };
            return difference(
              id,
              heldIn(subjectOf(user, before, AT), before),
              heldIn(subjectOf(after, snapshot, AT), snapshot),
            );
          }),
          ...clients.flatMap((client) => {
            const after = { ...client, assignments: [...(planned.clients.get(client.id) ?? client.assignments)] };
            return difference(client.id, heldIn(clientSubject(client), before), heldIn(clientSubject(after), snapshot));
          }),
        ];
        const effects = seen.effects.flatMap(({ who: { id }, gains, loses }) =>
          gains.length + loses.length === 0 ? [] : [{ id, gains: [...gains], loses: [...loses] }],
        );
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
        expect(effects.sort(byId)).toEqual(expected.sort(byId));
        expect(seen).toMatchObject({
          more: false,
          losing: seen.effects.filter(({ loses, mayLose }) => loses.length + mayLose.length > 0).length,
          gaining: expected.filter(({ gains }) => gains.length > 0).length,
        });
      },
    ),
    { numRuns: 500 },
  );
});
