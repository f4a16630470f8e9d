import type { Grant, Provider } from 'oidc-provider';
import { currentScope } from '../../request-scope/request-scope.js';
import { oidcOf } from '../../request-scope/session-in-request.js';

/**
 * Wraps `Grant#getOIDCScopeFiltered`: a request for an API is answered even if none of its scopes is granted by name. A first-party client that
 * names no scope gets what its user holds, and a user who holds none of the scopes gets a token without them.
 *
 * The library would answer `access_denied` after the sign-in. It checks whether the granted scopes are an empty text, and a space is not empty.
 */
export function answerWithoutScope(provider: Provider): void {
  const prototype = provider.Grant.prototype as unknown as {
    getOIDCScopeFiltered: (this: Grant, filter: unknown) => string;
  };
  const { getOIDCScopeFiltered } = prototype;
  prototype.getOIDCScopeFiltered = function (filter) {
    const granted = getOIDCScopeFiltered.call(this, filter);
    return granted === '' && asksForAnApi() ? ' ' : granted;
  };
}

function asksForAnApi(): boolean {
  const oidc = oidcOf(currentScope());
  const isAuthorization = oidc?.route === 'authorization' || oidc?.route === 'resume';
  return isAuthorization && Object.keys(oidc.resourceServers ?? {}).length > 0;
}
