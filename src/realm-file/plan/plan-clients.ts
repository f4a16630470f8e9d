import { below } from '../../base/problems/problem.js';
import { now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { ACCOUNT_CLIENT } from '../../realm/clients/account-client.js';
import type { Client } from '../../realm/clients/client.js';
import { clientInput } from '../../realm/clients/client-input.js';
import { compareSecret } from '../../realm/clients/client-secret.js';
import type { Stored } from '../../storage/spec.js';
import type { CurrentRealm } from './current-realm.js';
import type { FoundSecrets } from '../secrets/find-secrets.js';
import { type FileAssignments, holderAssignments } from './holder-assignments.js';
import { knownFields } from '../read/known-fields.js';
import type { NamesShown } from '../describe/display-names.js';
import type { Operation } from './operation.js';
import { overlay } from './planned-fields.js';
import type { FileProblem } from '../read/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';

const FIELDS = knownFields(clientInput, []);

/** Clients, their secrets and their own assignments. */
export function planClients(
  { content, written, locate }: RealmFile,
  current: Pick<CurrentRealm, 'clients'>,
  secrets: Pick<FoundSecrets, 'clientSecrets' | 'toMake'>,
  fileAssignments: FileAssignments,
  names: NamesShown,
) {
  const problems: FileProblem[] = [];
  const operations: Operation[] = [];
  const planned = new Map<string, readonly Assignment[]>();
  const give = (
    name: string,
    before: readonly Assignment[],
    assignments: readonly Assignment[],
    entry?: number,
  ): void => {
    const changes = names.assignmentChanges(before, assignments);
    if (changes.length === 0) return;
    planned.set(name, assignments);
    const common = { thing: 'client', name, step: 'assign', ...(entry !== undefined && { entry }) } as const;
    operations.push({ ...common, changes, after: { holder: name, before, assignments } });
  };
  const secretsToMake = new Set(secrets.toMake.map(({ clientId }) => clientId));
  for (const [entry, parsed] of content.clients.entries()) {
    const { id } = parsed;
    const before = current.clients.get(id);
    const fields = written.clients?.[entry] ?? {};
    const wanted = overlay(clientInput, before, fields);
    if (!wanted.ok) problems.push(...wanted.problems.map((one) => locate(below(['clients', entry], one))));
    const common = { thing: 'client', name: id, entry } as const;
    if (!before) operations.push({ ...common, step: 'create', changes: [{ what: 'created' }] });
    else if (wanted.ok) {
      const changes = names.fields(before, { ...before, ...wanted.value }, FIELDS);
      if (changes.length > 0) operations.push({ ...common, step: 'change', changes });
    }
    const found = secrets.clientSecrets.get(id) ?? [];
    if (before && (secretsToMake.has(id) || !haveSecrets(before, found))) {
      operations.push({ ...common, step: 'secrets', changes: [{ what: 'secrets' }] });
    }
    const assignmentsBefore = before?.assignments ?? [];
    const maintained = holderAssignments(assignmentsBefore, { entry: parsed, written: fields }, fileAssignments);
    if (maintained.ok) give(id, assignmentsBefore, maintained.assignments, entry);
    else problems.push(locate(below(['clients', entry, ...(maintained.path ?? [])], maintained.fault)));
  }
  const named = new Set(content.clients.map(({ id }) => id));
  for (const { id, assignments } of current.clients.values()) {
    if (named.has(id) || id === ACCOUNT_CLIENT) continue;
    const maintained = holderAssignments(assignments, undefined, fileAssignments);
    if (maintained.ok) give(id, assignments, maintained.assignments);
  }
  return { planned, problems, operations };
}

/** Whether all of these are valid. Other secrets that were added on the host stay as long as those in the file are valid. */
export const haveSecrets = (client: Stored<Client>, secrets: readonly string[]): boolean =>
  secrets.every((secret) => compareSecret(client, secret, now()));
