import { z } from 'zod';
import type { Snapshot } from '../access/evaluation/snapshot.js';
import { below, problem, type Problem } from '../base/problems/problem.js';
import { refusedAs } from '../base/problems/read-input.js';
import { lineFault } from '../base/text/text-faults.js';
import { days, type Instant, minutes } from '../base/clock.js';
import { hashOf } from '../base/crypto/hash-of.js';
import type { Saved } from '../changes/change-result.js';
import { type CountedEvent, EVENT_NAME, KEPT_DAYS } from '../identity/activity/activity.js';
import type { User } from '../identity/users/user.js';
import type { ResourceServerCaller } from './resource-server-caller.js';
import type { ResolveName } from './named.js';

/** The maximum number of events per report. */
const MOST = 100;
/** The maximum count of one event in one report. */
const MOST_COUNT = 10_000;
/** The tolerated lead of a reporter's clock. */
const AHEAD = minutes(5);

const datetime = z.iso.datetime({ offset: true });

export const eventsInput = z.strictObject({
  events: z
    .array(
      z.strictObject({
        /** A user's id, or the caller's own pairwise name for them. */
        subject: z
          .string()
          .min(1)
          .max(500)
          .refine((text) => lineFault('value', text) === undefined, refusedAs('event-subject-form', {})),
        event: z.string().refine((name) => EVENT_NAME.test(name), refusedAs('event-name-form', {})),
        count: z.int().min(1).max(MOST_COUNT).default(1),
        at: z
          .string()
          .refine((text) => datetime.safeParse(text).success, refusedAs('event-moment-form', {}))
          .exactOptional(),
      }),
    )
    .min(1)
    .max(MOST),
});
export type Events = z.output<typeof eventsInput>['events'];

/** The sender's id of a report. */
const REPORT_KEY = /^[\x21-\x7e]{1,100}$/;

/** Counts reported events. */
export interface Counting {
  readonly idOf: ResolveName;
  readonly user: (id: string) => Promise<User | undefined>;
  /** All of it or, if refused, nothing. */
  readonly count: (counted: ReadonlyMap<string, readonly CountedEvent[]>, report?: string) => Promise<Saved<void>>;
}

/** Whether this caller's activity reports are accepted: they lead users into segments. */
export const mayReport = ({ audiences }: ResourceServerCaller, { resourceServers }: Snapshot): boolean =>
  audiences.some((audience) => resourceServers.get(audience)?.trustedFor?.includes('behaviour') === true);

/**
 * Counts reported events, or returns everything that is wrong with the report. A faulty report counts nothing.
 *
 * @param key the sender's id of the report: sent again, it is counted once
 */
export async function countEvents(
  {
    events,
    key,
    caller,
  }: { readonly events: Events; readonly key: string | undefined; readonly caller: ResourceServerCaller },
  { idOf, user, count }: Counting,
  now: Instant,
): Promise<readonly Problem[]> {
  if (key !== undefined && !REPORT_KEY.test(key)) return [problem('idempotency-key-form', ['Idempotency-Key'], {})];
  const reported = events.map(({ subject, event, count: times, at }) => {
    return { subject, userId: idOf(subject), event, count: times, at: at === undefined ? now : Date.parse(at) };
  });
  const userIds = new Set(reported.map(({ userId }) => userId));
  const found = await Promise.all([...userIds].map(user));
  const known = new Set(found.flatMap((one) => one?.id ?? []));
  const faults = reported.flatMap((event, index) =>
    faultsOf(event, known, now).map((fault) => below(['events', index], fault)),
  );
  if (faults.length > 0) return faults;
  const counted = new Map<string, CountedEvent[]>();
  for (const { userId, event, count: times, at } of reported) {
    counted.set(userId, [...(counted.get(userId) ?? []), { event, count: times, at: Math.min(at, now) }]);
  }
  const saved = await count(counted, key === undefined ? undefined : hashOf(`${caller.client.id} ${key}`));
  return saved.ok ? [] : saved.refusal.problems.map((fault) => below(['events'], fault));
}

function faultsOf(
  { subject, userId, at }: { readonly subject: string; readonly userId: string; readonly at: Instant },
  known: ReadonlySet<string>,
  now: Instant,
): Problem[] {
  const moment = new Date(at).toISOString();
  return [
    ...(at > now + AHEAD ? [problem('event-ahead', ['at'], { at: moment })] : []),
    ...(at < now - days(KEPT_DAYS) ? [problem('event-too-old', ['at'], { at: moment, days: KEPT_DAYS })] : []),
    ...(known.has(userId) ? [] : [problem('not-found', ['subject'], { thing: { kind: 'user', name: subject } })]),
  ];
}
