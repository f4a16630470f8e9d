import type { Instant } from '../../base/clock.js';
import type { AnyCondition } from '../condition.js';
import type { EngineDocument, EngineWrite, Place } from '../engine.js';
import type { StoreRefusal } from '../refusal.js';
import type { AnySpec } from '../spec.js';
import { conditionSql, sqlValue } from './condition-sql.js';
import { columnOf, NEW_INCARNATION, tableOf } from './layout.js';
import type { RowValues, Statement, WriterStep, Value } from './writer.js';

/** The SQL statements of one kind of document; built once. */
interface Phrases {
  readonly insert: string;
  readonly put: string;
  readonly replace: string;
  readonly replaceExpired: string;
  readonly evict: readonly string[];
  readonly holder: string;
}

const LIVE = '(expires_at IS NULL OR expires_at > ?)';
const phrases = new WeakMap<AnySpec, Phrases>();

function phrasesOf(spec: AnySpec): Phrases {
  const known = phrases.get(spec);
  if (known) return known;
  const table = tableOf(spec);
  const columns = columnsOf(spec);
  const insert =
    `INSERT INTO ${table}(realm, id, version, incarnation, ${columns.join(', ')}) ` +
    `VALUES (?, ?, 1, ${NEW_INCARNATION}, ${columns.map(() => '?').join(', ')})`;
  const set = [`incarnation = ${NEW_INCARNATION}`, ...columns.map((column) => `${column} = ?`)].join(', ');
  const held = Object.entries(spec.unique).map(
    ([key, names]) =>
      `WHEN EXISTS (SELECT 1 FROM ${table} WHERE realm = ? AND id <> ?` +
      names.map((name) => ` AND ${columnOf(spec, name)} = ?`).join('') +
      `) THEN '${key}'`,
  );
  const made = {
    insert,
    put:
      `${insert} ON CONFLICT(realm, id) DO UPDATE SET version = CASE WHEN expires_at <= ? THEN 1 ELSE version + 1 END, ` +
      `${['incarnation', ...columns].map((column) => `${column} = excluded.${column}`).join(', ')} RETURNING version`,
    replace: `UPDATE ${table} SET version = version + 1, ${set} WHERE realm = ? AND id = ? AND version = ? AND ${LIVE}`,
    replaceExpired: `UPDATE ${table} SET version = version + 1, ${set} WHERE realm = ? AND id = ? AND version = ?`,
    evict: Object.values(spec.unique).map(
      (names) =>
        `DELETE FROM ${table} WHERE realm = ?` +
        names.map((name) => ` AND ${columnOf(spec, name)} = ?`).join('') +
        ' AND expires_at <= ? AND id <> ?',
    ),
    holder: `SELECT CASE WHEN EXISTS (SELECT 1 FROM ${table} WHERE realm = ? AND id = ? AND ?) THEN 'id' ${held.join(' ')} END AS key`,
  };
  phrases.set(spec, made);
  return made;
}

/** The columns of a document besides its realm, id, version and incarnation. */
export const columnsOf = (spec: AnySpec): string[] => [
  ...['shape', 'expires_at', 'body'],
  ...Object.keys(spec.indexed).map((field) => columnOf(spec, field)),
];

/** The step of a write, with the read that explains a refusal. */
export function stepOf(write: EngineWrite, now: Instant): WriterStep {
  const { spec, realm } = write.at;
  const say = phrasesOf(spec);
  switch (write.kind) {
    case 'insert':
      return {
        sql: say.insert,
        values: [realm, write.document.id, ...columnValues(spec, write.document)],
        rows: 1,
        onConflict: [
          {
            sql: `DELETE FROM ${tableOf(spec)} WHERE realm = ? AND id = ? AND expires_at <= ?`,
            values: [realm, write.document.id, now],
          },
          ...evictions(write.at, write.document, now),
        ],
        why: holder(write.at, write.document, true),
      };
    case 'put':
      return {
        sql: say.put,
        values: [realm, write.document.id, ...columnValues(spec, write.document), now],
        rows: 1,
        gives: true,
        onConflict: evictions(write.at, write.document, now),
        why: holder(write.at, write.document, false),
      };
    case 'replace': {
      const { document, expected, expired } = write;
      const place = [...columnValues(spec, document), realm, document.id, expected];
      return {
        sql: expired ? say.replaceExpired : say.replace,
        values: expired ? place : [...place, now],
        rows: 1,
        onConflict: evictions(write.at, document, now),
        why: withLiveness(holder(write.at, document, false), spec, realm, document.id, expired ? 0 : now),
      };
    }
    case 'remove':
    case 'require': {
      const { sql, values } = conditionSql(write.condition);
      // Write transactions are serial, so a read inside one holds until the commit.
      const start = write.kind === 'remove' ? 'DELETE' : 'SELECT 1';
      return {
        sql: `${start} FROM ${tableOf(spec)} WHERE realm = ? AND id = ? AND ${LIVE}${sql}${write.expected === undefined ? '' : ' AND version = ?'}`,
        values: [realm, write.id, now, ...values, ...(write.expected === undefined ? [] : [write.expected])],
        rows: 1,
        gives: write.kind === 'require',
        why: live(spec, realm, write.id, now),
      };
    }
  }
}

/** The reason of a step's failure, from the row that its `why` returned. */
export function refusalOf(write: EngineWrite, why: RowValues | undefined): StoreRefusal {
  switch (write.kind) {
    case 'insert':
    case 'put':
      return { code: 'conflict', key: String(why?.['key']) };
    case 'replace':
      if (typeof why?.['version'] !== 'number') return { code: 'missing' };
      return why['version'] === write.expected ? { code: 'conflict', key: String(why['key']) } : { code: 'changed' };
    case 'remove':
    case 'require':
      if (!why) return { code: 'missing' };
      return { code: write.expected === undefined || why['version'] === write.expected ? 'condition' : 'changed' };
  }
}

export function takeStep({ spec, realm }: Place, id: string, condition: AnyCondition, now: Instant): WriterStep {
  const { sql, values } = conditionSql(condition);
  return {
    sql: `DELETE FROM ${tableOf(spec)} WHERE realm = ? AND id = ? AND ${LIVE}${sql} RETURNING version, shape, body`,
    values: [realm, id, now, ...values],
    gives: true,
  };
}

/** Counts in integers (a BigInt binds as one), so that the body's text equals that of JSON.stringify. */
export function incrementStep(
  { spec, realm }: Place,
  fresh: EngineDocument,
  field: string,
  by: number,
  now: Instant,
): WriterStep {
  const table = tableOf(spec);
  const path = `'$."${field}"'`;
  const column = spec.indexed[field] === undefined ? [] : [columnOf(spec, field)];
  const either = (live: string, of: string): string =>
    `CASE WHEN expires_at <= ?2 THEN excluded.${of} ELSE ${live} END`;
  const sum = (of: string): string => `coalesce(${of}, 0) + ?1`;
  return {
    sql:
      `INSERT INTO ${table}(version, incarnation, realm, id, shape, expires_at, body${column.map((name) => `, ${name}`).join('')}) ` +
      `VALUES (1, ${NEW_INCARNATION}, ?3, ?4, ?5, ?6, ?7${column.map(() => ', ?1').join('')}) ` +
      'ON CONFLICT(realm, id) DO UPDATE SET incarnation = excluded.incarnation, ' +
      `version = CASE WHEN expires_at <= ?2 THEN 1 ELSE version + 1 END, shape = excluded.shape, ` +
      `body = ${either(`json_set(body, ${path}, ${sum(`json_extract(body, ${path})`)})`, 'body')}, ` +
      column.map((name) => `${name} = ${either(sum(name), name)}, `).join('') +
      `expires_at = ${either('expires_at', 'expires_at')} RETURNING version, shape, body`,
    values: [BigInt(by), now, realm, fresh.id, spec.version, fresh.expiresAt ?? null, JSON.stringify(fresh)],
    gives: true,
    rows: 1,
  };
}

export function sweepStep(spec: AnySpec, limit: number, now: Instant): WriterStep {
  const table = tableOf(spec);
  return {
    sql: `DELETE FROM ${table} WHERE n IN (SELECT n FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
    values: [now, limit],
  };
}

/** In the order of {@link columnsOf}. */
export function columnValues(spec: AnySpec, document: EngineDocument, shape = spec.version): Value[] {
  const fields = Object.keys(spec.indexed).map((field) => sqlValue(document[field]));
  return [shape, document.expiresAt ?? null, JSON.stringify(document), ...fields];
}

export const keyValues = (fields: readonly string[], document: EngineDocument): Value[] =>
  fields.map((field) => sqlValue(document[field]));

/** Evicts the expired holders of its unique keys. */
function evictions({ spec, realm }: Place, document: EngineDocument, now: Instant): Statement[] {
  const { evict } = phrasesOf(spec);
  return Object.values(spec.unique).map((fields, at) => ({
    sql: evict[at] ?? '',
    values: [realm, ...keyValues(fields, document), now, document.id],
  }));
}

/** Finds the key that another document holds: the id first, then in the order of the spec. */
function holder({ spec, realm }: Place, document: EngineDocument, idToo: boolean): Statement {
  const keys = Object.values(spec.unique).flatMap((fields) => [realm, document.id, ...keyValues(fields, document)]);
  return { sql: phrasesOf(spec).holder, values: [realm, document.id, idToo ? 1 : 0, ...keys] };
}

const live = (spec: AnySpec, realm: string, id: string, now: Instant): Statement => ({
  sql: `SELECT version FROM ${tableOf(spec)} WHERE realm = ? AND id = ? AND ${LIVE}`,
  values: [realm, id, now],
});

function withLiveness(held: Statement, spec: AnySpec, realm: string, id: string, now: Instant): Statement {
  const read = live(spec, realm, id, now);
  return { sql: `SELECT (${held.sql}) AS key, (${read.sql}) AS version`, values: [...held.values, ...read.values] };
}
