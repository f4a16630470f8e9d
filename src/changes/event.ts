import type { Instant } from '../base/clock.js';
import type { Json, JsonObject } from '../base/json.js';
import type { AnySpec } from '../storage/spec.js';
import type { RealmId } from '../storage/store.js';
import type { Write } from '../storage/write.js';

/** That something changed. Each module declares its own kinds. */
export interface Event {
  /** `<object>.<past tense>`: `user.created`. */
  readonly kind: string;
  readonly realm: RealmId;
  readonly subject: { readonly kind: string; readonly id: string };
  /**
   * When it took effect, if a document contains that too (`since`), so that history has no gap. Absent: the time of recording.
   */
  readonly at?: Instant;
  /** The fields that the spec marks `audited`, before and after. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly reason?: string;
  /** The user concerned, if the subject only belongs to them: a consent, a session. The audit record is about the user then. */
  readonly person?: string;
  /** The client concerned, for the audit record. */
  readonly clientId?: string;
  /** What else the audit record says; nothing personal. */
  readonly details?: JsonObject;
  /** The version that this change ends, for history; only the fields that affect access. */
  readonly ended?: { readonly version: number; readonly from: Instant; readonly access: JsonObject };
}

/** An event and the writes that cause it. */
export interface Change {
  readonly event: Event;
  readonly writes: readonly Write[];
}

/** The part of a document that an event may contain: the fields that its spec marks `audited`, never a hashed or sealed one. */
export function auditedOf(spec: AnySpec, document: object): JsonObject {
  const secret = new Set([...(spec.hashed ?? []), ...(spec.sealed ?? [])]);
  const fields = Object.entries(document) as [string, Json | undefined][];
  const shown = fields.filter(
    (entry): entry is [string, Json] =>
      entry[1] !== undefined && spec.audited?.includes(entry[0]) === true && !secret.has(entry[0]),
  );
  return Object.fromEntries(shown);
}
