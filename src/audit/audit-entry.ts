import type { Instant } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { Actor } from '../changes/actor.js';
import type { Person } from '../changes/personal/personal-keys.js';
import type { ActorPart, SubjectPart } from './audit-record.js';
import type { AuditKind } from './kinds.js';

/** An event to be recorded, before it is sealed: see {@link AuditRecord}. */
export interface AuditEntry {
  readonly kind: AuditKind;
  /** Its address and agent go into the actor's part. */
  readonly by: Actor;
  /** The actor's name, if it is known without another read. */
  readonly actorName?: string | undefined;
  /** The actor's browser and system, if the kind is about that. */
  readonly device?: ActorPart['device'] | undefined;
  readonly reason?: string | undefined;
  readonly subject?: { readonly kind: string; readonly id: string } | undefined;
  readonly subjectPart?: SubjectPart | undefined;
  readonly outcome: 'success' | 'failure';
  readonly why?: string | undefined;
  readonly clientId?: string | undefined;
  /** Nothing personal: it is stored in the open and outlives an erasure. */
  readonly details?: JsonObject | undefined;
  /** When it happened, if not at the time of recording. */
  readonly at?: Instant | undefined;
}

/** The people under whose keys an entry is sealed. */
export const peopleOf = ({ by, subject }: Pick<AuditEntry, 'by' | 'subject'>): readonly Person[] => [
  by.kind === 'user' ? by.id : undefined,
  subject?.kind === 'user' ? subject.id : undefined,
];
