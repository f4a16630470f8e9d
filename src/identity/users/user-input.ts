import { z } from 'zod';
import { momentInput } from '../../base/moment-input.js';
import { refusing } from '../../base/problems/read-input.js';
import { reasonInput } from '../../base/reason-input.js';
import { foldEmail, foldIdentifier, type Folded } from '../identifiers/normalize-identifier.js';
import { attributesInput } from './profile.js';

/** A text that has a folded form. */
export const foldedInput = (fold: (text: string) => Folded) =>
  z.string().superRefine(
    refusing((text) => {
      const folded = fold(text);
      return folded.ok ? undefined : folded.fault;
    }),
  );

/** The fields of a user that an administrator changes. An absent field stays; `null` removes the value (RFC 7396). */
export const userPatchInput = z.strictObject({
  username: foldedInput((text) => foldIdentifier(text)).exactOptional(),
  email: foldedInput(foldEmail).nullable().exactOptional(),
  emailVerified: z.boolean().exactOptional(),
  /** Field by field, with the rules of `profileInput`. */
  profile: z.record(z.string(), z.unknown()).exactOptional(),
  /** Replaces all of them. */
  attributes: attributesInput.exactOptional(),
  /** Of the administrator; `null` lifts it. */
  block: z
    .strictObject({ until: momentInput.exactOptional(), reason: reasonInput.exactOptional() })
    .nullable()
    .exactOptional(),
  /** The name of the previous release: `disabled` is `block: {}`, and `active` is `block: null`. */
  state: z.enum(['active', 'disabled']).exactOptional(),
});

export type UserPatch = z.infer<typeof userPatchInput>;
