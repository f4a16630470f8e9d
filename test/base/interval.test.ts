import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  covers,
  type Interval,
  intersection,
  isAhead,
  isEmpty,
  isOver,
  isWithin,
  overlap,
} from '../../src/base/interval.js';

const TIMES = Array.from({ length: 12 }, (_, i) => i - 1);
/** Bounds from 0 to 9, so that every interval has a time among {@link TIMES} or none at all. */
const bound = fc.option(fc.nat(9), { nil: undefined });
const anyInterval = fc.tuple(bound, bound).map(([validFrom, validUntil]): Interval => ({
  ...(validFrom !== undefined && { validFrom }),
  ...(validUntil !== undefined && { validUntil }),
}));
const full = anyInterval.filter((interval) => !isEmpty(interval));
const timesIn = (interval: Interval): number[] => TIMES.filter((at) => isWithin(interval, at));

describe('an interval', () => {
  test('begins at its first moment and ends just before its last', () => {
    const interval = { validFrom: 5, validUntil: 8 };
    expect(timesIn(interval)).toEqual([5, 6, 7]);
    expect(timesIn({ validFrom: 5 })).toEqual([5, 6, 7, 8, 9, 10]);
    expect(timesIn({ validUntil: 1 })).toEqual([-1, 0]);
    expect(timesIn({})).toEqual(TIMES);
    expect([isOver(interval, 7), isOver(interval, 8), isOver({ validFrom: 5 }, 100)]).toEqual([false, true, false]);
    expect([isEmpty(interval), isEmpty({ validFrom: 8, validUntil: 8 }), isEmpty({})]).toEqual([false, true, false]);
  });

  test('is empty, over or ahead by the times that are in it', () => {
    fc.assert(
      fc.property(anyInterval, fc.nat(9), (interval, at) => {
        expect(isEmpty(interval)).toBe(timesIn(interval).length === 0);
        expect(isAhead(interval, at)).toBe(timesIn(interval).some((time) => time >= at));
        if (!isEmpty(interval)) expect(isOver(interval, at)).toBe(timesIn(interval).every((time) => time < at));
      }),
    );
  });

  test('meets another where both have a time, and covers one whose times it has', () => {
    fc.assert(
      fc.property(full, full, (a, b) => {
        const both = timesIn(a).filter((at) => isWithin(b, at));
        const meeting = intersection(a, b);
        expect(meeting ? timesIn(meeting) : []).toEqual(both);
        expect(overlap(a, b)).toBe(both.length > 0);
        expect(overlap(b, a)).toBe(both.length > 0);
        const isBounded = [a, b].every(
          ({ validFrom, validUntil }) => validFrom !== undefined && validUntil !== undefined,
        );
        if (isBounded) expect(covers(a, b)).toBe(timesIn(b).every((at) => isWithin(a, at)));
        if (meeting) expect(covers(a, meeting) && covers(b, meeting)).toBe(true);
      }),
    );
  });
});
