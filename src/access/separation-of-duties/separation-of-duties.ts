import { problem, type Problem } from '../../base/problems/problem.js';
import { isDeepStrictEqual } from 'node:util';
import { now } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import type { JsonObject } from '../../base/json.js';
import type { Event } from '../../changes/event.js';
import type { Guard } from '../../changes/change-recorder.js';
import { asIn } from '../administration/snapshot-after-event.js';
import { heldBoth, type Holders } from './find-violations.js';
import { newConflict, type RoleConflict } from './role-conflict.js';
import type { Snapshot, Snapshots } from '../evaluation/snapshot.js';
import { newAssignments } from './conflict-candidates.js';

export type SeparationOfDutiesParts = Holders & { readonly snapshots: Pick<Snapshots, 'read'> };

/**
 * Refuses, as `roles-exclude-each-other`, every change after which somebody would newly hold two roles that exclude each other.
 * This covers direct assignments, groups and roles. Changes that only remove access are not checked.
 *
 * @param parts called only if there is something to check
 */
export function separationOfDuties(parts: () => SeparationOfDutiesParts): Guard {
  return async (_by, event) => {
    switch (event.subject.kind) {
      case 'role':
        if (!changesRoles(event)) return undefined;
        return againstAll(event, parts());
      case 'group':
        if (addedBy(event).length === 0) return undefined;
        return againstAll(event, parts());
      case 'user':
      case 'client':
        if (addedBy(event).length === 0) return undefined;
        return againstOne(event, await parts().snapshots.read());
      default:
        return undefined;
    }
  };
}

async function againstAll(
  event: Event,
  { snapshots, ...holders }: ReturnType<Parameters<typeof separationOfDuties>[0]>,
): Promise<Problem | undefined> {
  const snapshot = await snapshots.read();
  const against = await heldBoth(
    asIn(event.before, event, snapshot),
    asIn(event.after, event, snapshot),
    holders,
    now(),
  );
  return against?.problem;
}

function againstOne({ before, after }: Event, snapshot: Snapshot): Problem | undefined {
  const conflict = newConflict(
    { assignments: assignmentsIn(before), snapshot },
    { assignments: assignmentsIn(after), snapshot },
    now(),
  );
  return conflict && conflictProblem(conflict);
}

/** Why a holder can't have these assignments. */
export const conflictProblem = ({ ways }: RoleConflict): Problem =>
  problem('roles-exclude-each-other', [], { held: ways });

// A spec marks these fields `audited`; an event shows them as they are stored.
const assignmentsIn = (shown: JsonObject | undefined): readonly Assignment[] =>
  (shown?.['assignments'] ?? []) as unknown as Assignment[];

const addedBy = ({ before, after }: Event): readonly Assignment[] =>
  newAssignments(assignmentsIn(before), assignmentsIn(after));

const changesRoles = ({ before, after }: Event): boolean =>
  ['includes', 'excludes'].some((field) => !isDeepStrictEqual(before?.[field] ?? [], after?.[field] ?? []));
