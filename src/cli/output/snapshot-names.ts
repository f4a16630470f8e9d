import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { GatehouseError } from '../../base/errors.js';
import { nearest } from '../../base/text/nearest-word.js';

/** Resolves names of roles and groups to ids. Each function throws a GatehouseError that suggests similar names. */
export function snapshotNames({ roles, groups }: Snapshot): {
  readonly role: (name: string) => string;
  readonly group: (name: string) => string;
} {
  const lookUp = (thing: string, known: readonly { readonly id: string; readonly name: string }[]) => {
    const ids = new Map(known.map(({ id, name }) => [name, id]));
    return (name: string): string => {
      const id = ids.get(name);
      if (id !== undefined) return id;
      const meant = nearest(name, ids.keys());
      const hint = meant === undefined ? '.' : `; did you mean ${meant}?`;
      throw new GatehouseError('bad-configuration', `There is no ${thing} ${name}${hint}`);
    };
  };
  return { role: lookUp('role', [...roles.values()]), group: lookUp('group', [...groups.values()]) };
}
