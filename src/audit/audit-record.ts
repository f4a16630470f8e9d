import type { Instant } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import { spec } from '../storage/spec.js';

export type AuditRecord = {
  /** Time-ordered. */
  id: string;
  at: Instant;
  /** The kind of the event: `role.changed`, `sign-in`. */
  kind: string;
  actorKind: string;
  actorId: string;
  /** Absent if the subject is unknown: a sign-in with a name that no user has. */
  subjectKind?: string;
  subjectId?: string;
  requestId: string;
  outcome: 'success' | 'failure';
  /** Why it failed, as a stable code. */
  why?: string;
  /** The client of a sign-in, or the receiver of an abandoned delivery. */
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
  /** The reason given by the actor. */
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
