import type { Instant } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import { spec } from '../storage/spec.js';

/**
 * An event that happened. It never changes. Everything personal is sealed under the key of the
 * person whom it concerns, so that erasing the person needs no other record.
 */
export type AuditRecord = {
  /** Time-ordered. */
  id: string;
  at: Instant;
  /** One of `KINDS`; a string, since later versions have more. */
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
  /** The client of a sign-in or token, or the receiver of an abandoned delivery. */
  clientId?: string;
  /** Other facts of the kind; nothing personal. */
  details?: JsonObject;
  /** An {@link ActorPart}, sealed under the actor's key. */
  actor?: string;
  /** A {@link SubjectPart}, sealed under the subject's key. */
  subject?: string;
  /** The audit key of `mac`. */
  macKey: string;
  /** By the process that wrote it, over everything but `pending` and itself: see `seal-record`. */
  mac: string;
  /** Only of a mark, and of a record of an earlier version until it is in the chain: see `pending-mark`. */
  pending?: boolean;
};

/** Personal data of the actor. */
export type ActorPart = {
  name?: string;
  address?: string;
  /** The User-Agent header, at most 300 characters. */
  agent?: string;
  /** The browser and system of a sign-in, if the agent names both. */
  device?: { browser: string; system: string };
  /** The reason given by the actor. */
  reason?: string;
};

/** Personal data of the subject. */
export type SubjectPart = {
  name?: string;
  before?: JsonObject;
  after?: JsonObject;
};

/** The fields of a record that are sealed. */
export type RecordPart = 'actor' | 'subject';

export const auditRecords = spec<AuditRecord>()({
  name: 'auditRecords',
  scope: 'realm',
  version: 2,
  // Records of version 1 had their personal data in the open, and no MAC.
  migrations: {
    2: ({ personal: _personal, ...record }) => ({ ...record, macKey: '', mac: '' }),
  },
  indexed: {
    at: 'number',
    kind: 'string',
    actorKind: 'string',
    actorId: 'string',
    subjectKind: 'string',
    subjectId: 'string',
    clientId: 'string',
    outcome: 'string',
    pending: 'boolean',
  },
  unique: {},
  queries: {
    /** By id, for verification: includes a record without a valid time, and marks. */
    all: {},
    byTime: { order: 'at', direction: 'descending' },
    bySubject: { equal: ['subjectKind', 'subjectId'], order: 'at', direction: 'descending' },
    bySubjectAndKind: { equal: ['subjectKind', 'subjectId', 'kind'], order: 'at', direction: 'descending' },
    byActor: { equal: ['actorKind', 'actorId'], order: 'at', direction: 'descending' },
    byKind: { equal: ['kind'], order: 'at', direction: 'descending' },
    byClient: { equal: ['clientId'], order: 'at', direction: 'descending' },
    byOutcome: { equal: ['outcome'], order: 'at', direction: 'descending' },
    /** The oldest kind first, for retention. */
    oldestOfKind: { equal: ['kind'], order: 'at' },
    /** The marks of records that are not in the chain yet, the oldest first: see `pending-mark`. */
    pending: { equal: ['pending'] },
  },
});
