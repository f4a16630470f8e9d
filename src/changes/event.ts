import type { Instant } from '../base/clock.js';
import type { Json, JsonObject } from '../base/json.js';
import type { AnySpec } from '../storage/spec.js';
import type { RealmId } from '../storage/store.js';
import type { Write } from '../storage/write.js';

/** That something changed. Each module declares its own kinds. */
export interface Event {
  /** `<thing>.<what happened>`, past tense: `user.created`. */
  readonly kind: string;
  readonly realm: RealmId;
  readonly subject: { readonly kind: string; readonly id: string };
  /** When it took effect, where a document says so too (`since`): history then has no gap. Absent: when it is recorded. */
  readonly at?: Instant;
  /** The fields that the spec marks `audited`, before and after. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly reason?: string;
  /** The version that this change ends, for history: only what decides access. */
  readonly ended?: { readonly version: number; readonly from: Instant; readonly access: JsonObject };
}

/** Something that happens, and the writes by which it does. */
export interface Change {
  readonly event: Event;
  readonly writes: readonly Write[];
}

/** The part of a document that an event may show: the fields that its spec marks `audited`, never a hashed or sealed one. */
export function auditedOf(spec: AnySpec, document: object): JsonObject {
  const secret = new Set([...(spec.hashed ?? []), ...(spec.sealed ?? [])]);
  const fields = Object.entries(document) as [string, Json | undefined][];
  const shown = fields.filter(
    (entry): entry is [string, Json] =>
      entry[1] !== undefined && spec.audited?.includes(entry[0]) === true && !secret.has(entry[0]),
  );
  return Object.fromEntries(shown);
}
