import { z } from 'zod';
import { problem, type Problem } from '../../base/problems/problem.js';
import { refusedAs, refusing } from '../../base/problems/read-input.js';
import type { ClaimMapping } from './claim-mapping.js';
import { COMPUTED_CLAIM_NAMES, COMPUTED_CLAIMS, type ComputedClaimName } from './computed-claims.js';
import { isTakenClaim } from './reserved-claims.js';

const VISIBLE = /^[^\p{C}]+$/u;
const visible = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => VISIBLE.test(text), refusedAs('invisible-characters', {}));

export const CLAIM_NAME = /^[A-Za-z][A-Za-z0-9_.:/-]{0,199}$/;

const shape = {
  value: z.enum(COMPUTED_CLAIM_NAMES),
  claim: z
    .string()
    .refine((claim) => CLAIM_NAME.test(claim), { ...refusedAs('claim-form', {}), abort: true })
    .refine((claim) => !isTakenClaim(claim), refusedAs('claim-reserved', {}))
    .exactOptional(),
  format: z.enum(['list', 'text']).exactOptional(),
  separator: visible(5).exactOptional(),
  only: z.array(visible(255)).min(1).max(50).exactOptional(),
  prefix: visible(100).exactOptional(),
};
/** Fills in the default name and format. */
const whole = <M extends { value: ComputedClaimName; claim?: string; format?: ClaimMapping['format'] }>(each: M) => ({
  ...each,
  claim: each.claim ?? each.value,
  format: each.format ?? COMPUTED_CLAIMS[each.value].format,
});

function faultsAmong(all: readonly ClaimMapping[]): readonly Problem[] {
  const names = new Set<string>();
  return all.flatMap(({ claim, format, separator }, at): Problem[] => {
    const isTwice = names.has(claim);
    names.add(claim);
    return [
      ...(isTwice ? [problem('claim-twice', [at, 'claim'], { claim })] : []),
      ...(separator !== undefined && format === 'list' ? [problem('separator-of-list', [at, 'separator'], {})] : []),
    ];
  });
}

/** The claims of access tokens for a resource server; absent: `roles` and `permissions`; empty: none. */
export const claimMappings = z.array(z.strictObject(shape).transform(whole)).max(20).superRefine(refusing(faultsAmong));

/** The claims of a client's ID tokens and userinfo, as far as the scopes release them. */
export const clientClaimMappings = z
  .array(z.strictObject({ ...shape, resourceServer: z.string().max(500).exactOptional() }).transform(whole))
  .max(20)
  .superRefine(
    refusing((all) => [
      ...faultsAmong(all),
      ...all.flatMap(({ value, resourceServer }, at): Problem[] => {
        if ((value === 'permissions') === (resourceServer !== undefined)) return [];
        const path = [at, 'resourceServer'];
        return [
          value === 'permissions'
            ? problem('claim-needs-resource-server', path, {})
            : problem('claim-of-person', path, { value }),
        ];
      }),
    ]),
  );
