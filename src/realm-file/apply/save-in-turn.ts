import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { GatehouseError } from '../../base/errors.js';
import type { Saved } from '../../changes/change-result.js';
import { refusalText } from '../../sentences/sentence.js';
import type { RealmParts } from '../realm-parts.js';

/** Others may write at the same moment, in particular another start of Gatehouse with the same file. */
const MOST_TRIES = 8;

/**
 * Reads, writes the differences, and repeats after a conflict.
 *
 * @throws GatehouseError `bad-configuration` with the message of the refusal
 */
export async function saveInTurn<T>(
  { caches }: Pick<RealmParts, 'caches'>,
  thing: string,
  once: () => Promise<Saved<T>>,
): Promise<T> {
  const saved = await retryOnConflict(once, isConflict, {
    most: MOST_TRIES,
    // The next read may use a cache from before the other change.
    before: () => caches.readMarkers(),
  });
  if (saved.ok) return saved.value;
  throw new GatehouseError('bad-configuration', `Could not write ${thing}: ${refusalText(saved.refusal, 'en')}`);
}

const isConflict = (saved: Saved<unknown>): boolean =>
  !saved.ok && ['changed', 'taken', 'missing'].includes(saved.refusal.code);
