import type { Client } from '../../../realm/clients/client.js';

const OURS = Symbol('the client that this was built of');
interface Built {
  [OURS]?: Client;
}

/** Lets {@link clientBehind} find our client by the library's. */
export function attachClient<T extends object>(library: T, client: Client): T {
  (library as Built)[OURS] = client;
  return library;
}

/** Our client, of which the library's was built. */
export function clientBehind(library: object): Client {
  const client = (library as Built)[OURS];
  if (!client) throw new Error('A client was met that the look-up did not build.');
  return client;
}
