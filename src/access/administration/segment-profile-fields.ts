import { ruleReads } from '../../identity/groups/segment-rule.js';
import { compiled } from '../evaluation/snapshot-index.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** The profile fields that the rule of a segment may read. */
const READ_BY_RULES = ['locale', 'zoneinfo'] as const;

/**
 * The profile fields that some segment's rule reads. A user who could change such a field could join the segment and gain its
 * assignments. Pure.
 */
export function decidedByProfile(snapshot: Snapshot): readonly (typeof READ_BY_RULES)[number][] {
  const reads = compiled(snapshot).segments.map(({ rule }) => ruleReads(rule));
  return READ_BY_RULES.filter((field) => reads.some((read) => read.has(field)));
}
