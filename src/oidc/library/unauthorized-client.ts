import { errors, type Provider } from 'oidc-provider';
import { because } from '../../http/refusals/because.js';
import { clientBehind } from '../requests/client-lookup.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';

/**
 * Makes the provider answer `unauthorized_client` where a client asks by a grant type that exists and is not among its own: at the token endpoint
 * (RFC 6749 5.2) and for `response_type=code` (4.1.2.1). The library answers `invalid_request` to both.
 */
export function refuseUnauthorizedClients(provider: Provider): void {
  const prototype = provider.Client.prototype as unknown as LibraryClientPrototype;
  const { grantTypeAllowed, responseTypeAllowed } = prototype;

  prototype.grantTypeAllowed = function (type) {
    if (grantTypeAllowed.call(this, type)) return true;
    const { route, params } = oidcOf(currentScope()) ?? {};
    // Asked elsewhere as well, to choose what a client gets.
    if (route === 'token' && params?.['grant_type'] === type) throw unauthorized(this, `grant type ${type}`);
    return false;
  };
  prototype.responseTypeAllowed = function (type) {
    if (responseTypeAllowed.call(this, type)) return true;
    throw unauthorized(this, `response type ${type}`);
  };
}

function unauthorized(client: object, what: string): Error {
  const { grantTypes } = clientBehind(client);
  return because(
    new errors.UnauthorizedClient(`the client may not use the ${what}`),
    'grant-type-not-allowed',
    `the client asked by the ${what}; its grant types are ${grantTypes.join(', ')}`,
  );
}

interface LibraryClientPrototype {
  grantTypeAllowed: (this: object, type: string) => boolean;
  responseTypeAllowed: (this: object, type: string) => boolean;
}
