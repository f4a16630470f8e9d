import { readFile } from 'node:fs/promises';
import { GatehouseError } from '../base/errors.js';
import type { Actor } from '../changes/actor.js';
import type { Config, Environment } from '../config/config.js';
import { generatePassword } from '../identity/password-policy.js';
import { applyRealmFile } from '../realm-file/apply-realm-file.js';
import { checkRealmFile, makeMissingSecrets, type CheckedRealmFile } from '../realm-file/check-realm-file.js';
import type { RealmParts } from '../realm-file/parts.js';
import { problemsError } from '../realm-file/problem.js';
import { readRealmFile, type RealmFile } from '../realm-file/read-realm-file.js';
import { secretsAt } from '../realm-file/secrets.js';
import type { Read } from '../realm-file/syntax.js';
import { nothingThere, readThere } from '../realm-file/there.js';
import { ensureAdministrator } from './ensure-administrator.js';
import { ensureBuiltIns } from './ensure-built-ins.js';

/** Hears of the secrets that are made: given by `bootstrap`, which prints them; `serve` makes and prints none. */
export interface Reveal {
  readonly administrator: (username: string, password: string | undefined) => void;
  readonly password: (username: string, password: string) => void;
}

/** The realm file that the configuration names, right in itself. @throws GatehouseError `bad-configuration` */
export async function loadRealmFile({ realmFile }: Config): Promise<RealmFile | undefined> {
  if (realmFile === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(realmFile, 'utf8');
  } catch (cause) {
    throw new GatehouseError(
      'bad-configuration',
      `GATEHOUSE_REALM_FILE (${realmFile}) must be a file that can be read.`,
      {
        cause,
      },
    );
  }
  return orThrow(realmFile, readRealmFile(text));
}

/** Whether the file fits a realm that is to be made: asked before there is even a store. @throws as {@link loadRealmFile} */
export async function checkForNewRealm(file: RealmFile, config: Config, env: Environment): Promise<void> {
  const secrets = secretsAt(config.keysFolder, env);
  orThrow(config.realmFile ?? '', await checkRealmFile(nothingThere, file, secrets, { makeSecrets: true }));
}

/**
 * Brings a realm to where it can be used: what is built in, an administrator, what the realm file says. Done again it
 * changes nothing. The file is checked against the realm before the first write.
 *
 * @returns what of the realm file is allowed and may not work, each a sentence or two
 * @throws GatehouseError `bad-configuration`
 */
export async function prepareRealm(
  parts: RealmParts,
  by: Actor,
  config: Config,
  env: Environment,
  file: RealmFile | undefined,
  reveal?: Reveal,
): Promise<readonly string[]> {
  const secrets = secretsAt(config.keysFolder, env);
  const name = config.realmFile ?? '';
  let checked: CheckedRealmFile | undefined;
  if (file) {
    const there = await readThere(parts, file.content);
    const fits = orThrow(name, await checkRealmFile(there, file, secrets, { makeSecrets: reveal !== undefined }));
    checked = orThrow(name, await makeMissingSecrets(fits, secrets));
  }
  await ensureBuiltIns(parts, by, config.issuer);
  const { username, password } = config.administrator;
  if (password !== undefined || reveal) {
    const first = {
      clear: password ?? generatePassword(),
      generated: password === undefined,
      mustChange: password === undefined,
    };
    const made = await ensureAdministrator(parts, by, username, first);
    if (made) reveal?.administrator(username, first.generated ? first.clear : undefined);
  }
  if (checked) await applyRealmFile(parts, by, checked, reveal ? { onPassword: reveal.password } : {});
  return checked?.warnings ?? [];
}

function orThrow<T>(name: string, read: Read<T>): T {
  if (read.ok) return read.value;
  throw problemsError(name, read.problems);
}
