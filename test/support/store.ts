import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretBox, type SecretBox } from '../../src/base/crypto/secret-box.js';
import type { AnySpec } from '../../src/storage/spec.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import type { Store } from '../../src/storage/store.js';

export interface TemporaryStore {
  readonly store: Store;
  /** The path of the SQLite file. */
  readonly path: string;
  readonly box: SecretBox;
  /** Closes the store and removes its folder. */
  close(): Promise<void>;
}

/** A new store of these specs in a folder of its own, sealed under a new key. */
export async function temporaryStore(specs: readonly AnySpec[]): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-store-'));
  const path = join(folder, 'store.db');
  const box = temporaryBox();
  const store = await openStore({ specs, box, engine: await openSqlite(path) });
  return {
    store,
    path,
    box,
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const temporaryBox = (): SecretBox => secretBox([{ id: 'test', key: randomBytes(32) }]);
