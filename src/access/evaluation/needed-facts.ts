import type { Assignment } from '../../base/assignment.js';
import { compiled } from './snapshot-index.js';
import type { Snapshot } from './snapshot.js';

/** Whether a limitation of this kind may narrow these assignments or what they lead to. Facts that no limitation reads are not looked up. */
export const isLimitedBy = (kind: string, assignments: readonly Assignment[], snapshot: Snapshot): boolean =>
  compiled(snapshot).hasLimitation(kind) ||
  assignments.some(({ limitations }) => limitations.some((limitation) => limitation.kind === kind));
