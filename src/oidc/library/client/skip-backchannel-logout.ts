import type { Provider } from 'oidc-provider';
import { clientModel } from './client-model.js';

/**
 * Replaces `Client#backchannelLogout` by nothing. The outbox notifies clients of every session that ends. The library would notify some
 * of them a second time, while the user waits.
 */
export function skipBackchannelLogout(provider: Pick<Provider, 'Client'>): void {
  clientModel(provider).prototype.backchannelLogout = async () => undefined;
}
