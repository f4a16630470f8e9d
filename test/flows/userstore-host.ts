/** A Gatehouse in this process, with userstores of the test's own after `primary`. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../src/app/http.js';
import { openParts, type Parts } from '../../src/app/parts.js';
import { bootstrap } from '../../src/cli/setup/bootstrap.js';
import { readConfig } from '../../src/config/config.js';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import { freePort } from '../support/host/free-port.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import { temporaryDatabase } from '../support/mongod.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';

export interface UserstoreHost {
  readonly issuer: string;
  readonly realm: Parts;
  /** Counts the store calls of requests. */
  readonly counting: CountingStore;
  /** The raw contents of the store: its files, or every document of its database. */
  dump(): Promise<string>;
  end(): Promise<void>;
}

/** Serves the realm of the flow tests. Background work stands still. */
export async function userstoreHost(
  store: StoreKind,
  userstores: readonly PasswordConnector[],
): Promise<UserstoreHost> {
  const database = store === 'mongodb' ? temporaryDatabase() : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-userstores-'));
  const env = {
    GATEHOUSE_ISSUER: `http://localhost:${await freePort()}`,
    GATEHOUSE_STORE: database ? database.url : `sqlite:${join(folder, 'gatehouse.db')}`,
    GATEHOUSE_KEYS: join(folder, 'keys'),
    GATEHOUSE_REALM_FILE: 'test/flows/realm.yaml',
    GATEHOUSE_LOG_LEVEL: 'silent',
    CONFIDENTIAL_SECRET,
    MACHINE_SECRET,
  };
  const config = readConfig(env);
  await bootstrap(config, env, { line: () => undefined }, { passwordCost: 4 });
  const counted: CountingStore[] = [];
  const realm = await openParts(config, {
    passwordCost: 4,
    userstores,
    watch(opened) {
      const counting = countCalls(opened, ['changeMarkers']);
      counted.push(counting);
      return counting.store;
    },
  });
  const [counting] = counted;
  if (!counting) throw new Error('Nobody opened the store.');
  const served = await listen({ ...realm, background: { ...realm.background, start: () => undefined } });
  return {
    issuer: config.issuer,
    realm,
    counting,
    async dump() {
      if (database) return database.dump();
      const files = (await readdir(folder)).filter((file) => file.startsWith('gatehouse.db'));
      return (await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))).join('');
    },
    async end() {
      await served.close({ withinMs: 1000 });
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
