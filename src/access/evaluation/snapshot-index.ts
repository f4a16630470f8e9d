import type { Assignment } from '../../base/assignment.js';
import { reachable } from '../../base/graph.js';
import type { Stored } from '../../storage/spec.js';
import { EVERYONE } from '../model/everyone.js';
import { permissionTarget, readPermissionTarget } from '../model/permission-target.js';
import { expand } from '../model/expand-permissions.js';
import { movesByItself, usesBehaviour } from '../../identity/groups/segment-rule.js';
import type { Group } from '../../identity/groups/group.js';
import { covers } from '../../realm/resource-servers/permission-covers.js';
import type { Policy, Role } from '../model/role.js';
import type { DecisionSnapshot } from './snapshot.js';

/** A policy by which a role grants a permission: its own, or that of an included role. */
export interface GivingPolicy {
  readonly role: Stored<Role>;
  readonly policy: Policy;
}

/** The policies that grant one permission of one audience. */
export interface Givers {
  /** By the id of the held role. The order depends only on the data. */
  readonly roles: ReadonlyMap<string, readonly GivingPolicy[]>;
  /** Whether the target of a direct permission assignment grants it. */
  readonly target: (target: string) => boolean;
}

/** The permissions of a role's own policies. */
export interface RolePolicies {
  /** By audience, the permissions without limitations, each once. */
  readonly free: ReadonlyMap<string, readonly string[]>;
  readonly narrowed: readonly Policy[];
}

/** Everything that depends only on the snapshot, computed on first use. */
export interface SnapshotIndex {
  /** The assignment that every user holds without its being stored, if the realm has that role. */
  readonly everyone: Assignment | undefined;
  /** The role, then all roles that it includes, directly or indirectly, each once. Empty for an unknown role. */
  readonly withIncluded: (roleId: string) => readonly Stored<Role>[];
  /** Without those of included roles. Empty for an unknown role. */
  readonly policiesOf: (roleId: string) => RolePolicies;
  /** Undefined if the audience or the permission is not declared: nobody holds it. */
  readonly givers: (audience: string, permission: string) => Givers | undefined;
  /** Sorted by id. */
  readonly segments: readonly { readonly id: string; readonly rule: string }[];
  /** Whether the rule of any segment reads activity. */
  readonly readsBehaviour: () => boolean;
  /** Whether time alone may move somebody into a segment or out of it. */
  readonly movesByItself: () => boolean;
  /** Whether any role's policy or any group's assignment has a limitation of this kind. */
  readonly hasLimitation: (kind: string) => boolean;
  /** The assignments of a group, sorted by id. */
  readonly assignmentsOf: (groupId: string) => readonly Assignment[];
  /** Each pair of roles that exclude each other, whichever of them declares it, by the pair's name. */
  readonly exclusions: () => ReadonlyMap<string, readonly [string, string]>;
  readonly idsByName: () => IdsByName;
  /** The groups that a connector mirrors, by the id of the group there. */
  readonly mirroredBy: (connector: string) => ReadonlyMap<string, Stored<Group>>;
}

/** The ids of roles and groups by their names, or by another name of a role. */
export interface IdsByName {
  readonly roles: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
}

// Not a field of the snapshot: a planned snapshot is made by spreading another one, and would carry an index that is not its own.
const known = new WeakMap<DecisionSnapshot, SnapshotIndex>();

/** Cached as long as the snapshot exists, which never changes. */
export function compiled(snapshot: DecisionSnapshot): SnapshotIndex {
  const before = known.get(snapshot);
  if (before) return before;
  const made = compile(snapshot);
  known.set(snapshot, made);
  return made;
}

function compile({ roles, groups, resourceServers }: DecisionSnapshot): SnapshotIndex {
  const everyone = [...roles.values()].find(({ name }) => name === EVERYONE);

  const withIncluded = remembered((roleId: string): readonly Stored<Role>[] => {
    const ids = reachable([roleId], (id) => (roles.get(id)?.includes ?? []).toSorted());
    return [...ids].flatMap((id) => roles.get(id) ?? []);
  });

  const policiesOf = remembered((roleId: string): RolePolicies => {
    const policies = roles.get(roleId)?.policies ?? [];
    const byAudience = Map.groupBy(
      policies.filter(({ limitations }) => limitations.length === 0),
      ({ resourceServer }) => resourceServer,
    );
    const free = [...byAudience].map(
      ([audience, given]) => [audience, [...new Set(given.map(({ permission }) => permission))]] as const,
    );
    return { free: new Map(free), narrowed: policies.filter(({ limitations }) => limitations.length > 0) };
  });

  /** For each permission of an audience, the permissions that it includes. */
  const brought = remembered((audience: string): ReadonlyMap<string, ReadonlySet<string>> => {
    const declared = resourceServers.get(audience) ?? { permissions: [] };
    return new Map(declared.permissions.map(({ name }) => [name, new Set(expand([name], declared))]));
  });

  const given = remembered((target: string): Givers => {
    const { resourceServer: audience = '', permission: wanted = '' } = readPermissionTarget(target) ?? {};
    const sources = [...brought(audience)].flatMap(([name, all]) => (all.has(wanted) ? name : []));
    const gives = remembered((node: string): boolean => sources.some((source) => covers(node, source)));
    const givesPolicy = ({ resourceServer, permission }: Policy): boolean =>
      resourceServer === audience && gives(permission);
    const byRole = new Map<string, readonly GivingPolicy[]>();
    for (const id of roles.keys()) {
      const giving = withIncluded(id).flatMap((role) =>
        role.policies.filter(givesPolicy).map((policy) => ({ role, policy, order: JSON.stringify(policy) })),
      );
      if (giving.length > 0) {
        byRole.set(
          id,
          giving.sort((a, b) => compare(a.role.id, b.role.id) || compare(a.order, b.order)),
        );
      }
    }
    return {
      roles: byRole,
      target(target) {
        const direct = readPermissionTarget(target);
        return direct?.resourceServer === audience && gives(direct.permission);
      },
    };
  });

  const limitations = once(() => {
    const narrowed = [
      ...[...roles.values()].flatMap((role) => role.policies),
      ...[...groups.values()].flatMap((group) => group.assignments),
    ];
    return new Set(narrowed.flatMap((one) => one.limitations.map(({ kind }) => kind)));
  });

  const segments = [...groups.values()]
    .flatMap(({ id, type, rule }) => (type === 'segment' && rule !== undefined ? [{ id, rule }] : []))
    .sort((a, b) => compare(a.id, b.id));

  const mirrored = once(() => {
    const found = new Map<string, Map<string, Stored<Group>>>();
    for (const group of groups.values()) {
      const { connector, upstreamId } = group;
      if (connector === undefined || upstreamId === undefined) continue;
      const ofConnector = found.get(connector) ?? new Map<string, Stored<Group>>();
      found.set(connector, ofConnector.set(upstreamId, group));
    }
    return found;
  });

  return {
    everyone: everyone && builtIn(everyone),
    withIncluded,
    policiesOf,
    givers(audience, permission) {
      // Undeclared permissions are not cached: anybody may ask for any name.
      const isDeclared = resourceServers.get(audience)?.permissions.some(({ name }) => name === permission) === true;
      return isDeclared ? given(permissionTarget(audience, permission)) : undefined;
    },
    segments,
    readsBehaviour: once(() => segments.some(({ rule }) => usesBehaviour(rule))),
    movesByItself: once(() => segments.some(({ rule }) => movesByItself(rule))),
    hasLimitation: (kind) => limitations().has(kind),
    assignmentsOf: remembered((id: string) =>
      (groups.get(id)?.assignments ?? []).toSorted((a, b) => compare(a.id, b.id)),
    ),
    exclusions: once(() => exclusionsAmong(roles)),
    idsByName: once(() => ({
      roles: new Map([
        ...[...roles.values()].flatMap(({ id, aliases = [] }) => aliases.map((alias) => [alias, id] as const)),
        ...[...roles.values()].map(({ id, name }) => [name, id] as const),
      ]),
      groups: new Map([...groups.values()].map(({ id, name }) => [name, id])),
    })),
    mirroredBy: (connector) => mirrored().get(connector) ?? NO_GROUPS,
  };
}

const NO_GROUPS: ReadonlyMap<string, Stored<Group>> = new Map();

const builtIn = ({ id, createdAt }: Role): Assignment => ({
  id: EVERYONE,
  kind: 'role',
  target: id,
  grantedBy: 'system:everyone',
  grantedAt: createdAt,
  limitations: [],
});

function exclusionsAmong(roles: DecisionSnapshot['roles']): ReadonlyMap<string, readonly [string, string]> {
  const found = new Map<string, readonly [string, string]>();
  for (const { id, excludes = [] } of roles.values()) {
    for (const other of excludes) {
      const pair = [id, other].sort().join(' ');
      if (roles.has(other) && !found.has(pair)) found.set(pair, [id, other]);
    }
  }
  return found;
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => (done ??= { value: work() }).value;
}

/** A cache bounded by the snapshot's content, which ends with it. */
function remembered<T>(work: (key: string) => T): (key: string) => T {
  const results = new Map<string, { readonly value: T }>();
  return (key) => {
    const before = results.get(key);
    if (before) return before.value;
    const value = work(key);
    results.set(key, { value });
    return value;
  };
}

/** Compares by code units, so the order is the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
