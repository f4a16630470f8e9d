import type { Instant } from '../../base/clock.js';
import type { Realm } from '../../storage/store.js';
import { grants } from './grant.js';

/** Revokes a grant, and with it every token that refers to it, in one write. Does nothing if it is gone or revoked. */
export async function revokeGrant(realm: Realm, id: string, at: Instant): Promise<void> {
  await realm
    .of(grants)
    .change(id, ({ version: _, ...grant }) =>
      grant.revokedAt === undefined ? { ...grant, revokedAt: at } : undefined,
    );
}
