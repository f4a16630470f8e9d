import { below } from '../../base/problems/problem.js';
import { isDeepStrictEqual } from 'node:util';
import { roleInput } from '../../access/model/role-input.js';
import type { Role } from '../../access/model/role.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Stored } from '../../storage/spec.js';
import { byId, roleFields } from './resolve-names.js';
import { knownFields } from '../read/known-fields.js';
import type { NamesShown } from '../describe/display-names.js';
import type { Operation } from './operation.js';
import { overlay } from './planned-fields.js';
import type { FileProblem } from '../read/problem.js';
import type { WrittenFields, RealmFile } from '../read/read-realm-file.js';
import { isOrphanedPolicy, type RemovedPermissions } from './removed-permissions.js';
import { unmade } from './built-ins.js';

const FIELDS = knownFields(roleInput, []);

/** Adds every role that the file names, empty if it is new, so that references between roles can be resolved. */
export function withRoleNames(snapshot: Snapshot, { content }: RealmFile): Snapshot {
  const roles = new Map(snapshot.roles);
  const known = new Set([...roles.values()].map(({ name }) => name));
  for (const { name } of content.roles) {
    if (known.has(name)) continue;
    const role = { ...unmade(), name, policies: [] };
    roles.set(role.id, role);
  }
  return roles.size === snapshot.roles.size ? snapshot : { ...snapshot, roles };
}

/** The planned fields of a role, or their fault as a whole. */
export function wantedRole(
  before: Role | undefined,
  written: WrittenFields,
  snapshot: Snapshot,
  removed: RemovedPermissions,
) {
  const stored = before && withoutRemoved(before, removed);
  return overlay(roleInput, stored, roleFields(written, byId(snapshot)));
}

/** Without policies that lead to nothing once these permissions are removed. */
export function withoutRemoved<R extends Pick<Role, 'policies'>>(role: R, removed: RemovedPermissions): R {
  const isOrphan = isOrphanedPolicy(removed);
  return removed.size === 0 || !role.policies.some(isOrphan)
    ? role
    : { ...role, policies: role.policies.filter((policy) => !isOrphan(policy)) };
}

/** The part of the role that stays; the rest is removed first, so that nobody gains access in between. */
export function reducedRole<R extends Role>(
  before: R,
  after: Pick<Role, 'aliases' | 'includes' | 'excludes' | 'policies'>,
): R {
  const { aliases, includes, excludes } = before;
  const stays = <T>(now: readonly T[], then: readonly T[] = []): T[] => now.filter((one) => isAmong(one, then));
  const reduced = {
    ...before,
    policies: stays(before.policies, after.policies),
    ...(aliases && { aliases: stays(aliases, after.aliases) }),
    ...(includes && { includes: stays(includes, after.includes) }),
    ...(excludes && { excludes: stays(excludes, after.excludes) }),
  };
  return isDeepStrictEqual(reduced, before) ? before : reduced;
}

const isAmong = (one: unknown, all: readonly unknown[]): boolean => all.some((other) => isDeepStrictEqual(one, other));

/** The role without references to others, which may not exist yet. */
export function aloneRole<R extends Pick<Role, 'includes' | 'excludes'>>(role: R): R {
  const alone = { ...role };
  delete alone.includes;
  delete alone.excludes;
  return alone;
}

/** @param start includes every name in the file */
export function planRoles(
  { content, written, locate }: RealmFile,
  {
    base,
    start,
    removed,
    names,
  }: {
    /** The current realm, with renames. */
    readonly base: Snapshot;
    readonly start: Snapshot;
    readonly removed: RemovedPermissions;
    readonly names: NamesShown;
  },
) {
  const problems: FileProblem[] = [];
  const [reduce, create, complete]: [Operation[], Operation[], Operation[]] = [[], [], []];
  const createComplete: Operation[] = [];
  const roles = new Map(start.roles);
  const change = (before: Stored<Role>, after: Stored<Role>, entry?: number): void => {
    roles.set(before.id, after);
    const common = { thing: 'role', name: after.name, id: before.id, ...(entry !== undefined && { entry }) } as const;
    const reduced = reducedRole(before, after);
    const [takes, gives] = [names.fields(before, reduced, FIELDS), names.fields(reduced, after, FIELDS)];
    if (takes.length > 0) reduce.push({ ...common, step: 'reduce', changes: takes, after: { role: reduced } });
    if (gives.length > 0) complete.push({ ...common, step: 'complete', changes: gives, after: { role: after } });
  };
  const named = new Set<string>();
  for (const [entry, { name }] of content.roles.entries()) {
    const role = [...start.roles.values()].find((one) => one.name === name);
    if (!role) continue;
    named.add(role.id);
    const before = base.roles.get(role.id);
    const wanted = wantedRole(before, written.roles?.[entry] ?? {}, start, removed);
    if (!wanted.ok) problems.push(...wanted.problems.map((one) => locate(below(['roles', entry], one))));
    if (!wanted.ok) continue;
    const { id, createdAt, since, version } = role;
    const after = { id, createdAt, since, version, ...wanted.value };
    if (before) {
      change(before, after, entry);
      continue;
    }
    roles.set(id, after);
    const alone = aloneRole(after);
    const common = { thing: 'role', name, entry } as const;
    create.push({ ...common, step: 'create', changes: [{ what: 'created' }], after: { role: alone } });
    const rest = names.fields(alone, after, FIELDS);
    if (rest.length > 0) createComplete.push({ ...common, step: 'complete', changes: [], after: { role: after } });
  }
  for (const role of base.roles.values()) {
    const left = withoutRemoved(role, removed);
    if (!named.has(role.id) && left !== role) change(role, left);
  }
  return { roles, problems, reduce, create: [...create, ...createComplete], complete };
}
