import { covers, EVERYTHING } from '../../realm/resource-servers/permission-covers.js';
import { LIMITATIONS } from '../../access/limitations/limitations.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Limitation } from '../../base/assignment.js';
import { nearest } from '../../base/text/nearest-word.js';
import { ACCOUNT_CLIENT } from '../../realm/clients/account-client.js';
import { findCycle } from '../../base/graph.js';
import type { Path, Problem } from '../read/problem.js';
import type { RealmFile } from '../read/read-realm-file.js';
import type { HolderEntry } from '../read/schema.js';

/**
 * Every name in the file that is unknown once the file is applied, and cycles of groups.
 *
 * @param snapshot the planned realm
 */
export function checkReferences({ content, problem, written }: RealmFile, snapshot: Snapshot): Problem[] {
  const servers = new Map<string, readonly { readonly name: string }[]>(
    [...snapshot.resourceServers].map(([identifier, { permissions }]) => [identifier, permissions]),
  );
  const roles = new Set([...snapshot.roles.values()].flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  const groups = new Set([...snapshot.groups.values()].map(({ name }) => name));

  const unknown = (path: Path, thing: string, name: string, known: Iterable<string>): Problem => {
    const meant = nearest(name, known);
    return problem(path, `There is no ${thing} ${name}${meant ? `; did you mean ${meant}?` : '.'}`);
  };
  const check = (path: Path, thing: string, names: readonly string[], known: ReadonlySet<string>): Problem[] =>
    names.flatMap((name, i) => (known.has(name) ? [] : [unknown([...path, i], thing, name, known)]));
  const namesIn = (path: Path, limitations: readonly Limitation[]): Problem[] =>
    limitations.flatMap(({ kind, values }, i) => {
      const what = LIMITATIONS.get(kind)?.valuesName;
      // The client may exist although the file does not mention it.
      return what === 'group' ? check([...path, 'limitations', i, 'values'], what, values, groups) : [];
    });
  const declares = (at: Path, { resourceServer, permission }: { resourceServer: string; permission: string }) => {
    const declared = servers.get(resourceServer);
    if (!declared) return [unknown([...at, 'resourceServer'], 'resource server', resourceServer, identifiers)];
    if (permission === EVERYTHING || declared.some(({ name }) => covers(permission, name))) return [];
    const names = declared.map(({ name }) => name);
    return [unknown([...at, 'permission'], `permission of ${resourceServer} called`, permission, names)];
  };
  /** The name in an assignment, which is a string or an object with terms. */
  const named = (path: Path, field: string, name: string, known: ReadonlySet<string>): Problem[] => {
    if (known.has(name)) return [];
    const at = typeof valueAt(written, path) === 'object' ? [...path, field] : path;
    return [unknown(at, field === 'role' ? 'role' : 'group', name, known)];
  };
  /** The assignments of a user, group or client. */
  const given = (at: Path, holder: HolderEntry): Problem[] => [
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
      ...check(['roles', i, 'includes'], 'role', includes, roles),
      ...check(['roles', i, 'excludes'], 'role', excludes, roles),
      ...(audience && 'resourceServer' in audience && !identifiers.has(audience.resourceServer)
        ? [unknown(['roles', i, 'audience', 'resourceServer'], 'resource server', audience.resourceServer, identifiers)]
        : []),
    ]),
    ...content.groups.flatMap((group, i) => given(['groups', i], group)),
    ...content.clients.flatMap((client, i) => [
      ...(client.id === ACCOUNT_CLIENT
        ? [problem(['clients', i, 'id'], `${ACCOUNT_CLIENT} is built in, and stays as it is. Take another id.`)]
        : []),
      ...check(['clients', i, 'resourceServers'], 'resource server', client.resourceServers, identifiers),
      ...check(['clients', i, 'introspects'], 'resource server', client.introspects ?? [], identifiers),
      ...given(['clients', i], client),
    ]),
    ...content.users.flatMap((user, i) => given(['users', i], user)),
    ...circles(content.groups, snapshot).map(({ index, way }) =>
      problem(['groups', index, 'groups'], `The groups would go round in a circle: ${way.join(' > ')}.`),
    ),
  ];
}

const valueAt = (value: unknown, path: Path): unknown =>
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
