import type { Configuration } from 'oidc-provider';
import type { AttributeClaim } from '../../realm/claims/attribute-claims.js';
import { COMPUTED_CLAIM_NAMES, COMPUTED_CLAIMS } from '../../realm/claims/computed-claims.js';
import { isTakenClaim } from '../../realm/claims/reserved-claims.js';
import { KNOWN_SCOPES, type KnownScope } from '../../realm/resource-servers/known-scopes.js';

/** The claims of the protocols by scope (OpenID Connect Core 5.4), and `idp`, the connector of the sign-in. */
const STANDARD: Readonly<Partial<Record<KnownScope, readonly string[]>>> = {
  openid: ['sub', 'acr', 'amr', 'auth_time', 'idp', 'sid'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** `offline_access` releases no claims. */
const RELEASING = KNOWN_SCOPES.filter((scope) => scope !== 'offline_access');

const claimsByScope = (attributes: readonly AttributeClaim[]): Record<string, string[]> =>
  Object.fromEntries(
    RELEASING.map((scope): [string, string[]] => [
      scope,
      [
        ...(STANDARD[scope] ?? []),
        ...COMPUTED_CLAIM_NAMES.filter((name) => COMPUTED_CLAIMS[name].scope === scope),
        ...attributes.filter((each) => each.scope === scope && !isTakenClaim(each.claim)).map(({ claim }) => claim),
      ],
    ]),
  );

/**
 * The claims that a client can receive at all: those of the scopes that it may request. The `claims` parameter requests single ones of
 * these (OpenID Connect Core 5.5). When a client loses a scope, it loses its claims.
 */
export function claimsWithin(
  scopes: readonly string[],
  attributes: readonly AttributeClaim[] = [],
): ReadonlySet<string> {
  const byScope = claimsByScope(attributes);
  return new Set(scopes.flatMap((scope) => byScope[scope] ?? []));
}

/** @param attributes the claims that people's attributes become, besides */
export const claims = (attributes: readonly AttributeClaim[]) =>
  ({
    scopes: [...KNOWN_SCOPES],
    claims: claimsByScope(attributes),
    // Applications read roles and groups from the ID token too, without a second call.
    conformIdTokenClaims: false,
  }) satisfies Configuration;
