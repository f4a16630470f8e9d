import { passwordRefusal } from '../identity/password-policy.js';
import { clientInput } from '../realm/client-input.js';
import { secretFault } from '../realm/client-secret.js';
import { resourceServerInput } from '../realm/resource-server-input.js';
import { settingsInput } from '../realm/settings-input.js';
import { roleInput } from '../access/role-input.js';
import { checkReferences } from './check-references.js';
import { overlay } from './overlay.js';
import type { RealmParts } from './parts.js';
import type { Path, Problem } from './problem.js';
import type { RealmFile } from './read-realm-file.js';
import type { SecretSource } from './schema.js';
import type { Secrets } from './secrets.js';
import type { Read } from './syntax.js';

/** A realm file that fits its realm as it was a moment ago, with its secrets at hand. */
export interface CheckedRealmFile {
  readonly file: RealmFile;
  /** By client id. */
  readonly clientSecrets: ReadonlyMap<string, string>;
  /** By username as written: of those who have no password yet. */
  readonly passwords: ReadonlyMap<string, string>;
}

/**
 * Asks what only the realm, the environment and the secrets can answer. Writes nothing, but for secrets of clients that
 * are to be made: those only when nothing else is wrong.
 *
 * @param makeSecrets whether a client's `${file:}` that is not there is made, or a problem
 */
export async function checkRealmFile(
  parts: RealmParts,
  file: RealmFile,
  secrets: Secrets,
  { makeSecrets }: { readonly makeSecrets: boolean },
): Promise<Read<CheckedRealmFile>> {
  const clients = await checkClientSecrets(parts, file, secrets, makeSecrets);
  const users = await checkUsers(parts, file, secrets);
  const problems = [
    ...checkReferences(file, await parts.snapshots.read()),
    ...(await checkOverlays(parts, file)),
    ...clients.problems,
    ...users.problems,
  ];
  if (problems.length > 0) return { ok: false, problems };
  for (const { id, path, name } of clients.toMake) {
    const made = await secrets.makeFile(name);
    if (made.kind !== 'found') return { ok: false, problems: [file.problem(path, made.why)] };
    clients.found.set(id, made.secret);
  }
  return { ok: true, value: { file, clientSecrets: clients.found, passwords: users.found } };
}

/** Whether each thing, with what it has and the file does not name, will be right as a whole. */
async function checkOverlays(parts: RealmParts, { content, written, problem }: RealmFile): Promise<Problem[]> {
  const [settings, servers, roles] = await Promise.all([
    parts.settings.get(),
    parts.resourceServers.all(),
    parts.roles.all(),
  ]);
  const rolesByName = new Map([...roles.values()].map((role) => [role.name, role]));
  const clients = await Promise.all(content.clients.map(({ id }) => parts.clients.get(id)));
  const results: (readonly [Path, ReturnType<typeof overlay>])[] = [
    ...(written.settings ? [[['settings'], overlay(settingsInput, settings, written.settings)] as const] : []),
    ...(written.resourceServers ?? []).map(
      (fields, i) =>
        [
          ['resourceServers', i],
          overlay(resourceServerInput, servers.get(content.resourceServers[i]?.identifier ?? ''), fields),
        ] as const,
    ),
    ...(written.roles ?? []).map(
      (fields, i) => [['roles', i], overlay(roleInput, rolesByName.get(content.roles[i]?.name ?? ''), fields)] as const,
    ),
    ...(written.clients ?? []).map((fields, i) => [['clients', i], overlay(clientInput, clients[i], fields)] as const),
  ];
  return results.flatMap(([path, { error }]) =>
    (error?.issues ?? []).map((issue) => problem([...path, ...issue.path], issue.message)),
  );
}

async function checkClientSecrets(
  parts: RealmParts,
  { content, problem }: RealmFile,
  secrets: Secrets,
  makeSecrets: boolean,
) {
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  const toMake: { id: string; path: Path; name: string }[] = [];
  for (const [i, { id, secret: source, authentication }] of content.clients.entries()) {
    const path = ['clients', i, 'secret'];
    if (!source) {
      const holds = authentication === 'none' || ((await parts.clients.get(id))?.secrets.length ?? 0) > 0;
      if (!holds) problems.push(problem(path, `A client that authenticates needs a secret, as \${file:${id}}.`));
      continue;
    }
    if (authentication === 'none') {
      problems.push(problem(path, 'A client that authenticates by none has no secret.'));
      continue;
    }
    const answer = await secrets.find(source);
    if (answer.kind === 'missing' && source.kind === 'file' && makeSecrets) {
      toMake.push({ id, path, name: source.name });
    } else if (answer.kind !== 'found') {
      problems.push(problem(path, answer.why));
    } else {
      const fault = secretFault(answer.secret);
      if (fault !== undefined) problems.push(problem(path, `The secret ${fault}`));
      found.set(id, answer.secret);
    }
  }
  return { found, problems, toMake };
}

/** Of those who are there nothing is asked but whether they lack a password: the file gives only first ones. */
async function checkUsers(parts: RealmParts, { content, problem }: RealmFile, secrets: Secrets) {
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [i, { username, email, emailVerified, password }] of content.users.entries()) {
    const user = await parts.users.findByIdentifier(username);
    if (!user && email !== undefined && emailVerified && (await parts.users.findByIdentifier(email))) {
      problems.push(problem(['users', i, 'email'], `Someone else has the address ${email}.`));
    }
    if (!password || (user && (await parts.users.hasPassword(user.id)))) continue;
    const answer = await readPassword(secrets, password, username);
    if (answer.ok) found.set(username, answer.value);
    else problems.push(problem(['users', i, 'password'], answer.why));
  }
  return { found, problems };
}

async function readPassword(
  secrets: Secrets,
  source: SecretSource,
  username: string,
): Promise<{ readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string }> {
  const answer = await secrets.find(source);
  if (answer.kind !== 'found') return { ok: false, why: answer.why };
  const weak = passwordRefusal(answer.secret, username);
  return weak === undefined ? { ok: true, value: answer.secret } : { ok: false, why: `The password ${weak}.` };
}
