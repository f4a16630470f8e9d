import { compiled } from '../../access/evaluation/snapshot-index.js';
import { amongRolesFault } from '../../access/model/role-graph.js';
import { permissionTarget } from '../../access/model/permission-target.js';
import { heldBoth } from '../../access/separation-of-duties/find-violations.js';
import { proposed } from '../../access/administration/proposed-snapshot.js';
import { newConflict } from '../../access/separation-of-duties/role-conflict.js';
import type { Role } from '../../access/model/role.js';
import { conflictProblem } from '../../access/separation-of-duties/separation-of-duties.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { assignmentsRefusal } from '../../identity/check-assignments.js';
import type { Stored } from '../../storage/spec.js';
import { byId, wantedAt } from '../plan/resolve-names.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { Operation } from '../plan/operation.js';
import type { Plan } from '../plan/plan.js';
import { plannedHolders } from './planned-holders.js';
import type { FileProblem } from '../read/problem.js';
import type { Problem, ProblemPath } from '../../base/problems/problem.js';
import type { HolderEntry } from '../read/schema.js';
import { withBuiltIns } from '../plan/built-ins.js';

/**
 * Simulates the operations in order, without writing, and returns what would be refused: inconsistent roles, and users who
 * would hold two roles that exclude each other. So nothing is left half done.
 */
export async function checkOperations(
  { file, operations, before }: Plan,
  current: CurrentRealm,
): Promise<FileProblem[]> {
  const { content } = file;
  const problems: FileProblem[] = [];
  let snapshot = withBuiltIns(before);
  const users = new Map<string, { id: string; username: string; assignments: readonly Assignment[] }>();
  const clients = new Map<string, { id: string; username: string; assignments: readonly Assignment[] }>();
  const holders = plannedHolders(current.holders, { users, clients });

  for (const operation of operations) {
    const { after, thing, name } = operation;
    const note = (at: ProblemPath, fault: Problem): void => {
      problems.push(file.locate({ ...fault, path: [...placeOf(operation), ...at] }));
    };
    if (!after) continue;
    if ('role' in after) {
      const fault = amongRolesFault(inputOf(after.role), after.role.id, snapshot.roles);
      if (fault) {
        note([], fault);
        continue;
      }
      const then = proposed(snapshot, { role: after.role });
      const against = await heldBoth(snapshot, then, holders, now());
      if (against) note([compiled(snapshot).exclusions().has(against.pair) ? 'includes' : 'excludes'], against.problem);
      else snapshot = then;
    } else if ('group' in after) {
      const { id } = after.group;
      const known = snapshot.groups.get(id)?.assignments ?? [];
      const withAssignments = (assignments: readonly Assignment[]): Snapshot => ({
        ...snapshot,
        groups: new Map(snapshot.groups).set(id, { ...after.group, assignments: [...assignments] }),
      });
      const then = withAssignments(after.group.assignments);
      const wrong = assignmentsRefusal(after.group.assignments);
      const against = wrong ? undefined : await heldBoth(snapshot, then, holders, now());
      if (wrong) note([], wrong);
      if (against) {
        const { assignments = [], pair } = against;
        const first = firstOf(content.groups[operation.entry ?? -1], known, after.group.assignments, then, (given) => {
          const judged = { assignments, snapshot: withAssignments(given) };
          return newConflict({ assignments, snapshot }, judged, now())?.pair === pair;
        });
        note(first, against.problem);
      } else if (!wrong) snapshot = then;
    } else {
      const wrong = assignmentsRefusal(after.assignments);
      if (wrong) note([], wrong);
      const conflictOf = (assignments: readonly Assignment[]) =>
        newConflict({ assignments: after.before, snapshot }, { assignments, snapshot }, now());
      const conflict = conflictOf(after.assignments);
      if (conflict) {
        const entries: readonly HolderEntry[] = thing === 'client' ? content.clients : content.users;
        const first = firstOf(
          entries[operation.entry ?? -1],
          after.before,
          after.assignments,
          snapshot,
          (given) => conflictOf(given)?.pair === conflict.pair,
        );
        note(first, conflictProblem(conflict));
      }
      (thing === 'client' ? clients : users).set(after.holder, {
        id: after.holder,
        username: name,
        assignments: after.assignments,
      });
    }
  }
  return problems;
}

/** The place in the entry of the first assignment that causes this. */
function firstOf(
  entry: HolderEntry | undefined,
  before: readonly Assignment[],
  after: readonly Assignment[],
  snapshot: Snapshot,
  isSo: (assignments: readonly Assignment[]) => boolean,
): ProblemPath {
  const known = new Set(before.map(({ id }) => id));
  const [held, given] = [after.filter(({ id }) => known.has(id)), after.filter(({ id }) => !known.has(id))];
  const at = given.findIndex((_, i) => isSo([...held, ...given.slice(0, i + 1)]));
  const target = given[at]?.target;
  if (!entry || target === undefined) return [];
  const targetOf = ({ wanted }: ReturnType<typeof wantedAt>[number]): string =>
    'role' in wanted
      ? wanted.role
      : 'group' in wanted
        ? wanted.group
        : 'customerGroup' in wanted
          ? wanted.customerGroup
          : permissionTarget(wanted.resourceServer, wanted.permission);
  return wantedAt(entry, byId(snapshot)).find((one) => targetOf(one) === target)?.at ?? [];
}

const SECTIONS = {
  settings: 'settings',
  'resource-server': 'resourceServers',
  role: 'roles',
  group: 'groups',
  connector: 'connectors',
  client: 'clients',
  user: 'users',
} as const;

const placeOf = ({ thing, entry }: Operation): ProblemPath =>
  entry === undefined ? [SECTIONS[thing]] : [SECTIONS[thing], entry];

function inputOf(role: Stored<Role>) {
  const { id: _, createdAt: _at, since: _since, version: _version, ...input } = role;
  return input;
}
