import type { Provider } from 'oidc-provider';
import { isOtherLocalhost } from '../../requests/localhost-port.js';
import { clientBehind } from './client-behind.js';
import { clientModel } from './client-model.js';

/** Wraps `Client#redirectUriAllowed`: another port of `localhost` is refused unless the client has `localhostAnyPort`. */
export function checkRedirectUris(provider: Pick<Provider, 'Client'>): void {
  const { prototype } = clientModel(provider);
  const { redirectUriAllowed } = prototype;
  prototype.redirectUriAllowed = function (uri) {
    const { redirectUris, localhostAnyPort } = clientBehind(this);
    return redirectUriAllowed.call(this, uri) && (localhostAnyPort || !isOtherLocalhost(uri, redirectUris));
  };
}
