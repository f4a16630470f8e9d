import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { accessHeld } from '../../access/administration/access-held.js';
import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Subject } from '../../access/evaluation/evaluation-context.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { GATEHOUSE_API } from '../../realm/resource-servers/resource-server.js';
import type { Mapping } from '../mapping/mapping-input.js';
import { type PossibleTarget, targetsOf } from '../mapping/targets-of.js';

/** The mapping names a role that does not exist, or its lists lead to a permission at Gatehouse's own API. Pure. */
export function mappingFaults(mapping: Mapping, snapshot: Snapshot, at: Instant): readonly Problem[] {
  const targets = targetsOf(mapping);
  const { roles } = compiled(snapshot).idsByName();
  const unknown = new Set(targets.flatMap(({ kind, name }) => (kind === 'role' && !roles.has(name) ? [name] : [])));
  return [
    ...[...unknown].map((role) => problem('mapping-role-unknown', ['mapping'], { role })),
    ...(targets.some(({ kind }) => kind === 'mirror') ? [problem('mapping-mirrors', ['mapping', 'groups'], {})] : []),
    ...targets.flatMap((target) => (target.by === 'listed' ? listedFault(target, snapshot, at) : [])),
  ];
}

/** A rule that completes names by what the upstream says must not lead to Gatehouse's own API: such a role is named exactly. */
function listedFault({ kind, name, ...target }: PossibleTarget, snapshot: Snapshot, at: Instant): readonly Problem[] {
  // A mirrored group gives nothing by itself.
  if (kind === 'mirror') return [];
  const prefix = `permission ${GATEHOUSE_API} `;
  const key = [...accessGiven([{ kind, name, ...target }], snapshot, at).keys()].find((one) => one.startsWith(prefix));
  if (key === undefined) return [];
  const permission = key.slice(prefix.length).split(' ')[0] ?? '';
  return [problem('mapping-lists-own-permission', ['mapping'], { kind, name, permission })];
}

/** The readable name of the first access that the mapping can give and the actor does not hold now; undefined: none. Pure. */
export function accessBeyond(actor: Subject, mapping: Mapping, snapshot: Snapshot, at: Instant): string | undefined {
  const held = accessHeld(actor, snapshot, at).now;
  for (const [key, name] of accessGiven(targetsOf(mapping), snapshot, at)) {
    // Access without a client applies with every client.
    if (!held.has(key) && !held.has(withoutClient(key))) return name;
  }
  return undefined;
}

/** Everything that somebody with all of these would hold now or later, and nobody holds just by being a user. */
function accessGiven(targets: readonly PossibleTarget[], snapshot: Snapshot, at: Instant): ReadonlyMap<string, string> {
  const ids = compiled(snapshot).idsByName();
  const assignments = targets.flatMap(({ kind, name }, i): Assignment[] => {
    const target = kind === 'mirror' ? undefined : (kind === 'role' ? ids.roles : ids.groups).get(name);
    if (target === undefined) return [];
    const terms = { id: String(i), grantedBy: '', grantedAt: at, limitations: [] };
    return [{ ...terms, kind: kind === 'role' ? 'role' : 'membership', target }];
  });
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
