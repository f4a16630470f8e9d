import { z } from 'zod';

/** The scopes that can release an attribute; `attributes` has nothing else in it. */
const SCOPES = ['profile', 'email', 'address', 'phone', 'roles', 'groups', 'attributes'] as const;

/** Claims that mean something already: in OpenID Connect Core 2 and 5.1, RFC 7519, RFC 9068, and here. */
const TAKEN = new Set(
  (
    'iss sub aud exp nbf iat jti nonce acr amr azp sid auth_time at_hash c_hash s_hash cnf act events scope client_id ' +
    'name given_name family_name middle_name nickname preferred_username profile picture website email email_verified ' +
    'gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at ' +
    'roles groups permissions entitlements _claim_names _claim_sources'
  ).split(' '),
);

/** Which attributes of people applications are told of: each as a claim of its own, to whoever was granted the scope. */
export const attributeClaims = z
  .array(
    z.strictObject({
      attribute: z.string().min(1).max(100),
      claim: z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_.:/-]{0,199}$/, 'A claim begins with a letter and has no spaces in it.')
        .refine((claim) => !TAKEN.has(claim), 'That claim has a meaning of its own; take another name.'),
      scope: z.enum(SCOPES).default('attributes'),
      /** A list of all values, though there be one or none; otherwise the first value alone. */
      multiple: z.boolean().default(false),
    }),
  )
  .max(100)
  .refine((all) => new Set(all.map(({ claim }) => claim)).size === all.length, 'names the same claim twice.');

export type AttributeClaim = z.infer<typeof attributeClaims>[number];
