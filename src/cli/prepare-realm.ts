import { readFile } from 'node:fs/promises';
import { GatehouseError } from '../base/errors.js';
import type { Actor } from '../changes/actor.js';
import type { Config, Environment } from '../config/config.js';
import { generatePassword } from '../identity/password-policy.js';
import { applyRealmFile } from '../realm-file/apply-realm-file.js';
import { checkRealmFile } from '../realm-file/check-realm-file.js';
import type { RealmParts } from '../realm-file/parts.js';
import { problemsError } from '../realm-file/problem.js';
import { readRealmFile, type RealmFile } from '../realm-file/read-realm-file.js';
import { secretsAt } from '../realm-file/secrets.js';
import type { Read } from '../realm-file/syntax.js';
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

/**
 * Brings a realm to where it can be used: what is built in, an administrator, what the realm file says. Done again it
 * changes nothing. The file is checked against the realm before the first write.
 *
 * @throws GatehouseError `bad-configuration`
 */
export async function prepareRealm(
  parts: RealmParts,
  by: Actor,
  config: Config,
  env: Environment,
  file: RealmFile | undefined,
  reveal?: Reveal,
): Promise<void> {
  const secrets = secretsAt(config.keysFolder, env);
  const checked =
    file &&
    orThrow(config.realmFile ?? '', await checkRealmFile(parts, file, secrets, { makeSecrets: reveal !== undefined }));
  await ensureBuiltIns(parts, by);
  const { username, password } = config.administrator;
  if (password !== undefined || reveal) {
    const first = { clear: password ?? generatePassword(), generated: password === undefined };
    const made = await ensureAdministrator(parts, by, username, first);
    if (made) reveal?.administrator(username, first.generated ? first.clear : undefined);
  }
  if (checked) await applyRealmFile(parts, by, checked, reveal ? { onPassword: reveal.password } : {});
}

function orThrow<T>(name: string, read: Read<T>): T {
  if (read.ok) return read.value;
  throw problemsError(name, read.problems);
}
