import type { Json } from '../../base/json.js';
import type { AnyCondition } from '../condition.js';
import type { Value } from './writer.js';

export interface Fragment {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * A condition on a row's body, as ` AND ...`. Values compare as JSON text, which is exact in type and value because
 * JSON.stringify wrote every body. Ranges compare within one type, since `5 < 'a'` is true in SQL.
 */
export function conditionSql(condition: AnyCondition): Fragment {
  const sql: string[] = [];
  const values: Value[] = [];
  for (const [field, wanted] of Object.entries(condition)) {
    const path = `'$."${field}"'`;
    if ('absent' in wanted) {
      sql.push(` AND json_type(body, ${path}) IS NULL`);
    } else if ('is' in wanted) {
      sql.push(` AND body -> ${path} = ?`);
      values.push(JSON.stringify(wanted.is));
    } else if ('in' in wanted) {
      sql.push(` AND body -> ${path} IN (${wanted.in.map(() => '?').join(', ')})`);
      values.push(...wanted.in.map((each) => JSON.stringify(each)));
    } else {
      for (const [bound, operator] of BOUNDS) {
        const value = wanted[bound];
        if (value === undefined) continue;
        const types = typeof value === 'string' ? `('text')` : `('integer', 'real')`;
        sql.push(` AND json_type(body, ${path}) IN ${types} AND json_extract(body, ${path}) ${operator} ?`);
        values.push(sqlValue(value));
      }
    }
  }
  return { sql: sql.join(''), values };
}

const BOUNDS = [
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
] as const;

/** A value in its column form. */
export function sqlValue(value: Json | undefined): Value {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
