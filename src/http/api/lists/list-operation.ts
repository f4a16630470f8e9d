import { z } from 'zod';
import { PAGE_LIMIT, type Page, type PageRequest } from '../../../base/paging.js';
import { problem, type ProblemPath } from '../../../base/problems/problem.js';
import { invalidInput } from '../input.js';
import {
  type ApiOperation,
  operation,
  type OperationFacts,
  type OperationRequest,
  type Readable,
  type Reply,
} from '../operation.js';

const DEFAULT_LIMIT = 100;
/** The maximum length of a cursor. The longest username and id fit, sealed. */
const CURSOR_LENGTH = 4000;

const limited = (number: z.ZodNumber) =>
  number.int().min(1).max(PAGE_LIMIT).default(DEFAULT_LIMIT).describe('The maximum number of items of the page.');

/** The size of a page, for operations whose requests have a form of their own. */
export const pageLimit = limited(z.number());
/** The cursor of a page. */
export const cursorText = z.string().max(CURSOR_LENGTH);

const pageQuery = {
  cursor: cursorText.min(1).exactOptional().describe('`next` of the previous page. Absent: the first page.'),
  limit: limited(z.coerce.number()),
};
const next = cursorText.exactOptional().describe('The cursor of the next page. Absent: this is the last page.');

/** The answer of a list's handler. `changed`: the list is no longer the one of the cursor, and the caller has to start again. */
export type ListReply<T> = Reply<Page<T> | 'changed'>;
type PageReply<T> = Reply<{ readonly rows: readonly T[]; readonly next?: string }>;

interface RequestedPage {
  readonly cursor: string | undefined;
  readonly limit: number;
  /** The path of the cursor in the request. */
  readonly path: ProblemPath;
  /** See `CursorsOf`. */
  readonly list: unknown;
}

/**
 * Reads the page of a list that a caller asks for.
 *
 * @throws Error if more rows are read than the page has: a bug of ours
 */
export async function readPage<T>(
  { cursors }: Pick<OperationRequest<unknown, unknown, unknown>, 'cursors'>,
  { cursor, limit, path, list }: RequestedPage,
  read: (page: PageRequest) => Promise<ListReply<T>>,
): Promise<PageReply<T>> {
  const own = cursors(list);
  const unknown: PageReply<T> = { ok: false, problem: invalidInput([problem('cursor-unknown', path, {})]) };
  const after = cursor === undefined ? undefined : own.read(cursor);
  if (cursor !== undefined && after === undefined) return unknown;
  const reply = await read({ limit, ...(after !== undefined && { after }) });
  if (!reply.ok) return reply;
  if (reply.value === 'changed') return unknown;
  const { rows, next: place } = reply.value;
  if (rows.length > limit) throw new Error(`A page of ${limit} rows was asked for, and ${rows.length} were read.`);
  return { ok: true, value: { rows, ...(place !== undefined && { next: own.write(place) }) } };
}

/** A request for a page: `query` has the filters. */
export interface ListRequest<P, F> extends OperationRequest<P, F, undefined> {
  readonly page: PageRequest;
}

/**
 * Declares a list: `GET` with the filters, `cursor` and `limit` as parameters, answered with `{ items, next }`.
 *
 * @throws Error for a filter that has the name of a page's parameter
 */
export function listOperation<
  Parts,
  I extends z.ZodType,
  P extends z.ZodType = z.ZodUndefined,
  F extends z.ZodRawShape = Readonly<Record<string, never>>,
>(
  definition: Omit<OperationFacts, 'method' | 'bodyRules' | 'ifMatch' | 'status'> & {
    readonly params?: P;
    /** Parameters that select items, by name. */
    readonly filters?: F;
    readonly item: I;
    readonly handler: (
      request: ListRequest<z.output<P>, z.output<z.ZodObject<F>>>,
      parts: Parts,
    ) => Promise<ListReply<Readable<z.input<I>>>>;
  },
): ApiOperation<Parts> {
  const { item, filters, handler, ...facts } = definition;
  const taken = Object.keys(pageQuery).find((name) => filters && name in filters);
  if (taken !== undefined) throw new Error(`${facts.id} has a filter ${taken}, which is a parameter of every list.`);
  return operation({
    ...facts,
    method: 'GET',
    query: z.strictObject({ ...filters, ...pageQuery }),
    response: z.strictObject({ items: z.array(item).max(PAGE_LIMIT), next }),
    handler: async (request, parts: Parts) => {
      const { cursor, limit, ...rest } = request.query;
      // The rest is the filters, which the compiler can't follow through the spread of their schemas.
      const query = rest as z.output<z.ZodObject<F>>;
      const asked = { cursor, limit, path: ['cursor'], list: [request.params, query] };
      const reply = await readPage(request, asked, (page) => handler({ ...request, query, page }, parts));
      if (!reply.ok) return reply;
      const { rows, ...further } = reply.value;
      return { ok: true, value: { items: rows, ...further } };
    },
  });
}
