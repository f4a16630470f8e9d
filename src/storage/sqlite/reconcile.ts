import type { DatabaseSync } from 'node:sqlite';
import { GatehouseError } from '../../base/errors.js';
import type { AnySpec } from '../spec.js';
import { layoutOf, type Layout, type Named } from './layout.js';

/**
 * Makes what the specs lack. A new column is empty until the migration that brings its spec's documents up writes them anew; a
 * new index is filled from the columns. What no spec asks for any more stays until it is tidied away, so that a process of an
 * older version goes on. In one transaction; finds nothing to do at an ordinary start.
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

function reconcileTable(db: DatabaseSync, spec: AnySpec, layout: Layout): void {
  const { table } = layout;
  if (!existing(db, spec, layout).has(table)) db.exec(layout.create);
  const types = new Map(layout.columns.map((column) => [column.name, column.sqlType as string]));
  const columns = columnsOf(db, layout);
  const retyped = columns.filter(({ name, type }) => types.has(name) && types.get(name) !== type);
  const wanted = wantedBy(layout);
  for (const [name, { type, sql }] of existing(db, spec, layout)) {
    // A column goes only when nothing hangs on it: then everything is made anew.
    const stays = retyped.length === 0 && (wanted.get(name) ?? sql) === sql && !refusesWrites(name, sql, wanted);
    if (name !== table && !stays) db.exec(`DROP ${type} IF EXISTS ${name}`);
  }
  for (const { name } of retyped) db.exec(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  const kept = new Set(columns.filter((column) => !retyped.includes(column)).map(({ name }) => name));
  for (const { name, sqlType } of layout.columns) {
    if (!kept.has(name)) db.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${sqlType}`);
  }
  const there = existing(db, spec, layout);
  for (const index of layout.indexes) {
    if (!there.has(index.name)) make(db, spec, index);
  }
  for (const element of layout.elements) {
    if (!there.has(element.name)) {
      db.exec(element.sql);
      db.exec(element.fill);
    }
    for (const trigger of element.triggers) if (!there.has(trigger.name)) db.exec(trigger.sql);
  }
}

function make(db: DatabaseSync, spec: AnySpec, index: Named): void {
  try {
    db.exec(index.sql);
  } catch (cause) {
    if ((cause as { errcode?: number }).errcode !== 2067) throw cause;
    const message = `${spec.name} now has a unique key that some of its documents share (${index.name}).`;
    throw new GatehouseError('store-misuse', message, { cause });
  }
}

/** What drops all that hangs on these specs' tables and that none of them asks for. */
export function leftovers(db: DatabaseSync, specs: readonly AnySpec[]): string[] {
  return specs.flatMap((spec) => {
    const layout = layoutOf(spec);
    const wanted = wantedBy(layout);
    const columns = new Set(layout.columns.map(({ name }) => name));
    return [
      ...[...existing(db, spec, layout)]
        .filter(([name]) => name !== layout.table && !wanted.has(name))
        .map(([name, { type }]) => `DROP ${type} IF EXISTS ${name}`),
      ...columnsOf(db, layout)
        .filter(({ name }) => !columns.has(name))
        .map(({ name }) => `ALTER TABLE ${layout.table} DROP COLUMN ${name}`),
    ];
  });
}

/** A unique key that no spec has any more would refuse what all specs allow. */
const refusesWrites = (name: string, sql: string, wanted: ReadonlyMap<string, string>): boolean =>
  !wanted.has(name) && sql.startsWith('CREATE UNIQUE INDEX');

const wantedBy = ({ indexes, elements }: Layout): ReadonlyMap<string, string> =>
  new Map([...indexes, ...elements, ...elements.flatMap((each) => each.triggers)].map(nameAndSql));

const columnsOf = (db: DatabaseSync, { table }: Layout): { name: string; type: string }[] =>
  db
    .prepare(`SELECT name, type FROM pragma_table_info(?) WHERE name GLOB '[af]_*'`)
    .all(table)
    .map(({ name, type }) => ({ name: String(name), type: String(type) }));

/** The table, and what hangs on it. */
function existing(db: DatabaseSync, spec: AnySpec, { table }: Layout): Map<string, { type: string; sql: string }> {
  const rows = db
    .prepare(`SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name = ?1 OR name GLOB ?2)`)
    .all(table, `in_${spec.name}_*`);
  // Triggers first, since they name the tables.
  const order = ['trigger', 'index', 'table'];
  rows.sort((a, b) => order.indexOf(String(a['type'])) - order.indexOf(String(b['type'])));
  return new Map(rows.map(({ name, type, sql }) => [String(name), { type: String(type), sql: String(sql) }]));
}

const nameAndSql = ({ name, sql }: Named): [string, string] => [name, sql];
