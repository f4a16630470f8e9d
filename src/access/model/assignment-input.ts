import { z } from 'zod';
import type { Instant } from '../../base/clock.js';
import { isEmpty } from '../../base/interval.js';
import { lineInput } from '../../base/text/text-input.js';
import { audience } from '../../realm/resource-servers/resource-server-input.js';
import { limitationsInput } from '../limitations/limitation-input.js';

/** A time with a zone (RFC 3339). Without a zone it would differ between machines. */
const instant = z.iso
  .datetime({
    offset: true,
    error: 'A moment is written with its zone, as 2027-01-31T18:00:00+01:00 or 2027-01-31T17:00:00Z.',
  })
  .transform((text): Instant => Date.parse(text));

/** The duration, reason and conditions of an assignment. */
export const termsInput = {
  validFrom: instant.exactOptional(),
  validUntil: instant.exactOptional(),
  reason: lineInput('A reason', 500).exactOptional(),
  limitations: limitationsInput.default([]),
};

export type Terms = z.output<z.ZodObject<typeof termsInput>>;

/** An assignment in a realm file: the name alone, or an object with the name and terms. */
export function givenInput(field: string) {
  const withTerms = z
    .strictObject({ [field]: z.string().min(1).max(255), ...termsInput })
    .superRefine(refuseEndless)
    .transform((given): NamedAssignment => {
      const { [field]: name, ...terms } = given as Terms & Record<string, unknown>;
      return { ...(terms as Terms), name: String(name) };
    });
  const alone = z
    .string()
    .min(1)
    .max(255)
    .transform((name): NamedAssignment => ({ name, limitations: [] }));
  return z.union([alone, withTerms], {
    // If no shape of the union matches, only this is reported; the error of the object would name its field.
    error: (issue) => (typeof issue.input === 'string' ? 'A name has 1 to 255 characters.' : undefined),
  });
}

/** An assignment by name, with its terms. */
export type NamedAssignment = Terms & { readonly name: string };

/** A permission that is assigned directly. */
export const givenPermissionInput = (permission: z.ZodType<string, string>) =>
  z.strictObject({ resourceServer: audience, permission, ...termsInput }).superRefine(refuseEndless);

function refuseEndless(given: object, context: z.RefinementCtx): void {
  if (isEmpty(given)) {
    context.addIssue({ code: 'custom', path: ['validUntil'], message: 'It ends before it begins.' });
  }
}
