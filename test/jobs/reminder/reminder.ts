import { hours, type Instant, minutes, now, seconds } from '../../../src/base/clock.js';
import type { AuditTrail } from '../../../src/audit/audit-trail.js';
import { failedDeliveryEntry } from '../../../src/audit/failed-delivery-entry.js';
import type { Delivery } from '../../../src/jobs/outbox/delivery.js';
import type { DeliveryOutcome, OutboxKind, SendOutcome } from '../../../src/jobs/outbox/outbox.js';
import { spec } from '../../../src/storage/spec.js';

/** A test-only kind of delivery: a text for a user, at a place that is the lane. */
export type Reminder = Delivery & { place: string; text: string; madeAt: Instant };

export const reminders = spec<Reminder>()({
  name: 'reminders',
  scope: 'realm',
  version: 1,
  indexed: { dueAt: 'number', madeAt: 'number' },
  unique: {},
  queries: { due: { order: 'dueAt' }, all: { order: 'madeAt' } },
});

export const newReminder = (id: string, place: string): Reminder => {
  const madeAt = now();
  return { id, place, text: `to ${place}: ${id}`, madeAt, attempts: 0, dueAt: madeAt, expiresAt: madeAt + hours(48) };
};

export interface ReminderSender {
  send(reminder: Reminder): Promise<SendOutcome>;
  report(outcome: DeliveryOutcome & { readonly id: string }): void;
}

export const reminderOutbox = (sender: ReminderSender, trail: Pick<AuditTrail, 'writes'>): OutboxKind<Reminder> => ({
  name: 'reminders',
  spec: reminders,
  retries: { firstWait: seconds(10), longestWait: minutes(5), mostAttempts: 4 },
  laneOf: ({ place }) => place,
  retryUntil: ({ madeAt }) => madeAt + hours(1),
  send: (reminder) => sender.send(reminder),
  onGivenUp: ({ id, attempts, failure }) =>
    trail.writes([
      failedDeliveryEntry({ kind: 'back-channel-logout', why: 'not-delivered', userId: id, attempts, failure }),
    ]),
  report: ({ id }, outcome) => sender.report({ ...outcome, id }),
});
