import type { Instant } from '../base/clock.js';
import { newId, timeOrderedId } from '../base/crypto/ids.js';
import type { AuditRecord } from './audit-record.js';

/** A message to an external receiver that is no longer retried. */
export interface FailedDelivery {
  /** The record's kind: `back-channel-logout`. */
  readonly kind: string;
  /** A stable code. */
  readonly why: string;
  /** The user concerned. */
  readonly userId: string;
  /** The client that should have received it. */
  readonly clientId?: string;
  readonly attempts: number;
  readonly failure?: string | undefined;
}

/** The audit record of an abandoned delivery. */
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
