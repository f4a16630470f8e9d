import type { Provider } from 'oidc-provider';
import { clientModel } from './client-model.js';
import { unauthorizedClient } from './unauthorized-client.js';

/** Wraps `Client#responseTypeAllowed`: the answer is `unauthorized_client` if the client may not use the response type. */
export function checkResponseTypes(provider: Pick<Provider, 'Client'>): void {
  const { prototype } = clientModel(provider);
  const { responseTypeAllowed } = prototype;
  prototype.responseTypeAllowed = function (type) {
    if (responseTypeAllowed.call(this, type)) return true;
    throw unauthorizedClient(this, `response type ${type}`);
  };
}
