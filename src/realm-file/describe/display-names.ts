import { isDeepStrictEqual } from 'node:util';
import { readPermissionTarget } from '../../access/model/permission-target.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Assignment } from '../../base/assignment.js';
import type { AssignmentShown, PlannedChange } from '../plan/operation.js';

/** Converts stored ids into readable names. */
export interface NamesShown {
  assignment(assignment: Assignment): AssignmentShown;
  /** The assignments that were added, removed and taken over between the two lists. */
  assignmentChanges(before: readonly Assignment[], after: readonly Assignment[]): readonly PlannedChange[];
  /** The fields that differ. */
  fields(before: object, after: object, fields: readonly string[]): readonly PlannedChange[];
}

/** @param snapshots sources of names, in order of precedence */
export function namesShown(...snapshots: readonly Snapshot[]): NamesShown {
  const nameOf = (id: string): string => {
    for (const { roles, groups } of snapshots) {
      const found = roles.get(id) ?? groups.get(id);
      if (found) return found.name;
    }
    return id;
  };
  const shown = (assignment: Assignment): AssignmentShown => {
    const { kind, target, validFrom, validUntil, reason, limitations, source, grantedBy } = assignment;
    const direct = kind === 'permission' ? readPermissionTarget(target) : undefined;
    return {
      kind,
      name: direct?.permission ?? nameOf(target),
      ...(direct && { resourceServer: direct.resourceServer }),
      ...(validFrom !== undefined && { validFrom }),
      ...(validUntil !== undefined && { validUntil }),
      ...(reason !== undefined && { reason }),
      ...(limitations.length > 0 && { limitations: limitations.map((one) => one.kind) }),
      ...(source && { source }),
      grantedBy,
    };
  };
  return {
    assignment: shown,
    assignmentChanges(before, after) {
      const [held, then] = [
        new Map(before.map((assignment) => [assignment.id, assignment])),
        new Set(after.map(({ id }) => id)),
      ];
      return [
        ...before
          .filter(({ id }) => !then.has(id))
          .map((assignment) => ({ what: 'taken' as const, assignment: shown(assignment) })),
        ...after.flatMap((assignment): PlannedChange[] => {
          const earlier = held.get(assignment.id);
          if (!earlier) return [{ what: 'assigned', assignment: shown(assignment) }];
          if (isDeepStrictEqual(earlier.source, assignment.source)) return [];
          return [{ what: 'adopted', assignment: shown(earlier) }];
        }),
      ];
    },
    fields(before, after, fields) {
      const [from, to] = [before as Readonly<Record<string, unknown>>, after as Readonly<Record<string, unknown>>];
      return fields.flatMap((field): PlannedChange[] => {
        if (isDeepStrictEqual(from[field], to[field])) return [];
        const [earlier = [], later = []] = [from[field], to[field]];
        if (!Array.isArray(earlier) || !Array.isArray(later)) return [{ what: 'field', field }];
        const [old, now] = [earlier.map(textOf), later.map(textOf)];
        const added = now.filter((one) => !old.includes(one));
        const removed = old.filter((one) => !now.includes(one));
        return [{ what: 'field', field, ...(added.length > 0 && { added }), ...(removed.length > 0 && { removed }) }];
      });
    },
  };

  /** One item of a list: a name, a permission, a policy. */
  function textOf(item: unknown): string {
    if (typeof item === 'string') return nameOf(item);
    if (typeof item !== 'object' || item === null) return String(item);
    const { name, permission, resourceServer, value } = item as Readonly<Record<string, unknown>>;
    if (typeof permission === 'string' && typeof resourceServer === 'string')
      return `${permission} at ${resourceServer}`;
    if (typeof name === 'string') return typeof value === 'string' ? `${name}=${value}` : name;
    return JSON.stringify(item);
  }
}
