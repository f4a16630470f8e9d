import type { Instant } from '../../base/clock.js';
import type { Realm } from '../../storage/store.js';
import { grants } from './grant.js';

/** Ends a grant, and by it every token that names it, in one write. Revoking what is gone or revoked does nothing. */
export async function revokeGrant(realm: Realm, id: string, at: Instant): Promise<void> {
  await realm
    .of(grants)
    .change(id, ({ version: _, ...grant }) =>
      grant.revokedAt === undefined ? { ...grant, revokedAt: at } : undefined,
    );
}
