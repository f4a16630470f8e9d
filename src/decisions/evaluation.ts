import { z } from 'zod';
import { lineFault } from '../base/readable.js';

/** A name as callers write it; longer is nobody's. */
const name = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (text) => lineFault(text) === undefined,
    'It has a character in it that no name has, or nothing that is seen.',
  );
const properties = z.record(z.string().max(200), z.json());

const subject = z.object({ type: z.enum(['user', 'client']), id: name, properties: properties.exactOptional() });
const action = z.object({ name, properties: properties.exactOptional() });
const resource = z.object({
  type: name,
  id: name,
  properties: z
    .looseObject({
      /** The id of the user or client that it belongs to. */
      owner: name.exactOptional(),
      /** The names of the groups that it belongs to. */
      within: z.array(name).max(50).exactOptional(),
    })
    .pipe(properties)
    .exactOptional(),
});
const context = z.looseObject({
  /** Of the resource servers that the caller is, the one that it asks as. */
  audience: name.exactOptional(),
  client_id: name.exactOptional(),
  ip_address: z.string().max(60).exactOptional(),
  acr: name.exactOptional(),
  /** Seconds since 1970, as in tokens. */
  auth_time: z.int().min(0).exactOptional(),
});

/** One question (AuthZEN 1.0, 6.1). What it does not name is ignored, as the standard wants. */
export const evaluationInput = z.object({ subject, action, resource, context: context.exactOptional() });
export type Evaluation = z.output<typeof evaluationInput>;

/** Which things of a list somebody may do this to. */
export const filterInput = z.object({
  subject,
  action,
  resource: z.object({ type: name }).exactOptional(),
  context: context.exactOptional(),
});
export type FilterQuestion = z.output<typeof filterInput>;

/** So many are asked at once at most. */
const MOST = 100;

/** Many at once, with what they share told once (AuthZEN 1.0, 7.1). */
export const evaluationsInput = z.object({
  subject: subject.exactOptional(),
  action: action.exactOptional(),
  resource: resource.exactOptional(),
  context: context.exactOptional(),
  evaluations: z
    .array(
      z.object({
        subject: subject.exactOptional(),
        action: action.exactOptional(),
        resource: resource.exactOptional(),
        context: context.exactOptional(),
      }),
    )
    .max(MOST)
    .exactOptional(),
  options: z
    .looseObject({
      evaluations_semantic: z
        .enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'])
        .default('execute_all'),
    })
    .exactOptional(),
});
