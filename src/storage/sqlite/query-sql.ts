import type { Instant } from '../../base/clock.js';
import type { EngineFind, EngineQuery, Place } from '../engine.js';
import type { AnyQuerySpec, AnySpec } from '../spec.js';
import { sqlValue } from './condition-sql.js';
import { columnOf, elementTableOf, idIndexOf, queryIndexOf, tableOf } from './layout.js';
import type { Statement, Value } from './writer.js';

/**
 * A declared query as SQL over its own index. INDEXED BY leaves the planner no choice: if the index did not serve the query,
 * the first test would fail, instead of the thousandth realm being slow.
 */
export function findStatement(at: Place, find: EngineFind, now: Instant): Statement {
  const { from, where, order, values } = selection(at, find, now);
  return {
    sql: `SELECT d.version, d.shape, d.body FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ?`,
    values: [...values, find.limit],
  };
}

export function countStatement(at: Place, query: EngineQuery, limit: number, now: Instant): Statement {
  const { from, where, values } = selection(at, query, now);
  return {
    sql: `SELECT count(*) AS n FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ?)`,
    values: [...values, limit],
  };
}

export function removeStatement(at: Place, query: EngineQuery, limit: number, now: Instant): Statement {
  const { from, where, order, values } = selection(at, query, now);
  return {
    sql:
      `DELETE FROM ${tableOf(at.spec)} WHERE n IN ` +
      `(SELECT d.n FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ?)`,
    values: [...values, limit],
  };
}

interface SqlSelection {
  readonly from: string;
  readonly where: string;
  readonly order: string;
  readonly values: readonly Value[];
}

function selection({ spec, realm }: Place, query: EngineQuery | EngineFind, now: Instant): SqlSelection {
  const declared = spec.queries[query.name] ?? {};
  const { from, keys } = source(spec, declared);
  const where = [`${keys}.realm = ?`];
  const values: Value[] = [realm];
  (declared.equal ?? []).forEach((field, at) => {
    where.push(`${keys}.${columnOf(spec, field)} = ?`);
    values.push(sqlValue(query.equal[at]));
  });
  if (query.contains !== undefined) {
    where.push(`${keys}.element = ?`);
    values.push(query.contains);
  }
  const backwards = declared.direction === 'descending';
  const order = declared.order === undefined ? undefined : `${keys}.${columnOf(spec, declared.order)}`;
  if (order !== undefined) where.push(`${order} IS NOT NULL`);

  // A page's start is within the range, so it replaces the bound at which reading begins.
  const after = 'after' in query ? query.after : undefined;
  const { from: low, to: high } = query.range ?? {};
  if (low && order && (backwards || !after)) {
    where.push(`${order} ${low.inclusive ? '>=' : '>'} ?`);
    values.push(low.value);
  }
  if (high && order && (!backwards || !after)) {
    where.push(`${order} ${high.inclusive ? '<=' : '<'} ?`);
    values.push(high.value);
  }
  if (after) {
    const beyond = backwards ? '<' : '>';
    where.push(order ? `(${order}, ${keys}.id) ${beyond} (?, ?)` : `${keys}.id ${beyond} ?`);
    values.push(...(order ? [sqlValue(after.order)] : []), after.id);
  }
  where.push('(d.expires_at IS NULL OR d.expires_at > ?)');
  values.push(now);
  const direction = backwards ? ' DESC' : '';
  const sorted = [...(order ? [order] : []), `${keys}.id`].map((column) => column + direction);
  return { from, where: where.join(' AND '), order: sorted.join(', '), values };
}

/** Where rows are found (`from`) and the alias with the index columns (`keys`). */
function source(spec: AnySpec, query: AnyQuerySpec): { from: string; keys: string } {
  const table = tableOf(spec);
  // CROSS JOIN: the index table is read first, in its order.
  if (query.contains !== undefined)
    return { from: `${elementTableOf(spec, query)} k CROSS JOIN ${table} d ON d.n = k.n`, keys: 'k' };
  const byId = query.order === undefined && (query.equal ?? []).length === 0;
  return { from: `${table} d INDEXED BY ${byId ? idIndexOf(spec) : queryIndexOf(spec, query)}`, keys: 'd' };
}
