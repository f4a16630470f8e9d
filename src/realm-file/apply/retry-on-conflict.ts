import { GatehouseError } from '../../base/errors.js';
import type { Saved } from '../../changes/change-result.js';
import type { RealmParts } from '../realm-parts.js';

/** Others may write at the same moment, another start of Gatehouse with the same file above all. */
const MOST_TRIES = 8;

/**
 * Reads, and writes what differs, again when someone else was faster.
 *
 * @throws GatehouseError `bad-configuration` with the sentence of what refused it
 */
export async function settle<T>(
  { caches }: Pick<RealmParts, 'caches'>,
  thing: string,
  once: () => Promise<Saved<T>>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const saved = await once();
    if (saved.ok) return saved.value;
    const { code, message } = saved.refusal;
    const again = code === 'changed' || code === 'taken' || code === 'missing';
    if (!again || tries === MOST_TRIES) {
      throw new GatehouseError('bad-configuration', `Could not write ${thing}: ${message}`);
    }
    // What is read next may be cached here as it was before the other's change.
    await caches.readMarkers();
  }
}
