import { z } from 'zod';
import type { PageRequest } from '../base/paging.js';
import type { Problem } from '../base/problems/problem.js';
import { readInput, refusedAs } from '../base/problems/read-input.js';
import type { FieldKind } from '../access/facts/fact.js';
import type { StatedFields } from '../access/facts/facts.js';
import { statedFields } from '../access/facts/known-facts.js';
import { lineFault } from '../base/text/text-faults.js';
import { cursorText, pageLimit } from '../http/api/lists/list-operation.js';

/** A caller's name for something; longer ones match nothing. */
const name = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => lineFault('value', text) === undefined, refusedAs('decision-name-form', {}));
const properties = z.record(z.string().max(200), z.json());

/** Unknown types match nobody: the standard leaves types open. */
const subject = z.object({ type: name, id: name, properties: properties.exactOptional() });
const action = z.object({ name, properties: properties.exactOptional() });
const resourceProperties = z
  .looseObject({
    /** The id of the user or client that owns it. */
    owner: name.exactOptional(),
    /** The names of the groups that it belongs to. */
    within: z.array(name).max(50).exactOptional(),
  })
  .pipe(properties);
const resource = z.object({ type: name, id: name, properties: resourceProperties.exactOptional() });
/** The schema for each kind of field that states a fact. */
const FIELDS = {
  name,
  address: z.string().max(60),
  seconds: z.int().min(0),
} as const satisfies Record<FieldKind, z.ZodType>;
type FactFields = {
  readonly [Field in keyof StatedFields]: z.ZodExactOptional<(typeof FIELDS)[StatedFields[Field]]>;
};

function factFields(): FactFields {
  const fields = Object.entries(statedFields()).map(([field, kind]) => [field, FIELDS[kind].exactOptional()]);
  return Object.fromEntries(fields) as FactFields;
}

const context = z.looseObject({
  /** The resource server that the caller asks as. */
  audience: name.exactOptional(),
  ...factFields(),
});

/** One question (AuthZEN 1.0, 6.1). Unknown fields are ignored, as the standard requires. */
export const evaluationInput = z.object({ subject, action, resource, context: context.exactOptional() });
export type Evaluation = z.output<typeof evaluationInput>;

/** The kind of subject for this type; undefined if there is none. Gateways call a user `identity`. */
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

/** Asks which objects of a list a subject may do this to. */
export const filterInput = z.object({
  subject,
  action,
  resource: z.object({ type: name }).exactOptional(),
  context: context.exactOptional(),
});
export type FilterQuestion = z.output<typeof filterInput>;

/** The requested page of results (AuthZEN 1.0, 8.2). */
const page = z
  .looseObject({
    /** From the previous page; empty: the first page. */
    token: cursorText.default(''),
    limit: pageLimit,
  })
  .prefault({});
/** A search for one page, whose cursor has been opened. */
export type Paged<Search> = Omit<Search, 'page'> & { readonly page: PageRequest };

/** Subject search (AuthZEN 1.0, 8.4). An id of the subject is ignored, as the standard requires. */
export const subjectSearchInput = z.object({
  subject: z.object({ type: name, properties: properties.exactOptional() }),
  action,
  resource,
  context: context.exactOptional(),
  page,
});
export type SubjectSearch = Paged<z.output<typeof subjectSearchInput>>;

/** Resource search (AuthZEN 1.0, 8.5). */
export const resourceSearchInput = z.object({
  subject,
  action,
  resource: z.object({ type: name, properties: resourceProperties.exactOptional() }),
  context: context.exactOptional(),
  page,
});
export type ResourceSearch = Paged<z.output<typeof resourceSearchInput>>;

/** Action search (AuthZEN 1.0, 8.6). */
export const actionSearchInput = z.object({
  subject,
  resource,
  context: context.exactOptional(),
  page,
});
export type ActionSearch = Paged<z.output<typeof actionSearchInput>>;

/** The maximum number of questions per request. */
const MOST = 100;

/**
 * Several questions with shared defaults (AuthZEN 1.0, 7.1). Only the frame is checked here: {@link evaluationsIn} checks each
 * complete question, and an invalid one is answered in its place.
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

/** One of many questions, complete, or its fault. */
export type OneOfMany =
  { readonly ok: true; readonly question: Evaluation } | { readonly ok: false; readonly problems: readonly Problem[] };

const ENTITIES = ['subject', 'action', 'resource'] as const;
/** The required fields of an entity; the shared entity supplies missing ones. */
const REQUIRED = ['type', 'id', 'name'] as const;

/**
 * Each question with the shared parts: its own entity replaces the shared one, which supplies only missing required fields
 * (AuthZEN 1.0, 7.1.1). A shared entity that no question uses is ignored.
 */
export function evaluationsIn({
  evaluations = [],
  ...shared
}: Omit<z.output<typeof evaluationsInput>, 'options'>): readonly OneOfMany[] {
  return evaluations.map((own) => {
    const read = readInput(evaluationInput, isEntity(own) ? { ...shared, ...own, ...merged(shared, own) } : own);
    return read.ok ? { ok: true, question: read.value } : read;
  });
}

/** Combines the shared and the own entity. */
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
