import type { Problem } from '../read/problem.js';
import { checkClientSecrets, checkPasswords, type SecretToMake } from '../check/check-secrets.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { RealmFile } from '../read/read-realm-file.js';
import type { Secrets } from './secrets.js';
import type { Read } from '../read/syntax.js';

/** The secrets that a file names, and those to be made. */
export interface FoundSecrets {
  /** By client id. */
  readonly clientSecrets: ReadonlyMap<string, readonly string[]>;
  /** By username as written: of those who have no password yet. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Whether users without a password are given one that is generated. */
  readonly generates: boolean;
  readonly toMake: readonly SecretToMake[];
  /** Warnings, each a sentence or two. */
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Asks what only the environment and the folder of secrets can answer. Writes nothing: what is to be made is in the answer, for
 * {@link makeMissingSecrets}.
 *
 * @param how.makeSecrets whether a client's `${file:}` that is not there is to be made, or a problem
 */
export async function findSecrets(
  file: RealmFile,
  current: CurrentRealm,
  secrets: Secrets,
  how: { readonly makeSecrets: boolean; readonly generatePasswords: boolean },
): Promise<FoundSecrets> {
  const clients = await checkClientSecrets(file, current, secrets, how.makeSecrets);
  const passwords = await checkPasswords(file, current, secrets);
  return {
    clientSecrets: clients.found,
    passwords: passwords.found,
    generates: how.generatePasswords,
    toMake: clients.toMake,
    warnings: clients.warnings,
    problems: [...clients.problems, ...passwords.problems],
  };
}

/** If two processes make one at once, both get the same. */
export async function makeMissingSecrets(
  file: RealmFile,
  found: FoundSecrets,
  secrets: Secrets,
): Promise<Read<FoundSecrets>> {
  const all = new Map(found.clientSecrets);
  for (const missing of found.toMake) {
    const made = await secrets.makeFile(missing.file);
    if (made.kind !== 'found') return { ok: false, problems: [file.problem(missing.path, made.why)] };
    all.set(missing.clientId, [...(all.get(missing.clientId) ?? []), made.secret]);
  }
  return { ok: true, value: { ...found, clientSecrets: all, toMake: [] } };
}
