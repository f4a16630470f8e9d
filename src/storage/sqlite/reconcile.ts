import type { DatabaseSync } from 'node:sqlite';
import { GatehouseError } from '../../base/errors.js';
import type { AnySpec } from '../spec.js';
import { layoutOf, type Column, type Layout, type Named } from './layout.js';

/**
 * Brings the file to what the specs say now: makes what is missing, drops the indexes no spec asks for any more, and fills
 * new ones from the documents. In one transaction; finds nothing to do at an ordinary start.
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
  const columns = db.prepare(`SELECT name, type FROM pragma_table_info(?) WHERE name GLOB '[af]_*'`).all(table);
  const wanted = new Map(layout.columns.map((column) => [column.name, column.sqlType as string]));
  const kept = columns.filter(({ name, type }) => wanted.get(String(name)) === type).map(({ name }) => String(name));
  const wantedNames = new Map(
    [...layout.indexes, ...layout.elements, ...layout.elements.flatMap((each) => each.triggers)].map(nameAndSql),
  );
  for (const [name, { type, sql }] of existing(db, spec, layout)) {
    // A column goes only when nothing hangs on it: then everything is made anew.
    const stays = name === table || (kept.length === columns.length && wantedNames.get(name) === sql);
    if (!stays) db.exec(`DROP ${type} IF EXISTS ${name}`);
  }
  for (const { name } of columns) {
    if (!kept.includes(String(name))) db.exec(`ALTER TABLE ${table} DROP COLUMN ${String(name)}`);
  }
  for (const column of layout.columns) {
    if (kept.includes(column.name)) continue;
    db.exec(`ALTER TABLE ${table} ADD COLUMN ${column.name} ${column.sqlType}`);
    fill(db, spec, table, column);
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

const JSON_TYPES = {
  string: `'text'`,
  number: `'integer', 'real'`,
  boolean: `'true', 'false'`,
  strings: `'array'`,
} as const;

function fill(db: DatabaseSync, spec: AnySpec, table: string, { name, field, type }: Column): void {
  const path = `'$."${field}"'`;
  const ofType = `json_type(body, ${path}) IN (${JSON_TYPES[type]})`;
  // A document of an older shape may still hold something else there; its migration comes after this.
  const wrong = db
    .prepare(`SELECT id FROM ${table} WHERE shape >= ? AND json_type(body, ${path}) IS NOT NULL AND NOT ${ofType}`)
    .get(spec.version);
  if (wrong) {
    throw new GatehouseError(
      'store-misuse',
      `${spec.name} now indexes ${field} as ${type}, but ${String(wrong['id'])} holds something else there. ` +
        'Raise the version of the spec and let a migration mend it.',
    );
  }
  const value = type === 'strings' ? `body -> ${path}` : `json_extract(body, ${path})`;
  db.exec(`UPDATE ${table} SET ${name} = ${value} WHERE ${ofType}`);
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
