import type { UnknownObject } from 'oidc-provider';
import { type ClientClaimMapping, mappedClaim, USUAL_CLIENT_CLAIMS } from '../../realm/claims/claim-mapping.js';
import { COMPUTED_CLAIM_NAMES } from '../../realm/claims/computed-claims.js';
import { isTakenClaim } from '../../realm/claims/reserved-claims.js';
import type { Client } from '../../realm/clients/client.js';
import type { MappedClaim } from './access-token-claims.js';
import { claimsOf } from './fit-token-budget.js';

/**
 * The released claims as a client reads them: roles, permissions and groups under the names of its own mapping, and all others unchanged.
 * Pure.
 *
 * @param released by the usual names; permissions by their resource servers (see `account-claims`)
 */
export const claimsForClient = (released: UnknownObject, client: Client): UnknownObject => ({
  ...without(released, COMPUTED_CLAIM_NAMES),
  ...claimsOf(mappedOf(released, client)),
});

/** Those of these claims that the client's mapping names, each with the value that it was made from. Pure. */
export const mappedIn = (claims: UnknownObject, client: Client): MappedClaim[] =>
  mappingsOf(client).flatMap(({ value, claim }) => {
    const content = claims[claim] as MappedClaim['content'] | undefined;
    return content === undefined ? [] : [{ value, claim, content }];
  });

export const without = (claims: UnknownObject, names: readonly string[]): UnknownObject =>
  Object.fromEntries(Object.entries(claims).filter(([claim]) => !names.includes(claim)));

const mappingsOf = ({ claims }: Client): readonly ClientClaimMapping[] =>
  (claims ?? USUAL_CLIENT_CLAIMS).filter(({ claim }) => !isTakenClaim(claim));

function mappedOf(released: UnknownObject, client: Client): MappedClaim[] {
  return mappingsOf(client).flatMap((mapping) => {
    const names = namesIn(released[mapping.value], mapping);
    const content = names && mappedClaim(mapping, names);
    return content === undefined ? [] : [{ value: mapping.value, claim: mapping.claim, content }];
  });
}

/** The names in a claim as `account-claims` made it. */
function namesIn(released: unknown, { value, resourceServer = '' }: ClientClaimMapping): readonly string[] | undefined {
  if (released === undefined) return undefined;
  if (value === 'permissions') return (released as Readonly<Record<string, readonly string[]>>)[resourceServer];
  return typeof released === 'string' ? [released] : (released as readonly string[]);
}
