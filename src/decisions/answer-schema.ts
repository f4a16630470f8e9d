import { z } from 'zod';

/** Why an answer is as it is. */
const reasoned = z.strictObject({
  reasons: z.array(z.string()).describe('Why, in sentences.'),
  until: z.iso.datetime().exactOptional().describe('Until when it is allowed at most.'),
  step_up: z
    .strictObject({ acr_values: z.string(), max_age: z.int().exactOptional() })
    .exactOptional()
    .describe('The parameters that the client sends to the authorization endpoint for step-up (RFC 9470).'),
  not_taken: z.array(z.string()).exactOptional().describe('The facts that are not accepted from this caller.'),
});

const faulty = z.strictObject({
  error: z.strictObject({ status: z.int(), message: z.string() }).describe('The question could not be judged.'),
});

/** An answer (AuthZEN 1.0, 6.2). */
export const decisionAnswer = z
  .strictObject({ decision: z.boolean(), context: z.union([reasoned, faulty]) })
  .meta({ id: 'Decision' });

/** The answers to many questions, or to the only one (AuthZEN 1.0, 7.1). */
export const decisionAnswers = z.union([z.strictObject({ evaluations: z.array(decisionAnswer) }), decisionAnswer]);

export const listFilter = z
  .strictObject({
    rows: z.enum(['all', 'none', 'some']),
    where: z
      .array(z.strictObject({ field: z.enum(['owner', 'within']), in: z.array(z.string()) }))
      .exactOptional()
      .describe('A row that may be allowed meets at least one of these.'),
    context: reasoned,
  })
  .meta({ id: 'ListFilter' });

const page = z
  .strictObject({ next_token: z.string().describe('Empty: there is no more.'), count: z.int() })
  .meta({ id: 'SearchPage' });

/** A page of results (AuthZEN 1.0, 8). */
export const foundItems = <I extends z.ZodType>(item: I) => z.strictObject({ page, results: z.array(item) });
export const foundEntity = z.strictObject({ type: z.string(), id: z.string() });
export const foundAction = z.strictObject({ name: z.string() });
