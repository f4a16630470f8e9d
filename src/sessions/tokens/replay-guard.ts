import { CLOCKS_DIFFER, type Instant } from '../../base/clock.js';
import { hashOf, type Hashed } from '../../base/crypto/hash-of.js';
import { spec } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';

/** An external value that may be used once: the hash of its name, kept as long as it would be accepted. */
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
 * Whether it is the first use: of concurrent uses in any number of processes, one is. @throws StoreUnavailable
 * @param expiresAt the end of its validity by the caller's clock; it is kept longer, since other clocks are behind
 */
export async function useOnce(realm: Realm, name: readonly string[], expiresAt: Instant): Promise<boolean> {
  const inserted = await realm
    .of(usedOnce)
    .insert({ id: hashOf(JSON.stringify(name)), expiresAt: expiresAt + CLOCKS_DIFFER });
  return inserted.ok;
}
