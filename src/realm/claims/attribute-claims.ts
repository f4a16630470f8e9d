import { z } from 'zod';
import { attributeNameInput } from '../../base/text/attribute-name.js';
import { ACCESS_CLAIMS, isTakenClaim } from './reserved-claims.js';

/** The scopes that can release an attribute; `attributes` releases nothing else. */
const SCOPES = ['profile', 'email', 'address', 'phone', 'roles', 'groups', 'attributes'] as const;

/** The attributes that applications receive, each as a separate claim, for clients that were granted the scope. */
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
      /** A list of all values, even for one or none; otherwise only the first value. */
      multiple: z.boolean().default(false),
    }),
  )
  .max(100)
  .refine((all) => new Set(all.map(({ claim }) => claim)).size === all.length, 'names the same claim twice.');

export type AttributeClaim = z.infer<typeof attributeClaims>[number];
