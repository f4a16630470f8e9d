import { type Instant, days, hours, seconds } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';
import { TELL_WITHIN } from './logout.js';

/** One application that is to be told of the end of one session. The id is the session's name there (`sid`), which is never given twice. */
export type LogoutDelivery = {
  id: string;
  clientId: string;
  userId: string;
  endedAt: Instant;
  attempts: number;
  /** Not before then; absent: given up, and kept for operators to see. */
  dueAt?: Instant;
  /** The result of the last attempt. */
  failure?: string;
  expiresAt: Instant;
};

export const logoutDeliveries = spec<LogoutDelivery>()({
  name: 'logoutDeliveries',
  scope: 'realm',
  version: 1,
  indexed: { dueAt: 'number', endedAt: 'number' },
  unique: {},
  queries: { due: { order: 'dueAt' }, all: { order: 'endedAt' } },
});

/** How long one that nobody will try any more is there to be seen. */
const SHOWN_FOR = days(7);
const MOST_ATTEMPTS = 20;
const FIRST_WAIT = seconds(5);
const LONGEST_WAIT = hours(2);

export const newDelivery = (
  { clientId, sid }: { readonly clientId: string; readonly sid: string },
  userId: string,
  endedAt: Instant,
): LogoutDelivery => ({
  id: sid,
  clientId,
  userId,
  endedAt,
  attempts: 0,
  dueAt: endedAt,
  expiresAt: endedAt + TELL_WITHIN + SHOWN_FOR,
});

/** How long after so many failed attempts there is another: 5 s, 15 s, 45 s ... 2 h. */
const waitAfter = (attempts: number): number => Math.min(FIRST_WAIT * 3 ** (attempts - 1), LONGEST_WAIT);

/** After an attempt that came to nothing: due again later, or given up for its number of attempts or its age. Pure. */
export function afterFailure(delivery: LogoutDelivery, failure: string, at: Instant): LogoutDelivery {
  const { dueAt: _, ...rest } = delivery;
  const attempts = delivery.attempts + 1;
  const dueAt = at + waitAfter(attempts);
  const isOver = attempts >= MOST_ATTEMPTS || dueAt > delivery.endedAt + TELL_WITHIN;
  return { ...rest, attempts, failure, ...(!isOver && { dueAt }) };
}
