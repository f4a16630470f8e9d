import { CLOCKS_DIFFER, type Instant } from '../../base/clock.js';
import { hashOf, type Hashed } from '../../base/crypto/hash-of.js';
import { spec } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';

/** Something of others that opens a door once: the hash of its name, kept for as long as it would be believed. */
export type UsedOnce = { id: Hashed; expiresAt: Instant };

export const usedOnce = spec<UsedOnce>()({
  name: 'usedOnce',
  scope: 'realm',
  version: 1,
  indexed: {},
  hashed: ['id'],
  unique: {},
  queries: {},
});

/**
 * Whether it is the first time: of however many at once, in however many processes, one is. @throws StoreUnavailable
 * @param expiresAt until then it would be believed, by the clock of whoever asks: it is kept for longer, since others are behind
 */
export async function useOnce(realm: Realm, name: readonly string[], expiresAt: Instant): Promise<boolean> {
  const inserted = await realm
    .of(usedOnce)
    .insert({ id: hashOf(JSON.stringify(name)), expiresAt: expiresAt + CLOCKS_DIFFER });
  return inserted.ok;
}
