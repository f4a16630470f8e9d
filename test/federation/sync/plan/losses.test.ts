/** What a run counts as lost, apart for the connector, each base, and each role and group. */
import { describe, expect, test } from '@jest/globals';
import { Losses } from '../../../../src/federation/sync/plan/losses.js';
import type { PersonDiff } from '../../../../src/federation/sync/sync-diff.js';
import { assignment, group, role, snapshotOf } from '../../../access/world.js';
import { personDiff } from '../runs/scripted-sync.js';

const snapshot = snapshotOf({ groups: [group('g')], roles: [role('r')], servers: [] });
const source = { kind: 'connector', id: 'corp' } as const;
const GROUP = 'group name of g';
const ROLE = 'role name of r';
const [ROME, OSLO] = ['ou=rome', 'ou=oslo'];
const NONE = { gone: 0, disabled: 0, membershipsLost: 0, fieldsEmptied: 0 };

const diff = (changes: Partial<PersonDiff>): PersonDiff => personDiff('anna', { base: ROME, ...changes });
const member = { assignments: [assignment('membership', 'g', { source })] };
const holder = { assignments: [assignment('role', 'r', { source })] };

function losses(work: (all: Losses) => void): Losses {
  const all = new Losses('corp');
  for (const base of [ROME, ROME, OSLO]) all.known(base);
  work(all);
  return all;
}
const scopeOf = (all: Losses, kind: string, name = '') =>
  all
    .scopes()
    .find(
      ({ scope }) =>
        scope.kind === kind && ('base' in scope ? scope.base : 'target' in scope ? scope.target : '') === name,
    );
const lossesIn = (all: Losses, kind: string, name?: string) => scopeOf(all, kind, name)?.losses;

test('the people of the connector and of each base are counted', () => {
  const all = losses((one) => one.known(undefined));
  expect([scopeOf(all, 'connector')?.of, scopeOf(all, 'base', ROME)?.of, scopeOf(all, 'base', OSLO)?.of]).toEqual([
    4, 2, 1,
  ]);
});

test.each([
  ['gone', { standing: 'gone' }, { gone: 1 }],
  ['disabled', { standing: 'disabled' }, { disabled: 1 }],
  ['expired', { standing: 'expired' }, { disabled: 1 }],
  ['without two roles', { lost: [ROLE, GROUP] }, { membershipsLost: 2 }],
  [
    'without a field',
    {
      fields: [
        { field: 'name', isEmptied: true },
        { field: 'zoneinfo', isEmptied: false },
      ],
    },
    { fieldsEmptied: 1 },
  ],
  ['back', { standing: 'returned', gained: [ROLE] }, {}],
] as const)('somebody who is %s counts for the connector and for their base', (_what, changes, expected) => {
  const all = losses((one) => one.add(diff(changes)));
  expect(lossesIn(all, 'connector')).toEqual({ ...NONE, ...expected });
  expect(lossesIn(all, 'base', ROME)).toEqual({ ...NONE, ...expected });
  expect(lossesIn(all, 'base', OSLO)).toEqual(NONE);
});

test('each role and group counts who lost it, among those who had it by the mapping', () => {
  const byHand = {
    assignments: [
      assignment('membership', 'g'),
      assignment('membership', 'g', { source: { kind: 'connector', id: 'other' } }),
    ],
  };
  const all = losses((one) => {
    for (const user of [member, member, holder, byHand]) one.held(user, snapshot);
    one.add(diff({ lost: [GROUP] }));
  });
  expect(scopeOf(all, 'group', GROUP)).toEqual({
    ...{ scope: { kind: 'group', target: GROUP }, of: 2, losses: { ...NONE, membershipsLost: 1 } },
  });
  expect(scopeOf(all, 'group', ROLE)).toBeUndefined();
});

describe('as emptied count', () => {
  const base = (name: string) => ({ kind: 'base', base: name });
  const target = { kind: 'group', target: GROUP };

  test('a base whose people are all gone, and not one that was empty before', () => {
    const all = losses((one) => one.add(diff({ base: OSLO, standing: 'gone' })));
    expect(all.emptied()).toEqual([base(OSLO)]);
    const fresh = losses((one) => one.add(diff({ base: 'ou=new', kind: 'collided' })));
    expect(fresh.emptied()).toEqual([]);
  });

  test('a base in which nobody was read, wherever they are now', () => {
    const all = losses((one) => one.present(new Map([[ROME, 3]])));
    expect(all.emptied()).toEqual([base(OSLO)]);
  });

  test('no base in whose place somebody new came', () => {
    for (const kind of ['new', 'joined'] as const) {
      const all = losses((one) => {
        one.add(diff({ base: OSLO, standing: 'gone' }));
        one.add(diff({ base: OSLO, kind }));
      });
      expect(all.emptied()).toEqual([]);
    }
  });

  test('a group that everybody lost, and one whose members are all gone', () => {
    const held = (one: Losses): void => [member, member].forEach((user) => one.held(user, snapshot));
    const lost = losses((one) => {
      held(one);
      one.add(diff({ lost: [GROUP] }));
      one.add(diff({ standing: 'gone' }), [GROUP]);
    });
    expect(lost.emptied()).toEqual([target]);
    const partly = losses((one) => {
      held(one);
      one.add(diff({ lost: [GROUP] }));
    });
    expect(partly.emptied()).toEqual([]);
  });

  test('no group that somebody else gains', () => {
    const all = losses((one) => {
      one.held(member, snapshot);
      one.add(diff({ lost: [GROUP] }));
      one.add(diff({ gained: [GROUP] }));
    });
    expect(all.emptied()).toEqual([]);
  });

  test('a group by the count of the store, where not everybody was read', async () => {
    const all = losses((one) => one.add(diff({ lost: [GROUP] })));
    await all.countHeld(async () => 1);
    expect(all.emptied()).toEqual([target]);
    const larger = losses((one) => one.add(diff({ lost: [GROUP] })));
    await larger.countHeld(async (label) => (label === GROUP ? 2 : 0));
    expect([larger.emptied(), scopeOf(larger, 'group', GROUP)?.of]).toEqual([[], 2]);
  });
});
