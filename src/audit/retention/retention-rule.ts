import { days, type Instant } from '../../base/clock.js';
import { type KindPatterns, matchesKind } from '../kind-patterns.js';
import { RETENTION_APPLIED } from './retention-announcement.js';

/** How long records of some kinds are kept. The first rule that names a kind counts for it; a kind without one is kept forever. */
export interface RetentionRule {
  readonly kinds: KindPatterns;
  readonly days: number;
}

/** Kinds whose records are removed together. */
export interface DueKinds {
  readonly kinds: readonly string[];
  /** Records older than this are removed. */
  readonly until: Instant;
}

const DAY = days(1);

/**
 * The removals due at this time, one entry for each rule that counts for a kind. Times are whole days in UTC, so that a
 * rule removes once a day. Pure.
 *
 * @param known every kind of record; the rules may name others that exist no more
 */
export function dueKinds(rules: readonly RetentionRule[], known: readonly string[], at: Instant): readonly DueKinds[] {
  const named = rules.flatMap(({ kinds }) => kinds.filter((pattern) => !pattern.endsWith('*')));
  // What was removed is proven by announcements, so they stay.
  const left = new Set([...known, ...named].filter((kind) => kind !== RETENTION_APPLIED));
  return rules.flatMap((rule) => {
    const kinds = [...left].filter((kind) => matchesKind(rule.kinds, kind)).sort();
    for (const kind of kinds) left.delete(kind);
    return kinds.length === 0 ? [] : [{ kinds, until: Math.floor((at - days(rule.days)) / DAY) * DAY }];
  });
}
