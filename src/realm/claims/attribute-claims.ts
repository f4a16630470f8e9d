import { z } from 'zod';
import { attributeNameInput } from '../../base/text/attribute-name.js';
import { ACCESS_CLAIMS, isTakenClaim } from './reserved-claims.js';

/** The scopes that can release an attribute; `attributes` has nothing else in it. */
const SCOPES = ['profile', 'email', 'address', 'phone', 'roles', 'groups', 'attributes'] as const;

/** Which attributes of people applications are told of: each as a claim of its own, to whoever was granted the scope. */
export const attributeClaims = z
  .array(
    z.strictObject({
      attribute: attributeNameInput,
      claim: z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_.:/-]{0,199}$/, {
          error: 'A claim begins with a letter and has no spaces in it.',
          abort: true,
        })
        .refine(
          (claim) => !isTakenClaim(claim) && !ACCESS_CLAIMS.has(claim),
          'That claim has a meaning of its own; take another name.',
        ),
      scope: z.enum(SCOPES).default('attributes'),
      /** A list of all values, though there be one or none; otherwise the first value alone. */
      multiple: z.boolean().default(false),
    }),
  )
  .max(100)
  .refine((all) => new Set(all.map(({ claim }) => claim)).size === all.length, 'names the same claim twice.');

export type AttributeClaim = z.infer<typeof attributeClaims>[number];
