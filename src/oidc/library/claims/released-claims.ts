import type { Provider, UnknownObject } from 'oidc-provider';
import { claimsForClient } from '../../issuance/client-claims.js';
import { clientBehind } from '../client/client-behind.js';

/** The library's method, with what the published types leave out. */
interface ReleasedClaims {
  readonly client: object;
  result: (this: ReleasedClaims) => Promise<UnknownObject>;
}

/**
 * Wraps `Claims#result`: the client reads roles, permissions and groups under the names of its own mapping. By the usual names, the library
 * decides what scopes, consent and the claims parameter release.
 */
export function nameClaimsForClients(provider: Pick<Provider, 'Claims'>): void {
  const prototype = provider.Claims.prototype as unknown as ReleasedClaims;
  const { result } = prototype;
  prototype.result = async function () {
    return claimsForClient(await result.call(this), clientBehind(this.client));
  };
}
