import type { Provider } from 'oidc-provider';
import { isOtherLocalhost } from '../../requests/localhost-port.js';
import { clientBehind } from './client-behind.js';
import { clientModel } from './client-model.js';

/** Wraps `Client#postLogoutRedirectUriAllowed`, as `redirect-uri-allowed` does for sign-in. */
export function checkPostLogoutRedirectUris(provider: Pick<Provider, 'Client'>): void {
  const { prototype } = clientModel(provider);
  const { postLogoutRedirectUriAllowed } = prototype;
  prototype.postLogoutRedirectUriAllowed = function (uri) {
    const { postLogoutRedirectUris, localhostAnyPort } = clientBehind(this);
    const isAllowed = postLogoutRedirectUriAllowed.call(this, uri);
    return isAllowed && (localhostAnyPort || !isOtherLocalhost(uri, postLogoutRedirectUris));
  };
}
