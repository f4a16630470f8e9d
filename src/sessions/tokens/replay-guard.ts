import { CLOCKS_DIFFER, type Instant } from '../../base/clock.js';
import { hashOf, type Hashed } from '../../base/crypto/hash-of.js';
import { spec } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, type Write } from '../../storage/write.js';

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
  return (await realm.of(usedOnce).insert(use(name, expiresAt))).ok;
}

/** The write of a use, for a commit that is refused unless it is the first. */
export const onceUsed = (name: readonly string[], expiresAt: Instant): Write => insert(usedOnce, use(name, expiresAt));

/** Whether it was used already. @throws StoreUnavailable */
export const wasUsed = async (realm: Realm, name: readonly string[]): Promise<boolean> =>
  (await realm.of(usedOnce).get(idOf(name))) !== undefined;

const use = (name: readonly string[], expiresAt: Instant): UsedOnce => ({
  id: idOf(name),
  expiresAt: expiresAt + CLOCKS_DIFFER,
});

const idOf = (name: readonly string[]): Hashed => hashOf(JSON.stringify(name));
