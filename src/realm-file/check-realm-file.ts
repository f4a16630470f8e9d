import { checkReferences } from './check-references.js';
import { checkClientSecrets, checkPasswords, type SecretToMake } from './check-secrets.js';
import { checkSteps } from './check-steps.js';
import { checkUsernames } from './check-usernames.js';
import { checkWholes } from './check-wholes.js';
import type { RealmFile } from './read-realm-file.js';
import type { Secrets } from './secrets.js';
import type { Read } from './syntax.js';
import type { There } from './there.js';

/** A realm file that fits its realm as it was a moment ago. */
export interface CheckedRealmFile {
  readonly file: RealmFile;
  /** By client id. */
  readonly clientSecrets: ReadonlyMap<string, readonly string[]>;
  /** By username as written: of those who have no password yet. */
  readonly passwords: ReadonlyMap<string, string>;
  /** What is allowed and may not work, each a sentence or two. */
  readonly warnings: readonly string[];
}

/**
 * Asks what only the realm, the environment and the secrets can answer. Writes nothing: what secrets are to be made is in
 * the answer, for {@link makeMissingSecrets}.
 *
 * @param how.makeSecrets whether a client's `${file:}` that is not there is to be made, or a problem
 */
export async function checkRealmFile(
  there: There,
  file: RealmFile,
  secrets: Secrets,
  how: { readonly makeSecrets: boolean },
): Promise<Read<CheckedRealmFile & { readonly toMake: readonly SecretToMake[] }>> {
  const clients = await checkClientSecrets(file, there, secrets, how.makeSecrets);
  const passwords = await checkPasswords(file, there, secrets);
  const addresses = file.content.users.flatMap(({ email }, i) =>
    email !== undefined && there.takenAddresses.has(email)
      ? [file.problem(['users', i, 'email'], `Someone else has the address ${email}.`)]
      : [],
  );
  const problems = [
    ...checkUsernames(file, there),
    ...checkWholes(file, there),
    ...checkReferences(file, there.snapshot),
    ...clients.problems,
    ...passwords.problems,
    ...addresses,
  ];
  // Of a file that can't be read as it is meant nobody can say what it would lead to.
  const steps = problems.length > 0 ? [] : await checkSteps(file, there);
  if (problems.length + steps.length > 0) return { ok: false, problems: [...problems, ...steps] };
  return {
    ok: true,
    value: {
      file,
      clientSecrets: clients.found,
      passwords: passwords.found,
      toMake: clients.toMake,
      warnings: clients.warnings,
    },
  };
}

/** Of two that make one at once, both get the same. */
export async function makeMissingSecrets(
  { file, clientSecrets, passwords, toMake, warnings }: CheckedRealmFile & { readonly toMake: readonly SecretToMake[] },
  secrets: Secrets,
): Promise<Read<CheckedRealmFile>> {
  const all = new Map(clientSecrets);
  for (const missing of toMake) {
    const made = await secrets.makeFile(missing.file);
    if (made.kind !== 'found') return { ok: false, problems: [file.problem(missing.path, made.why)] };
    all.set(missing.clientId, [...(all.get(missing.clientId) ?? []), made.secret]);
  }
  return { ok: true, value: { file, clientSecrets: all, passwords, warnings } };
}
