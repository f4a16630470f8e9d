import { z } from 'zod';
import { problem } from '../../base/problems/problem.js';
import { carried, refusing } from '../../base/problems/read-input.js';
import { linesInput } from '../../base/text/text-input.js';
import { foldEmail } from '../../identity/identifiers/normalize-identifier.js';
import { claimName } from '../mapping/rules/profile-rule-input.js';

/** In the form that a typed address has after its `@`. */
export const mailDomain = z
  .string()
  .max(1000)
  .transform((text, context) => {
    const address = foldEmail(`x@${text}`);
    const domain = address.ok ? address.value.slice('x@'.length) : '';
    if (domain.includes('.')) return domain;
    context.addIssue(carried(problem('mail-domain-form', [], {})));
    return z.NEVER;
  });

/** Who of an upstream may sign in: whoever fulfils all of these. An empty list asks for nothing. */
export const rulesInput = z
  .strictObject({
    /** The mapped address is verified, and of one of these domains, not of one below. */
    domains: z.array(mailDomain).max(100).default([]),
    /** Each of these claims has one of the values, compared exactly. A missing claim has none. */
    claims: z
      .array(z.strictObject({ claim: claimName, values: z.array(linesInput('value', 1000).min(1)).min(1).max(200) }))
      .max(20)
      .default([]),
    /** In seconds: how long ago the person may have signed in at the upstream. Where it does not tell, nobody may. */
    maxAge: z.int().min(60).max(31_536_000).exactOptional(),
  })
  .superRefine(
    refusing(({ claims }) =>
      claims.flatMap(({ claim }, at) =>
        claims.findIndex((other) => other.claim === claim) < at
          ? [problem('declared-twice', ['claims', at, 'claim'], { name: claim })]
          : [],
      ),
    ),
  );

export type SignInRules = z.output<typeof rulesInput>;
