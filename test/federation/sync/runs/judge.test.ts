/** The guard of synchronization: what a run may take away, and what it takes to go on all the same. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hours } from '../../../../src/base/clock.js';
import { judge, type JudgedDiff } from '../../../../src/federation/sync/runs/judge.js';
import type { LossCounts, ScopeLosses, SyncScope } from '../../../../src/federation/sync/sync-diff.js';

const LIMITS = { count: 10, percent: 5 };
const NONE: LossCounts = { gone: 0, disabled: 0, membershipsLost: 0, fieldsEmptied: 0 };
const COUNTS = ['gone', 'disabled', 'membershipsLost', 'fieldsEmptied'] as const;
const SCOPES: readonly SyncScope[] = [
  { kind: 'connector' },
  { kind: 'base', base: 'ou=people,dc=corp,dc=test' },
  { kind: 'group', target: 'group sales' },
];
const AT = 1_000_000;
const SHOWN = { hash: 'H', until: AT + hours(24) };

const diff = (changes: Partial<JudgedDiff> = {}): JudgedDiff => ({
  ...{ scopes: [], emptied: [], isOtherScope: false, hash: 'H' },
  ...changes,
});
const losing = (scope: SyncScope, of: number, losses: Partial<LossCounts>): ScopeLosses => ({
  ...{ scope, of, losses: { ...NONE, ...losses } },
});
const judged = (changes: Partial<JudgedDiff>, limits = LIMITS) => judge(diff(changes), limits, undefined, AT);

describe('a run goes on', () => {
  test('if it takes nothing away', () => {
    expect(judged({ scopes: SCOPES.map((scope) => losing(scope, 100, {})) })).toEqual({ kind: 'goes-on' });
  });

  test('if it takes no more than the count and no more than the share', () => {
    expect(judged({ scopes: [losing({ kind: 'connector' }, 200, { gone: 10 })] })).toEqual({ kind: 'goes-on' });
  });

  test('if it takes three, whatever share that is', () => {
    expect(judged({ scopes: [losing({ kind: 'connector' }, 3, { gone: 3 })] })).toEqual({ kind: 'goes-on' });
  });
});

describe('a run stops', () => {
  const cases = SCOPES.flatMap((scope) => COUNTS.map((count) => [scope.kind, count, scope] as const));
  const others = (scope: SyncScope) =>
    SCOPES.filter((other) => other !== scope).map((other) => losing(other, 100_000, {}));
  const stopped = (scope: SyncScope, count: keyof LossCounts, lost: number, of: number) => ({
    ...{ kind: 'stops', why: [{ kind: 'losses', scope, count, lost, of }] },
  });

  test.each(cases)('if one %s loses more than the count by %s, however small a share', (_kind, count, scope) => {
    const scopes = [...others(scope), losing(scope, 10_000, { [count]: 11 })];
    expect(judged({ scopes })).toEqual(stopped(scope, count, 11, 10_000));
  });

  test.each(cases)('if one %s loses more than the share by %s, however few', (_kind, count, scope) => {
    expect(judged({ scopes: [...others(scope), losing(scope, 79, { [count]: 4 })] })).toEqual(
      stopped(scope, count, 4, 79),
    );
    // A share of exactly 5 % is allowed.
    expect(judged({ scopes: [...others(scope), losing(scope, 80, { [count]: 4 })] })).toEqual({ kind: 'goes-on' });
  });

  test('for a group, even if its loss is small among all people', () => {
    const all = losing({ kind: 'connector' }, 10_000, { membershipsLost: 9 });
    const group = losing({ kind: 'group', target: 'role seller' }, 20, { membershipsLost: 9 });
    expect(judged({ scopes: [all, group] })).toMatchObject({ why: [{ scope: { target: 'role seller' } }] });
  });

  test('if counts of which each alone is too large are several, with every one of them', () => {
    const { kind, ...rest } = judged({ scopes: [losing({ kind: 'connector' }, 100, { gone: 20, fieldsEmptied: 90 })] });
    expect([kind, 'why' in rest && rest.why.length]).toEqual(['stops', 2]);
  });

  test('by no sum of counts that are small', () => {
    const small = { gone: 9, disabled: 9, membershipsLost: 9, fieldsEmptied: 9 };
    expect(judged({ scopes: [losing({ kind: 'connector' }, 200, small)] })).toEqual({ kind: 'goes-on' });
  });

  test.each(SCOPES.slice(1))('if a filled $kind is empty or unreadable, however small it was', (scope) => {
    const result = judged({ emptied: [scope], scopes: [losing(scope, 1, { membershipsLost: 1 })] });
    expect(result).toEqual({ kind: 'stops', why: [{ kind: 'emptied', scope }] });
  });

  test('if settings that decide who is found changed, even if nothing is lost', () => {
    expect(judged({ isOtherScope: true })).toEqual({ kind: 'stops', why: [{ kind: 'other-scope' }] });
  });

  test('by any loss, with limits of 0, and by none, with the largest', () => {
    const scopes = [losing({ kind: 'connector' }, 10, { gone: 1 })];
    expect(judged({ scopes }, { count: 0, percent: 0 }).kind).toBe('stops');
    const all = [losing({ kind: 'connector' }, 10, { gone: 10 })];
    expect(judged({ scopes: all }, { count: 1_000_000, percent: 100 })).toEqual({ kind: 'goes-on' });
  });
});

describe('an approval', () => {
  const large = { scopes: [losing({ kind: 'connector' }, 100, { gone: 100 })] };
  const bad: Partial<JudgedDiff> = { ...large, emptied: SCOPES.slice(1), isOtherScope: true };

  test('lets the diff that was shown go on, whatever it takes away', () => {
    expect(judge(diff(bad), LIMITS, SHOWN, AT)).toEqual({ kind: 'goes-on' });
  });

  test('lets no other diff go on, not even a smaller one', () => {
    const other = judge(diff({ ...bad, hash: 'I' }), LIMITS, SHOWN, AT);
    expect(other.kind === 'stops' && other.why.map(({ kind }) => kind)).toEqual([
      ...['other-hash', 'other-scope', 'emptied', 'emptied', 'losses'],
    ]);
    expect(judge(diff({ hash: 'I' }), LIMITS, SHOWN, AT)).toEqual({ kind: 'stops', why: [{ kind: 'other-hash' }] });
  });

  test('ends', () => {
    expect(judge(diff(bad), LIMITS, SHOWN, SHOWN.until - 1).kind).toBe('goes-on');
    expect(judge(diff(bad), LIMITS, SHOWN, SHOWN.until).kind).toBe('stops');
  });
});

describe('for any numbers,', () => {
  const counts = fc.record({
    ...{ gone: fc.nat(500), disabled: fc.nat(500), membershipsLost: fc.nat(500), fieldsEmptied: fc.nat(500) },
  });
  const scopes = fc.array(fc.record({ scope: fc.constantFrom(...SCOPES), of: fc.nat(5000), losses: counts }), {
    maxLength: 8,
  });
  const limits = fc.record({ count: fc.nat(100), percent: fc.double({ min: 0, max: 100, noNaN: true }) });

  test('a run goes on exactly if every count of every scope is within both of its limits', () => {
    fc.assert(
      fc.property(scopes, limits, (all, { count, percent }) => {
        const isWithin = all.every(({ of, losses }) =>
          COUNTS.every((one) => {
            const lost = losses[one];
            return lost <= count && (lost <= 3 || lost * 100 <= percent * of);
          }),
        );
        expect(judged({ scopes: all }, { count, percent }).kind).toBe(isWithin ? 'goes-on' : 'stops');
      }),
    );
  });

  test('a further loss never lets a run go on that stopped', () => {
    fc.assert(
      fc.property(scopes, limits, fc.constantFrom(...COUNTS), fc.nat(100), (all, limit, count, more) => {
        const [first, ...rest] = all;
        if (!first || judged({ scopes: all }, limit).kind === 'goes-on') return;
        const worse = { ...first, losses: { ...first.losses, [count]: first.losses[count] + more } };
        expect(judged({ scopes: [worse, ...rest] }, limit).kind).toBe('stops');
      }),
    );
  });
});
