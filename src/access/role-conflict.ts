import type { Instant } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import { compiled } from './compiled.js';
import type { Judge } from './judge.js';
import type { Role } from './role.js';
import type { Snapshot } from './snapshot.js';
import { sourcesOf } from './sources.js';

/**
 * Separation of duties: why nobody may have these edges, as a sentence that names the two roles and how each comes about; undefined where they
 * may. What has not begun yet counts, and what holds under a limitation; what is over does not. Pure.
 */
export function roleConflict(edges: readonly Edge[], snapshot: Snapshot, at: Instant): string | undefined {
  if (![...snapshot.roles.values()].some(({ excludes }) => (excludes?.length ?? 0) > 0)) return undefined;
  const notOver = ({ validUntil }: Edge): boolean => at < (validUntil ?? Infinity);
  const judge: Judge = { limitations: () => ({ holds: true }), edge: (edge) => ({ holds: notOver(edge) }) };
  const { withIncluded } = compiled(snapshot);

  const held = new Map<string, { readonly role: Role; readonly how: string }>();
  const subject = { kind: 'user', id: '', edges } as const;
  for (const { from, edges: own } of sourcesOf(subject, () => judge, snapshot).all) {
    for (const edge of own) {
      if (edge.kind !== 'role' || !notOver(edge)) continue;
      for (const role of withIncluded(edge.target)) {
        const by =
          role.id === edge.target ? '' : ` in the role ${snapshot.roles.get(edge.target)?.name ?? edge.target}`;
        const how = `${role.name}${by}${from ? ` through the group ${from.name}` : ''}`;
        if (!held.has(role.id)) held.set(role.id, { role, how });
      }
    }
  }
  for (const { role, how } of held.values()) {
    for (const id of role.excludes ?? []) {
      const other = held.get(id);
      if (other) return `Nobody may hold both ${how} and ${other.how}: the two roles exclude each other.`;
    }
  }
  return undefined;
}
