import { writtenClaim } from '../connectors/write-back-faults.js';
import type { ClaimChange } from '../contract/upstream-writer.js';
import type { UpstreamClaims } from '../mapping/claim-values.js';
import type { Mapping } from '../mapping/mapping-input.js';
import { mappedField } from '../mapping/rules/mapped-fields.js';

/**
 * What to change of the claims, so that the mapping makes the wanted values of them. Undefined: a claim has further values that its field
 * could take, and one of them might be taken in place of the new one. Pure.
 *
 * @param present the values that the mapping makes of the claims now
 */
export function claimChanges(
  mapping: Pick<Mapping, 'profile'>,
  claims: UpstreamClaims,
  present: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string | undefined>,
): readonly ClaimChange[] | undefined {
  const changes: ClaimChange[] = [];
  for (const [field, value] of wanted) {
    const claim = writtenClaim(mapping, field);
    const target = mappedField(field);
    if (claim === undefined || !target) return undefined;
    const before = claims.get(claim) ?? claims.get(claim.toLowerCase()) ?? [];
    const asField = (raw: string): unknown => {
      const read = target.read(raw);
      return read.ok ? read.value : undefined;
    };
    const kept = before.filter((raw) => asField(raw) !== present.get(field) || asField(raw) === undefined);
    if (kept.some((raw) => asField(raw) !== undefined)) return undefined;
    changes.push({ claim, before, after: value === undefined ? kept : [...kept, value] });
  }
  return changes;
}
