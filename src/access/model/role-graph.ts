import { type Edges, findPath, reachable } from '../../base/graph.js';
import { EVERYONE } from './everyone.js';
import type { Role } from './role.js';
import type { RoleInput } from './role-input.js';

/**
 * Why a role is inconsistent with the others, as a sentence: a name that another role has, unknown roles, a cycle of inclusion,
 * or inclusion of a role that it excludes. Pure.
 *
 * @param id its own; undefined for a new role
 */
export function amongRolesFault(
  input: RoleInput,
  id: string | undefined,
  roles: ReadonlyMap<string, Role>,
): string | undefined {
  const { name, aliases = [], includes = [], excludes = [] } = input;
  const others = [...roles.values()].filter((role) => role.id !== id);
  const twice = [name, ...aliases].find((one, at, all) => all.indexOf(one) !== at);
  if (twice !== undefined) return `Role ${name} has the name ${twice} twice.`;
  for (const other of others) {
    const taken = [name, ...aliases].find((one) => one === other.name || other.aliases?.includes(one));
    if (taken !== undefined && taken !== name) return `${taken} is another name of the role ${other.name}, or its own.`;
    if (taken !== undefined && other.aliases?.includes(taken))
      return `${taken} is another name of the role ${other.name}.`;
  }
  const absent = [...includes, ...excludes].find((one) => !roles.has(one));
  if (absent !== undefined) return `Role ${name} names the role ${absent}, which does not exist.`;
  if (excludes.includes(id ?? '')) return `Role ${name} excludes itself.`;
  if (excludes.some((one) => roles.get(one)?.name === EVERYONE)) {
    return `Everybody has the role ${EVERYONE}, so nobody could ever be given ${name} beside it.`;
  }
  if (name === EVERYONE && excludes.length > 0) return `Everybody has the role ${EVERYONE}, so it excludes none.`;
  const circle = includes.map((one) => wayBack(one, id, roles)).find((way) => way !== undefined);
  if (circle) return `Roles would include one another in a circle: ${[name, ...circle].join(' > ')}.`;
  const brought = includes.flatMap((one) => reached(one, roles));
  const against = brought.find((one) => excludes.includes(one.id) || (id !== undefined && one.excludes?.includes(id)));
  if (against) return `Role ${name} would bring the role ${against.name}, which it excludes.`;
  return bringsBoth({ ...input, id: id ?? '' }, roles);
}

/** Why some role would include two others that exclude each other, so that nobody could ever hold it. */
function bringsBoth(
  { id, name, includes, excludes }: Pick<Role, 'id' | 'name' | 'includes' | 'excludes'>,
  roles: ReadonlyMap<string, Role>,
): string | undefined {
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
    for (const one of all) {
      const other = all.find(({ id }) => one.excludes?.includes(id) === true);
      if (other) return [one, other];
    }
    return undefined;
  };
  for (const role of after.values()) {
    const both = clash(role.id, after);
    // An older fault of the same kind does not block other changes.
    if (both && !clash(role.id, roles)) {
      const [one, other] = both.map((each) => each.name);
      return `Role ${role.name} would bring both ${one} and ${other}, and the two exclude each other.`;
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
