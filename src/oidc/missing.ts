import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Missing } from '../sign-in/facts.js';
import { clientBehind } from './client-lookup.js';
import { claimsWithin } from './configuration/claims.js';
import { currentScope } from './request-scope.js';

/** Claims that every answer may carry and nobody is asked about. */
const ALWAYS = new Set(['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss']);

/** What the client asks for and this grant neither gives nor has been refused. */
export function missingOf(oidc: KoaContextWithOIDC['oidc'], grant: Grant | undefined): Missing {
  const decidedScopes = words(grant?.getOIDCScopeEncountered());
  const decidedClaims = new Set(grant?.getOIDCClaimsEncountered());
  // Nobody is asked about what the client is never told.
  const told = claimsWithin(
    oidc.client ? clientBehind(oidc.client).scopes : [],
    currentScope().settings.attributeClaims,
  );
  const resourceScopes = Object.entries(oidc.resourceServers ?? {}).flatMap(([identifier, resourceServer]) => {
    const decided = words(grant?.getResourceScopeEncountered(identifier));
    const offered = words(resourceServer.scope);
    const missing = [...oidc.requestParamScopes].filter((scope) => offered.has(scope) && !decided.has(scope));
    return missing.length > 0 ? [[identifier, missing] as const] : [];
  });
  return {
    scopes: [...oidc.requestParamOIDCScopes].filter((scope) => !decidedScopes.has(scope)),
    claims: [...oidc.requestParamClaims].filter(
      (claim) => told.has(claim) && !decidedClaims.has(claim) && !ALWAYS.has(claim),
    ),
    resourceScopes: Object.fromEntries(resourceScopes),
  };
}

/** Adds all of it to a grant. */
export function give(grant: Grant, { scopes, claims, resourceScopes }: Missing): void {
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  for (const [identifier, names] of Object.entries(resourceScopes)) grant.addResourceScope(identifier, names.join(' '));
}

/** {@link Missing} with nothing in it. */
export const isNothing = ({ scopes, claims, resourceScopes }: Missing): boolean =>
  scopes.length === 0 && claims.length === 0 && Object.keys(resourceScopes).length === 0;

const words = (text: string | undefined): Set<string> => new Set(text?.split(' ').filter((word) => word !== ''));
