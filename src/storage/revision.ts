import type { Instant } from '../base/clock.js';

/**
 * One state of a document: two states with the same revision have the same content.
 *
 * The version alone would not do: a document that is removed and made anew begins at 1 again, and a restored backup counts up
 * again from an earlier version.
 */
export interface Revision {
  readonly version: number;
  /** A random integer, new with each write. */
  readonly incarnation: number;
}

/** The state of an existing document, without its content. */
export interface CurrentVersion {
  readonly version: number;
  /**
   * As in {@link Revision}. Absent for a document that an older Gatehouse wrote: whether it is unchanged can't be known without
   * reading it.
   */
  readonly incarnation?: number;
  readonly expiresAt?: Instant;
}

const revisions = new WeakMap<object, Revision>();

/**
 * The revision of a document that `get` or `findOne` returned. Undefined if its kind is not `revalidated`, or if an older
 * Gatehouse wrote it.
 */
export const revisionOf = (document: object): Revision | undefined => revisions.get(document);

/** Makes the revision of a document available to {@link revisionOf}. */
export function noteRevision(document: object, revision: Revision): void {
  revisions.set(document, revision);
}
