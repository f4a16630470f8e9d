import type { Instant } from '../../base/clock.js';
import { highestOf, type Level, PASSWORD } from '../../base/authentication-level.js';
import { compiled } from './snapshot-index.js';
import { isWithin } from '../../base/interval.js';
import type { Judge } from './evaluate-limitations.js';
import type { Subject } from './evaluation-context.js';
import type { Snapshot } from './snapshot.js';
import { sourcesOf } from './assignment-sources.js';

/**
 * The level that this subject's roles require for every sign-in. Includes roles held under a limitation, because its result is
 * not known yet. Pure.
 */
export function requiredLevelOf(subject: Subject, at: Instant, snapshot: Snapshot): Level {
  // If no role requires a level, nobody's roles are needed.
  if (![...snapshot.roles.values()].some(({ requiredLevel }) => requiredLevel !== undefined)) return PASSWORD;
  const judge: Judge = {
    limitations: () => ({ holds: true }),
    assignment: (assignment) => ({ holds: isWithin(assignment, at) }),
  };
  const { withIncluded } = compiled(snapshot);
  const assignments = sourcesOf(subject, () => judge, snapshot).all.flatMap((source) => source.assignments);
  return highestOf(
    assignments
      .filter((assignment) => assignment.kind === 'role' && isWithin(assignment, at))
      .flatMap(({ target }) => withIncluded(target).flatMap(({ requiredLevel }) => requiredLevel ?? [])),
  );
}
