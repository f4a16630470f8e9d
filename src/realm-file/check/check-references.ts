import { covers, EVERYTHING } from '../../realm/resource-servers/permission-covers.js';
import { LIMITATIONS } from '../../access/limitations/limitations.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Limitation } from '../../base/assignment.js';
import { nearest } from '../../base/text/nearest-word.js';
import { ACCOUNT_CLIENT } from '../../realm/clients/account-client.js';
import { findCycle } from '../../base/graph.js';
import type { FileProblem } from '../read/problem.js';
import { problem, type ProblemParams, type ProblemPath } from '../../base/problems/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';
import type { HolderEntry } from '../read/schema.js';

type NamedKind = Pick<ProblemParams['reference-unknown'], 'kind' | 'of'>;
const ROLE: NamedKind = { kind: 'role' };
const GROUP: NamedKind = { kind: 'group' };
const RESOURCE_SERVER: NamedKind = { kind: 'resource-server' };

/**
 * Every name in the file that is unknown once the file is applied, and cycles of groups.
 *
 * @param snapshot the planned realm
 */
export function checkReferences({ content, locate, written }: RealmFile, snapshot: Snapshot): FileProblem[] {
  const servers = new Map<string, readonly { readonly name: string }[]>(
    [...snapshot.resourceServers].map(([identifier, { permissions }]) => [identifier, permissions]),
  );
  const roles = new Set([...snapshot.roles.values()].flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  const groups = new Set([...snapshot.groups.values()].map(({ name }) => name));

  const unknown = (path: ProblemPath, thing: NamedKind, name: string, known: Iterable<string>): FileProblem => {
    const meant = nearest(name, known);
    return locate(problem('reference-unknown', path, { ...thing, name, ...(meant !== undefined && { meant }) }));
  };
  const check = (
    path: ProblemPath,
    thing: NamedKind,
    names: readonly string[],
    known: ReadonlySet<string>,
  ): FileProblem[] => names.flatMap((name, i) => (known.has(name) ? [] : [unknown([...path, i], thing, name, known)]));
  const namesIn = (path: ProblemPath, limitations: readonly Limitation[]): FileProblem[] =>
    limitations.flatMap(({ kind, values }, i) => {
      const what = LIMITATIONS.get(kind)?.valuesName;
      // The client may exist although the file does not mention it.
      return what === 'group' ? check([...path, 'limitations', i, 'values'], GROUP, values, groups) : [];
    });
  const declares = (
    at: ProblemPath,
    { resourceServer, permission }: { resourceServer: string; permission: string },
  ) => {
    const declared = servers.get(resourceServer);
    if (!declared) return [unknown([...at, 'resourceServer'], RESOURCE_SERVER, resourceServer, identifiers)];
    if (permission === EVERYTHING || declared.some(({ name }) => covers(permission, name))) return [];
    const names = declared.map(({ name }) => name);
    return [unknown([...at, 'permission'], { kind: 'permission', of: resourceServer }, permission, names)];
  };
  /** The name in an assignment, which is a string or an object with terms. */
  const named = (path: ProblemPath, field: string, name: string, known: ReadonlySet<string>): FileProblem[] => {
    if (known.has(name)) return [];
    const at = typeof valueAt(written, path) === 'object' ? [...path, field] : path;
    return [unknown(at, field === 'role' ? ROLE : GROUP, name, known)];
  };
  /** The assignments of a user, group or client. */
  const given = (at: ProblemPath, holder: HolderEntry): FileProblem[] => [
    ...(holder.groups ?? []).flatMap(({ name }, i) => named([...at, 'groups', i], 'group', name, groups)),
    ...holder.roles.flatMap(({ name }, i) => named([...at, 'roles', i], 'role', name, roles)),
    ...(holder.customerGroup
      ? named([...at, 'customerGroup'], 'customerGroup', holder.customerGroup.name, groups)
      : []),
    ...holder.permissions.flatMap((permission, i) => declares([...at, 'permissions', i], permission)),
    ...(['groups', 'roles', 'permissions'] as const).flatMap((field) =>
      (holder[field] ?? []).flatMap(({ limitations }, i) => namesIn([...at, field, i], limitations)),
    ),
    ...(holder.customerGroup ? namesIn([...at, 'customerGroup'], holder.customerGroup.limitations) : []),
  ];

  const identifiers = new Set(servers.keys());
  return [
    ...content.roles.flatMap(({ policies, audience, includes = [], excludes = [] }, i) => [
      ...policies.flatMap((policy, j) => [
        ...declares(['roles', i, 'policies', j], policy),
        ...namesIn(['roles', i, 'policies', j], policy.limitations),
      ]),
      ...check(['roles', i, 'includes'], ROLE, includes, roles),
      ...check(['roles', i, 'excludes'], ROLE, excludes, roles),
      ...(audience && 'resourceServer' in audience && !identifiers.has(audience.resourceServer)
        ? [unknown(['roles', i, 'audience', 'resourceServer'], RESOURCE_SERVER, audience.resourceServer, identifiers)]
        : []),
    ]),
    ...content.groups.flatMap((group, i) => given(['groups', i], group)),
    ...content.clients.flatMap((client, i) => [
      ...(client.id === ACCOUNT_CLIENT
        ? [locate(problem('account-client-in-file', ['clients', i, 'id'], { id: ACCOUNT_CLIENT }))]
        : []),
      ...check(['clients', i, 'resourceServers'], RESOURCE_SERVER, client.resourceServers, identifiers),
      ...check(['clients', i, 'introspects'], RESOURCE_SERVER, client.introspects ?? [], identifiers),
      ...given(['clients', i], client),
    ]),
    ...content.users.flatMap((user, i) => given(['users', i], user)),
    ...circles(content.groups, snapshot).map(({ index, way }) =>
      locate(problem('group-circle', ['groups', index, 'groups'], { names: way })),
    ),
  ];
}

const valueAt = (value: unknown, path: ProblemPath): unknown =>
  path.reduce<unknown>((at, step) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[step], value);

/** The first cycle that the file would close, if any. */
function circles(
  entries: RealmFile['content']['groups'],
  snapshot: Snapshot,
): { readonly index: number; readonly way: readonly string[] }[] {
  const above = new Map<string, string[]>();
  for (const { name, assignments } of snapshot.groups.values()) {
    const targets = assignments.flatMap(({ kind, target }) =>
      kind === 'membership' ? (snapshot.groups.get(target)?.name ?? []) : [],
    );
    above.set(name, targets);
  }
  const way = findCycle(above.keys(), (name) => above.get(name) ?? []);
  const index = entries.findIndex(({ name, groups }) =>
    groups.some((next) => way?.some((at, i) => at === name && way[i + 1] === next.name)),
  );
  return way && index !== -1 ? [{ index, way }] : [];
}
