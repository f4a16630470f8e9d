import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Missing } from '../../sign-in/flow/facts.js';
import { clientBehind } from '../library/client/client-behind.js';
import { claimsWithin } from '../configuration/claims.js';
import { accessOfAccount } from '../issuance/account-claims.js';
import { heldScopes } from '../issuance/held-scopes.js';
import { currentScope } from '../request-scope/request-scope.js';

/** Claims that need no consent. */
const ALWAYS = new Set(['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss']);

/** The scopes and claims that the client requests, the user holds, and this grant neither contains nor refused. */
export function missingOf(oidc: KoaContextWithOIDC['oidc'], grant: Grant | undefined): Missing {
  const decidedScopes = words(grant?.getOIDCScopeEncountered());
  const decidedClaims = new Set(grant?.getOIDCClaimsEncountered());
  const { settings } = currentScope();
  const access = accessOfAccount(oidc);
  // Claims that the client never gets need no consent.
  const allowed = claimsWithin(oidc.client ? clientBehind(oidc.client).scopes : [], settings.attributeClaims);
  const resourceScopes = Object.entries(oidc.resourceServers ?? {}).flatMap(([identifier, resourceServer]) => {
    const decided = words(grant?.getResourceScopeEncountered(identifier));
    const offered = words(resourceServer.scope);
    const requested = [...oidc.requestParamScopes].filter((scope) => offered.has(scope));
    // Before the sign-in the permissions held are unknown. After it, permissions that the user lacks are neither shown nor granted.
    const grantable = access ? heldScopes(requested, access.permissions(identifier)) : requested;
    const missing = grantable.filter((scope) => !decided.has(scope));
    return missing.length > 0 ? [[identifier, missing] as const] : [];
  });
  return {
    scopes: [...oidc.requestParamOIDCScopes].filter(
      (scope) => !decidedScopes.has(scope) && (scope !== OFFLINE || mayAskOffline(oidc)),
    ),
    claims: [...oidc.requestParamClaims].filter(
      (claim) => allowed.has(claim) && !decidedClaims.has(claim) && !ALWAYS.has(claim),
    ),
    resourceScopes: Object.fromEntries(resourceScopes),
    // If there is no grant, the library creates an empty one without an id.
    ...(grant?.jti === undefined && { noGrant: true as const }),
  };
}

/** Adds all of it to a grant. */
export function give(grant: Grant, { scopes, claims, resourceScopes }: Missing): void {
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  for (const [identifier, names] of Object.entries(resourceScopes)) grant.addResourceScope(identifier, names.join(' '));
}

/** {@link Missing} with nothing in it. */
export const isNothing = ({ scopes, claims, resourceScopes, noGrant }: Missing): boolean =>
  !noGrant && scopes.length === 0 && claims.length === 0 && Object.keys(resourceScopes).length === 0;

/**
 * The same for a request that must not ask (`prompt=none`, OpenID Connect Core 3.1.2.1). There `offline_access` is dropped and the request is not
 * refused, because client libraries send it with every request.
 */
export const missingUnasked = (missing: Missing): Missing => ({
  ...missing,
  scopes: missing.scopes.filter((scope) => scope !== OFFLINE),
});

const OFFLINE = 'offline_access';

/**
 * Whether the request may ask for `offline_access` at all (OpenID Connect Core 11). It may if a page names it, or a remembered consent has
 * it. It also may if the client is a first-party client that is allowed to have it.
 */
function mayAskOffline({ client, prompts }: KoaContextWithOIDC['oidc']): boolean {
  const { firstParty, offlineAccess } = client ? clientBehind(client) : { firstParty: true, offlineAccess: false };
  return !firstParty || offlineAccess || prompts.has('consent');
}

const words = (text: string | undefined): Set<string> => new Set(text?.split(' ').filter((word) => word !== ''));
