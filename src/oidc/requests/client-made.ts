import type { Instant } from '../../base/clock.js';
import { clientBehind } from '../library/client/client-behind.js';
import { currentScope } from '../request-scope/request-scope.js';
import { oidcOf } from '../request-scope/session-in-request.js';

/** When the client of this request was created, for what is issued to it. */
export function clientMade(clientId: string): { readonly clientMade?: Instant } {
  const client = oidcOf(currentScope())?.client;
  return client?.clientId === clientId ? { clientMade: clientBehind(client).createdAt } : {};
}
