import { z } from 'zod';
import type { Snapshot } from '../access/evaluation/snapshot.js';
import { refusedAs } from '../base/problems/read-input.js';
import { lineFault } from '../base/text/text-faults.js';
import { days, type Instant, minutes } from '../base/clock.js';
import { hashOf } from '../base/crypto/hash-of.js';
import { refusalText } from '../sentences/sentence.js';
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
 * Counts reported events, and returns nothing or the faults by field. A faulty report counts nothing.
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
  at: Instant,
): Promise<string | undefined> {
  if (key !== undefined && !REPORT_KEY.test(key)) {
    return 'Idempotency-Key: it has 1 to 100 characters, letters, digits and signs, and no blanks.';
  }
  const counted = new Map<string, CountedEvent[]>();
  for (const [index, { subject, event, count: times, at: reportedAt }] of events.entries()) {
    const when = reportedAt === undefined ? at : Date.parse(reportedAt);
    if (when > at + AHEAD) return `events.${index}.at: ${reportedAt} has not come yet.`;
    if (when < at - days(KEPT_DAYS)) return `events.${index}.at: ${reportedAt} is more than ${KEPT_DAYS} days ago.`;
    const id = idOf(subject);
    counted.set(id, [...(counted.get(id) ?? []), { event, count: times, at: Math.min(when, at) }]);
  }
  const found = await Promise.all([...counted.keys()].map(async (id) => [id, await user(id)] as const));
  for (const [id, one] of found) {
    if (one) continue;
    const index = events.findIndex(({ subject }) => idOf(subject) === id);
    return `events.${index}.subject: there is no user ${events[index]?.subject ?? ''}.`;
  }
  const saved = await count(counted, key === undefined ? undefined : hashOf(`${caller.client.id} ${key}`));
  return saved.ok ? undefined : `events: ${refusalText(saved.refusal, 'en')}`;
}
