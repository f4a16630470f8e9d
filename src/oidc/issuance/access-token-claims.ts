import {
  type AuthorizationCode,
  type Client,
  errors,
  type KoaContextWithOIDC,
  type RefreshToken,
  type UnknownObject,
} from 'oidc-provider';
import type { Effective } from '../../access/evaluation/effective.js';
import { narrow } from '../../access/model/expand-permissions.js';
import { type ClaimMapping, mappedClaim, USUAL_ACCESS_TOKEN_CLAIMS } from '../../realm/claims/claim-mapping.js';
import { COMPUTED_CLAIMS, type ComputedClaimName } from '../../realm/claims/computed-claims.js';
import { isTakenClaim } from '../../realm/claims/reserved-claims.js';
import { apiScopesIn, assertKnownScope } from '../requests/requested-scopes.js';
import { because } from '../../http/refusals/because.js';
import { clientBehind } from '../library/client/client-behind.js';
import { computedNames } from './computed-claim-values.js';
import { heldScopes } from './held-scopes.js';
import { type IssuedToken, scopesOf } from './issued-token.js';

type IssuingRequest = KoaContextWithOIDC['oidc'];

/** The code or refresh token that a user's token is made from; a client's own token has none. */
export const sourceOf = ({ entities }: IssuingRequest): AuthorizationCode | RefreshToken | undefined =>
  entities.AuthorizationCode ?? entities.RefreshToken;

/**
 * How its user signed in (RFC 9068 2.2.1, and the connector), as it was when the grant began: no refresh makes it newer.
 *
 * @param connector of the account that was found for the source
 */
export const authenticationOf = (
  source: AuthorizationCode | RefreshToken | undefined,
  connector?: string,
): UnknownObject => ({
  ...(source?.acr !== undefined && { acr: source.acr }),
  ...(source?.amr !== undefined && { amr: source.amr }),
  ...(source?.authTime !== undefined && { auth_time: source.authTime }),
  ...(source && connector !== undefined && { idp: connector }),
});

/**
 * The claims about its subject's access in a token for one resource server, as that API wants them named. Each mapped value
 * with its claim, so that what is too long can be left out.
 */
export function accessClaims(parts: {
  readonly access: Effective;
  readonly conveyed: ConveyedAccess;
  /** The scopes that speak of the person. */
  readonly released: ReadonlySet<string>;
  readonly mappings: readonly ClaimMapping[] | undefined;
}): readonly MappedClaim[] {
  const { access, conveyed, released, mappings } = parts;
  const names = (value: ComputedClaimName): readonly string[] | undefined => {
    if (value === 'roles' || value === 'permissions') return conveyed[value];
    if (!released.has(COMPUTED_CLAIMS[value].scope)) return undefined;
    return computedNames(value, access);
  };
  return (mappings ?? USUAL_ACCESS_TOKEN_CLAIMS).flatMap((mapping) => {
    if (isTakenClaim(mapping.claim)) return [];
    const values = names(mapping.value);
    const content = values && mappedClaim(mapping, values);
    return content === undefined ? [] : [{ value: mapping.value, claim: mapping.claim, content }];
  });
}

/** One claim about access under the name that its reader wants, with the value that it was made from. */
export interface MappedClaim {
  readonly value: ComputedClaimName;
  readonly claim: string;
  readonly content: readonly string[] | string;
}

/** The scopes that speak of the person, as far as this request still has them: asked for, granted, and the client's now. */
export function releasedScopes(oidc: IssuingRequest): ReadonlySet<string> {
  const { client, entities, params, requestParamScopes } = oidc;
  const source = sourceOf(oidc);
  if (!client || !source || !entities.Grant) return new Set();
  const requested = params?.['scope'] !== undefined && entities.RefreshToken ? requestParamScopes : source.scopes;
  const granted = new Set(entities.Grant.getOIDCScopeFiltered(requested).split(' '));
  return new Set(clientBehind(client).scopes.filter((scope) => granted.has(scope)));
}

/** The access of its subject that a token carries at its audience. `scopes` and `permissions` agree: the one covers just the other. */
export interface ConveyedAccess {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/**
 * The access that a token carries: requested, granted and held. Where the request asked for no scope of that audience, all that is held; but
 * nothing at an application that people are asked about, since there nobody was asked.
 *
 * @throws InvalidScope (RFC 6749 5.2) where a client that acts for itself holds nothing of what it asked for
 */
export function conveyedAccess(
  audience: string,
  access: Effective,
  oidc: IssuingRequest,
  token: IssuedToken,
): ConveyedAccess {
  const heldPermissions = access.permissions(audience);
  const roles = access.rolesAt(audience);
  const source = sourceOf(oidc);
  const declared = new Set(token.resourceServer?.scopes);
  const requested = [...(source?.scopes ?? oidc.requestParamScopes)].filter((scope) => declared.has(scope));
  if (requested.length === 0) {
    if (!source && apiScopesIn(oidc).length > 0) assertKnownScope(oidc, { lends: true });
    const everything = !source || isFirstParty(oidc.client);
    return everything
      ? { scopes: heldPermissions, roles, permissions: heldPermissions }
      : { scopes: [], roles: [], permissions: [] };
  }
  const scopes = heldScopes(scopesOf(token), heldPermissions);
  if (!source && scopes.length === 0) {
    throw because(
      new errors.InvalidScope('the client holds none of the permissions that it asked for', requested.join(' ')),
      'scope-not-held',
    );
  }
  const permissions = scopes.length === 0 ? [] : narrow(heldPermissions, scopes, declared);
  return { scopes, roles, permissions };
}

const isFirstParty = (client: Client | undefined): boolean => client !== undefined && clientBehind(client).firstParty;
