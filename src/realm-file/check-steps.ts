import { byId, roleFields } from './by-id.js';
import { FileSteps, type StepFault } from './file-steps.js';
import { alone, loosened } from './loosened.js';
import type { Path, Problem } from './problem.js';
import type { RealmFile } from './read-realm-file.js';
import { startingFrom } from './starting-from.js';
import type { There } from './there.js';

/**
 * Goes through the file as `applyRealmFile` will, step by step and writing nothing, and says what would be refused on the way: roles that
 * can't stand beside one another, what can't be given, and whoever would hold two roles that exclude each other. So nothing is left half
 * done. What stands against a step is told, and the next one is looked at as if it had not been.
 */
export async function checkSteps(file: RealmFile, there: There): Promise<Problem[]> {
  const { content, written, problem } = file;
  const steps = new FileSteps(startingFrom(file, there.snapshot), there.holders);
  const problems: Problem[] = [];
  const note = (path: Path, fault: StepFault | undefined): void => {
    if (fault) problems.push(problem([...path, ...fault.at], fault.message));
  };

  const fieldsOf = (i: number) => roleFields(written.roles?.[i] ?? {}, byId(steps.snapshot));
  for (const [i, { name }] of content.roles.entries()) {
    const before = steps.roleNamed(name);
    const first = before ? loosened(before, fieldsOf(i)) : alone(fieldsOf(i));
    if (first) note(['roles', i], await steps.role(name, first));
  }
  // One that can't even stand alone was told of.
  const standing = [...content.roles.entries()].filter(([, { name }]) => steps.roleNamed(name));
  for (const [i, { name }] of standing) note(['roles', i], await steps.role(name, fieldsOf(i)));
  for (const [i, entry] of content.groups.entries()) note(['groups', i], await steps.group(entry));
  for (const [i, entry] of content.clients.entries()) {
    note(['clients', i], steps.holder(entry, there.clients.get(entry.id)?.edges ?? []));
  }
  for (const [i, entry] of content.users.entries()) {
    note(['users', i], steps.holder(entry, there.users.get(entry.username)?.edges ?? []));
  }
  return problems;
}
