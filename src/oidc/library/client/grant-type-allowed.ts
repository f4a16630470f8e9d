import type { Provider } from 'oidc-provider';
import { currentScope } from '../../request-scope/request-scope.js';
import { oidcOf } from '../../request-scope/session-in-request.js';
import { clientModel } from './client-model.js';
import { unauthorizedClient } from './unauthorized-client.js';

/** Wraps `Client#grantTypeAllowed`: the token endpoint answers `unauthorized_client` if the client may not use the grant type. */
export function checkGrantTypes(provider: Pick<Provider, 'Client'>): void {
  const { prototype } = clientModel(provider);
  const { grantTypeAllowed } = prototype;
  prototype.grantTypeAllowed = function (type) {
    if (grantTypeAllowed.call(this, type)) return true;
    const { route, params } = oidcOf(currentScope()) ?? {};
    // The library also asks elsewhere, to choose what a client gets.
    if (route === 'token' && params?.['grant_type'] === type) throw unauthorizedClient(this, `grant type ${type}`);
    return false;
  };
}
