import type { Instant } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import type { Realm } from '../../storage/store.js';
import { tokens } from './token.js';

/**
 * Revokes one token of a client that acts for itself; every other token ends with its grant. Does nothing if it is gone or
 * revoked.
 */
export async function revokeToken(realm: Realm, id: Hashed, at: Instant): Promise<void> {
  await realm
    .of(tokens)
    .change(id, ({ version: _, ...token }) =>
      token.revokedAt === undefined ? { ...token, revokedAt: at } : undefined,
    );
}
