import { z } from 'zod';
import { isEmpty } from '../../base/interval.js';
import { momentInput } from '../../base/moment-input.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { refusedAs, refusing } from '../../base/problems/read-input.js';
import { reasonInput } from '../../base/reason-input.js';
import { audience } from '../../realm/resource-servers/resource-server-input.js';
import { limitationsInput } from '../limitations/limitation-input.js';

/** The duration, reason and conditions of an assignment. */
export const termsInput = {
  validFrom: momentInput.exactOptional(),
  validUntil: momentInput.exactOptional(),
  reason: reasonInput.exactOptional(),
  limitations: limitationsInput.default([]),
};

export type Terms = z.output<z.ZodObject<typeof termsInput>>;

/** An assignment in a realm file: the name alone, or an object with the name and terms. */
export function givenInput(field: string) {
  const withTerms = z
    .strictObject({ [field]: z.string().min(1).max(255), ...termsInput })
    .superRefine(refusing(endFault))
    .transform((given): NamedAssignment => {
      const { [field]: name, ...terms } = given as Terms & Record<string, unknown>;
      return { ...(terms as Terms), name: String(name) };
    });
  const alone = z
    .string()
    .refine(({ length }) => length >= 1 && length <= 255, refusedAs('given-name-length', {}))
    .transform((name): NamedAssignment => ({ name, limitations: [] }));
  return z.union([alone, withTerms]);
}

/** An assignment by name, with its terms. */
export type NamedAssignment = Terms & { readonly name: string };

/** A permission that is assigned directly. */
export const givenPermissionInput = (permission: z.ZodType<string, string>) =>
  z.strictObject({ resourceServer: audience, permission, ...termsInput }).superRefine(refusing(endFault));

const endFault = (given: object): Problem | undefined =>
  isEmpty(given) ? problem('ends-before-it-begins', ['validUntil'], {}) : undefined;
