import type { Instant } from '../base/clock.js';
import { highestOf, type Level, PASSWORD } from '../base/level.js';
import { effective, type Subject } from './effective.js';
import type { Snapshot } from './snapshot.js';

/** The level that the roles of this subject demand of every sign-in. Pure. */
export function requiredLevelOf(subject: Subject, at: Instant, snapshot: Snapshot): Level {
  // Where no role demands anything, nobody's roles need be known.
  if (![...snapshot.roles.values()].some(({ requiredLevel }) => requiredLevel !== undefined)) return PASSWORD;
  const held = effective(subject, { at }, snapshot).trace.roles;
  return highestOf(held.flatMap(({ id }) => snapshot.roles.get(id)?.requiredLevel ?? []));
}
