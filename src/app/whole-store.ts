import { isDeepStrictEqual } from 'node:util';
import { GatehouseError } from '../base/errors.js';
import type { Config } from '../config/config.js';
import type { StoreAddress } from '../config/store-address.js';
import { hasKeyCheck } from '../storage/sealing/key-check.js';
import { OWN_SPECS } from '../storage/open-store.js';
import { refuseUnfinishedCopy } from '../storage/migration/unfinished-copy.js';
import { type Copied, copyStore, type CopyJob } from '../transfer/copy-store.js';
import { openEngine } from './open-engine.js';
import { SPECS } from './modules.js';

/** Whether the store was sealed with a key before, so that no new key may be created for it. */
export async function isSealed({ store }: Config): Promise<boolean> {
  const engine = await openEngine(store);
  try {
    await refuseUnfinishedCopy(engine);
    return await hasKeyCheck(engine);
  } finally {
    await engine.close();
  }
}

/**
 * Creates a new file with the state of the configured SQLite store at one instant, while others use it.
 *
 * @throws GatehouseError `bad-configuration` for other stores, and if the file exists
 */
export async function backupTo(to: StoreAddress, { store }: Config): Promise<void> {
  if (store.kind !== 'sqlite' || to.kind !== 'sqlite') {
    throw new GatehouseError(
      'bad-configuration',
      'This backup is made of one SQLite store, into another. A MongoDB is backed up by its own tools: see docs/storage.md.',
    );
  }
  const { backupSqlite } = await import('../storage/sqlite/backup.js');
  await backupSqlite(store.path, to.path);
}

/** Copies the configured store to another one. For errors see `copyStore`. */
export async function copyTo(
  to: StoreAddress,
  { store }: Config,
  onProgress: NonNullable<CopyJob['onProgress']>,
): Promise<Copied> {
  if (isDeepStrictEqual(to, store)) {
    throw new GatehouseError('bad-configuration', '--to must be another store than GATEHOUSE_STORE.');
  }
  const source = await openEngine(store, { readOnly: true });
  try {
    const target = await openEngine(to, { calledAs: '--to' });
    try {
      return await copyStore({ source, target, specs: [...OWN_SPECS, ...SPECS], onProgress });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
