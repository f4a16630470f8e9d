import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { linkWriter } from '../../src/storage/sqlite/writer-link.js';

test('a writer that starts while another connection has the file to itself waits for its turn', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-writer-'));
  const path = join(folder, 'store.db');
  const holder = new DatabaseSync(path);
  holder.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER) STRICT');
  // Nobody else can so much as open the log now, as at the moment when another process opens or closes the store.
  holder.exec('PRAGMA locking_mode = EXCLUSIVE; INSERT INTO t VALUES (1)');

  const writer = linkWriter({ path, patience: 5000 });
  const written = writer.run([{ sql: 'INSERT INTO t VALUES (?)', values: [2], rows: 1 }]);
  setTimeout(() => holder.close(), 300);
  expect(await written).toMatchObject({ ok: true, changes: 1 });

  await writer.close();
  await rm(folder, { recursive: true });
});
