import { createHash } from 'node:crypto';
import { type Cursor, PAGE_LIMIT, type Page, type PageRequest } from '../../base/paging.js';
import { type Conjunct, criterionOf, type ListCriterion } from '../evaluation/list-criterion.js';
import { decide, type WantedPermission } from '../evaluation/decide.js';
import type { EvaluationContext, Resource, Subject } from '../evaluation/evaluation-context.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** A list of resources, as their store provides it. */
export interface RowQuery<Row> {
  /** Rows that meet the conjunct, by an index and each once; absent: every row. */
  find(where: Conjunct | undefined, page: PageRequest): Promise<Page<Row>>;
  /** The row's values of a field that a conjunct may name. */
  valuesOf(row: Row, field: Conjunct['field']): readonly string[];
  /** The row as decisions see it. */
  resourceOf(row: Row): Resource;
}

/** The question, and the facts that decide it. */
export interface Listing {
  readonly subject: Subject;
  readonly wanted: WantedPermission;
  readonly context: EvaluationContext;
  readonly snapshot: Snapshot;
}

/** The maximum number of rows and of reads for one page, regardless of the result. */
export const MOST_ROWS = 2000;
export const MOST_READS = 20;

/**
 * The rows of a list on which the subject may do this. An index narrows the rows as far as it can, and `decide` evaluates each.
 * A page may be shorter than requested, or empty, and still have a next page. The total is not reported. Rows come branch by
 * branch of the criterion, in the store's order within each, and none twice.
 *
 * @returns `changed` if the cursor belongs to another criterion: access has changed, and the list has to start again
 */
export async function allowedRows<Row>(
  query: RowQuery<Row>,
  { subject, wanted, context, snapshot }: Listing,
  page: PageRequest,
): Promise<Page<Row> | 'changed'> {
  const criterion = criterionOf(subject, wanted, context, snapshot);
  const branches = criterion === 'all' ? [undefined] : criterion === 'none' ? [] : criterion;
  const binding = bindingOf(subject, wanted, criterion);
  let place: ListPosition | undefined =
    page.after === undefined ? { branch: 0 } : readPlace(page.after, binding, branches.length);
  if (!place) return 'changed';

  const rows: Row[] = [];
  let unread = MOST_ROWS;
  for (let reads = 0; reads < MOST_READS && unread > 0 && rows.length < page.limit && place; reads++) {
    const { branch, after }: ListPosition = place;
    if (branch >= branches.length) return { rows };
    // Reads no more rows than fit, so that the cursor after the last row read is also the one after the last row returned.
    const limit = Math.min(page.limit - rows.length, unread, PAGE_LIMIT);
    const read = await query.find(branches[branch], { limit, ...(after !== undefined && { after }) });
    unread -= read.rows.length;
    const earlier = branches.slice(0, branch);
    rows.push(
      ...read.rows.filter(
        (row) =>
          !earlier.some((where) => where && meets(query, row, where)) &&
          decide(subject, wanted, query.resourceOf(row), context, snapshot).allowed,
      ),
    );
    place = read.next
      ? { branch, after: read.next }
      : branch + 1 < branches.length
        ? { branch: branch + 1 }
        : undefined;
  }
  return { rows, ...(place && branches.length > 0 && { next: cursorOf(binding, place) }) };
}

const meets = <Row>(query: RowQuery<Row>, row: Row, { field, in: values }: Conjunct): boolean =>
  query.valuesOf(row, field).some((value) => values.includes(value));

/** After the row of the store's cursor; absent: at the start of the branch. */
interface ListPosition {
  readonly branch: number;
  readonly after?: Cursor;
}

const bindingOf = (
  { kind, id }: Subject,
  { audience, permission }: WantedPermission,
  criterion: ListCriterion,
): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, id, audience, permission, criterion]))
    .digest('base64url')
    .slice(0, 16);

const cursorOf = (binding: string, { branch, after }: ListPosition): Cursor =>
  Buffer.from(JSON.stringify([binding, branch, ...(after === undefined ? [] : [after])])).toString(
    'base64url',
  ) as Cursor;

function readPlace(cursor: Cursor, binding: string, branches: number): ListPosition | undefined {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(read)) return undefined;
  const [of, branch, after] = read as unknown[];
  if (of !== binding || typeof branch !== 'number' || !Number.isInteger(branch) || branch < 0 || branch >= branches)
    return undefined;
  if (after === undefined) return { branch };
  return typeof after === 'string' ? { branch, after: after as Cursor } : undefined;
}
