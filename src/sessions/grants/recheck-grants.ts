import type { Instant } from '../../base/clock.js';
import type { Realm } from '../../storage/store.js';
import { replace, type Write } from '../../storage/write.js';
import { grants } from './grant.js';

/**
 * The writes after which a refresh by these grants needs a confirmation of the person that is later than this. None for grants that are gone
 * or revoked.
 */
export async function recheckingGrants(realm: Realm, ids: readonly string[], at: Instant): Promise<readonly Write[]> {
  const found = await Promise.all(ids.map((id) => realm.of(grants).get(id)));
  return found.flatMap((stored) => {
    if (!stored || stored.revokedAt !== undefined) return [];
    const { version, ...grant } = stored;
    return [replace(grants, { ...grant, confirmedAfter: at }, version)];
  });
}
