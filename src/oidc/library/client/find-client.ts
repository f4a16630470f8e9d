import type { Provider } from 'oidc-provider';
import { type Instant, minutes, now } from '../../../base/clock.js';
import { isPrototypeName } from '../../../base/text/prototype-names.js';
import type { Client } from '../../../realm/clients/client.js';
import { clientMetadata } from '../../configuration/client-metadata.js';
import type { ClientLookup } from '../../requests/client-lookup.js';
import { attachClient } from './client-behind.js';
import { clientModel, type LibraryClient } from './client-model.js';

/** How long keys from a client's address are believed without asking again. */
const KEYS_KEPT = minutes(10);

/**
 * Replaces `Client.find`: the provider finds our clients. The library would hash a client's whole metadata at every request, and keep a
 * hundred clients.
 */
export function findClients(provider: Pick<Provider, 'Client'>, clients: ClientLookup): void {
  const Model = clientModel(provider);
  // For this provider only. An entry lives as long as the cached document that it was built from.
  const built = new WeakMap<Client, { readonly client: LibraryClient; readonly at: Instant }>();

  Model.find = async (id) => {
    const client = typeof id === 'string' && id !== '' ? await clients.get(id) : undefined;
    // The library keeps a session's clients in a plain object, so such an id, stored by an earlier version, is unknown here.
    if (!client || isPrototypeName(client.id)) return undefined;
    const known = built.get(client);
    // Keys that were removed at their address must not be believed for as long as this process lives.
    if (known && (client.jwksUri === undefined || now() - known.at < KEYS_KEPT)) return known.client;
    const fresh = new Model(clientMetadata(client));
    // To the library a client without scopes may ask for all of them. To us it may ask for none, which a space says.
    if (client.scopes.length === 0) fresh.scope = ' ';
    built.set(client, { client: fresh, at: now() });
    return attachClient(fresh, client);
  };
}
