import { GATEHOUSE_API } from '../realm/resource-servers/resource-server.js';
import type { Principal } from '../http/api/authentication/principal.js';
import type { CallerSecurity } from '../http/api/authentication/security.js';
import type { Client } from '../realm/clients/client.js';

/** A client that asks for decisions, and the identifiers of the resource servers that it is. */
export interface ResourceServerCaller {
  readonly client: Client;
  readonly audiences: readonly string[];
}

/**
 * A client may ask if it is a resource server here (its `introspects`), by HTTP Basic with its secret, or by an access token that it got
 * for itself. Never by a user's token: that says who somebody is, not who asks. Removing a right from the client takes effect here at once.
 */
export const resourceServerSecurity: CallerSecurity = {
  ways: ['client-basic', 'client-token'],
  dpop: 'refused',
  help:
    'A resource server asks by HTTP Basic, with the id and secret of a client that is registered as it (introspects), or by an access token ' +
    `that such a client got for itself (client_credentials) at ${GATEHOUSE_API}.`,
  accepts: (principal) =>
    callerIn(principal)
      ? undefined
      : { reason: 'not-authenticated', words: 'the client is no resource server (introspects)' },
};

/** The caller of an operation that is secured by {@link resourceServerSecurity}. @throws Error for any other */
export function resourceServerOf(principal: Principal): ResourceServerCaller {
  const caller = callerIn(principal);
  if (!caller) throw new Error('The caller is no resource server, and was not refused.');
  return caller;
}

function callerIn(principal: Principal): ResourceServerCaller | undefined {
  if (principal.kind !== 'client') return undefined;
  const { client } = principal;
  const audiences = client.introspects ?? [];
  return audiences.length > 0 ? { client, audiences } : undefined;
}
