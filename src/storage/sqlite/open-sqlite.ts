import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { GatehouseError, StoreUnavailable } from '../../base/errors.js';
import { seconds } from '../../base/clock.js';
import type { Cursor } from '../../base/paging.js';
import type { Engine, EngineOutcome, KnownDocument, RevalidatedRow, Row, Soon } from '../engine.js';
import { misuse } from '../misuse.js';
import type { CurrentVersion } from '../revision.js';
import type { AnySpec } from '../spec.js';
import { sqlValue } from './condition-sql.js';
import { currentVersion, versionStatements } from './current-versions.js';
import { checkFile, claimFile, MARK_AS_OURS, persistently } from './file.js';
import { specNameOf } from './layout.js';
import { countStatement, findStatement, removeStatement } from './query-sql.js';
import { readTransaction } from './read-transaction.js';
import { leftovers, reconcile } from './reconcile.js';
import { changedRow, findChangedSql, getChangedSql, getSql, keySql, knownValues, rowOf } from './row-sql.js';
import { incrementStep, refusalOf, stepOf, sweepStep, takeStep } from './statements.js';
import { isBusy, notOpened, unavailable } from './unavailable.js';
import {
  adoptStep,
  discardStep,
  exchangeStep,
  stretchStatement,
  TABLES,
  walkedRow,
  walkStatement,
} from './whole-rows.js';
import { linkWriter, type WriterLink } from './writer-link.js';
import { type Failure, inodesOf, type RowValues, type WriterStep, type Value } from './writer.js';

export interface SqliteOptions {
  /** How long a write or an open waits for another process, in milliseconds; default 5 s. */
  readonly patience?: number;
  /** The file must exist and is not changed. For use as an EngineReader. */
  readonly readOnly?: boolean;
  /** The store's name in messages; default `GATEHOUSE_STORE`. */
  readonly calledAs?: string;
}

/** The most statements that stay prepared. */
const STATEMENTS = 1000;
/** For a store that must not change. */
const noWriter: WriterLink = {
  run: () => Promise.reject(misuse('This store was opened to be read.')),
  close: async () => undefined,
};

/**
 * Opens the store in this file and creates it if needed (mode 0600), with its folder.
 *
 * @throws GatehouseError `bad-configuration` for a file that is not a store of ours, which is left unchanged
 * @throws StoreUnavailable if another process locks it for too long
 */
export async function openSqlite(
  path: string,
  { patience = seconds(5), readOnly = false, calledAs = 'GATEHOUSE_STORE' }: SqliteOptions = {},
): Promise<Engine> {
  const file = { path, calledAs };
  let reader: DatabaseSync;
  let writer: WriterLink;
  try {
    await (readOnly ? checkFile(file, patience) : claimFile(file, patience));
    reader = await persistently(file, patience, () => openReader(path));
    writer = readOnly ? noWriter : linkWriter({ ...file, inodes: inodesOf(path), patience });
  } catch (error) {
    throw notOpened(file, error);
  }
  const transaction = readTransaction(reader);
  const statements = new LRUCache<string, StatementSync>({ max: STATEMENTS });
  const prepared = new Set<AnySpec>();

  function prepare(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = reader.prepare(sql)));
    return statement;
  }

  /** Reads at once; retries a moment later only if another process is, for example, recovering the log. */
  function readAll<T>(use: () => T): Soon<T> {
    const once = (): T => {
      try {
        if (!reader.isOpen) throw new StoreUnavailable('it is closed');
        transaction.join();
        return use();
      } catch (cause) {
        transaction.end();
        throw cause;
      }
    };
    try {
      return once();
    } catch (cause) {
      if (!isBusy(cause)) return Promise.reject(failed(cause));
    }
    return persistently(file, patience, once).catch((cause: unknown) => {
      throw failed(cause);
    });
  }
  const read = <T>(sql: string, use: (statement: StatementSync) => T): Soon<T> => readAll(() => use(prepare(sql)));
  /** Reads the state of this moment, on which other processes' writes depend: change markers are read by it. */
  function readNow<T>(sql: string, use: (statement: StatementSync) => T): Soon<T> {
    transaction.end();
    return read(sql, use);
  }
  const failed = (cause: unknown): GatehouseError =>
    cause instanceof GatehouseError ? cause : unavailable(file, cause as Failure);
  const readRow = (sql: string, values: readonly Value[]): Soon<Row | undefined> =>
    read(sql, (statement) => {
      const row = statement.get(...values);
      return row && rowOf(row);
    });

  const readChanged = (sql: string, known: KnownDocument | undefined, values: readonly Value[]): Soon<RevalidatedRow> =>
    read(sql, (statement) => changedRow(statement.get(...knownValues(known), ...values)));

  /** Steps that cannot be refused. */
  async function run(steps: readonly WriterStep[]): Promise<{ rows: readonly RowValues[]; changes: number }> {
    const answer = await writer.run(steps);
    if (!answer.ok) throw new StoreUnavailable('a statement touched another number of rows than it should');
    return answer;
  }

  return {
    patience,
    hasCheapCommits: true,
    async prepare(specs) {
      const fresh = specs.filter((spec) => !prepared.has(spec));
      if (fresh.length === 0) return;
      await persistently(file, patience, () => {
        const db = new DatabaseSync(path, { timeout: 0 });
        try {
          reconcile(db, fresh);
        } finally {
          db.close();
        }
      }).catch((error: unknown) => {
        throw notOpened(file, error);
      });
      transaction.end();
      for (const spec of fresh) prepared.add(spec);
    },
    async tidy(specs, now, under) {
      transaction.end();
      // Listed before the requirement is checked, so that indexes created after it failed are not included.
      const drops = leftovers(reader, specs).map((sql) => ({ sql, values: [] }));
      return (await writer.run([stepOf(under, now), ...drops])).ok;
    },
    get: ({ spec, realm }, id, now) => readRow(getSql(spec), [realm, id, now]),
    currentVersions: (references, now) =>
      readAll(() => {
        const found = new Array<CurrentVersion | undefined>(references.length).fill(undefined);
        for (const { sql, values, places } of versionStatements(references, now)) {
          for (const row of prepare(sql).all(...values)) found[places[row['i'] as number] ?? 0] = currentVersion(row);
        }
        return found;
      }),
    getMany: ({ spec, realm }, ids, now) =>
      read(getSql(spec), (statement) =>
        ids.flatMap((id) => {
          const row = statement.get(realm, id, now);
          return row ? [rowOf(row)] : [];
        }),
      ),
    findOne: ({ spec, realm }, key, values, now) => readRow(keySql(spec, key), [realm, ...values.map(sqlValue), now]),
    getIfChanged: ({ spec, realm }, id, known, now) => readChanged(getChangedSql(spec), known, [realm, id, now]),
    findOneIfChanged: ({ spec, realm }, key, values, known, now) =>
      readChanged(findChangedSql(spec, key), known, [realm, ...values.map(sqlValue), now]),
    find(at, find, now) {
      const { sql, values } = findStatement(at, find, now);
      return readNow(sql, (statement) => statement.all(...values).map(rowOf));
    },
    async count(at, query, limit, now) {
      const { rows } = await run([{ ...countStatement(at, query, limit, now), gives: true, rows: 1 }]);
      return Number(rows[0]?.['n']);
    },
    async write(writes, now): Promise<EngineOutcome> {
      const steps = writes.map((write) => stepOf(write, now));
      const answer = await writer.run(steps);
      if (answer.ok) {
        const given = answer.rows.flatMap((row) => ('version' in row ? [Number(row['version'])] : []));
        return {
          ok: true,
          versions: writes.map((write) => {
            if (write.kind === 'insert') return 1;
            if (write.kind === 'replace') return write.expected + 1;
            return write.kind === 'put' ? (given.shift() ?? 1) : 0;
          }),
        };
      }
      const refused = writes[answer.step];
      if (!refused) throw new StoreUnavailable('its writer thread answered beyond what it was asked');
      return { ok: false, write: answer.step, refusal: refusalOf(refused, answer.why) };
    },
    async increment(at, fresh, field, by, now) {
      const { rows } = await run([incrementStep(at, fresh, field, by, now)]);
      return rowOf(rows[0] ?? {});
    },
    async take(at, id, condition, now) {
      const { rows } = await run([takeStep(at, id, condition, now)]);
      return rows[0] && rowOf(rows[0]);
    },
    async removeWhere(at, query, limit, now) {
      return (await run([removeStatement(at, query, limit, now)])).changes;
    },
    async sweep(limit, now, under) {
      let swept = 0;
      for (const spec of prepared) {
        const answer = await writer.run([stepOf(under, now), sweepStep(spec, limit, now)]);
        if (!answer.ok) return undefined;
        // A requirement reads a row, and counts as one.
        swept += answer.changes - 1;
      }
      return swept;
    },
    async walk(spec, page) {
      const stretch = stretchStatement(spec, page);
      const { end, full } = (await readNow(stretch.sql, (statement) => statement.get(...stretch.values))) ?? {};
      const { sql, values } = walkStatement(spec, page, Number(end ?? -1));
      const rows = await read(sql, (statement) => statement.all(...values));
      const next = rows.length === page.limit ? rows.at(-1)?.['n'] : full ? end : undefined;
      return { rows: rows.map(walkedRow), ...(next !== undefined && { next: String(next) as Cursor }) };
    },
    adopt: async (spec, rows) => (await run(rows.map((row) => adoptStep(spec, row)))).changes,
    exchange: async (spec, changes) => (await run(changes.map((change) => exchangeStep(spec, change)))).changes,
    async discard(spec, keys) {
      await run(keys.map((key) => discardStep(spec, key)));
    },
    async kinds() {
      transaction.end();
      return readAll(() => {
        const tables = prepare(TABLES)
          .all()
          .map(({ name }) => String(name));
        return tables.filter((table) => prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined).map(specNameOf);
      });
    },
    async ping() {
      await readNow('SELECT 1 FROM sqlite_master LIMIT 1', (statement) => statement.get());
      await run([{ sql: MARK_AS_OURS, values: [] }]);
    },
    async close() {
      // The reader closes first: the last connection checkpoints the log, which only a writing one can do.
      if (reader.isOpen) reader.close();
      await writer.close();
    },
  };
}

/** With its log, which exists from the first read on. */
function openReader(path: string): DatabaseSync {
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    reader.exec('SELECT 1 FROM sqlite_master LIMIT 1');
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}
