import type { Hashed } from '../../base/crypto/hash-of.js';
import { openAgain } from '../../sessions/tokens/redemption.js';
import type { Token } from '../../sessions/tokens/token.js';
import type { Stored } from '../../storage/spec.js';
import { currentScope } from './request-scope.js';
import { oidcOf } from './session-in-request.js';

/**
 * Whether a code or refresh token that was exchanged before is good all the same, since whoever exchanged it was not answered. Asked by
 * its own client at the token endpoint alone.
 *
 * @param presented of a refresh token: the hash of what was presented
 */
export async function isFreeAgain(token: Stored<Token>, presented?: Hashed): Promise<boolean> {
  const scope = currentScope();
  const { route, client } = oidcOf(scope) ?? {};
  if (client && (route !== 'token' || client.clientId !== token.clientId)) return false;
  const open = await openAgain(scope.realm, token, presented);
  if (open) scope.reads.token.remember(open.id, open);
  return open !== undefined;
}
