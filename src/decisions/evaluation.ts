import { z } from 'zod';
import { lineFault } from '../base/text/text-faults.js';

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

/** Types that nobody here knows are nobody: the standard leaves types open. */
const subject = z.object({ type: name, id: name, properties: properties.exactOptional() });
const action = z.object({ name, properties: properties.exactOptional() });
const resourceProperties = z
  .looseObject({
    /** The id of the user or client that it belongs to. */
    owner: name.exactOptional(),
    /** The names of the groups that it belongs to. */
    within: z.array(name).max(50).exactOptional(),
  })
  .pipe(properties);
const resource = z.object({ type: name, id: name, properties: resourceProperties.exactOptional() });
const context = z.looseObject({
  /** The resource server that the caller asks as. */
  audience: name.exactOptional(),
  client_id: name.exactOptional(),
  ip_address: z.string().max(60).exactOptional(),
  acr: name.exactOptional(),
  /** Seconds since 1970, as in tokens. */
  auth_time: z.int().min(0).exactOptional(),
});

/** One question (AuthZEN 1.0, 6.1). Unknown fields are ignored, as the standard requires. */
export const evaluationInput = z.object({ subject, action, resource, context: context.exactOptional() });
export type Evaluation = z.output<typeof evaluationInput>;

/** The kind of subject of this type; undefined if there is none. Gateways call a person `identity`. */
export function subjectKind(type: string): 'user' | 'client' | undefined {
  switch (type) {
    case 'user':
    case 'identity':
      return 'user';
    case 'client':
      return 'client';
    default:
      return undefined;
  }
}

/** Which things of a list somebody may do this to. */
export const filterInput = z.object({
  subject,
  action,
  resource: z.object({ type: name }).exactOptional(),
  context: context.exactOptional(),
});
export type FilterQuestion = z.output<typeof filterInput>;

/** Which part of what is found is wanted (AuthZEN 1.0, 8.2). */
const page = z.looseObject({
  /** As a page before gave it; empty: the first one. */
  token: z.string().max(2000).exactOptional(),
  limit: z.int().min(1).max(1000).exactOptional(),
});

/** Subject search (AuthZEN 1.0, 8.4). An id of the subject is ignored, as the standard wants. */
export const subjectSearchInput = z.object({
  subject: z.object({ type: name, properties: properties.exactOptional() }),
  action,
  resource,
  context: context.exactOptional(),
  page: page.exactOptional(),
});
export type SubjectSearch = z.output<typeof subjectSearchInput>;

/** Resource search (AuthZEN 1.0, 8.5). */
export const resourceSearchInput = z.object({
  subject,
  action,
  resource: z.object({ type: name, properties: resourceProperties.exactOptional() }),
  context: context.exactOptional(),
  page: page.exactOptional(),
});
export type ResourceSearch = z.output<typeof resourceSearchInput>;

/** Action search (AuthZEN 1.0, 8.6). */
export const actionSearchInput = z.object({
  subject,
  resource,
  context: context.exactOptional(),
  page: page.exactOptional(),
});
export type ActionSearch = z.output<typeof actionSearchInput>;

/** So many are asked at once at most. */
const MOST = 100;

/**
 * Many at once, with what they share said once (AuthZEN 1.0, 7.1). Only the frame is checked here: each question is checked as a whole, by
 * {@link evaluationsIn}, and a faulty one is answered in its place.
 */
export const evaluationsInput = z.object({
  subject: z.unknown().exactOptional(),
  action: z.unknown().exactOptional(),
  resource: z.unknown().exactOptional(),
  context: z.unknown().exactOptional(),
  evaluations: z.array(z.unknown()).max(MOST).exactOptional(),
  options: z
    .looseObject({
      evaluations_semantic: z
        .enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'])
        .default('execute_all'),
    })
    .exactOptional(),
});

/** One of many questions, whole, or what is wrong with it. */
export type OneOfMany =
  { readonly ok: true; readonly question: Evaluation } | { readonly ok: false; readonly fault: z.ZodError };

const ENTITIES = ['subject', 'action', 'resource'] as const;
/** The required fields of an entity; the shared one supplies them. */
const REQUIRED = ['type', 'id', 'name'] as const;

/**
 * Each question with what is shared: an entity of its own takes the place of the shared one, which stands in for a required field alone
 * (AuthZEN 1.0, 7.1.1). A shared entity that no question uses is not looked at.
 */
export function evaluationsIn({
  evaluations = [],
  ...shared
}: Omit<z.output<typeof evaluationsInput>, 'options'>): readonly OneOfMany[] {
  return evaluations.map((own) => {
    const parsed = evaluationInput.safeParse(isEntity(own) ? { ...shared, ...own, ...merged(shared, own) } : own);
    return parsed.success ? { ok: true, question: parsed.data } : { ok: false, fault: parsed.error };
  });
}

/** The entities that both have. */
function merged(shared: Entity, own: Entity): Entity {
  const both = ENTITIES.flatMap((name) => {
    const [before, after] = [shared[name], own[name]];
    return isEntity(before) && isEntity(after) ? [[name, { ...requiredOf(before), ...after }] as const] : [];
  });
  return Object.fromEntries(both);
}

type Entity = Readonly<Record<string, unknown>>;
const isEntity = (value: unknown): value is Entity =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const requiredOf = (entity: Entity): Entity =>
  Object.fromEntries(REQUIRED.filter((field) => field in entity).map((field) => [field, entity[field]]));
