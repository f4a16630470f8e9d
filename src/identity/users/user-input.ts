import { z } from 'zod';
import { foldEmail, foldIdentifier, type Folded } from '../identifiers/normalize-identifier.js';
import { attributesInput } from './profile.js';

const folded = (what: string, fold: (text: string) => Folded) =>
  z.string().superRefine((text, ctx) => {
    const result = fold(text);
    if (!result.ok) ctx.addIssue({ code: 'custom', message: `${what} ${result.why}.` });
  });

/** The fields of a user that an administrator changes. An absent field stays; `null` removes the value (RFC 7396). */
export const userPatchInput = z.strictObject({
  username: folded('A username', foldIdentifier).exactOptional(),
  email: folded('An e-mail address', foldEmail).nullable().exactOptional(),
  emailVerified: z.boolean().exactOptional(),
  /** Field by field, with the rules of `profileInput`. */
  profile: z.record(z.string(), z.unknown()).exactOptional(),
  /** Replaces all of them. */
  attributes: attributesInput.exactOptional(),
  state: z.enum(['active', 'disabled']).exactOptional(),
});

export type UserPatch = z.infer<typeof userPatchInput>;
