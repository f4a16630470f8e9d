import type { Instant } from '../../base/clock.js';
import type { DocumentReference, Realm } from '../../storage/store.js';
import type { ReadDocument } from '../request-scope/request-reads.js';

/** Everything that an answer was made from. While it stays the same, the same request has the same answer. */
export interface AnswerBasis {
  readonly documents: readonly DocumentVersion[];
  /** The generation of the caches that were read: see `Caches.generation`. */
  readonly generation: number;
  /** When the answer was known. If the clock is set back before that, another answer may be right. */
  readonly from: Instant;
  /** The earliest time at which time alone may change the answer. */
  readonly until: Instant;
}

/** A document that was read, and the write that made it what it was. */
export interface DocumentVersion extends DocumentReference {
  readonly version: number;
  /** See `CurrentVersion`. */
  readonly incarnation: number;
}

/** Whether this is the basis of an answer now, as far as that is known without the store. */
export const holdsAt = ({ generation, from, until }: AnswerBasis, at: Instant, current: number): boolean =>
  generation === current && from <= at && at < until;

/** Whether every document of an answer is as it was. One call. @throws StoreUnavailable */
export async function areUnchanged(realm: Realm, documents: readonly DocumentVersion[]): Promise<boolean> {
  const current = await realm.currentVersions(documents);
  return documents.every(
    ({ version, incarnation }, at) => current[at]?.version === version && current[at].incarnation === incarnation,
  );
}

/**
 * The documents with their incarnations. Undefined if one has changed since it was read, or was written by a version of Gatehouse that
 * gave none. @throws StoreUnavailable
 */
export async function versionsOf(
  realm: Realm,
  read: readonly ReadDocument[],
): Promise<readonly DocumentVersion[] | undefined> {
  const current = await realm.currentVersions(read);
  const documents = read.flatMap(({ spec, id, version }, at): DocumentVersion[] => {
    const { version: latest, incarnation } = current[at] ?? {};
    return latest === version && incarnation !== undefined ? [{ spec, id, version, incarnation }] : [];
  });
  return documents.length === read.length ? documents : undefined;
}

/**
 * The earliest end of these documents, and of the library's tokens and grants. Documents end by the second, since the library counts in
 * seconds. A model of the library may end within the second before its document.
 *
 * @param other the earliest end of everything else
 */
export function earliestEnd(
  documents: readonly Pick<ReadDocument, 'expiresAt'>[],
  models: readonly unknown[],
  other: Instant,
): Instant {
  const ends = documents.map(({ expiresAt = Infinity }) => Math.floor(expiresAt / 1000));
  for (const model of models) {
    const end = typeof model === 'object' && model !== null && 'exp' in model ? model.exp : undefined;
    if (typeof end === 'number') ends.push(end);
  }
  return Math.min(other, ...ends.map((end) => end * 1000));
}
