/**
 * audit: what happened, who did it, to whom, and how it ended.
 *
 * Owns audit records: the one that goes with each change, and those of what changes nothing (a sign-in, a delivery that was given up). Only ever inserts.
 * Personal data is only in `personal` alone, so that it can be sealed or erased without touching the rest.
 */
import type { Instant } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import { spec } from '../storage/spec.js';

export type AuditRecord = {
  /** In the order of time. */
  id: string;
  at: Instant;
  /** The event's: `role.changed`, `sign-in`. */
  kind: string;
  actorKind: string;
  actorId: string;
  /** Absent where nobody knows whom it was about: a sign-in under a name that nobody has. */
  subjectKind?: string;
  subjectId?: string;
  requestId: string;
  outcome: 'success' | 'failure';
  /** Why it failed, as a stable code. */
  why?: string;
  /** The client of a sign-in, or the receiver of a delivery that was given up. */
  clientId?: string;
  /** The methods of a sign-in (RFC 8176). */
  methods?: string[];
  personal: Personal;
};

/** The personal part of a record. */
export type Personal = {
  names?: { actor?: string; subject?: string };
  address?: string;
  agent?: string;
  before?: JsonObject;
  after?: JsonObject;
  /** The actor's own words. */
  reason?: string;
};

export const auditRecords = spec<AuditRecord>()({
  name: 'auditRecords',
  scope: 'realm',
  version: 1,
  indexed: {
    at: 'number',
    actorKind: 'string',
    actorId: 'string',
    subjectKind: 'string',
    subjectId: 'string',
  },
  unique: {},
  queries: {
    byTime: { order: 'at', direction: 'descending' },
    bySubject: { equal: ['subjectKind', 'subjectId'], order: 'at', direction: 'descending' },
    byActor: { equal: ['actorKind', 'actorId'], order: 'at', direction: 'descending' },
  },
});
