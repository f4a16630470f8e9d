import type { UnknownObject } from 'oidc-provider';
import type { Client } from '../../realm/clients/client.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { mappedIn, without } from './client-claims.js';
import { withinBudget } from './fit-token-budget.js';
import { jwtBytes } from './jwt-size.js';

const A_TIME = 1_000_000_000;

/**
 * The claims of an ID token within its client's budget.
 *
 * @param whole its claims under the client's names, without those of every ID token
 * @throws InvalidScope where the client's rule is to refuse, or leaves it too long even so
 */
export function fitIdToken(
  whole: UnknownObject,
  client: Client,
  { issuer, signing }: { readonly issuer: string; readonly signing: readonly SigningKey[] },
): UnknownObject {
  const mapped = mappedIn(whole, client);
  if (mapped.length === 0) return whole;
  const rest = without(
    whole,
    mapped.map(({ claim }) => claim),
  );
  const fixed = { iss: issuer, aud: client.id, iat: A_TIME, exp: A_TIME };
  const bytesWith = (some: UnknownObject): number =>
    jwtBytes({ ...rest, ...some, ...fixed }, { alg: client.idTokenAlgorithm, signing });
  return {
    ...rest,
    ...withinBudget({ what: 'ID token', scopes: ['openid'], claims: mapped, bytesWith }, client).claims,
  };
}
