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

const ATTRIBUTES = 'attributes.';

/** Those of the fields, as mappings name them, that some segment's rule may read. Pure. */
export function decidedByRules(snapshot: Snapshot, fields: readonly string[]): readonly string[] {
  if (fields.length === 0) return [];
  const rules = compiled(snapshot).segments.map(({ rule }) => ({ rule, reads: ruleReads(rule) }));
  return fields.filter((field) =>
    rules.some(({ rule, reads }) =>
      field.startsWith(ATTRIBUTES)
        ? reads.has('attributes') && rule.includes(field.slice(ATTRIBUTES.length))
        : reads.has(field),
    ),
  );
}
