import { type AnyQuerySpec, type AnySpec, flagsOf, type IndexedType } from '../spec.js';

/** The table of one kind of document, with its indexes and triggers. All names follow from the content. */
export interface TableLayout {
  readonly table: string;
  readonly create: string;
  readonly columns: readonly Column[];
  /** Index tables: one row per element of an array field, maintained by triggers. */
  readonly elements: readonly ElementTable[];
  readonly indexes: readonly NamedStatement[];
}

export interface NamedStatement {
  readonly name: string;
  readonly sql: string;
}

/** An indexed field as a column: `f_` for a scalar, `a_` for an array as JSON text, which the triggers split. */
export interface Column {
  readonly name: string;
  readonly field: string;
  readonly type: IndexedType;
  readonly sqlType: 'TEXT' | 'REAL' | 'INTEGER';
}

export interface ElementTable extends NamedStatement {
  readonly triggers: readonly NamedStatement[];
  /** Fills it from the table's rows. */
  readonly fill: string;
}

export const tableOf = (spec: AnySpec): string => `d_${spec.name}`;
export const specNameOf = (table: string): string => table.slice('d_'.length);
export const idIndexOf = (spec: AnySpec): string => `id_${spec.name}`;
const expiryIndexOf = (spec: AnySpec): string => `expiry_${spec.name}`;
export const keyIndexOf = (spec: AnySpec, key: string): string => `key_${spec.name}_${key}`;
/** The index of a query without `contains`, named by its content, so that two queries that differ in direction share it. */
export const queryIndexOf = (spec: AnySpec, query: AnyQuerySpec): string =>
  ['by', spec.name, ...(query.equal ?? []), query.order ?? 'id'].join('_');
/** The index of a query with `contains`. */
export const elementTableOf = (spec: AnySpec, query: AnyQuerySpec): string =>
  ['in', spec.name, query.contains, ...(query.equal ?? []), query.order ?? 'id'].join('_');

/** The column of the incarnation. 0: the row was written by an older version, which does not know the column. */
export const INCARNATION = 'incarnation INTEGER NOT NULL DEFAULT 0';
/** Integers that JavaScript represents exactly. */
export const NEW_INCARNATION = 'random() >> 11';
export const incarnationOf = (value: unknown): { readonly incarnation?: number } =>
  typeof value === 'number' && value !== 0 ? { incarnation: value } : {};

const SQL_TYPES = { string: 'TEXT', number: 'REAL', boolean: 'INTEGER', strings: 'TEXT' } as const;
export const columnOf = (spec: AnySpec, field: string): string =>
  spec.indexed[field] === 'strings' ? `a_${field}` : `f_${field}`;

export function layoutOf(spec: AnySpec): TableLayout {
  const table = tableOf(spec);
  const columns = Object.entries(spec.indexed).flatMap(([field, type]) =>
    type ? [{ name: columnOf(spec, field), field, type, sqlType: SQL_TYPES[type] }] : [],
  );
  const indexes = new Map<string, string>();
  const elements = new Map<string, ElementTable>();
  indexes.set(idIndexOf(spec), `CREATE UNIQUE INDEX ${idIndexOf(spec)} ON ${table}(realm, id)`);
  indexes.set(
    expiryIndexOf(spec),
    `CREATE INDEX ${expiryIndexOf(spec)} ON ${table}(expires_at) WHERE expires_at IS NOT NULL`,
  );
  for (const [key, fields] of Object.entries(spec.unique)) {
    const name = keyIndexOf(spec, key);
    // SQLite treats NULLs as different: a document without all fields of the key holds no key.
    indexes.set(name, `CREATE UNIQUE INDEX ${name} ON ${table}(${['realm', ...columnsOf(spec, fields)].join(', ')})`);
  }
  for (const query of Object.values(spec.queries)) {
    if (query.contains !== undefined) {
      const made = elementTable(spec, query, query.contains);
      elements.set(made.name, made);
    } else if (query.order !== undefined || (query.equal ?? []).length > 0) {
      const name = queryIndexOf(spec, query);
      indexes.set(name, queryIndex(spec, query, name));
    }
  }
  return {
    table,
    // `n` survives VACUUM, so that index tables may refer to it.
    create:
      `CREATE TABLE ${table}(n INTEGER PRIMARY KEY, realm TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, ` +
      `${INCARNATION}, shape INTEGER NOT NULL, expires_at REAL, body TEXT NOT NULL) STRICT`,
    columns,
    elements: [...elements.values()],
    indexes: [...indexes].map(([name, sql]) => ({ name, sql })),
  };
}

function queryIndex(spec: AnySpec, query: AnyQuerySpec, name: string): string {
  const order = query.order === undefined ? [] : [columnOf(spec, query.order)];
  const needed = [...columnsOf(spec, flagsOf(spec, query.equal ?? [])), ...order];
  const columns = ['realm', ...columnsOf(spec, query.equal ?? []), ...order, 'id'];
  const where = needed.map((column) => `${column} IS NOT NULL`).join(' AND ');
  return `CREATE INDEX ${name} ON ${tableOf(spec)}(${columns.join(', ')})${where && ` WHERE ${where}`}`;
}

function elementTable(spec: AnySpec, query: AnyQuerySpec, contains: string): ElementTable {
  const name = elementTableOf(spec, query);
  const table = tableOf(spec);
  const array = columnOf(spec, contains);
  const scalars = [...(query.equal ?? []), ...(query.order === undefined ? [] : [query.order])];
  const columns = columnsOf(spec, scalars);
  const typed = scalars.map(
    (field) => `${columnOf(spec, field)} ${SQL_TYPES[spec.indexed[field] ?? 'string']} NOT NULL`,
  );
  const key = [
    'realm',
    ...columnsOf(spec, query.equal ?? []),
    'element',
    ...columnsOf(spec, query.order ? [query.order] : []),
    'id',
  ];
  const present = (row: string): string =>
    [array, ...columns].map((column) => `${row}.${column} IS NOT NULL`).join(' AND ');
  const rows = (row: string, from: string): string =>
    `INSERT INTO ${name}(realm, ${[...columns, ''].join(', ')}element, id, n) ` +
    `SELECT DISTINCT ${row}.realm, ${[...columns.map((column) => `${row}.${column}`), ''].join(', ')}value, ${row}.id, ${row}.n ` +
    `FROM ${from} WHERE ${present(row)}`;
  const forget =
    `DELETE FROM ${name} WHERE realm = OLD.realm AND id = OLD.id ` +
    columns.map((column) => `AND ${column} = OLD.${column} `).join('') +
    `AND element IN (SELECT value FROM json_each(OLD.${array}))`;
  const changed = ['id', array, ...columns].map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ');
  const trigger = (when: string, body: string): NamedStatement => {
    const named = `${name}_${when.split(' ')[0]?.toLowerCase() ?? ''}`;
    return { name: named, sql: `CREATE TRIGGER ${named} AFTER ${when} BEGIN ${body} END` };
  };
  return {
    name,
    sql:
      `CREATE TABLE ${name}(realm TEXT NOT NULL, ${[...typed, ''].join(', ')}element TEXT NOT NULL, id TEXT NOT NULL, ` +
      `n INTEGER NOT NULL, PRIMARY KEY(${key.join(', ')})) STRICT, WITHOUT ROWID`,
    triggers: [
      trigger(`INSERT ON ${table}`, `${rows('NEW', `json_each(NEW.${array})`)};`),
      trigger(`UPDATE ON ${table} WHEN ${changed}`, `${forget}; ${rows('NEW', `json_each(NEW.${array})`)};`),
      trigger(`DELETE ON ${table}`, `${forget};`),
    ],
    fill: rows('d', `${table} d, json_each(d.${array})`),
  };
}

const columnsOf = (spec: AnySpec, fields: readonly string[]): string[] => fields.map((field) => columnOf(spec, field));
