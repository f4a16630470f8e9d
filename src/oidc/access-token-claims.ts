import type { AuthorizationCode, Client, KoaContextWithOIDC, RefreshToken, UnknownObject } from 'oidc-provider';
import type { Effective } from '../access/effective.js';
import { narrow } from '../access/permission.js';
import {
  type ClaimMapping,
  mappedClaim,
  type MappedValue,
  RELEASED_BY,
  USUAL_ACCESS_TOKEN_CLAIMS,
} from '../realm/claim-mapping.js';
import { clientBehind } from './client-lookup.js';
import { type IssuedToken, scopesOf } from './issued-token.js';

type Oidc = KoaContextWithOIDC['oidc'];

/** What a person's token is made from; a client's own has none. */
export const sourceOf = ({ entities }: Oidc): AuthorizationCode | RefreshToken | undefined =>
  entities.AuthorizationCode ?? entities.RefreshToken;

/** How its user signed in (RFC 9068 2.2.1), as it was when the grant began: no refresh makes it newer. */
export const authenticationOf = (source: AuthorizationCode | RefreshToken | undefined): UnknownObject => ({
  ...(source?.acr !== undefined && { acr: source.acr }),
  ...(source?.amr !== undefined && { amr: source.amr }),
  ...(source?.authTime !== undefined && { auth_time: source.authTime }),
});

/**
 * What a token for one resource server tells of what its subject holds, as the resource server wants it told. Each mapped value by
 * its claim, so that what is too long can be left out.
 */
export function accessClaims(
  oidc: Oidc,
  token: IssuedToken,
  {
    access,
    audience,
    mappings,
  }: { access: Effective; audience: string; mappings: readonly ClaimMapping[] | undefined },
): readonly ToldClaim[] {
  const held = lent({ roles: access.rolesAt(audience), permissions: access.permissions(audience) }, oidc, token);
  const released = releasedTo(oidc);
  const names = (value: MappedValue): readonly string[] | undefined => {
    if (value === 'roles' || value === 'permissions') return held[value];
    if (!released.has(RELEASED_BY[value])) return undefined;
    return namesOf(access, value);
  };
  return (mappings ?? USUAL_ACCESS_TOKEN_CLAIMS).flatMap((mapping) => {
    const told = names(mapping.value);
    const content = told && mappedClaim(mapping, told);
    return content === undefined ? [] : [{ value: mapping.value, claim: mapping.claim, content }];
  });
}

export interface ToldClaim {
  readonly value: MappedValue;
  readonly claim: string;
  readonly content: readonly string[] | string;
}

function namesOf(access: Effective, value: Exclude<MappedValue, 'permissions'>): readonly string[] {
  if (value === 'customer_group') return access.customerGroup === undefined ? [] : [access.customerGroup];
  return access[value];
}

/** The scopes that speak of the person, as far as this request still has them: asked for, granted, and the client's now. */
function releasedTo(oidc: Oidc): ReadonlySet<string> {
  const { client, entities, params, requestParamScopes } = oidc;
  const source = sourceOf(oidc);
  if (!client || !source || !entities.Grant) return new Set();
  const asked = params?.['scope'] !== undefined && entities.RefreshToken ? requestParamScopes : source.scopes;
  const granted = new Set(entities.Grant.getOIDCScopeFiltered(asked).split(' '));
  return new Set(clientBehind(client).scopes.filter((scope) => granted.has(scope)));
}

interface Held {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/**
 * What a token lends of what its subject holds at its audience. Where the request asked for scopes of that audience, no more than the token
 * still has of them: one that was narrowed to none of them lends nothing, not everything. Where it asked for none, all that is held, but for
 * an application that people are asked about: there nobody was asked.
 */
function lent(held: Held, oidc: Oidc, token: IssuedToken): Held {
  const source = sourceOf(oidc);
  const declared = new Set(token.resourceServer?.scopes);
  const asked = [...(source?.scopes ?? [])].some((scope) => declared.has(scope));
  const scopes = scopesOf(token);
  if (asked && !scopes.some((scope) => declared.has(scope))) return { ...held, permissions: [] };
  if (source && !asked && !isFirstParty(oidc.client)) return { roles: [], permissions: [] };
  return { ...held, permissions: narrow(held.permissions, scopes, declared) };
}

const isFirstParty = (client: Client | undefined): boolean => client !== undefined && clientBehind(client).firstParty;
