import { newId } from '../base/crypto/ids.js';
import type { AuditEntry } from './audit-entry.js';
import type { AuditKind } from './kinds.js';

/** A message to an external receiver that is no longer retried. */
export interface FailedDelivery {
  /** The record's kind: `back-channel-logout`. */
  readonly kind: AuditKind;
  /** A stable code. */
  readonly why: string;
  /** The user concerned. */
  readonly userId: string;
  /** The client that should have received it. */
  readonly clientId?: string;
  readonly attempts: number;
  readonly failure?: string | undefined;
}

/** The audit entry of an abandoned delivery. */
export const failedDeliveryEntry = ({
  kind,
  why,
  userId,
  clientId,
  attempts,
  failure,
}: FailedDelivery): AuditEntry => ({
  kind,
  by: { kind: 'system', id: 'outbox', requestId: newId() },
  subject: { kind: 'user', id: userId },
  outcome: 'failure',
  why,
  clientId,
  details: { attempts, ...(failure !== undefined && { failure }) },
});
