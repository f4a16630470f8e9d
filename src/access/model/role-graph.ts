import { type Edges, findPath, reachable } from '../../base/graph.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { EVERYONE } from './everyone.js';
import type { Role } from './role.js';
import type { RoleInput } from './role-input.js';

/**
 * Why a role is inconsistent with the others: a name that another role has, unknown roles, a cycle of inclusion,
 * or inclusion of a role that it excludes. Pure.
 *
 * @param id its own; undefined for a new role
 */
export function amongRolesFault(
  input: RoleInput,
  id: string | undefined,
  roles: ReadonlyMap<string, Role>,
): Problem | undefined {
  const { name, aliases = [], includes = [], excludes = [] } = input;
  const others = [...roles.values()].filter((role) => role.id !== id);
  const twice = [name, ...aliases].find((one, at, all) => all.indexOf(one) !== at);
  if (twice !== undefined) return problem('role-name-twice', ['aliases'], { role: name, other: twice });
  for (const other of others) {
    const taken = [name, ...aliases].find((one) => one === other.name || other.aliases?.includes(one));
    if (taken !== undefined && taken !== name)
      return problem('role-alias-taken', ['aliases'], { alias: taken, role: other.name });
    if (taken !== undefined && other.aliases?.includes(taken))
      return problem('role-name-is-alias', ['name'], { name: taken, role: other.name });
  }
  const absent = [...includes, ...excludes].find((one) => !roles.has(one));
  if (absent !== undefined) return problem('role-unknown-role', [], { role: name, other: absent });
  if (excludes.includes(id ?? '')) return problem('role-excludes-itself', ['excludes'], { role: name });
  if (excludes.some((one) => roles.get(one)?.name === EVERYONE)) {
    return problem('role-excludes-everyone', ['excludes'], { role: name });
  }
  if (name === EVERYONE && excludes.length > 0) return problem('everyone-excludes', ['excludes'], {});
  const circle = includes.map((one) => wayBack(one, id, roles)).find((way) => way !== undefined);
  if (circle) return problem('role-circle', ['includes'], { names: [name, ...circle] });
  const brought = includes.flatMap((one) => reached(one, roles));
  const against = brought.find((one) => excludes.includes(one.id) || (id !== undefined && one.excludes?.includes(id)));
  if (against) return problem('role-brings-excluded', ['includes'], { role: name, other: against.name });
  return bringsBoth({ ...input, id: id ?? '' }, roles);
}

/** Why some role would include two others that exclude each other, so that nobody could ever hold it. */
function bringsBoth(
  { id, name, includes, excludes }: Pick<Role, 'id' | 'name' | 'includes' | 'excludes'>,
  roles: ReadonlyMap<string, Role>,
): Problem | undefined {
  const plain = { createdAt: 0, since: 0, policies: [] };
  const after = new Map(roles).set(id, {
    ...plain,
    id,
    name,
    ...(includes && { includes }),
    ...(excludes && { excludes }),
  });
  const clash = (of: string, among: ReadonlyMap<string, Role>): readonly [Role, Role] | undefined => {
    const all = reached(of, among);
    for (const member of all) {
      const other = all.find(({ id }) => member.excludes?.includes(id) === true);
      if (other) return [member, other];
    }
    return undefined;
  };
  for (const role of after.values()) {
    const both = clash(role.id, after);
    // An older fault of the same kind does not block other changes.
    if (both && !clash(role.id, roles)) {
      return problem('role-brings-both', ['includes'], { role: role.name, both: [both[0].name, both[1].name] });
    }
  }
  return undefined;
}

const includedIn =
  (roles: ReadonlyMap<string, Role>): Edges =>
  (id) =>
    roles.get(id)?.includes ?? [];

/** The names from one role along its inclusions back to the role of this id; undefined if there is no such path. */
const wayBack = (
  from: string,
  to: string | undefined,
  roles: ReadonlyMap<string, Role>,
): readonly string[] | undefined =>
  to === undefined ? undefined : findPath(from, to, includedIn(roles))?.map((id) => roles.get(id)?.name ?? id);

const reached = (from: string, roles: ReadonlyMap<string, Role>): readonly Role[] =>
  [...reachable([from], includedIn(roles))].flatMap((id) => roles.get(id) ?? []);
