import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { because } from '../../http/refusals/because.js';
import { noteIgnored } from '../../http/refusals/ignored.js';
import { KNOWN_SCOPES } from '../../realm/resource-servers/known-scopes.js';
import { currentScope } from '../request-scope/request-scope.js';

type ScopeRequest = KoaContextWithOIDC['oidc'];

const KNOWN: ReadonlySet<string> = new Set(KNOWN_SCOPES);

/** The scopes of a request that do not speak of the person: APIs have them, or nobody does. */
export const apiScopesIn = ({ requestParamScopes }: ScopeRequest): readonly string[] =>
  [...requestParamScopes].filter((scope) => scope !== '' && !KNOWN.has(scope));

/** Names in the request's log line which of its scopes no API of the request has: they are ignored. */
export function noteUnknownScopes(oidc: ScopeRequest): void {
  const declared = new Set(Object.values(oidc.resourceServers ?? {}).flatMap(({ scope = '' }) => scope.split(' ')));
  noteIgnored(
    currentScope().ctx,
    'scope',
    apiScopesIn(oidc).filter((scope) => !declared.has(scope)),
  );
}

/**
 * Scopes that nobody knows are ignored, but a request that has no other ends before anybody signs in for nothing (RFC 6749 3.3). One that
 * names an API and no scope is whole where the client is lent what its subject holds.
 *
 * @param parts.lends whether an API that is named without a scope lends what is held
 * @throws InvalidScope
 */
export function assertKnownScope(oidc: ScopeRequest, { lends }: { readonly lends: boolean }): void {
  const requested = [...oidc.requestParamScopes].filter((scope) => scope !== '');
  const apis = Object.values(oidc.resourceServers ?? {});
  if (requested.length === 0 && lends && apis.length > 0) return;
  const declared = new Set(apis.flatMap(({ scope = '' }) => scope.split(' ')));
  if (requested.some((scope) => KNOWN.has(scope) || declared.has(scope))) return;
  if (requested.length === 0) {
    throw because(
      new errors.InvalidScope('no scope is requested: name one, such as openid, or a permission of an API', ''),
      'scope-missing',
    );
  }
  noteUnknownScopes(oidc);
  throw because(
    new errors.InvalidScope('none of the requested scopes is known here', requested.join(' ')),
    'scope-unknown',
  );
}
