import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Operation } from './operation.js';
import type { RealmFile } from '../read/read-realm-file.js';

export interface Renaming {
  readonly index: number;
  readonly from: string;
  readonly to: string;
}

/**
 * The entries that rename an existing object: `renamedFrom` exists, and the new name does not. In an order in which each new
 * name is free, so that one may take another's old name.
 */
export function renamingsAmong(
  entries: readonly { readonly name: string; readonly renamedFrom?: string }[],
  existing: Iterable<string>,
): readonly Renaming[] {
  const names = new Set(existing);
  const found: Renaming[] = [];
  for (;;) {
    const index = entries.findIndex(
      ({ name, renamedFrom: from }) => from !== undefined && names.has(from) && !names.has(name),
    );
    const { name: to, renamedFrom: from } = entries[index] ?? {};
    if (to === undefined || from === undefined) return found;
    names.delete(from);
    names.add(to);
    found.push({ index, from, to });
  }
}

/** The roles and groups under their new names, and the operations for that. References by id stay valid. */
export function planRenames(
  { content }: RealmFile,
  snapshot: Snapshot,
): { readonly snapshot: Snapshot; readonly operations: readonly Operation[] } {
  const operations: Operation[] = [];
  const renamed = <T extends { readonly id: string; readonly name: string; readonly connector?: string }>(
    thing: 'role' | 'group',
    things: ReadonlyMap<string, T>,
  ): ReadonlyMap<string, T> => {
    const after = new Map(things);
    const renamings = renamingsAmong(
      thing === 'role' ? content.roles : content.groups,
      // A connector names the groups that it mirrors.
      [...things.values()].flatMap(({ name, connector }) => (connector === undefined ? [name] : [])),
    );
    for (const { index, from, to } of renamings) {
      const renamed = [...after.values()].find(({ name }) => name === from);
      if (!renamed) continue;
      after.set(renamed.id, { ...renamed, name: to });
      operations.push({
        thing,
        name: to,
        step: 'rename',
        id: renamed.id,
        entry: index,
        changes: [{ what: 'renamed', from }],
      });
    }
    return renamings.length > 0 ? after : things;
  };
  const [roles, groups] = [renamed('role', snapshot.roles), renamed('group', snapshot.groups)];
  return { snapshot: operations.length > 0 ? { ...snapshot, roles, groups } : snapshot, operations };
}
