import { isDeepStrictEqual } from 'node:util';
import { type Instant, now } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { AnySpec, DocumentOf, Stored } from '../storage/spec.js';
import { insert, removeAt, replace, type Write } from '../storage/write.js';
import type { Actor } from './actor.js';
import { auditedOf, type Event } from './event.js';
import type { Recorder } from './change-recorder.js';
import type { Change } from './event.js';
import type { NamedThing } from './change-problems.js';
import { type Saved, savedAs } from './change-result.js';

/** Creates and changes documents of one kind, each by one event, with before, after and history. */
export interface RecordedDocuments<S> {
  /** Inserts it, with `more` writes in the same commit. */
  create(by: Actor, document: DocumentOf<S>, more?: readonly Write[]): Promise<Saved<Stored<DocumentOf<S>>>>;
  /**
   * Replaces `before` with `after`; writes nothing if they are equal. `since` changes exactly when a field that affects access
   * changes, and the previous version then goes into history.
   */
  change(
    by: Actor,
    before: Stored<DocumentOf<S>>,
    after: DocumentOf<S>,
    how?: How,
  ): Promise<Saved<Stored<DocumentOf<S>>>>;
  /** The change that {@link create} would record. */
  planCreation(document: DocumentOf<S>, how?: How): Change;
  /** The change that {@link change} would record; undefined if nothing differs. */
  planChange(before: Stored<DocumentOf<S>>, after: DocumentOf<S>, how?: How): Change | undefined;
  /**
   * Removes it at the version that was read, with `more` writes in the same commit; fields that affect access go into history.
   */
  planRemoval(before: Stored<DocumentOf<S>>, how?: Omit<How, 'happened'>): Change;
}

interface How {
  /** The second half of the event's name; absent: `changed`. */
  readonly happened?: string;
  readonly reason?: string;
  /** What else the audit record says; nothing personal. */
  readonly details?: JsonObject;
  readonly more?: readonly Write[];
}

interface Recordable<S> {
  readonly spec: S;
  /** The subject kind of its events: `resource-server`. */
  readonly kind: NamedThing['kind'];
  /** The fields of a document that affect access; none if empty. */
  readonly access: (document: DocumentOf<S>) => JsonObject;
}

/** @param kind.spec its documents must have a `since` */
export function recordedDocuments<S extends AnySpec & { readonly document?: { id: string; since: Instant } }>(
  recorder: Recorder,
  kind: Recordable<S>,
): RecordedDocuments<S> {
  const eventOf = (happened: string, id: string, at: Instant): Event => ({
    kind: `${kind.kind}.${happened}`,
    realm: recorder.realm,
    subject: { kind: kind.kind, id },
    at,
  });
  function planned(before: Stored<DocumentOf<S>>, after: DocumentOf<S>, how: How = {}) {
    const { version } = before;
    const more = how.more ?? [];
    const unmoved = { ...after, since: sinceOf(before) };
    if (isDeepStrictEqual(before, { ...unmoved, version }) && more.length === 0) return undefined;
    // Each version that affects access was in force for some time, and `since` distinguishes it from the previous one.
    const at = Math.max(now(), sinceOf(before) + 1);
    const ended = kind.access(before);
    const moved = !isDeepStrictEqual(ended, kind.access(after));
    const document = { ...unversioned(after), since: moved ? at : sinceOf(before) };
    const event: Event = {
      ...eventOf(how.happened ?? 'changed', before.id, at),
      before: auditedOf(kind.spec, before),
      after: auditedOf(kind.spec, document),
      ...(how.reason !== undefined && { reason: how.reason }),
      ...(how.details && { details: how.details }),
      ...(moved && { ended: { version, from: sinceOf(before), access: ended } }),
    };
    return { document, change: { event, writes: [replace(kind.spec, document, version), ...more] } };
  }

  function creation(document: DocumentOf<S>, { happened = 'created', reason, more = [] }: How = {}): Change {
    const event = {
      ...eventOf(happened, document.id, sinceOf(document)),
      after: auditedOf(kind.spec, document),
      ...(reason !== undefined && { reason }),
    };
    return { event, writes: [insert(kind.spec, document), ...more] };
  }

  return {
    async create(by, document, more = []) {
      const outcome = await recorder.recordAll(by, [creation(document, { more })]);
      return savedAs({ kind: kind.kind, name: document.id }, outcome, { ...document, version: 1 });
    },
    async change(by, before, after, how = {}) {
      const plan = planned(before, after, how);
      if (!plan) return { ok: true, value: before };
      const outcome = await recorder.recordAll(by, [plan.change]);
      return savedAs({ kind: kind.kind, name: before.id }, outcome, { ...plan.document, version: before.version + 1 });
    },
    planCreation: creation,
    planChange: (before, after, how) => planned(before, after, how)?.change,
    planRemoval(before, { reason, more = [] } = {}) {
      const { id, version } = before;
      const at = Math.max(now(), sinceOf(before) + 1);
      const access = kind.access(before);
      const event: Event = {
        ...eventOf('removed', id, at),
        before: auditedOf(kind.spec, before),
        ...(reason !== undefined && { reason }),
        ...(Object.keys(access).length > 0 && { ended: { version, from: sinceOf(before), access } }),
      };
      return { event, writes: [removeAt(kind.spec, id, version), ...more] };
    },
  };
}

// The constraint on the spec guarantees the field; the document type computed from the spec does not show it.
const sinceOf = (document: object): Instant => (document as { since: Instant }).since;

// A service may create the new document by spreading the one it read, whose version belongs to the port.
function unversioned<D extends object>(document: D): D {
  const bare: D & { version?: number } = { ...document };
  delete bare.version;
  return bare;
}
