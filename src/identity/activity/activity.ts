import { type Instant, days as inDays } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/**
 * The events of one user, as reported by applications, by event and day. The document has the user's id and is separate from
 * the user, so that a report never contends with a sign-in. Only rules that use it read it.
 */
export type Behaviour = {
  id: string;
  events: EventTally[];
  /** The keys of counted reports, the latest last. A repeated report is acknowledged and counted once. */
  reports: string[];
  expiresAt?: Instant;
};

export interface EventTally {
  name: string;
  /** Days since 1970 in UTC, each with its count; ascending. */
  days: [day: number, count: number][];
}

export const behaviours = spec<Behaviour>()({
  name: 'behaviours',
  scope: 'realm',
  revalidated: true,
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

/** The number of days kept and counted, including today. */
export const KEPT_DAYS = 90;
/** Per user. */
export const MOST_EVENTS = 50;
/** The highest count of one event on one day. */
const MOST_A_DAY = 1_000_000_000;
/** The number of reports that are recognised when repeated. */
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
 * The events after this report, without outdated days. `counted-before` if the report was counted; `too-many-events` if there
 * would be more than {@link MOST_EVENTS}. Pure.
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

/**
 * The number of events in this many days, including today. Undefined if the number of days is not between 1 and {@link
 * KEPT_DAYS}.
 */
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
