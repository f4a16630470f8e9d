import type { mongo } from 'mongoose';
import type { Instant } from '../../base/clock.js';
import type { Json } from '../../base/json.js';
import type { AnyCondition } from '../condition.js';
import type { EngineFind, EngineQuery, EngineWrite, Place } from '../engine.js';
import type { Kept } from './stored-document.js';
import { keyOf, pathOf, queryIndexOf, realmEnd, realmPrefix } from './layout.js';

export type MongoFilter = mongo.Filter<Kept>;
type Clauses = Record<string, unknown>;

const EXPIRES = pathOf('expiresAt');
export const expired = (now: Instant): Clauses => ({ [EXPIRES]: { $lte: now } });
/** A document without an end is current too. A separate clause, beside any other condition on the field. */
export const live = (now: Instant): Clauses => ({ $nor: [expired(now)] });

/** A condition on one document. Ranges compare within one type, as MongoDB does. */
function conditionClauses(condition: AnyCondition): Clauses {
  const clauses: Clauses = {};
  for (const [field, wanted] of Object.entries(condition)) {
    if ('absent' in wanted) clauses[pathOf(field)] = { $exists: false };
    // A comparison would also search within an array.
    else clauses[pathOf(field)] = { ...comparison(wanted), $not: { $type: 'array' } };
  }
  return clauses;
}

function comparison(wanted: Exclude<AnyCondition[string], { readonly absent: true }>): Clauses {
  if ('is' in wanted) return { $eq: wanted.is };
  if ('in' in wanted) return { $in: wanted.in };
  return Object.fromEntries(Object.entries(wanted).map(([bound, value]) => [`$${bound}`, value as Json]));
}

/** The current document with this id, if it meets the condition. */
export const theOne = (at: Place, id: string, condition: AnyCondition, now: Instant): MongoFilter => ({
  _id: keyOf(at, id),
  ...live(now),
  ...conditionClauses(condition),
});

/** The document that a removal or a requirement expects. */
export const expectedOne = (
  write: Extract<EngineWrite, { kind: 'remove' | 'require' }>,
  now: Instant,
): MongoFilter => ({
  ...theOne(write.at, write.id, write.condition, now),
  ...(write.expected !== undefined && { v: write.expected }),
});

/** The filter for the holder of these unique key values; undefined if the document has none. */
export function holderFilter(
  { spec, realm }: Place,
  key: string,
  values: readonly (Json | undefined)[],
): MongoFilter | undefined {
  if (values.includes(undefined)) return undefined;
  const fields = spec.unique[key] ?? [];
  return { r: realm, ...Object.fromEntries(fields.map((field, i) => [pathOf(field), values[i]])) };
}

/** A declared query over its own index, which is named, so that no planner has to choose again in each realm. */
export interface MongoSelection {
  readonly filter: MongoFilter;
  readonly sort: Readonly<Record<string, 1 | -1>>;
  readonly hint: string;
}

export function selection({ spec, realm }: Place, query: EngineQuery | EngineFind, now: Instant): MongoSelection {
  const declared = spec.queries[query.name] ?? {};
  const backwards = declared.direction === 'descending';
  const order = declared.order === undefined ? undefined : pathOf(declared.order);
  const way = backwards ? -1 : 1;
  const hint = queryIndexOf(declared);
  const same: Clauses = { ...live(now) };
  (declared.equal ?? []).forEach((field, at) => (same[pathOf(field)] = query.equal[at]));
  if (declared.contains !== undefined) same[pathOf(declared.contains)] = query.contains;
  const after = 'after' in query ? query.after : undefined;
  const beyond = backwards ? '$lt' : '$gt';

  if (order === undefined) {
    const ids = {
      $gte: realmPrefix(realm),
      $lt: realmEnd(realm),
      ...(after && { [beyond]: keyOf({ realm }, after.id) }),
    };
    return { filter: { r: realm, ...same, _id: ids }, sort: { _id: way }, hint };
  }
  const sort = { [order]: way, _id: way } as const;
  const base = { r: realm, ...same };
  const { low, high } = boundsOf(query, spec.indexed[declared.order ?? ''] === 'number');
  if (!after) return { filter: { ...base, [order]: { ...low, ...high } }, sort, hint };
  // Bounded on both order and id: each branch is one range of the index, and MongoDB merges the two in order.
  const branches = [
    { ...base, [order]: after.order, _id: { [beyond]: keyOf({ realm }, after.id) } },
    { ...base, [order]: { ...(backwards ? low : high), [beyond]: after.order } },
  ];
  return { filter: { $or: branches }, sort, hint };
}

/** Without a lower bound it begins at the lowest value of the field's type, which excludes documents without the field. */
function boundsOf({ range }: EngineQuery, isNumber: boolean): { readonly low: Clauses; readonly high: Clauses } {
  const { from, to } = range ?? {};
  const low = from ? { [from.inclusive ? '$gte' : '$gt']: from.value } : { $gte: isNumber ? -Infinity : '' };
  return { low, high: to ? { [to.inclusive ? '$lte' : '$lt']: to.value } : {} };
}
