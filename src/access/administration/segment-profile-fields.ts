import { ruleReads } from '../../identity/groups/segment-rule.js';
import { compiled } from '../evaluation/snapshot-index.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** What of a profile the rule of a segment may look at. */
const READ_BY_RULES = ['locale', 'zoneinfo'] as const;

/**
 * The fields of a profile by which some segment of the realm counts people among it. Who could change such a field of their own could
 * put themselves into the segment, and hold what it was given. Pure.
 */
export function decidedByProfile(snapshot: Snapshot): readonly (typeof READ_BY_RULES)[number][] {
  const reads = compiled(snapshot).segments.map(({ rule }) => ruleReads(rule));
  return READ_BY_RULES.filter((field) => reads.some((read) => read.has(field)));
}
