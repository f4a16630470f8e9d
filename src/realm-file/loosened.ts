import type { Role } from '../access/role.js';
import type { Fields } from './read-realm-file.js';

const OF_OTHERS = ['includes', 'excludes'] as const;

/**
 * What a role is to include and exclude no longer goes before anything comes, of all roles: so no order of the file decides whether what one
 * gives up and another takes collides on the way.
 *
 * @param fields as the file writes them, with ids
 * @returns the fields to change first; undefined where the file takes nothing away
 */
export function loosened(stored: Role, fields: Fields): Fields | undefined {
  const kept = OF_OTHERS.flatMap((field) => {
    const [before, wanted] = [stored[field] ?? [], fields[field] as readonly string[] | undefined];
    const left = before.filter((id) => wanted?.includes(id) !== false);
    return left.length < before.length ? [[field, left] as const] : [];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** What the file says of a new role, without what it says of others: they may not be there yet. */
export function alone(fields: Fields): Fields {
  const { includes: _, excludes: __, ...rest } = fields;
  return rest;
}
