import type { EngineDocument, KnownDocument, RevalidatedRow, Row } from '../engine.js';
import type { AnySpec } from '../spec.js';
import { columnOf, idIndexOf, incarnationOf, keyIndexOf, tableOf } from './layout.js';
import type { RowValues, Value } from './writer.js';

export const rowOf = ({ body, version, shape }: RowValues): Row => ({
  document: JSON.parse(body as string) as EngineDocument,
  version: version as number,
  shape: shape as number,
});

const COLUMNS = 'version, shape, body';
/**
 * The body only of a document that is not the known one. A process of an older version leaves the incarnation when it writes
 * over an expired document, whose version begins again; the expiry differs then.
 */
const COLUMNS_IF_CHANGED =
  'version, incarnation, shape, ' +
  'CASE WHEN id = ? AND version = ? AND incarnation = ? AND expires_at IS ? THEN NULL ELSE body END AS body';

/** In the order of {@link COLUMNS_IF_CHANGED}. */
export const knownValues = (known: KnownDocument | undefined): readonly Value[] => [
  known?.id ?? null,
  known?.version ?? null,
  known?.incarnation ?? null,
  known?.expiresAt ?? null,
];

export function changedRow(values: RowValues | undefined): RevalidatedRow {
  if (!values) return undefined;
  return values['body'] === null ? 'unchanged' : { ...rowOf(values), ...incarnationOf(values['incarnation']) };
}

export const getSql = oncePerSpec((spec) => byIdSql(spec, COLUMNS));
export const getChangedSql = oncePerSpec((spec) => byIdSql(spec, COLUMNS_IF_CHANGED));
export const keySql = (spec: AnySpec, key: string): string => byKeySql(spec, key, COLUMNS);
export const findChangedSql = (spec: AnySpec, key: string): string => byKeySql(spec, key, COLUMNS_IF_CHANGED);

function oncePerSpec(make: (spec: AnySpec) => string): (spec: AnySpec) => string {
  const made = new WeakMap<AnySpec, string>();
  return (spec) => {
    let sql = made.get(spec);
    if (sql === undefined) made.set(spec, (sql = make(spec)));
    return sql;
  };
}

function byIdSql(spec: AnySpec, columns: string): string {
  return (
    `SELECT ${columns} FROM ${tableOf(spec)} INDEXED BY ${idIndexOf(spec)} ` +
    'WHERE realm = ? AND id = ? AND (expires_at IS NULL OR expires_at > ?)'
  );
}

function byKeySql(spec: AnySpec, key: string, columns: string): string {
  const fields = (spec.unique[key] ?? []).map((field) => ` AND ${columnOf(spec, field)} = ?`).join('');
  return (
    `SELECT ${columns} FROM ${tableOf(spec)} INDEXED BY ${keyIndexOf(spec, key)} ` +
    `WHERE realm = ?${fields} AND (expires_at IS NULL OR expires_at > ?)`
  );
}
