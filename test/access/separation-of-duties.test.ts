import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  assign,
  type AssignmentHolder,
  type AssignmentOwner,
  type NewAssignment,
} from '../../src/access/model/assign.js';
import { problem } from '../../src/base/problems/problem.js';
import type { RoleHeld, HolderOfBoth } from '../../src/access/separation-of-duties/role-exclusion-problems.js';
import { heldBoth } from '../../src/access/separation-of-duties/find-violations.js';
import { proposed } from '../../src/access/administration/proposed-snapshot.js';
import type { RoleInput } from '../../src/access/model/role-input.js';
import type { Assignment } from '../../src/base/assignment.js';
import type { Page } from '../../src/base/paging.js';
import { newId } from '../../src/base/crypto/ids.js';
import type { Saved } from '../../src/changes/change-result.js';
import { indexOf } from '../../src/identity/users/user-index.js';
import { users } from '../../src/identity/users/user.js';
import { insert } from '../../src/storage/write.js';
import { made } from '../identity/identity-store.js';
import { bring, by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { assignment } from './world.js';

const REALM = `
roles:
  - { name: payer, excludes: [checker] }
  - { name: checker }
  - { name: buyer }
  - { name: seller }
  - { name: clerk }
groups:
  - { name: checkers, roles: [checker] }
  - { name: staff }
  - { name: crew }
  - { name: night shift }
  - { name: gold, type: customer-group }
  - { name: silver, type: customer-group, roles: [seller] }
clients:
  - { id: robot, name: Robot, authentication: none, redirectUris: [https://robot.example/cb], roles: [checker] }
users:
  - { username: ada, groups: [checkers] }
  - { username: bob, roles: [checker], groups: [staff] }
  - { username: cleo, roles: [buyer, seller] }
  - { username: dan, roles: [payer], groups: [crew] }
  - { username: eve, roles: [checker], customerGroup: gold }
  - { username: finn, roles: [{ role: buyer, validUntil: 2090-01-01T00:00:00Z }], groups: [night shift] }
`;

describe.each(['sqlite', 'mongodb'] as const)('on %s, where two roles exclude each other,', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
    expect(await bring(realm.parts, REALM, { makeSecrets: true })).toEqual([]);
  });
  afterAll(() => realm.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function found<T>(thing: Promise<T | undefined>): Promise<T> {
    const outcome = await thing;
    if (outcome === undefined) throw new Error('It is not there.');
    return outcome;
  }
  const roleNamed = (name: string) => found(realm.parts.roles.findByName(name));
  const groupNamed = (name: string) => found(realm.parts.groups.findByName(name));
  const userNamed = (name: string) => found(realm.parts.identifiers.findUser(name));

  async function changeRole(name: string, change: Partial<RoleInput>) {
    const { id, version } = await roleNamed(name);
    return realm.parts.roles.update(by, id, change, version);
  }
  async function give<T extends AssignmentHolder>(
    owner: AssignmentOwner<T>,
    holder: T,
    ...wanted: NewAssignment[]
  ): Promise<Saved<T>> {
    return assign(by, owner, holder, wanted, await realm.parts.snapshots.read());
  }
  async function giveGroup(name: string, ...wanted: NewAssignment[]) {
    return give(realm.parts.groups, await groupNamed(name), ...wanted);
  }
  const role = async (name: string, terms: object = {}) => ({ role: (await roleNamed(name)).id, ...terms });
  const refusedWith = (params: unknown) => ({
    ok: false,
    refusal: {
      code: 'forbidden',
      problems: [expect.objectContaining({ code: 'roles-exclude-each-other', path: [], params })],
    },
  });
  const refusal = (held: readonly [RoleHeld, RoleHeld], holder?: HolderOfBoth) =>
    refusedWith({ held, ...(holder && { holder }) });
  const refusalFor = (holder: HolderOfBoth) => refusedWith(expect.objectContaining({ holder }));
  const payer = { role: 'payer' };
  const checker = { role: 'checker' };
  const user = (username: string) => ({ kind: 'user', username, more: 0 }) as const;
  /** Undoes the changes of a test. */
  async function takeBack(name: string): Promise<void> {
    const { id, version } = await groupNamed(name);
    made(await realm.parts.groups.replaceAssignments(by, id, [], version));
  }

  test('nobody is given both, by whatever service', async () => {
    const [bob, paying] = [await userNamed('bob'), await roleNamed('payer')];
    expect(await give(realm.parts.users, bob, await role('payer'))).toMatchObject(refusal([payer, checker]));
    const robot = await found(realm.parts.clients.get('robot'));
    expect(await give(realm.parts.clients, robot, await role('payer'))).toMatchObject(refusal([payer, checker]));
    const assignments = [assignment('role', paying.id), assignment('role', (await roleNamed('checker')).id)];
    expect(await realm.parts.users.create(by, { username: 'kim', assignments })).toMatchObject(
      refusal([payer, checker]),
    );
    expect(await realm.parts.identifiers.findUser('kim')).toBeUndefined();
  });

  test('a group is not given the one while somebody in it holds the other, who is named', async () => {
    expect(await giveGroup('staff', await role('payer'))).toMatchObject(
      refusal([{ ...payer, throughGroup: 'staff' }, checker], user('bob')),
    );
    expect((await groupNamed('staff')).assignments).toEqual([]);
  });

  test('a group is not put below one that gives the one while somebody in it holds the other', async () => {
    const checkers = await groupNamed('checkers');
    expect(await giveGroup('crew', { group: checkers.id })).toMatchObject(
      refusal([payer, { ...checker, throughGroup: 'checkers' }], user('dan')),
    );
  });

  test('a customer group neither, which no index tells of', async () => {
    expect(await giveGroup('gold', await role('payer'))).toMatchObject(
      refusal([{ ...payer, throughGroup: 'gold' }, checker], user('eve')),
    );
  });

  test('a group is not given both, be it empty, nor one of them above what gives the other', async () => {
    expect(await giveGroup('night shift', await role('payer'), await role('checker'))).toMatchObject(
      refusal(
        [
          { ...payer, throughGroup: 'night shift' },
          { ...checker, throughGroup: 'night shift' },
        ],
        {
          kind: 'members',
          group: 'night shift',
        },
      ),
    );
  });

  test('a role does not come to exclude another while somebody holds both', async () => {
    expect(await changeRole('seller', { excludes: [(await roleNamed('buyer')).id] })).toMatchObject(
      refusal([{ role: 'seller' }, { role: 'buyer' }], user('cleo')),
    );
    expect((await roleNamed('seller')).excludes).toBeUndefined();
  });

  test('a role does not come to include what somebody who holds it must not hold', async () => {
    const [dan] = [await userNamed('dan')];
    made(await give(realm.parts.users, dan, await role('clerk')));
    expect(await changeRole('clerk', { includes: [(await roleNamed('checker')).id] })).toMatchObject(
      refusal([payer, { ...checker, within: 'clerk' }], user('dan')),
    );
  });

  test('no role comes to bring two that exclude each other', async () => {
    const ids = [(await roleNamed('payer')).id, (await roleNamed('checker')).id];
    const chief = await realm.parts.roles.create(by, { name: 'chief', includes: ids, policies: [] });
    expect(chief).toMatchObject({
      refusal: {
        code: 'invalid',
        problems: [problem('role-brings-both', ['includes'], { role: 'chief', both: ['payer', 'checker'] })],
      },
    });
  });

  test('what everybody has does not come to bring one that somebody holds the other of', async () => {
    expect(await changeRole('everyone', { includes: [(await roleNamed('payer')).id] })).toMatchObject(
      refusedWith(
        expect.objectContaining({
          held: [
            { ...payer, within: 'everyone' },
            { ...checker, throughGroup: 'checkers' },
          ],
        }),
      ),
    );
  });

  test('a client that acts for itself counts too', async () => {
    const lone = made(await realm.parts.roles.create(by, { name: newId(), policies: [] }));
    const robot = await found(realm.parts.clients.get('robot'));
    made(await give(realm.parts.clients, robot, { role: lone.id }));
    expect(await changeRole(lone.name, { excludes: [(await roleNamed('checker')).id] })).toMatchObject(
      refusalFor({ kind: 'client', id: 'robot' }),
    );
  });

  test('somebody is found whose place in the index is late', async () => {
    // As after a crash between the change of a group and the update of its members' index.
    const [upper, lower] = [
      made(await realm.parts.groups.create(by, { name: newId() })),
      made(await realm.parts.groups.create(by, { name: newId() })),
    ];
    const gus = made(await realm.parts.users.create(by, { username: 'gus' }));
    made(await give(realm.parts.users, gus, { group: lower.id }, await role('checker')));
    made(await give(realm.parts.groups, lower, { group: upper.id }));
    expect((await userNamed('gus')).within).not.toContain(upper.id);
    expect(await give(realm.parts.groups, upper, await role('payer'))).toMatchObject(refusalFor(user('gus')));
  });

  test('what never meets in time is let through, and so is what nobody holds both of', async () => {
    const [buyer, seller] = [await roleNamed('buyer'), await roleNamed('seller')];
    made(await giveGroup('night shift', { role: seller.id, validFrom: Date.parse('2090-01-01T00:00:00Z') }));
    const cleo = await userNamed('cleo');
    made(await realm.parts.users.replaceAssignments(by, cleo.id, cleo.assignments.slice(0, 1), cleo.version));
    made(await changeRole('seller', { excludes: [buyer.id] }));
    made(await giveGroup('crew', await role('payer')));
    await takeBack('crew');
    // A moment earlier they would overlap: the same assignment with other terms.
    const group = await groupNamed('night shift');
    const sooner = group.assignments.map((one) => ({ ...one, validFrom: Date.parse('2089-12-31T23:59:59Z') }));
    expect(await realm.parts.groups.replaceAssignments(by, group.id, sooner, group.version)).toMatchObject(
      refusalFor(user('finn')),
    );
  });

  test('who holds both all the same can be changed, and freed', async () => {
    // As two concurrent changes may leave it.
    const [paying, checking] = [await roleNamed('payer'), await roleNamed('checker')];
    const hal = made(await realm.parts.users.create(by, { username: 'hal' }));
    const assignments = [assignment('role', paying.id), assignment('role', checking.id)];
    const { version: _, ...bare } = hal;
    await realm.parts.realm
      .of(users)
      .replace({ ...bare, assignments, ...indexOf({ ...hal, assignments }, []) }, hal.version);
    made(await realm.parts.users.update(by, hal.id, { profile: { name: 'Hal' } }));
    made(await changeRole('payer', { description: 'Pays.' }));
    const again = await userNamed('hal');
    const buyer = await role('clerk');
    const more = made(await give(realm.parts.users, again, buyer));
    made(await realm.parts.users.replaceAssignments(by, hal.id, more.assignments.slice(1), more.version));
    expect(await give(realm.parts.users, await userNamed('hal'), await role('payer'))).toMatchObject(
      refusal([payer, checker]),
    );
  });

  describe('what it costs:', () => {
    const reads = () => {
      const { users: people, clients } = realm.parts;
      const spies = [
        jest.spyOn(people, 'list'),
        jest.spyOn(people, 'listByRole'),
        jest.spyOn(people, 'listByGroup'),
        jest.spyOn(clients, 'list'),
      ];
      return async () => {
        const pages = await Promise.all(
          spies.flatMap((spy) => spy.mock.results.map(({ value }) => value as Promise<Page<unknown>>)),
        );
        return { pages: pages.length, rows: pages.reduce((sum, { rows }) => sum + rows.length, 0) };
      };
    };

    test('nobody is read where what changes leads to no role that another excludes', async () => {
      const plain = made(await realm.parts.roles.create(by, { name: 'plain', policies: [] }));
      const read = reads();
      made(await giveGroup('staff', await role('clerk')));
      made(await changeRole('clerk', { includes: [plain.id] }));
      made(await giveGroup('crew', { group: (await groupNamed('staff')).id }));
      await takeBack('crew');
      await takeBack('staff');
      expect(await read()).toEqual({ pages: 0, rows: 0 });
    });

    test('of many who hold the one and few who hold the other the few are read', async () => {
      const [few, many] = [await newRole(), await newRole()];
      await fill(few.id, 1);
      await fill(many.id, 400);
      const read = reads();
      made(await changeRole(many.name, { excludes: [few.id] }));
      // The smaller side, the first pages of the larger one meanwhile, and every client.
      expect((await read()).rows).toBeLessThan(160);
    });

    test('of many on both sides all are read, up to a number from which it is refused with what to do', async () => {
      const [one, other] = [await newRole(), await newRole()];
      await fill(one.id, 120);
      await fill(other.id, 400);
      const last = await fill(one.id, 1, [assignment('role', other.id)]);
      const snapshot = await realm.parts.snapshots.read();
      const after = proposed(snapshot, { role: { ...one, excludes: [other.id] } });
      const against = (most?: number) => heldBoth(snapshot, after, realm.parts, Date.now(), most);
      expect((await against())?.problem.params).toMatchObject({ holder: { username: last } });
      expect((await against(90))?.problem).toEqual(
        problem('too-many-to-check', [], { roles: [one.name, other.name], most: 90 }),
      );
    });

    const newRole = async () => made(await realm.parts.roles.create(by, { name: newId(), policies: [] }));
    /** Creates this many more users with the role; returns the name of the last. */
    async function fill(roleId: string, many: number, more: readonly Assignment[] = []): Promise<string> {
      const { version: _, ...bare } = await userNamed('finn');
      const assignments = [assignment('role', roleId), ...more];
      const people = Array.from({ length: many }, () => {
        const user = { ...bare, id: newId(), username: `${more.length > 0 ? 'zoe' : 'mia'}-${newId()}`, assignments };
        return { ...user, ...indexOf(user, []) };
      });
      for (let n = 0; n < many; n += 50) {
        await realm.parts.realm.commit(people.slice(n, n + 50).map((user) => insert(users, user)));
      }
      return people.at(-1)?.username ?? '';
    }
  });
});
