/** Access between two operations of a run: never more than before and after. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accessHeld } from '../../src/access/administration/access-held.js';
import { subjectOf } from '../../src/access/evaluation/subject.js';
import { now } from '../../src/base/clock.js';
import { bring, emptyRealm, type EmptyRealm, planOf } from './realm.js';

const AT = 'https://orders.example';
const server = (write: string, more = ''): string =>
  `resourceServers: [{ identifier: '${AT}', name: Orders, permissions: [{ name: 'a:read' }, { name: 'a:write'${write} }, { name: 'b:all' }]${more} }]\n`;

const RUNS: readonly (readonly [string, string, string])[] = [
  [
    'a permission that implies another anew',
    `${server('')}users: [{ username: ada, permissions: [{ resourceServer: '${AT}', permission: 'a:write' }] }]\n`,
    `${server(", implies: ['b:all']")}users: [{ username: ada, permissions: [] }]\n`,
  ],
  [
    'a rule by which permissions imply others anew',
    `${server('')}users: [{ username: ben, permissions: [{ resourceServer: '${AT}', permission: 'a:read' }] }]\n`,
    `${server('', ", implications: [{ permission: 'a:*', implies: ['b:all'] }]")}users: [{ username: ben, permissions: [] }]\n`,
  ],
  [
    'a segment with another rule',
    `roles: [{ name: buyer }]\ngroups: [{ name: young, type: segment, rule: '"x" in attributes.team', roles: [buyer] }]\nusers: [{ username: cat, managed: true, attributes: [] }]\n`,
    `roles: [{ name: buyer }]\ngroups: [{ name: young, type: segment, rule: '"y" in attributes.team', roles: [buyer] }]\nusers: [{ username: cat, managed: true, attributes: [{ name: team, value: x }] }, { username: dan, attributes: [{ name: team, value: x }] }]\n`,
  ],
];

describe.each(['sqlite', 'mongodb'] as const)('on %s, between two operations', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
  });
  afterAll(() => realm.close());

  const everybody = async (): Promise<string[]> => {
    await realm.parts.caches.readMarkers();
    const snapshot = await realm.parts.snapshots.read();
    return (await realm.parts.users.list({ limit: 100 })).rows.flatMap((user) =>
      [...accessHeld(subjectOf(user, snapshot, now()), snapshot, now()).now.values()].map(
        (held) => `${user.username}: ${held}`,
      ),
    );
  };

  test.each(RUNS)('nobody gains for a while by %s', async (what, first, second) => {
    const named = (text: string): string => `name: ${what.replaceAll(' ', '-')}\n${text}`;
    const [from, to] = [named(first), named(second)];
    expect(await bring(realm.parts, from, { makeSecrets: true })).toEqual([]);
    const seen = [await everybody()];
    // Each run is killed one write later than the one before; the last one ends.
    for (let killed = true; killed;) {
      realm.gate.failAfter(1);
      killed = await bring(realm.parts, to, { makeSecrets: true }).then(
        () => false,
        () => true,
      );
      realm.gate.failAfter(Infinity);
      seen.push(await everybody());
    }
    const known = new Set([...(seen[0] ?? []), ...(seen.at(-1) ?? [])]);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.flat().filter((held) => !known.has(held))).toEqual([]);
    expect((await planOf(realm.parts, to)).operations).toEqual([]);
  });
});
