import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parts } from '../../src/app.js';
import type { Parts } from '../../src/app/parts.js';
import { ensureBuiltIns } from '../../src/cli/ensure-built-ins.js';
import type { Actor } from '../../src/changes/actor.js';
import { readConfig } from '../../src/config/config.js';
import { makeFirstSealingKey } from '../../src/config/sealing-keys.js';
import { applyRealmFile } from '../../src/realm-file/apply-realm-file.js';
import { checkRealmFile, makeMissingSecrets } from '../../src/realm-file/check-realm-file.js';
import type { Problem } from '../../src/realm-file/problem.js';
import { readRealmFile } from '../../src/realm-file/read-realm-file.js';
import { readThere } from '../../src/realm-file/there.js';
import { secretsAt } from '../../src/realm-file/secrets.js';
import type { Store } from '../../src/storage/store.js';
import { temporaryDatabase } from '../support/mongod.js';

export const by: Actor = { kind: 'host', id: 'tests', requestId: 'test' };

/** Every write that reaches the store passes here: it counts them, and can fail from one on, as a killed process would. */
class Gate {
  writes = 0;
  #left = Infinity;

  failAfter(writes: number): void {
    this.#left = writes;
  }

  watch = (store: Store): Store => ({
    ...store,
    in: (realm) => {
      const inner = store.in(realm);
      return {
        id: inner.id,
        of: (spec) => inner.of(spec),
        commit: async (writes) => {
          if (this.#left-- <= 0) throw new Error('killed');
          this.writes++;
          return inner.commit(writes);
        },
      };
    },
  });
}

/** A realm on a store of its own, with what is built in. */
export async function emptyRealm(kind: 'sqlite' | 'mongodb' = 'sqlite') {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-realm-'));
  const keys = join(folder, 'keys');
  const database = temporaryDatabase();
  const config = readConfig({
    GATEHOUSE_STORE: kind === 'sqlite' ? `sqlite:${join(folder, 'gatehouse.db')}` : database.url,
    GATEHOUSE_KEYS: keys,
    GATEHOUSE_LOG_LEVEL: 'silent',
  });
  await makeFirstSealingKey(keys);
  const gate = new Gate();
  const open = (): Promise<Parts> => parts(config, { passwordCost: 4, watch: gate.watch });
  const first = await open();
  await ensureBuiltIns(first, by, 'http://localhost:3000');
  return { folder, keys, config, gate, open, parts: first, close };

  async function close(): Promise<void> {
    await first.close();
    if (kind === 'mongodb') await database.drop();
  }
}
export type EmptyRealm = Awaited<ReturnType<typeof emptyRealm>>;

/** Reads, checks and applies; gives the problems, in the form in which they are shown. */
export async function bring(
  parts: Parts,
  text: string,
  how: {
    readonly env?: Readonly<Record<string, string>>;
    readonly makeSecrets?: boolean;
    readonly onPassword?: (username: string, password: string) => void;
  } = {},
): Promise<string[]> {
  const { env = {}, makeSecrets = false, onPassword } = how;
  const read = readRealmFile(text);
  if (!read.ok) return shown(read.problems);
  const secrets = secretsAt(parts.config.keysFolder, env);
  const there = await readThere(parts, read.value.content);
  const checked = await checkRealmFile(there, read.value, secrets, { makeSecrets });
  if (!checked.ok) return shown(checked.problems);
  const whole = await makeMissingSecrets(checked.value, secrets);
  if (!whole.ok) return shown(whole.problems);
  await applyRealmFile(parts, by, whole.value, onPassword ? { onPassword } : {});
  return [];
}

const shown = (problems: readonly Problem[]): string[] =>
  problems.map(({ line, field, message }) => `${line} ${field}: ${message}`);
