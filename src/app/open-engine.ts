import type { StoreAddress } from '../config/store-address.js';
import type { Engine } from '../storage/engine.js';

/** Loads only the engine in use: the other driver would slow down every start. `readOnly` if the kind supports it. */
export async function openEngine(
  address: StoreAddress,
  how: { readOnly?: boolean; calledAs?: string } = {},
): Promise<Engine> {
  switch (address.kind) {
    case 'sqlite': {
      const { openSqlite } = await import('../storage/sqlite/open-sqlite.js');
      return openSqlite(address.path, how);
    }
    case 'mongodb': {
      const { openMongo } = await import('../storage/mongo/open-mongo.js');
      return openMongo(address.url, how);
    }
  }
}
