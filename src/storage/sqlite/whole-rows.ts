import type { EngineDocument, RowExchange, Walk, WalkedKey, WalkedRow } from '../engine.js';
import type { AnySpec } from '../spec.js';
import { columnOf, incarnationOf, tableOf } from './layout.js';
import { columnsOf, columnValues, keyValues } from './statements.js';
import type { RowValues, Statement, WriterStep } from './writer.js';

/** Stored rows of all realms, expired ones included, in any shape. In the order of their numbers, which only increase. */
export function walkStatement(spec: AnySpec, { limit, after, below }: Walk, end: number): Statement {
  const older = below === undefined ? '' : ' AND shape < ?';
  return {
    // All columns, since a store of an older version has no incarnations.
    sql: `SELECT * FROM ${tableOf(spec)} WHERE n > ? AND n <= ?${older} ORDER BY n LIMIT ?`,
    values: [Number(after ?? -1), end, ...(below === undefined ? [] : [below]), limit],
  };
}

/** How far one page searches for rows of an older shape, of which there may be few: other readers wait that long. */
const STRETCH = 5000;

/** Returns the `end` of the page's range, and whether the page is `full`, so that more may follow. */
export function stretchStatement(spec: AnySpec, { limit, after, below }: Walk): Statement {
  const most = below === undefined ? limit : STRETCH;
  return {
    sql: `SELECT max(n) AS end, count(*) = ? AS full FROM (SELECT n FROM ${tableOf(spec)} WHERE n > ? ORDER BY n LIMIT ?)`,
    values: [most, Number(after ?? -1), most],
  };
}

export const walkedRow = ({ realm, shape, version, incarnation, body }: RowValues): WalkedRow => ({
  realm: realm as string,
  shape: shape as number,
  version: version as number,
  ...incarnationOf(incarnation),
  document: JSON.parse(body as string) as EngineDocument,
});

const COMPARED = ['version', 'incarnation', 'shape', 'body'] as const;
const statements = new WeakMap<AnySpec, { readonly adopt: string; readonly evict: readonly string[] }>();

function statementsOf(spec: AnySpec): { readonly adopt: string; readonly evict: readonly string[] } {
  const known = statements.get(spec);
  if (known) return known;
  const table = tableOf(spec);
  const columns = ['version', 'incarnation', ...columnsOf(spec)];
  const made = {
    // Columns and keys derive from the body, so they are equal if the body is.
    adopt:
      `INSERT INTO ${table}(realm, id, ${columns.join(', ')}) VALUES (?, ?, ${columns.map(() => '?').join(', ')}) ` +
      `ON CONFLICT(realm, id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')} ` +
      `WHERE (${COMPARED.join(', ')}) IS NOT (${COMPARED.map((column) => `excluded.${column}`).join(', ')})`,
    evict: Object.values(spec.unique).map(
      (fields) =>
        `DELETE FROM ${table} WHERE realm = ? AND id <> ?` +
        fields.map((field) => ` AND ${columnOf(spec, field)} = ?`).join(''),
    ),
  };
  statements.set(spec, made);
  return made;
}

/** Writes the row only if it is not identical already. Removes a document that holds one of its unique keys. */
export function adoptStep(spec: AnySpec, { realm, shape, version, incarnation, document }: WalkedRow): WriterStep {
  const { adopt, evict } = statementsOf(spec);
  return {
    sql: adopt,
    values: [realm, document.id, version, incarnation ?? 0, ...columnValues(spec, document, shape)],
    onConflict: Object.values(spec.unique).map((fields, at) => ({
      sql: evict[at] ?? '',
      values: [realm, document.id, ...keyValues(fields, document)],
    })),
  };
}

/** Indexed fields are not sealed, so only the body differs. */
export const exchangeStep = (spec: AnySpec, { row, document }: RowExchange): WriterStep => ({
  sql: `UPDATE ${tableOf(spec)} SET body = ? WHERE realm = ? AND id = ? AND version = ? AND body = ?`,
  values: [JSON.stringify(document), row.realm, document.id, row.version, JSON.stringify(row.document)],
});

export const discardStep = (spec: AnySpec, { realm, id }: WalkedKey): WriterStep => ({
  sql: `DELETE FROM ${tableOf(spec)} WHERE realm = ? AND id = ?`,
  values: [realm, id],
});

export const TABLES = `SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'd_*'`;
