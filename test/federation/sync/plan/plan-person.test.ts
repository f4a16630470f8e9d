/** What a run plans for one person: who gets an account, how they stand, and what an upstream that says little takes away. */
import { describe, expect, test } from '@jest/globals';
import { type Problem, problem } from '../../../../src/base/problems/problem.js';
import type { ReadUser } from '../../../../src/federation/contract/upstream-reader.js';
import {
  type PersonPlannerParts,
  planPerson,
  type PersonToPlan,
} from '../../../../src/federation/sync/plan/plan-person.js';
import type { LinkStanding } from '../../../../src/federation/sync/leaving.js';
import { snapshotOf } from '../../../access/world.js';
import { by } from '../../../realm-file/realm.js';
import { connectorOf } from '../../connectors/test-kind.js';
import { linkOf, userOf } from './planned.js';

const mapping = connectorOf({
  id: 'corp',
  mapping: { profile: [{ field: 'username', from: 'uid' }], groups: [{ exact: 'sales', to: { mirror: true } }] },
}).mapping;
const connector = { id: 'corp', enabled: true, domains: [], mapping } as unknown as PersonToPlan['connector'];

interface Told {
  readonly held?: LinkStanding;
  readonly unlinked?: Awaited<ReturnType<PersonPlannerParts['planner']['unlinked']>>;
  readonly holder?: string;
  readonly fault?: Problem;
}
const creates = {
  kind: 'creates',
  made: { username: 'anna', otherName: 'o', fields: {}, access: undefined, addressOf: [] },
};

/** Plans with planners that answer what the test says. */
function planned(person: Partial<PersonToPlan> = {}, { held = 'active', unlinked, holder, fault }: Told = {}) {
  const asked: boolean[] = [];
  const parts: PersonPlannerParts = {
    planner: {
      async fields(_connector, _user, _mapped, options) {
        asked.push(options?.isWhole === true);
        const wished = { username: 'anna' };
        return { patch: undefined, wished, addressOf: [], ...(fault && { nameFault: fault }) };
      },
      unlinked: async () => unlinked ?? (creates as unknown as NonNullable<Told['unlinked']>),
    },
    identifiers: { holderOf: async () => (holder === undefined ? undefined : userOf(holder)) },
    leaving: { standingOf: () => held },
  };
  const plan = planPerson(parts, {
    ...{ by, connector, snapshot: snapshotOf({ groups: [], roles: [], servers: [] }), base: 'ou=people', read: read() },
    ...{ link: undefined, user: undefined, mayMirror: () => true, ...person },
  });
  return { plan, asked };
}
const read = (changes: Partial<ReadUser> = {}): ReadUser => ({
  identity: {
    ...{ subject: 'anna', claims: new Map([['uid', ['anna']]]) },
    groups: [{ id: 'sales', name: 'sales' }],
  },
  ...{ standing: 'active', ...changes },
});
const linked = { link: linkOf('anna'), user: userOf('anna') };

describe('somebody without an account', () => {
  test.each([
    ['active', 'new'],
    ['locked', 'new'],
    ['disabled', undefined],
    ['expired', undefined],
  ] as const)('who is %s there becomes %s', async (standing, kind) => {
    expect((await planned({ read: read({ standing }) }).plan)?.kind).toBe(kind);
  });

  test('waits for a sign-in where a person has to say something, and shows an id of another form', async () => {
    const refused = (reason: 'subject-form' | 'not-provisioned') => ({
      unlinked: { kind: 'refused', reason } as const,
    });
    expect(await planned({}, refused('subject-form')).plan).toMatchObject({ kind: 'refused', reason: 'subject-form' });
    expect(await planned({}, refused('not-provisioned')).plan).toBeUndefined();
    expect(await planned({}, { unlinked: { kind: 'asks-account', mayCreate: true } }).plan).toBeUndefined();
  });
});

test('a link whose user was removed changes nothing', async () => {
  expect(await planned({ link: linkOf('anna') }).plan).toMatchObject({
    ...{ kind: 'refused', reason: 'user-missing', userId: 'anna' },
  });
});

test.each([
  ['active', 'active', undefined],
  ['active', 'locked', undefined],
  ['active', 'disabled', 'disabled'],
  ['active', 'expired', 'expired'],
  ['gone', 'active', 'returned'],
  ['gone', 'locked', 'returned'],
  ['gone', 'disabled', 'disabled'],
  ['disabled', 'active', 'enabled'],
  // Anybody can lock an account by guessing, which neither disables nor enables it.
  ['disabled', 'locked', undefined],
  ['disabled', 'disabled', undefined],
  ['disabled', 'expired', 'expired'],
  ['expired', 'active', 'enabled'],
  ['expired', 'locked', undefined],
] as const)('who was %s and is %s there changes to %s', async (held, standing, change) => {
  const plan = await planned({ ...linked, read: read({ standing }) }, { held }).plan;
  expect(plan && 'standing' in plan ? plan.standing : undefined).toBe(change);
});

test.each([
  ['1', '2', true],
  ['1', '1', false],
  [undefined, '2', false],
  ['1', undefined, false],
  [undefined, undefined, false],
])('with the mark %s before and %s now, absent values count as removed: %s', async (before, mark, isWhole) => {
  const link = linkOf('anna', before === undefined ? {} : { changeMark: before });
  const { plan, asked } = planned({ ...linked, link, read: read(mark === undefined ? {} : { changeMark: mark }) });
  await plan;
  expect(asked).toEqual([isWhole]);
});

test.each([
  ['corp', 'active', true],
  ['corp', 'disabled', true],
  ['primary', 'active', true],
  ['primary', 'locked', true],
  ['primary', 'disabled', false],
  ['primary', 'expired', false],
] as const)('a user of %s who is %s there has access by the mapping: %s', async (userstore, standing, hasAccess) => {
  const plan = await planned({ ...linked, user: userOf('anna', { userstore }), read: read({ standing }) }).plan;
  expect(plan && 'access' in plan && plan.access !== undefined).toBe(hasAccess);
});

test('a group beyond the bound is not mirrored', async () => {
  const groupsOf = async (mayMirror: () => boolean) => (await planned({ ...linked, mayMirror }).plan)?.mapped.groups;
  expect(await groupsOf(() => true)).toHaveLength(1);
  expect(await groupsOf(() => false)).toEqual([]);
});

const taken = problem('identifier-taken', ['username'], { of: 'username', value: 'anna' });
const reserved = problem('identifier-empty', ['username'], { of: 'username' });

test.each<[string, Told, unknown]>([
  ['nobody, if it has no fault', {}, 'nobody'],
  ['its holder', { fault: taken, holder: 'bea' }, { userId: 'bea' }],
  ['nobody who could give it up, if nobody is found', { fault: taken }, 'unavailable'],
  ['nobody who could give it up, if it is refused', { fault: reserved, holder: 'bea' }, 'unavailable'],
])('a wanted name is that of %s', async (_whose, told, holder) => {
  expect((await planned(linked, told).plan)?.wants).toMatchObject([{ of: 'username', value: 'anna', holder }]);
});
