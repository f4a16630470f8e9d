import type { Instant } from './clock.js';

/** The time from `validFrom` until just before `validUntil`. An absent bound is no bound. */
export interface Interval {
  readonly validFrom?: Instant;
  readonly validUntil?: Instant;
}

const startOf = ({ validFrom }: Interval): number => validFrom ?? -Infinity;
const endOf = ({ validUntil }: Interval): number => validUntil ?? Infinity;

/** Whether it ends before or as it begins. */
export const isEmpty = (interval: Interval): boolean => startOf(interval) >= endOf(interval);

export const isWithin = (interval: Interval, at: Instant): boolean => startOf(interval) <= at && at < endOf(interval);

/** Whether it has ended at this time. */
export const isOver = (interval: Interval, at: Instant): boolean => endOf(interval) <= at;

/** Whether it contains this time or a later one. */
export const isAhead = (interval: Interval, at: Instant): boolean => overlap(interval, { validFrom: at });

/** Whether there is a time that is in both. */
export const overlap = (a: Interval, b: Interval): boolean => intersection(a, b) !== undefined;

/** The time that is in both; undefined if there is none. */
export function intersection(a: Interval, b: Interval): Interval | undefined {
  const [from, until] = [Math.max(startOf(a), startOf(b)), Math.min(endOf(a), endOf(b))];
  if (from >= until) return undefined;
  return { ...(from > -Infinity && { validFrom: from }), ...(until < Infinity && { validUntil: until }) };
}

/** Whether all of the second is in the first. */
export const covers = (outer: Interval, inner: Interval): boolean =>
  startOf(outer) <= startOf(inner) && endOf(inner) <= endOf(outer);
