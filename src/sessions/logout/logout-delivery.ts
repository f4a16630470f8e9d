import { type Instant, days } from '../../base/clock.js';
import type { Delivery } from '../../jobs/outbox/delivery.js';
import { spec } from '../../storage/spec.js';
import { NOTIFY_WITHIN } from './logout.js';

/** One application to be notified of the end of one session. The id is the session's `sid` there, which is never reused. */
export type LogoutDelivery = Delivery & {
  clientId: string;
  userId: string;
  endedAt: Instant;
};

export const logoutDeliveries = spec<LogoutDelivery>()({
  name: 'logoutDeliveries',
  scope: 'realm',
  version: 1,
  indexed: { dueAt: 'number', endedAt: 'number' },
  unique: {},
  queries: { due: { order: 'dueAt' }, all: { order: 'endedAt' } },
});

/** How long an abandoned delivery stays for operators to see. */
const SHOWN_FOR = days(7);

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
  expiresAt: endedAt + NOTIFY_WITHIN + SHOWN_FOR,
});
