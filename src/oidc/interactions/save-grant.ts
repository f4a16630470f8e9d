import type { Grant } from 'oidc-provider';
import type { WriteGrant } from '../request-scope/grant-writers.js';
import { currentScope } from '../request-scope/request-scope.js';

/**
 * Saves a grant of the library, and gives its id. It is written when the answer is known.
 *
 * @param write writes it together with what depends on it. Absent: it is written alone.
 */
export async function saveGrant(grant: Grant, write?: WriteGrant): Promise<string> {
  if (write) currentScope().grantWriters.set(grant.jti, write);
  return grant.save();
}
