import type { Provider, UnknownObject } from 'oidc-provider';
import {
  type ClientClaimMapping,
  mappedClaim,
  MAPPED_VALUES,
  USUAL_CLIENT_CLAIMS,
} from '../../realm/claims/claim-mapping.js';
import { isTakenClaim } from '../../realm/claims/reserved-claims.js';
import type { Client } from '../../realm/clients/client.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import type { MappedClaim } from './access-token-claims.js';
import { clientBehind } from '../requests/client-lookup.js';
import { jwtBytes } from './jwt-size.js';
import { claimsOf, withinBudget } from './fit-token-budget.js';

interface ClientClaimsParts {
  readonly issuer: string;
  readonly signing: readonly SigningKey[];
}

/**
 * Makes the provider tell each client of roles, permissions and groups as that client's mapping says, and its ID tokens keep its budget.
 * The library decides, by the usual names, what scopes, consent and the claims parameter release; what is released is
 * told under the client's names, and nothing else.
 */
export function tellByMapping(provider: Provider, { issuer, signing }: ClientClaimsParts): void {
  const claims = provider.Claims.prototype as unknown as Released;
  const { result } = claims;
  claims.result = async function () {
    const released = await result.call(this);
    return { ...without(released, MAPPED_VALUES), ...claimsOf(mappedOf(released, clientBehind(this.client))) };
  };

  const idToken = provider.IdToken.prototype as unknown as Composed;
  const { payload } = idToken;
  idToken.payload = async function () {
    const client = clientBehind(this.client);
    // OpenID Connect Core 5.4: with a code, claims that scopes ask for are at userinfo. Claims that the claims parameter requests stay.
    if (client.idTokenClaims === 'requested') this.scope = 'openid';
    const whole = await payload.call(this);
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
  };
}

/** Two of the library's methods, each with what the published types leave out. */
interface Released {
  readonly client: object;
  result: (this: Released) => Promise<UnknownObject>;
}
interface Composed {
  readonly client: object;
  /** Which claims scopes release. */
  scope: string;
  payload: (this: Composed) => Promise<UnknownObject>;
}

const A_TIME = 1_000_000_000;

const mappingsOf = ({ claims }: Client): readonly ClientClaimMapping[] =>
  (claims ?? USUAL_CLIENT_CLAIMS).filter(({ claim }) => !isTakenClaim(claim));

/** @param released by the usual names; permissions by their resource servers (see `account`) */
function mappedOf(released: UnknownObject, client: Client): MappedClaim[] {
  return mappingsOf(client).flatMap((mapping) => {
    const names = namesIn(released[mapping.value], mapping);
    const content = names && mappedClaim(mapping, names);
    return content === undefined ? [] : [{ value: mapping.value, claim: mapping.claim, content }];
  });
}

/** What `account` made of it. */
function namesIn(released: unknown, { value, resourceServer = '' }: ClientClaimMapping): readonly string[] | undefined {
  if (released === undefined) return undefined;
  if (value === 'permissions') return (released as Readonly<Record<string, readonly string[]>>)[resourceServer];
  return value === 'customer_group' ? [released as string] : (released as readonly string[]);
}

const mappedIn = (claims: UnknownObject, client: Client): MappedClaim[] =>
  mappingsOf(client).flatMap(({ value, claim }) => {
    const content = claims[claim] as MappedClaim['content'] | undefined;
    return content === undefined ? [] : [{ value, claim, content }];
  });

const without = (claims: UnknownObject, names: readonly string[]): UnknownObject =>
  Object.fromEntries(Object.entries(claims).filter(([claim]) => !names.includes(claim)));
