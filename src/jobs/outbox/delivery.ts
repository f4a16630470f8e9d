import type { Instant } from '../../base/clock.js';
import { nextWait, type RetrySchedule } from './retry-schedule.js';

/** The fields that every kind of delivery has. */
export type Delivery = {
  id: string;
  attempts: number;
  /** No attempt before this time. Absent: given up, and kept until it expires for operators to see. */
  dueAt?: Instant;
  /** Why the last attempt failed. */
  failure?: string;
  expiresAt: Instant;
};

/** The delivery after a failed attempt: due again later, or given up for its number of attempts or its age. Pure. */
export function afterFailure<D extends Delivery>(
  delivery: D,
  { failure, isPermanent }: { readonly failure: string; readonly isPermanent?: true },
  { retries, retryUntil, at }: { readonly retries: RetrySchedule; readonly retryUntil: Instant; readonly at: Instant },
): D {
  const attempts = delivery.attempts + 1;
  const dueAt = at + nextWait(retries, attempts);
  const failed: D = { ...delivery, attempts, failure, dueAt };
  const isOver = isPermanent === true || attempts >= retries.mostAttempts || dueAt > retryUntil;
  if (isOver) delete failed.dueAt;
  return failed;
}
