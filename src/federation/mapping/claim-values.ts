import { compareAsStored } from '../../base/text/compare-as-stored.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';

export type UpstreamClaims = UpstreamIdentity['claims'];

/**
 * The distinct values of a claim that are not blank, smallest first. A directory returns the values of an attribute in any order
 * (RFC 4512 2.5), so their order says nothing. A claim is found by its exact name, or else by that name in lower case, which is
 * how directories' attributes are named.
 */
export function claimValues(claims: UpstreamClaims, name: string): readonly string[] {
  const values = claims.get(name) ?? claims.get(name.toLowerCase()) ?? [];
  return [...new Set(values)].filter((value) => value.trim() !== '').sort(compareAsStored);
}
