import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { problem } from '../../src/base/problems/problem.js';
import type { Assignment } from '../../src/base/assignment.js';
import { historyOfUser } from '../support/audit.js';
import type { Saved } from '../../src/changes/change-result.js';
import { identifiers } from '../../src/identity/identifiers/identifier.js';
import { scriptsOf, skeletonOf } from '../../src/identity/identifiers/name-skeleton.js';
import { profileInput } from '../../src/identity/users/profile.js';
import { type User, users } from '../../src/identity/users/user.js';
import type { NewEmail } from '../../src/identity/identifiers/user-identifiers.js';
import type { UserPatch } from '../../src/identity/users/user-input.js';
import type { Stored } from '../../src/storage/spec.js';
import { by, identityStores, made, PASSWORD, type IdentityStore } from './identity-store.js';

const chosen = (clear: string) => ({ clear, generated: false });
describe.each(identityStores)('on %s:', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  let ids = 0;
  const assignment = (kind: Assignment['kind'], target: string, more: Partial<Assignment> = {}): Assignment => ({
    id: `assignment${++ids}`,
    kind,
    target,
    grantedBy: 'host:tests',
    grantedAt: 1,
    limitations: [],
    ...more,
  });

  describe('a user', () => {
    test('is made with names, password and access in one go, and found by each name', async () => {
      const group = made(await home.groups.create(by, { name: 'makers' }));
      const user = made(
        await home.users.create(by, {
          username: 'Zoë',
          email: 'Zoe.Zhang@Example.com',
          emailVerified: true,
          profile: { name: 'Zoë Zhang', givenName: 'Zoë' },
          assignments: [
            assignment('membership', group.id),
            assignment('role', 'r2'),
            assignment('role', 'r1', { validUntil: 50 }),
          ],
          password: { clear: PASSWORD, generated: true },
        }),
      );
      expect(user).toMatchObject({ version: 1, within: [group.id], roleIds: ['r1', 'r2'], nextExpiry: 50 });
      expect(user.terms).toEqual(
        expect.arrayContaining(['z', 'zo', 'zoë', 'zhang', 'zoe.zhang@example.com', 'example.com']),
      );
      expect(await home.users.get(user.id)).toEqual(user);
      expect(await home.identifiers.findUser('zo\u0065\u0308')).toEqual(user);
      expect(await home.identifiers.findUser('zoe.zhang@example.com')).toEqual(user);
      expect(await home.passwords.has(user.id)).toBe(true);
      const event = home.events.at(-1);
      expect(event).toMatchObject({
        kind: 'user.created',
        subject: { kind: 'user', id: user.id },
        after: { username: 'Zoë' },
      });
      expect(JSON.stringify(event)).not.toContain('$2b$');
    });

    test('takes no name that someone has, whatever its form, and leaves nothing behind', async () => {
      made(await home.users.create(by, { username: 'first', email: 'first@example.com', emailVerified: true }));
      const before = await home.realm.of(users).count('all', {}, 1000);
      for (const [wanted, key] of [
        [{ username: 'FIRST' }, 'username'],
        [{ username: 'First@Example.com' }, 'username'],
        [{ username: 'other', email: 'FIRST@example.com', emailVerified: true }, 'email'],
      ] as const) {
        expect(await home.users.create(by, wanted)).toMatchObject({
          ok: false,
          refusal: { code: 'taken', problems: [{ path: [key] }] },
        });
      }
      expect(await home.realm.of(users).count('all', {}, 1000)).toBe(before);
      expect(await home.identifiers.findUser('other')).toBeUndefined();
    });

    test('reserves no address that is not verified', async () => {
      made(await home.users.create(by, { username: 'claims', email: 'shared@example.com' }));
      const owner = made(
        await home.users.create(by, { username: 'owns', email: 'shared@example.com', emailVerified: true }),
      );
      expect((await home.identifiers.findUser('shared@example.com'))?.id).toBe(owner.id);
    });

    test('may have their address as username', async () => {
      const user = made(
        await home.users.create(by, { username: 'me@example.com', email: 'ME@example.com', emailVerified: true }),
      );
      expect((await home.realm.of(identifiers).find('byUser', { userId: user.id }, { limit: 10 })).rows).toHaveLength(
        1,
      );
    });

    test('of 20 made at once under one name, one is made', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => home.users.create(by, { username: i % 2 ? 'racer' : 'RACER' })),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(outcomes.filter((one) => !one.ok && one.refusal.code === 'taken')).toHaveLength(19);
    });

    test('is not made with a name that can be taken for another’s in another alphabet', async () => {
      made(await home.users.create(by, { username: 'Pecos' }));
      expect(await home.users.create(by, { username: 'ресоѕ' })).toMatchObject({
        refusal: { code: 'invalid', problems: [problem('username-lookalike', ['username'], { other: 'pecos' })] },
      });
      made(await home.users.create(by, { username: 'песок' }));
      // Some names look alike within one alphabet too, and users have them.
      made(await home.users.create(by, { username: 'mill' }));
      made(await home.users.create(by, { username: 'rnill' }));
    });

    test('of 20 made at once under two names that look alike, one is made', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => home.users.create(by, { username: i % 2 ? 'xopo' : 'хоро' })),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    });

    test('of several made at once whose names look alike, all that are made are in one alphabet', async () => {
      const names = ['coc.1', 'сос.1', 'coc.l', 'сос.і', 'coc.i'];
      const outcomes = await Promise.all(names.map((username) => home.users.create(by, { username })));
      const given = names.filter((_, i) => outcomes[i]?.ok);
      expect(given.length).toBeGreaterThan(1);
      expect(new Set(given.map(scriptsOf)).size).toBe(1);
    });

    test('is given another name by the same rule, and may have a lookalike of their own', async () => {
      made(await home.users.create(by, { username: 'cope' }));
      const { id } = made(await home.users.create(by, { username: 'scope' }));
      expect(await home.users.update(by, id, { username: 'соре' })).toMatchObject({
        refusal: { code: 'invalid', problems: [problem('username-lookalike', ['username'], { other: 'cope' })] },
      });
      expect(made(await home.users.update(by, id, { username: 'ѕсоре' })).username).toBe('ѕсоре');
      const raced = await Promise.all([
        home.users.update(by, id, { username: 'херо' }),
        home.users.create(by, { username: 'xepo' }),
      ]);
      expect(raced.filter(({ ok }) => ok)).toHaveLength(1);
      expect(raced.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: 'invalid' } });
    });

    test('keeps a name that is somebody’s in another alphabet, if it is from before such were refused', async () => {
      const { id } = made(await home.users.create(by, { username: 'hock' }));
      const before = { id: 'before', store: 'primary', value: 'һоск', skeleton: skeletonOf('һоск'), userId: id };
      await home.realm.of(identifiers).insert({ ...before, kind: 'username' });
      for (const name of ['һоск', 'hock']) expect((await home.identifiers.findUser(name))?.id).toBe(id);
    });

    test.each([
      ['a name with a slash', { username: 'a/b' }, problem('identifier-slashes', ['username'], { of: 'username' })],
      [
        'an address without domain',
        { username: 'fine1', email: 'nobody' },
        problem('identifier-no-email', ['email'], { of: 'email' }),
      ],
      [
        'a weak password',
        { username: 'fine2', password: chosen('short') },
        problem('password-too-short', ['password'], { least: 8 }),
      ],
      [
        'a common password',
        { username: 'fine6', password: chosen('password123456') },
        problem('password-common', ['password'], {}),
      ],
      [
        'a password of their own names',
        { username: 'fine7', profile: { familyName: 'Montgomery' }, password: chosen('montg0mery1') },
        problem('password-personal', ['password'], {}),
      ],
      [
        'a group that is not there',
        { username: 'fine3', assignments: [assignment('membership', 'nowhere')] },
        problem('group-unknown', [], { id: 'nowhere' }),
      ],
      [
        'too many assignments',
        { username: 'fine4', assignments: Array.from({ length: 1001 }, (_, i) => assignment('role', `r${i}`)) },
        problem('too-many-assignments', [], { most: 1000 }),
      ],
      [
        'an assignment that ends before it begins',
        { username: 'fine5', assignments: [assignment('role', 'r', { validFrom: 5, validUntil: 5 })] },
        problem('assignment-ends-first', [], { id: expect.any(String) as unknown as string }),
      ],
    ])('is not made with %s', async (_what, wanted, found) => {
      expect(await home.users.create(by, wanted)).toMatchObject({
        ok: false,
        refusal: { code: 'invalid', problems: [found] },
      });
    });

    test('gets other assignments under compare-and-set, with index fields in step and the version before in history', async () => {
      const upper = made(await home.groups.create(by, { name: 'upper' }));
      const lower = made(await home.groups.create(by, { name: 'lower' }));
      made(await home.groups.replaceAssignments(by, lower.id, [assignment('membership', upper.id)], lower.version));
      const user = made(
        await home.users.create(by, { username: 'mover', assignments: [assignment('role', 'r1', { validUntil: 9 })] }),
      );
      const assignments = [assignment('membership', lower.id), assignment('role', 'r3')];
      const moved = made(await home.users.replaceAssignments(by, user.id, assignments, user.version));
      expect(moved).toMatchObject({ assignments, roleIds: ['r3'], within: [upper.id, lower.id].sort(), version: 2 });
      expect(moved).not.toHaveProperty('nextExpiry');
      expect(await home.users.replaceAssignments(by, user.id, [], user.version)).toMatchObject({
        ok: false,
        refusal: { code: 'changed' },
      });
      const rows = await historyOfUser(home.realm, user.id);
      expect(rows).toMatchObject([{ from: user.since, until: moved.since, access: { assignments: user.assignments } }]);
    });

    test('has a history of all that decisions and the rules of segments look at, and of nothing else', async () => {
      const email = 'h@history.example';
      const { id } = made(await home.users.create(by, { username: 'history', email }));
      const { change, setEmail } = {
        change: (to: UserPatch) => home.users.update(by, id, to),
        setEmail: (to?: NewEmail) => home.identifiers.setEmail(by, id, to),
      };
      const rows = () => historyOfUser(home.realm, id);
      const deciding: readonly [() => Promise<Saved<Stored<User>>>, object][] = [
        [() => change({ profile: { locale: 'de' } }), { blocks: [] }],
        [() => change({ profile: { zoneinfo: 'Europe/Vienna' } }), { locale: 'de' }],
        [() => change({ profile: { locale: null, zoneinfo: null } }), { locale: 'de', zoneinfo: 'Europe/Vienna' }],
        [() => setEmail({ address: email, verified: true }), { email, emailVerified: false }],
        [() => setEmail(), { email, emailVerified: true }],
        [() => change({ attributes: [{ name: 'city', value: 'Berlin' }] }), { attributes: [] }],
        [() => change({ state: 'disabled' }), { attributes: [{ name: 'city', value: 'Berlin' }] }],
      ];
      for (const [i, [moved, access]] of deciding.entries()) {
        const from = (await home.users.get(id))?.since;
        const { since } = made(await moved());
        expect((await rows()).slice(i)).toMatchObject([{ from, until: since, access }]);
      }
      const { since } = made(await change({}));
      made(await change({ profile: { nickname: 'Hist', phoneNumber: '+49 30 1234' } }));
      expect((await home.users.get(id))?.since).toBe(since);
      expect(await rows()).toHaveLength(deciding.length);
    });

    test('has index fields that follow from the rest, whatever changed', async () => {
      const user = made(await home.users.create(by, { username: 'indexed' }));
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              role: fc.constantFrom('a', 'b', 'c'),
              until: fc.option(fc.integer({ min: 2, max: 99 }), { nil: undefined }),
            }),
            { maxLength: 8 },
          ),
          fc.string({ minLength: 1, maxLength: 40 }).filter((name) => profileInput.safeParse({ name }).success),
          async (wanted, name) => {
            const assignments = wanted.map(({ role, until }) =>
              assignment('role', role, until === undefined ? {} : { validUntil: until }),
            );
            const at = (await home.users.get(user.id))?.version ?? 0;
            made(await home.users.replaceAssignments(by, user.id, assignments, at));
            const now = made(await home.users.update(by, user.id, { profile: { name } }));
            const ends = wanted.flatMap(({ until }) => until ?? []);
            expect(now.roleIds).toEqual([...new Set(wanted.map(({ role }) => role))].sort());
            expect(now.nextExpiry).toBe(ends.length > 0 ? Math.min(...ends) : undefined);
            expect(now.terms).toContain('indexed');
          },
        ),
        { numRuns: 25 },
      );
    });

    test('is not written when nothing changes', async () => {
      const user = made(await home.users.create(by, { username: 'still', profile: { name: 'Still' } }));
      const events = home.events.length;
      expect(made(await home.users.update(by, user.id, { profile: { name: 'Still' } }))).toEqual(user);
      expect(home.events).toHaveLength(events);
    });

    test('gets a password, and is signed out by it where that is wanted', async () => {
      const user = made(await home.users.create(by, { username: 'forgetful' }));
      const saved = made(await home.passwords.set(by, user.id, { clear: PASSWORD, generated: false }));
      expect(saved).toEqual({ ...user, version: user.version + 1 });
      const out = made(
        await home.passwords.set(by, user.id, { clear: `${PASSWORD}!`, generated: false }, { signOut: true }),
      );
      expect(out.signedOutAt).toBeGreaterThanOrEqual(user.createdAt);
      expect(await home.users.get(user.id)).toEqual(out);
      const verify = (password: string) =>
        home.authentication.authenticate({ identifier: 'forgetful', password }, '203.0.113.1');
      expect((await verify(`${PASSWORD}!`)).kind).toBe('ok');
      expect((await verify(PASSWORD)).kind).toBe('wrong-credentials');
      expect(await home.passwords.set(by, user.id, { clear: 'forgetful', generated: false })).toMatchObject({
        refusal: { code: 'invalid' },
      });
    });

    test('gets no password of who was signed out meanwhile', async () => {
      const user = made(await home.users.create(by, { username: 'hijacked' }));
      const choose = (epoch: number) =>
        home.passwords.set(by, user.id, { clear: PASSWORD, generated: false }, { signOut: true, epoch });
      const { signedOutAt = 0 } = made(await home.users.signOutEverywhere(by, user.id));
      expect(await choose(0)).toMatchObject({ refusal: { code: 'changed' } });
      expect(await home.passwords.has(user.id)).toBe(false);
      expect(made(await choose(signedOutAt)).signedOutAt).toBeGreaterThan(signedOutAt);
    });

    test('keeps a password that is easy to guess and was there before such were refused', async () => {
      const user = made(await home.users.create(by, { username: 'unlucky' }));
      made(await home.passwords.set(by, user.id, { clear: 'password123456', generated: true }));
      const typed = { identifier: 'unlucky', password: 'password123456' };
      expect((await home.authentication.authenticate(typed, '203.0.113.2')).kind).toBe('ok');
    });

    test('gets a first password once, of however many at once', async () => {
      const user = made(await home.users.create(by, { username: 'newcomer' }));
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          home.passwords.setFirst(by, user.id, { clear: `${PASSWORD} ${i}`, generated: true }),
        ),
      );
      expect(outcomes.map((one) => made(one)).filter(Boolean)).toHaveLength(1);
      expect(made(await home.passwords.setFirst(by, user.id, { clear: PASSWORD, generated: true }))).toBe(false);
    });

    test('is signed out everywhere by one write', async () => {
      const user = made(await home.users.create(by, { username: 'leaver' }));
      const out = made(await home.users.signOutEverywhere(by, user.id, 'left'));
      expect(out).toMatchObject({ version: 2, since: user.since });
      expect(out.signedOutAt).toBeGreaterThanOrEqual(user.createdAt);
      expect(home.events.at(-1)).toMatchObject({ kind: 'user.signed-out-everywhere', reason: 'left' });
      expect(await home.users.signOutEverywhere(by, 'nobody')).toMatchObject({ refusal: { code: 'missing' } });
    });
  });

  describe('groups', () => {
    const group = async (name: string) => made(await home.groups.create(by, { name }));
    const put = async (below: { id: string }, ...above: { id: string }[]) => {
      const at = (await home.groups.get(below.id))?.version ?? 0;
      return home.groups.replaceAssignments(
        by,
        below.id,
        above.map(({ id }) => assignment('membership', id)),
        at,
      );
    };

    test('nest, and refuse a circle by naming its way', async () => {
      const [a, b, c] = [await group('A'), await group('B'), await group('C')];
      made(await put(a, b));
      made(await put(b, c));
      expect(await put(c, a)).toMatchObject({
        refusal: { code: 'invalid', problems: [problem('group-circle', [], { names: ['C', 'A', 'B', 'C'] })] },
      });
      expect(await put(a, a)).toMatchObject({
        refusal: { code: 'invalid', problems: [problem('group-circle', [], { names: ['A', 'A'] })] },
      });
    });

    test('of two changes at once that close a circle together, one is refused', async () => {
      for (let round = 0; round < 10; round++) {
        const [a, b] = [await group(`left${round}`), await group(`right${round}`)];
        const outcomes = await Promise.all([put(a, b), put(b, a)]);
        expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      }
    });

    test('find everyone below them after their place changed', async () => {
      const [team, unit, firm] = [await group('team'), await group('unit'), await group('firm')];
      const user = made(
        await home.users.create(by, { username: 'member', assignments: [assignment('membership', team.id)] }),
      );
      made(await put(unit, firm));
      made(await put(team, unit));
      expect((await home.users.get(user.id))?.within).toEqual([team.id]);
      expect(await home.groups.indexPeopleBelow(team.id)).toBe(1);
      expect((await home.users.get(user.id))?.within).toEqual([team.id, unit.id, firm.id].sort());
      expect(await home.groups.indexPeopleBelow(team.id)).toBe(0);
    });

    test('have names of their own', async () => {
      await group('Only');
      expect(await home.groups.create(by, { name: 'Only' })).toMatchObject({
        refusal: { code: 'taken', problems: [{ path: ['name'] }] },
      });
      expect(await home.groups.create(by, { name: ' padded' })).toMatchObject({ refusal: { code: 'invalid' } });
      const other = await group('Other');
      expect(await home.groups.update(by, other.id, { name: 'Only' })).toMatchObject({ refusal: { code: 'taken' } });
      expect(made(await home.groups.update(by, other.id, { name: 'Another' })).name).toBe('Another');
    });
  });
});
