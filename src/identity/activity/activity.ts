import { type Instant, days as inDays } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/**
 * The events of one user, as applications counted them, by event and day. Under the user's id and apart from the user, so that a report never
 * contends with a sign-in. Only rules that ask for it read it.
 */
export type Behaviour = {
  id: string;
  events: EventTally[];
  /** The reports that are counted already, the latest last: who sends one again is answered, and counted once. */
  reports: string[];
  expiresAt?: Instant;
};

export interface EventTally {
  name: string;
  /** Days since 1970 in UTC, each with how often; ascending. */
  days: [day: number, count: number][];
}

export const behaviours = spec<Behaviour>()({
  name: 'behaviours',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

/** So many days are kept and counted, today among them. */
export const KEPT_DAYS = 90;
/** For one user. */
export const MOST_EVENTS = 50;
/** The highest count of one event on one day. */
const MOST_A_DAY = 1_000_000_000;
/** How many reports are recognised when they come again. */
const MOST_REPORTS = 50;

/** An event as a rule names it. */
export const EVENT_NAME = /^[a-z0-9-]{1,40}$/;

export interface CountedEvent {
  readonly event: string;
  readonly count: number;
  readonly at: Instant;
}

const dayOf = (at: Instant): number => Math.floor(at / inDays(1));

/**
 * What is known of somebody once this has been counted, without what is too old; `counted-before` where this report was;
 * `too-many-events` where it would be more than {@link MOST_EVENTS}. Pure.
 */
export function withCounted(
  before: Behaviour,
  counted: readonly CountedEvent[],
  { report, at }: { readonly report?: string; readonly at: Instant },
): Behaviour | 'counted-before' | 'too-many-events' {
  if (report !== undefined && before.reports.includes(report)) return 'counted-before';
  const first = dayOf(at) - KEPT_DAYS + 1;
  const events = new Map<string, Map<number, number>>();
  const add = (name: string, day: number, count: number): void => {
    if (day < first) return;
    const tally = events.get(name) ?? new Map<number, number>();
    tally.set(day, Math.min((tally.get(day) ?? 0) + count, MOST_A_DAY));
    events.set(name, tally);
  };
  for (const { name, days } of before.events) for (const [day, count] of days) add(name, day, count);
  for (const { event, count, at: when } of counted) add(event, dayOf(when), count);
  if (events.size > MOST_EVENTS) return 'too-many-events';
  const reports = report === undefined ? before.reports : [...before.reports, report].slice(-MOST_REPORTS);
  return {
    id: before.id,
    events: [...events].sort(byKey).map(([name, tally]) => ({ name, days: [...tally].sort((a, b) => a[0] - b[0]) })),
    reports,
    expiresAt: (dayOf(at) + KEPT_DAYS) * inDays(1),
  };
}

/** How often it happened in so many days, today among them. Undefined: no number of days from 1 to {@link KEPT_DAYS}. */
export function countIn(
  behaviour: Behaviour | undefined,
  event: unknown,
  days: unknown,
  at: Instant,
): number | undefined {
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > KEPT_DAYS) return undefined;
  const today = dayOf(at);
  const tally = behaviour?.events.find(({ name }) => name === event)?.days ?? [];
  return tally.reduce((sum, [day, count]) => (day > today - days && day <= today ? sum + count : sum), 0);
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
