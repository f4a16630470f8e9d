import type { DatabaseSync } from 'node:sqlite';
import { GatehouseError } from '../../base/errors.js';
import type { AnySpec } from '../spec.js';
import { type Column, INCARNATION, type TableLayout, layoutOf, type NamedStatement } from './layout.js';

/**
 * Creates what the specs lack. A new column is empty until the migration of its spec rewrites the documents; a new index is
 * filled from the columns. Indexes that no spec declares any more stay until they are tidied, so that a process of an older
 * version continues. Runs in one transaction; does nothing at an ordinary start.
 */
export function reconcile(db: DatabaseSync, specs: readonly AnySpec[]): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const spec of specs) reconcileTable(db, spec, layoutOf(spec));
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function reconcileTable(db: DatabaseSync, spec: AnySpec, layout: TableLayout): void {
  const { table } = layout;
  const before = existing(db, spec, layout);
  if (!before.has(table)) db.exec(layout.create);
  const types = new Map(layout.columns.map((column) => [column.name, column.sqlType as string]));
  const columns = columnsOf(db, layout);
  const retyped = columns.filter(({ name, type }) => types.has(name) && types.get(name) !== type);
  const wanted = wantedBy(layout);
  for (const [name, { type, sql }] of existing(db, spec, layout)) {
    // A column is dropped only if nothing depends on it; otherwise everything is rebuilt.
    const stays = retyped.length === 0 && (wanted.get(name) ?? sql) === sql;
    if (name !== table && !stays) db.exec(`DROP ${type} IF EXISTS ${name}`);
    else if (!wanted.has(name)) loosen(db, name, sql);
  }
  for (const { name } of retyped) db.exec(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  if (before.has(table) && !hasIncarnations(db, table)) addIncarnations(db, table);
  const keptColumns = new Set(columns.filter((column) => !retyped.includes(column)).map(({ name }) => name));
  const added = layout.columns.filter(({ name }) => !keptColumns.has(name));
  for (const { name, sqlType } of added) db.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${sqlType}`);
  if (before.has(table) && added.length > 0) db.exec(forgetting(spec, table, added));
  const existingObjects = existing(db, spec, layout);
  for (const index of layout.indexes) {
    if (!existingObjects.has(index.name)) make(db, spec, index);
  }
  for (const element of layout.elements) {
    if (!existingObjects.has(element.name)) {
      db.exec(element.sql);
      db.exec(element.fill);
    }
    for (const trigger of element.triggers) if (!existingObjects.has(trigger.name)) db.exec(trigger.sql);
  }
}

const hasIncarnations = (db: DatabaseSync, table: string): boolean =>
  db.prepare(`SELECT 1 FROM pragma_table_info(?) WHERE name = 'incarnation'`).get(table) !== undefined;

/** For a store of an older version. */
function addIncarnations(db: DatabaseSync, table: string): void {
  db.exec(`ALTER TABLE ${table} ADD COLUMN ${INCARNATION}`);
}

/**
 * A unique key that no spec declares any more would refuse what all specs allow. The previous version still reads by it, by its
 * name.
 */
function loosen(db: DatabaseSync, name: string, sql: string): void {
  const unique = 'CREATE UNIQUE INDEX';
  if (!sql.startsWith(unique)) return;
  db.exec(`DROP INDEX ${name}`);
  db.exec(sql.replace(unique, 'CREATE INDEX'));
}

/** A process of the previous version leaves these columns unchanged whatever it writes, so they are cleared. */
function forgetting(spec: AnySpec, table: string, added: readonly Column[]): string {
  const known = added.map(({ name }) => `NEW.${name} IS NOT NULL`).join(' OR ');
  return (
    `CREATE TRIGGER IF NOT EXISTS below_${spec.name}_${spec.version} AFTER UPDATE ON ${table} ` +
    `WHEN NEW.shape < ${spec.version} AND (${known}) ` +
    `BEGIN UPDATE ${table} SET ${added.map(({ name }) => `${name} = NULL`).join(', ')} WHERE n = NEW.n; END`
  );
}

function make(db: DatabaseSync, spec: AnySpec, index: NamedStatement): void {
  try {
    db.exec(index.sql);
  } catch (cause) {
    if ((cause as { errcode?: number }).errcode !== 2067) throw cause;
    const message = `${spec.name} now has a unique key that some of its documents share (${index.name}).`;
    throw new GatehouseError('store-misuse', message, { cause });
  }
}

/**
 * The statements that drop indexes that none of these specs declares. Columns stay and are empty in new rows: dropping one
 * would make SQLite rewrite the whole table.
 */
export function leftovers(db: DatabaseSync, specs: readonly AnySpec[]): string[] {
  return specs.flatMap((spec) => {
    const layout = layoutOf(spec);
    const wanted = wantedBy(layout);
    return [...existing(db, spec, layout)]
      .filter(([name]) => name !== layout.table && !wanted.has(name))
      .map(([name, { type }]) => `DROP ${type} IF EXISTS ${name}`);
  });
}

const wantedBy = ({ indexes, elements }: TableLayout): ReadonlyMap<string, string> =>
  new Map([...indexes, ...elements, ...elements.flatMap((each) => each.triggers)].map(nameAndSql));

const columnsOf = (db: DatabaseSync, { table }: TableLayout): { name: string; type: string }[] =>
  db
    .prepare(`SELECT name, type FROM pragma_table_info(?) WHERE name GLOB '[af]_*'`)
    .all(table)
    .map(({ name, type }) => ({ name: String(name), type: String(type) }));

/** The table with its indexes and triggers. */
function existing(db: DatabaseSync, spec: AnySpec, { table }: TableLayout): Map<string, { type: string; sql: string }> {
  const rows = db
    .prepare(`SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name = ?1 OR name GLOB ?2)`)
    .all(table, `in_${spec.name}_*`);
  // Triggers first, since they name the tables.
  const order = ['trigger', 'index', 'table'];
  rows.sort((a, b) => order.indexOf(String(a['type'])) - order.indexOf(String(b['type'])));
  return new Map(rows.map(({ name, type, sql }) => [String(name), { type: String(type), sql: String(sql) }]));
}

const nameAndSql = ({ name, sql }: NamedStatement): [string, string] => [name, sql];
