import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { accessHeld } from '../../access/administration/access-held.js';
import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Subject } from '../../access/evaluation/evaluation-context.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { GATEHOUSE_API } from '../../realm/resource-servers/resource-server.js';
import type { Mapping } from '../mapping/mapping-input.js';
import type { Connector } from './connector.js';
import { type PossibleTarget, targetsOf } from '../mapping/targets-of.js';

/** The mapping names a role that does not exist, or its lists lead to a permission at Gatehouse's own API. Pure. */
export function mappingFaults(mapping: Mapping, snapshot: Snapshot, at: Instant): readonly Problem[] {
  const targets = targetsOf(mapping);
  const { roles } = compiled(snapshot).idsByName();
  const unknown = new Set(targets.flatMap(({ kind, name }) => (kind === 'role' && !roles.has(name) ? [name] : [])));
  return [
    ...[...unknown].map((role) => problem('mapping-role-unknown', ['mapping'], { role })),
    ...targets.flatMap((target) => (target.by === 'listed' ? listedFault(target, snapshot, at) : [])),
  ];
}

/** A rule that completes names by what the upstream says must not lead to Gatehouse's own API: such a role is named exactly. */
function listedFault({ kind, name, ...target }: PossibleTarget, snapshot: Snapshot, at: Instant): readonly Problem[] {
  // It is known by its id, and whoever gave it access chose that one group: no other group can come to fit it.
  if (kind === 'mirror') return [];
  const prefix = `permission ${GATEHOUSE_API} `;
  const reached = reachedByName([{ kind, name, ...target }], snapshot);
  const key = [...accessGiven(reached, snapshot, at).keys()].find((one) => one.startsWith(prefix));
  if (key === undefined) return [];
  const permission = key.slice(prefix.length).split(' ')[0] ?? '';
  return [problem('mapping-lists-own-permission', ['mapping'], { kind, name, permission })];
}

/**
 * The readable name of the first access that the connector can give and the actor does not hold now; undefined: none. Pure.
 *
 * A mirrored group has the access that somebody gave it here. So a connector that mirrors any group can give the access of all groups
 * that it mirrors: whoever changes it may lead it to a directory in which they are members.
 */
export function accessBeyond(
  actor: Subject,
  { id, mapping }: Pick<Connector, 'id' | 'mapping'>,
  snapshot: Snapshot,
  at: Instant,
): string | undefined {
  const held = accessHeld(actor, snapshot, at).now;
  const targets = targetsOf(mapping);
  const isMirroring = targets.some(({ kind }) => kind === 'mirror');
  const mirrored = isMirroring ? [...compiled(snapshot).mirroredBy(id).values()] : [];
  const reached = [
    ...reachedByName(targets, snapshot),
    ...mirrored.map((group): ReachedTarget => ({ kind: 'membership', target: group.id })),
  ];
  for (const [key, name] of accessGiven(reached, snapshot, at)) {
    // Access without a client applies with every client.
    if (!held.has(key) && !held.has(withoutClient(key))) return name;
  }
  return undefined;
}

/** A role or group by its id. */
type ReachedTarget = Pick<Assignment, 'kind' | 'target'>;

/** The roles and groups that a mapping names, as far as they exist. */
function reachedByName(targets: readonly PossibleTarget[], snapshot: Snapshot): readonly ReachedTarget[] {
  const { roles, groups } = compiled(snapshot).idsByName();
  return targets.flatMap(({ kind, name }): ReachedTarget[] => {
    const target = kind === 'mirror' ? undefined : (kind === 'role' ? roles : groups).get(name);
    return target === undefined ? [] : [{ kind: kind === 'role' ? 'role' : 'membership', target }];
  });
}

/** Everything that somebody with all of these would hold now or later, and nobody holds just by being a user. */
function accessGiven(reached: readonly ReachedTarget[], snapshot: Snapshot, at: Instant): ReadonlyMap<string, string> {
  const assignments = reached.map((one, i): Assignment => ({
    id: String(i),
    ...one,
    grantedBy: '',
    grantedAt: at,
    limitations: [],
  }));
  const given = new Map(accessHeld(somebody(assignments), snapshot, at).ahead);
  for (const key of accessHeld(somebody([]), snapshot, at).ahead.keys()) given.delete(key);
  return given;
}

const somebody = (assignments: readonly Assignment[]): Subject => ({
  ...{ kind: 'user', id: '', userstore: '' },
  ...{ assignments, attributes: [] },
});

/** Keys are `role ID` and `permission AUDIENCE NAME`, each with the client to which it is limited. */
const withoutClient = (key: string): string =>
  key
    .split(' ')
    .slice(0, key.startsWith('role ') ? 2 : 3)
    .join(' ');
