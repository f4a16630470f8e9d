import { problem } from '../../base/problems/problem.js';
import { lostAdministrator } from './lost-administrator.js';
import { checkOperations } from './check-operations.js';
import { checkUsernames } from './check-usernames.js';
import { checkReferences } from './check-references.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { Plan } from '../plan/plan.js';
import type { FileProblem } from '../read/problem.js';
import { isManaged } from '../plan/plan-users.js';

/** All problems of a plan, each at its field; if there are none, the plan can be applied as far as that is known in advance. */
export async function check(plan: Plan, current: CurrentRealm): Promise<readonly FileProblem[]> {
  const { file, planned, secrets } = plan;
  const { content, locate } = file;
  const addresses = content.users.flatMap((entry, i) => {
    const { username, email } = entry;
    const gives = !current.users.has(username) || isManaged(file, entry);
    const isTaken = email !== undefined && current.takenAddresses.has(email) && gives;
    return isTaken ? [locate(problem('address-of-another', ['users', i, 'email'], { email }))] : [];
  });
  const references = checkReferences(file, planned.snapshot);
  // A dangling name is reported once, at its place.
  const reportedLines = new Set(references.map(({ line }) => line));
  const others = plan.problems.filter(({ line }) => !reportedLines.has(line));
  const problems = [...checkUsernames(file, current), ...addresses, ...others, ...references, ...secrets.problems];
  if (problems.length > 0) return problems;
  // With such problems, the file's effects cannot be computed.
  const steps = await checkOperations(plan, current);
  if (steps.length > 0) return steps;
  const lost = await lostAdministrator(plan, current);
  return lost === undefined ? [] : [locate(problem(lost, [], {}))];
}
