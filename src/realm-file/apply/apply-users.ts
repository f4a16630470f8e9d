import { missing, type Saved } from '../../changes/change-result.js';
import type { ImportedPassword, NewPassword } from '../../identity/users/new-user.js';
import { generatePassword } from '../../identity/passwords/password-policy.js';
import { type ApplyRun, firstAssignments, unchanged, type ApplyResult, wrote } from './apply-run.js';
import type { Operation } from '../plan/operation.js';
import { emailChange, profileChanges } from '../plan/plan-users.js';
import type { UserEntry } from '../read/schema.js';

const entryOf = ({ plan: { file } }: ApplyRun, { entry = -1 }: Operation): UserEntry | undefined =>
  file.content.users[entry];

/** Creates the user with the file's assignments. */
export async function createUser(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { users, identifiers } = run.parts;
  const entry = entryOf(run, operation);
  if (!entry || (await identifiers.findUser(entry.username))) return unchanged;
  const assignments = await firstAssignments(run, operation);
  if (!assignments.ok) return assignments;
  const { id, username, email, emailVerified, profile, attributes } = entry;
  const password = passwordOf(run, entry);
  const made = await users.create(run.by, {
    ...{ username, profile, attributes, emailVerified, assignments: assignments.value },
    ...(id !== undefined && { id }),
    ...(email !== undefined && { email }),
    ...(password && { password }),
  });
  return tell(run, entry, password, made.ok ? { ok: true, value: true } : made);
}

/** A first password, only for users without one: an existing password belongs to its owner. */
export async function applyPassword(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { passwords } = run.parts;
  const entry = entryOf(run, operation);
  const password = entry && passwordOf(run, entry);
  if (!entry || !password || operation.id === undefined || (await passwords.has(operation.id))) return unchanged;
  return tell(run, entry, password, await passwords.setFirst(run.by, operation.id, password));
}

export async function applyProfile(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { by, parts, plan } = run;
  const { entry: at = -1, id = '', name } = operation;
  const entry = entryOf(run, operation);
  const user = await parts.users.get(id);
  if (!user || !entry) return missing('user', name);
  const changes = profileChanges(user, entry, plan.file.written.users?.[at] ?? {});
  return wrote(user, await parts.users.update(by, id, changes, user.version));
}

export async function applyEmail(run: ApplyRun, operation: Operation): Promise<ApplyResult> {
  const { by, parts, plan } = run;
  const { entry: at = -1, id = '', name } = operation;
  const entry = entryOf(run, operation);
  const user = await parts.users.get(id);
  if (!user || !entry) return missing('user', name);
  const email = emailChange(user, entry, plan.file.written.users?.[at] ?? {});
  return email ? wrote(user, await parts.identifiers.setEmail(by, id, email)) : unchanged;
}

function passwordOf(
  { plan: { secrets } }: ApplyRun,
  { username, permanentPassword, passwordHash }: UserEntry,
): NewPassword | ImportedPassword | undefined {
  if (passwordHash !== undefined) return { importedHash: passwordHash };
  const given = secrets.passwords.get(username);
  if (given !== undefined) return { clear: given, generated: false, mustChange: false };
  return secrets.generates ? { clear: generatePassword(), generated: true, mustChange: !permanentPassword } : undefined;
}

function tell(
  { options }: ApplyRun,
  { username }: UserEntry,
  password: NewPassword | ImportedPassword | undefined,
  saved: Saved<boolean>,
): ApplyResult {
  const generated = password && 'clear' in password && password.generated ? password.clear : undefined;
  if (saved.ok && saved.value && generated !== undefined) options.onPassword?.(username, generated);
  return saved;
}
