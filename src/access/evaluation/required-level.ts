import type { Instant } from '../../base/clock.js';
import { highestOf, type Level, PASSWORD } from '../../base/authentication-level.js';
import { compiled } from './snapshot-index.js';
import { isActive } from '../model/assignment-rules.js';
import type { Judge } from './evaluate-limitations.js';
import type { Subject } from './evaluation-context.js';
import type { Snapshot } from './snapshot.js';
import { sourcesOf } from './assignment-sources.js';

/**
 * The level that the roles of this subject demand of every sign-in, those among them that count under some limitation alone: whether
 * they do is not known yet. Pure.
 */
export function requiredLevelOf(subject: Subject, at: Instant, snapshot: Snapshot): Level {
  // Where no role demands anything, nobody's roles need be known.
  if (![...snapshot.roles.values()].some(({ requiredLevel }) => requiredLevel !== undefined)) return PASSWORD;
  const judge: Judge = {
    limitations: () => ({ holds: true }),
    assignment: (assignment) => ({ holds: isActive(assignment, at) }),
  };
  const { withIncluded } = compiled(snapshot);
  const assignments = sourcesOf(subject, () => judge, snapshot).all.flatMap((source) => source.assignments);
  return highestOf(
    assignments
      .filter((assignment) => assignment.kind === 'role' && isActive(assignment, at))
      .flatMap(({ target }) => withIncluded(target).flatMap(({ requiredLevel }) => requiredLevel ?? [])),
  );
}
