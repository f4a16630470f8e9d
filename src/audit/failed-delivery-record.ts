import type { Instant } from '../base/clock.js';
import { newId, timeOrderedId } from '../base/crypto/ids.js';
import type { AuditRecord } from './audit-record.js';

/** A message to somebody outside that is not tried any more. */
export interface FailedDelivery {
  /** The record's kind: `back-channel-logout`. */
  readonly kind: string;
  /** A stable code. */
  readonly why: string;
  /** The user whom the message is about. */
  readonly userId: string;
  /** The client that was to receive it. */
  readonly clientId?: string;
  readonly attempts: number;
  readonly failure?: string | undefined;
}

/** The audit record of a delivery that was given up. */
export const failedDeliveryRecord = (
  { kind, why, userId, clientId, attempts, failure }: FailedDelivery,
  at: Instant,
): AuditRecord => ({
  id: timeOrderedId(at),
  at,
  kind,
  actorKind: 'system',
  actorId: 'outbox',
  requestId: newId(),
  subjectKind: 'user',
  subjectId: userId,
  outcome: 'failure',
  why,
  ...(clientId !== undefined && { clientId }),
  personal: { after: { attempts, ...(failure !== undefined && { failure }) } },
});
