import { below } from '../../base/problems/problem.js';
import type { FileProblem } from '../read/problem.js';
import {
  checkClientSecrets,
  checkConnectorSecrets,
  checkPasswords,
  type SecretToMake,
} from '../check/check-secrets.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { RealmFile } from '../read/read-realm-file.js';
import type { Secrets } from './secrets.js';
import type { Read } from '../read/syntax.js';

/** The secrets in a file, and those to be created. */
export interface FoundSecrets {
  /** By client id. */
  readonly clientSecrets: ReadonlyMap<string, readonly string[]>;
  /** By the id of the connector. */
  readonly connectorSecrets: ReadonlyMap<string, string>;
  /** By username as written; only for users without a password. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Whether users without a password get a generated one. */
  readonly generates: boolean;
  readonly toMake: readonly SecretToMake[];
  /** Warnings, each a sentence or two. */
  readonly warnings: readonly string[];
  readonly problems: readonly FileProblem[];
}

/**
 * Resolves secrets from the environment and the secrets folder. Writes nothing: secrets to create are in the result, for {@link
 * makeMissingSecrets}.
 *
 * @param how.makeSecrets whether a missing `${file:}` of a client is to be created, or is a problem
 */
export async function findSecrets(
  file: RealmFile,
  current: CurrentRealm,
  secrets: Secrets,
  how: { readonly makeSecrets: boolean; readonly generatePasswords: boolean },
): Promise<FoundSecrets> {
  const clients = await checkClientSecrets(file, current, secrets, how.makeSecrets);
  const connectors = await checkConnectorSecrets(file, secrets);
  const passwords = await checkPasswords(file, current, secrets);
  return {
    clientSecrets: clients.found,
    connectorSecrets: connectors.found,
    passwords: passwords.found,
    generates: how.generatePasswords,
    toMake: clients.toMake,
    warnings: clients.warnings,
    problems: [...clients.problems, ...connectors.problems, ...passwords.problems],
  };
}

/** Concurrent processes that create the same secret get the same value. */
export async function makeMissingSecrets(
  file: RealmFile,
  found: FoundSecrets,
  secrets: Secrets,
): Promise<Read<FoundSecrets>> {
  const all = new Map(found.clientSecrets);
  for (const missing of found.toMake) {
    const made = await secrets.makeFile(missing.file);
    if (made.kind !== 'found') return { ok: false, problems: [file.locate(below(missing.path, made.fault))] };
    all.set(missing.clientId, [...(all.get(missing.clientId) ?? []), made.secret]);
  }
  return { ok: true, value: { ...found, clientSecrets: all, toMake: [] } };
}
