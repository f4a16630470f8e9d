import type { InstallationOptions } from '../../src/app/installation.js';
import { openParts, type Parts } from '../../src/app/parts.js';
import { ensureBuiltIns } from '../../src/cli/setup/ensure-built-ins.js';
import type { Actor } from '../../src/changes/actor.js';
import { readConfig } from '../../src/config/config.js';
import { makeFirstSealingKey } from '../../src/config/sealing-keys.js';
import { apply } from '../../src/realm-file/apply/apply.js';
import { operationLines } from '../../src/realm-file/describe/describe.js';
import { makeMissingSecrets } from '../../src/realm-file/secrets/find-secrets.js';
import type { Plan } from '../../src/realm-file/plan/plan.js';
import { planFile } from '../../src/realm-file/plan-file.js';
import { type FileProblem, problemText } from '../../src/realm-file/read/problem.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { secretsAt } from '../../src/realm-file/secrets/secrets.js';
import type { Store } from '../../src/storage/store.js';
import { temporaryPlace } from '../support/host/temporary-place.js';

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
        hasCheapCommits: inner.hasCheapCommits,
        of: (spec) => inner.of(spec),
        commit: async (writes) => {
          if (this.#left-- <= 0) throw new Error('killed');
          this.writes++;
          return inner.commit(writes);
        },
        currentVersions: (references) => inner.currentVersions(references),
      };
    },
  });
}

/** A realm on a store of its own, with what is built in. */
export async function emptyRealm(
  kind: 'sqlite' | 'mongodb' = 'sqlite',
  options: Pick<InstallationOptions, 'connectorKinds'> = {},
) {
  const place = await temporaryPlace(kind);
  const { folder, keysFolder: keys } = place;
  const config = readConfig({ ...place.settings, GATEHOUSE_LOG_LEVEL: 'silent' });
  await makeFirstSealingKey(keys);
  const gate = new Gate();
  const open = (): Promise<Parts> => openParts(config, { passwordCost: 4, watch: gate.watch, ...options });
  const first = await open();
  await ensureBuiltIns(first, by, 'http://localhost:3000');
  return {
    folder,
    keys,
    config,
    gate,
    open,
    parts: first,
    close,
    dump: () => place.dump(),
    remove: () => place.remove(),
  };

  async function close(): Promise<void> {
    await first.close();
    await place.remove();
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
    /** Told of each change, once it is done. */
    readonly onChange?: (line: string) => void;
    readonly onProgress?: (done: number, all: number) => void;
    readonly atOnce?: number;
  } = {},
): Promise<string[]> {
  const { env = {}, makeSecrets = false, onPassword, onChange, onProgress, atOnce } = how;
  const read = readRealmFile(text);
  if (!read.ok) return shown(read.problems);
  const secrets = secretsAt(parts.config.keysFolder, env);
  const planned = await planFile(parts, read.value, secrets, {
    makeSecrets,
    generatePasswords: onPassword !== undefined,
  });
  if (!planned.ok) return shown(planned.problems);
  const whole = await makeMissingSecrets(read.value, planned.value.secrets, secrets);
  if (!whole.ok) return shown(whole.problems);
  await apply(
    parts,
    by,
    { ...planned.value, secrets: whole.value },
    {
      ...(onPassword && { onPassword }),
      ...(onProgress && { onProgress }),
      ...(atOnce !== undefined && { atOnce }),
      onDone: (operation) => operationLines(operation).forEach((line) => onChange?.(line)),
    },
  );
  return [];
}

/** The effects of applying it. */
export async function planOf(parts: Parts, text: string): Promise<Plan> {
  const read = readRealmFile(text);
  if (!read.ok) throw new Error(shown(read.problems).join('\n'));
  const how = { makeSecrets: true, generatePasswords: false };
  const planned = await planFile(parts, read.value, secretsAt(parts.config.keysFolder, {}), how);
  if (!planned.ok) throw new Error(shown(planned.problems).join('\n'));
  return planned.value;
}

const shown = (problems: readonly FileProblem[]): string[] =>
  problems.map((problem) => {
    const { field, sentence } = problemText(problem);
    return `${problem.line} ${field}: ${sentence}`;
  });
