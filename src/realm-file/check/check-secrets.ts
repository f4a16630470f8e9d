import { below, problem, type Problem } from '../../base/problems/problem.js';
import { passwordFault } from '../../identity/passwords/password-policy.js';
import { keepsSecret } from '../../realm/clients/client.js';
import { needsEncoding, secretFault } from '../../realm/clients/client-secret.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { FileProblem } from '../read/problem.js';
import type { ProblemPath } from '../../base/problems/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';
import type { SecretSource } from '../read/schema.js';
import type { Secrets } from '../secrets/secrets.js';

/** A client's secret file that has to be created. */
export interface SecretToMake {
  readonly clientId: string;
  readonly file: string;
  readonly path: ProblemPath;
}

interface ClientSecrets {
  readonly problems: readonly FileProblem[];
  /** By client id. */
  readonly found: ReadonlyMap<string, readonly string[]>;
  readonly toMake: readonly SecretToMake[];
  readonly warnings: readonly string[];
}

/** @param mayMake whether a missing file is to be created, or is a problem */
export async function checkClientSecrets(
  { content, written, locate }: RealmFile,
  current: Pick<CurrentRealm, 'clients'>,
  secrets: Secrets,
  mayMake: boolean,
): Promise<ClientSecrets> {
  const found = new Map<string, readonly string[]>();
  const problems: FileProblem[] = [];
  const toMake: SecretToMake[] = [];
  const warnings: string[] = [];
  for (const [i, { id, secret: sources, authentication }] of content.clients.entries()) {
    const path = ['clients', i, 'secret'];
    const stored = current.clients.get(id);
    const named = written.clients?.[i]?.['authentication'] !== undefined;
    const wanted = named ? authentication : (stored?.authentication ?? authentication);
    const needsOne = keepsSecret({ authentication: wanted });
    if (!sources) {
      if (!needsOne || (stored?.secrets.length ?? 0) > 0) continue;
      problems.push(locate(problem('client-needs-secret', path, { client: id })));
      continue;
    }
    if (!needsOne) {
      problems.push(locate(problem('authentication-without-secret', path, { authentication: wanted })));
      continue;
    }
    for (const source of sources) {
      const answer = await secrets.find(source);
      if (answer.kind === 'missing' && source.kind === 'file' && mayMake) {
        toMake.push({ clientId: id, file: source.name, path });
      } else if (answer.kind !== 'found') {
        problems.push(locate(below(path, withCure(answer.fault))));
      } else {
        const fault = secretFault(answer.secret);
        if (fault) problems.push(locate(below(path, fault)));
        if (needsEncoding(answer.secret)) warnings.push(encodingWarning(id, source));
        found.set(id, [...(found.get(id) ?? []), answer.secret]);
      }
    }
  }
  return { problems, found, toMake, warnings };
}

const withCure = (fault: Problem): Problem =>
  fault.code === 'secret-file-missing' ? { ...fault, params: { ...fault.params, bootstrap: true } } : fault;

const encodingWarning = (id: string, { kind, name }: SecretSource): string =>
  `The secret for client ${id} (${kind === 'file' ? `file ${name}` : name}) has characters that HTTP Basic carries only encoded ` +
  '(RFC 6749 2.3.1). Not every application encodes them: a secret of letters, digits, - . _ works everywhere.';

/** By the id of the connector. Such a secret belongs to the upstream, so none is made here. */
export async function checkConnectorSecrets(
  { content, locate }: RealmFile,
  secrets: Secrets,
): Promise<{ readonly problems: readonly FileProblem[]; readonly found: ReadonlyMap<string, string> }> {
  const found = new Map<string, string>();
  const problems: FileProblem[] = [];
  for (const [i, { id, secret: source }] of content.connectors.entries()) {
    if (!source) continue;
    const answer = await secrets.find(source);
    if (answer.kind === 'found') found.set(id, answer.secret);
    else problems.push(locate(below(['connectors', i, 'secret'], answer.fault)));
  }
  return { problems, found };
}

/** First passwords by username. Users with a password need none: the file only sets initial ones. */
export async function checkPasswords(
  { content, locate }: RealmFile,
  current: Pick<CurrentRealm, 'users' | 'settings'>,
  secrets: Secrets,
): Promise<{ readonly problems: readonly FileProblem[]; readonly found: ReadonlyMap<string, string> }> {
  const found = new Map<string, string>();
  const problems: FileProblem[] = [];
  const realmName = current.settings?.name ?? content.settings?.name;
  for (const [i, { username, email, profile, password }] of content.users.entries()) {
    if (!password || current.users.get(username)?.hasPassword) continue;
    const path = ['users', i, 'password'];
    const answer = await secrets.find(password);
    if (answer.kind !== 'found') {
      problems.push(locate(below(path, answer.fault)));
      continue;
    }
    const fault = await passwordFault(answer.secret, {
      username,
      ...(email !== undefined && { email }),
      profile,
      ...(realmName !== undefined && { realmName }),
    });
    if (fault) problems.push(locate(below(path, fault)));
    found.set(username, answer.secret);
  }
  return { problems, found };
}
