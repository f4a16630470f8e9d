import { openEngine } from '../../src/app/open-engine.js';
import type { JsonObject } from '../../src/base/json.js';
import { readAddress } from '../../src/config/store-address.js';
import { clients } from '../../src/realm/clients/client.js';
import type { Host } from '../support/host/host.js';

/** Writes copies of a client past every check, as an earlier version may have stored them. */
export async function storeClients(
  { storeAddress }: Host,
  like: string,
  copies: readonly (JsonObject & { readonly id: string })[],
): Promise<void> {
  const address = readAddress(storeAddress);
  if (!address) throw new Error(`${storeAddress} is no store.`);
  const engine = await openEngine(address);
  await engine.prepare([clients]);
  const { rows } = await engine.walk(clients, { limit: 500 });
  const original = rows.find(({ document }) => document.id === like);
  if (!original) throw new Error(`There is no client ${like}.`);
  const made = copies.map((copy) => ({
    ...original,
    document: { ...original.document, ...copy, incarnation: `copy-${copy.id}` },
  }));
  await engine.adopt(clients, made);
  await engine.close();
}
