import { below, problem } from '../../base/problems/problem.js';
import { isDeepStrictEqual } from 'node:util';
import type { PlannedProfile } from '../../access/administration/preview.js';
import type { Assignment } from '../../base/assignment.js';
import { newUser } from '../../identity/users/new-user.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import type { CurrentRealm, CurrentUser } from './current-realm.js';
import type { FoundSecrets } from '../secrets/find-secrets.js';
import { type FileAssignments, holderAssignments } from './holder-assignments.js';
import type { NamesShown } from '../describe/display-names.js';
import type { Note, Operation } from './operation.js';
import type { FileProblem } from '../read/problem.js';
import type { WrittenFields, RealmFile } from '../read/read-realm-file.js';
import type { UserEntry } from '../read/schema.js';

/** Whether the file owns this user's profile. */
export const isManaged = ({ content }: Pick<RealmFile, 'content'>, { managed }: UserEntry): boolean =>
  managed ?? content.managed;

/** The fields in the file that differ. */
export function profileChanges(
  before: Pick<CurrentUser, 'profile' | 'attributes'>,
  entry: UserEntry,
  written: WrittenFields,
) {
  const { profile, attributes } = entry;
  return {
    ...(written['profile'] !== undefined && !isDeepStrictEqual(profile, before.profile) && { profile }),
    ...(written['attributes'] !== undefined && !isDeepStrictEqual(attributes, before.attributes) && { attributes }),
  };
}

/** The e-mail address in the file, if it or its verification differs. */
export function emailChange(
  before: Pick<CurrentUser, 'email' | 'emailVerified'>,
  entry: UserEntry,
  written: WrittenFields,
) {
  const { email: address } = entry;
  if (address === undefined) return undefined;
  const known = address === before.email && before.emailVerified;
  const verified = written['emailVerified'] === undefined ? known : entry.emailVerified;
  return address === before.email && verified === before.emailVerified ? undefined : { address, verified };
}

/** Users, their passwords, profiles and assignments. */
export function planUsers(
  file: RealmFile,
  current: CurrentRealm,
  secrets: Pick<FoundSecrets, 'passwords' | 'generates'>,
  fileAssignments: FileAssignments,
  names: NamesShown,
) {
  const { content, written, locate } = file;
  const problems: FileProblem[] = [];
  const operations: Operation[] = [];
  const ignored: Note[] = [];
  const planned = new Map<string, readonly Assignment[]>();
  const profiles = new Map<string, PlannedProfile>();
  const added: Stored<User>[] = [];
  const givenPasswords = new Set<string>();

  for (const [entry, parsed] of content.users.entries()) {
    const { username } = parsed;
    const before = current.users.get(username);
    const fields = written.users?.[entry] ?? {};
    const maintained = holderAssignments(
      before?.assignments ?? [],
      { entry: parsed, written: fields },
      fileAssignments,
    );
    if (!maintained.ok) {
      problems.push(locate(below(['users', entry, ...(maintained.path ?? [])], maintained.fault)));
      continue;
    }
    const { assignments } = maintained;
    const common = { thing: 'user', name: username, entry } as const;
    const given = names.assignmentChanges(before?.assignments ?? [], assignments);
    const getsPassword = secrets.generates || secrets.passwords.has(username) || parsed.passwordHash !== undefined;
    if (!before) {
      const { id, profile, attributes, email, emailVerified } = parsed;
      const named = {
        ...(id !== undefined && { id }),
        username,
        profile,
        attributes,
        emailVerified,
        assignments,
        ...(email !== undefined && { email }),
      };
      const user = newUser(named, [], fileAssignments.at);
      added.push({ ...user, version: 0 });
      if (getsPassword) givenPasswords.add(user.id);
      const changes = [{ what: 'created' as const }, ...given];
      operations.push({ ...common, step: 'create', changes, after: { holder: username, before: [], assignments } });
      continue;
    }
    const { id } = before;
    if (parsed.id !== undefined && parsed.id !== id) {
      problems.push(locate(problem('user-id-fixed', ['users', entry, 'id'], { username, id })));
      continue;
    }
    if (!before.hasPassword && getsPassword) {
      givenPasswords.add(id);
      operations.push({ ...common, id, step: 'password', changes: [{ what: 'password' }] });
    }
    const profile = profileChanges(before, parsed, fields);
    const email = emailChange(before, parsed, fields);
    const differ = [...Object.keys(profile), ...(email ? ['email'] : [])];
    if (isManaged(file, parsed)) {
      const changes = names.fields(before, { ...before, ...profile }, Object.keys(profile));
      if (changes.length > 0) operations.push({ ...common, id, step: 'profile', changes });
      if (email) operations.push({ ...common, id, step: 'email', changes: [{ what: 'field', field: 'email' }] });
      if (differ.length > 0) {
        profiles.set(id, { ...profile, ...(email && { email: email.address, emailVerified: email.verified }) });
      }
    } else if (differ.length > 0) {
      const message = `${differ.join(', ')} ${differ.length === 1 ? 'differs' : 'differ'} from the file and stays as it is; with managed: true the file decides.`;
      ignored.push({ thing: 'user', name: username, message });
    }
    if (given.length === 0) continue;
    planned.set(id, assignments);
    operations.push({
      ...common,
      id,
      step: 'assign',
      changes: given,
      after: { holder: id, before: before.assignments, assignments },
    });
  }
  for (const { id, username, assignments: before } of current.others) {
    const maintained = holderAssignments(before, undefined, fileAssignments);
    const changes = maintained.ok ? names.assignmentChanges(before, maintained.assignments) : [];
    if (!maintained.ok || changes.length === 0) continue;
    planned.set(id, maintained.assignments);
    const after = { holder: id, before, assignments: maintained.assignments };
    operations.push({ thing: 'user', name: username, id, step: 'assign', changes, after });
  }
  return { planned, profiles, added, givenPasswords, problems, operations, ignored };
}
