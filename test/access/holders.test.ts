import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADMINISTRATOR } from '../../src/access/model/administrator.js';
import { assign } from '../../src/access/model/assign.js';
import { holdersOf } from '../../src/access/administration/holders.js';
import { roleInput } from '../../src/access/model/role-input.js';
import type { Saved } from '../../src/changes/change-result.js';
import { ensureAdministrator } from '../../src/cli/setup/ensure-administrator.js';
import { users } from '../../src/identity/users/user.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { person } from './people.js';
import { assignment } from './world.js';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

describe.each(['sqlite', 'mongodb'] as const)('on %s,', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
  });
  afterAll(() => realm.close());

  test('a list of holders goes on past a thousand, in the order of names, each once', async () => {
    const { roles, groups, snapshots } = realm.parts;
    const role = done(await roles.create(by, roleInput.parse({ name: 'counted', policies: [] })));
    const made = done(await groups.create(by, { name: 'counted' }));
    const group = done(await assign(by, groups, made, [{ role: role.id }], await snapshots.read()));
    const names = Array.from({ length: 1100 }, (_, n) => `p${String(n).padStart(4, '0')}`);
    await Promise.all(
      names.map((name, n) => {
        const given = [assignment('role', role.id), assignment('membership', group.id)];
        const { version: _, ...user } = person(name, n % 3 === 2 ? given : given.slice(n % 3, (n % 3) + 1));
        return realm.parts.realm.of(users).insert(user);
      }),
    );
    const judging = { snapshot: await snapshots.read(), context: { at: Date.now() } };
    const found: string[] = [];
    for await (const { who } of holdersOf({ kind: 'role', id: role.id }, judging, realm.parts)) found.push(who.name);
    expect(found).toEqual(names);
  });

  test('a start makes no other administrator where somebody is one through a group', async () => {
    const { roles, groups, snapshots } = realm.parts;
    const administrator = await roles.findByName(ADMINISTRATOR);
    const made = done(await groups.create(by, { name: 'administrators' }));
    const snapshot = await snapshots.read();
    const group = done(await assign(by, groups, made, [{ role: administrator?.id ?? '' }], snapshot));
    const ann = done(await realm.parts.users.create(by, { username: 'ann' }));
    const password = { clear: 'a long enough passphrase', generated: true };
    done(await assign(by, realm.parts.users, ann, [{ group: group.id }], await snapshots.read()));
    expect(await ensureAdministrator(realm.parts, by, 'another', password)).toBe(false);
  });
});
