import { z } from 'zod';
import { refusedAs } from '../../base/problems/read-input.js';
import { attributeNameInput } from '../../base/text/attribute-name.js';
import { CLAIM_NAME } from './claim-mapping-input.js';
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
        .refine((claim) => CLAIM_NAME.test(claim), { ...refusedAs('claim-form', {}), abort: true })
        .refine((claim) => !isTakenClaim(claim) && !ACCESS_CLAIMS.has(claim), refusedAs('claim-reserved', {})),
      scope: z.enum(SCOPES).default('attributes'),
      /** A list of all values, even for one or none; otherwise only the first value. */
      multiple: z.boolean().default(false),
    }),
  )
  .max(100)
  .refine((all) => new Set(all.map(({ claim }) => claim)).size === all.length, refusedAs('claims-twice', {}));

export type AttributeClaim = z.infer<typeof attributeClaims>[number];
