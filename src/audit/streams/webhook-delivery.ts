import { days, type Instant, minutes, seconds } from '../../base/clock.js';
import type { Delivery } from '../../jobs/outbox/delivery.js';
import type { RetrySchedule } from '../../jobs/outbox/retry-schedule.js';
import { spec } from '../../storage/spec.js';

/**
 * That a webhook is to be sent the next part of the chain. The id is the stream's name, so each has one at most, however long
 * its receiver is away. What is sent is read when it is sent: no personal data is stored a second time.
 */
export type WebhookDelivery = Delivery;

export const webhookDeliveries = spec<WebhookDelivery>()({
  name: 'auditWebhookDeliveries',
  scope: 'realm',
  version: 1,
  indexed: { dueAt: 'number' },
  unique: {},
  queries: { due: { order: 'dueAt' } },
});

/** A delivery that expires is created anew from the cursor, so nothing is lost. */
const LIFE = days(30);

export const newWebhookDelivery = (stream: string, at: Instant): WebhookDelivery => ({
  id: stream,
  attempts: 0,
  dueAt: at,
  expiresAt: at + LIFE,
});

/** It is never given up: the chain keeps what the receiver has not got. */
export const WEBHOOK_RETRIES: RetrySchedule = {
  firstWait: seconds(5),
  longestWait: minutes(5),
  mostAttempts: Infinity,
};
