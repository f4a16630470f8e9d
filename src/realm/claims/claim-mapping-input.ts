import { z } from 'zod';
import type { ClaimMapping } from './claim-mapping.js';
import { COMPUTED_CLAIM_NAMES, COMPUTED_CLAIMS, type ComputedClaimName } from './computed-claims.js';
import { isTakenClaim } from './reserved-claims.js';

const VISIBLE = /^[^\p{C}]+$/u;
const visible = (most: number) => z.string().max(most).regex(VISIBLE, 'has visible characters alone.');

const shape = {
  value: z.enum(COMPUTED_CLAIM_NAMES),
  claim: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.:/-]{0,199}$/, {
      error: 'A claim begins with a letter and has no spaces in it.',
      abort: true,
    })
    .refine((claim) => !isTakenClaim(claim), 'That claim has a meaning of its own; take another name.')
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

function check(all: readonly ClaimMapping[], context: z.core.$RefinementCtx): void {
  const names = new Set<string>();
  all.forEach(({ claim, format, separator }, at) => {
    const refuse = (field: keyof ClaimMapping, message: string): void =>
      context.addIssue({ code: 'custom', path: [at, field], message });
    if (names.has(claim)) refuse('claim', `There are two claims ${claim}.`);
    if (separator !== undefined && format === 'list') refuse('separator', 'Only a text has a separator.');
    names.add(claim);
  });
}

/** The claims of access tokens for a resource server; absent: `roles` and `permissions`; empty: none. */
export const claimMappings = z.array(z.strictObject(shape).transform(whole)).max(20).superRefine(check);

/** The claims of a client's ID tokens and userinfo, as far as the scopes release them. */
export const clientClaimMappings = z
  .array(z.strictObject({ ...shape, resourceServer: z.string().max(500).exactOptional() }).transform(whole))
  .max(20)
  .superRefine((all, context) => {
    check(all, context);
    all.forEach(({ value, resourceServer }, at) => {
      if ((value === 'permissions') === (resourceServer !== undefined)) return;
      const message =
        value === 'permissions'
          ? 'Name the resource server whose permissions these are.'
          : `Only permissions are those of one resource server; ${value} are the person's.`;
      context.addIssue({ code: 'custom', path: [at, 'resourceServer'], message });
    });
  });
