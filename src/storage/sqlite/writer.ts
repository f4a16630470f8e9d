/**
 * The writer thread. It owns the only connection that writes, and commits the jobs of one message as one transaction. One fsync
 * then serves many jobs, and a refused job does not undo others.
 *
 * It knows statements, parameters and how many rows each must affect; `statements.ts` knows their meaning. It imports only
 * `node:` modules and uses only erasable types, so that Node runs it from source and from the build.
 */
import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

// A thread has an Object.prototype of its own: see base/close-object-prototype.ts.
Object.preventExtensions(Object.prototype);
Reflect.deleteProperty(Object.prototype, '__proto__');

export type Value = string | number | bigint | null;
export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}
export interface WriterStep extends Statement {
  /** How many rows it must affect (or return, if it reads); any number if absent. */
  readonly rows?: number;
  /** Whether it returns rows: a SELECT, or a RETURNING. */
  readonly gives?: boolean;
  /** Runs when a unique key refused the step, which is then retried once. */
  readonly onConflict?: readonly Statement[];
  /** Read in the same transaction when the step fails: its row gives the reason. */
  readonly why?: Statement;
}
export type RowValues = Readonly<Record<string, unknown>>;
export interface WriterJob {
  readonly id: number;
  readonly steps: readonly WriterStep[];
  /** By `process.hrtime`, which threads share. Afterwards the caller has been answered, so the job is not begun. */
  readonly until: bigint;
}
/** The error, in its own words, with the extended result code of SQLite or that of the system. */
export interface Failure {
  readonly message: string;
  readonly errcode?: number;
  readonly code?: string;
}
export type WriterAnswer = { readonly id: number } & (
  | { readonly ok: true; readonly rows: readonly RowValues[]; readonly changes: number }
  | { readonly ok: false; readonly step: number; readonly why: RowValues | undefined }
  | { readonly ok: 'unavailable'; readonly failure: Failure }
);
export interface WriterData {
  readonly path: string;
  /** The inodes of the store and its log; files that replaced them are not written. */
  readonly inodes: readonly bigint[];
}

const UNIQUE_VIOLATIONS = new Set([2067, 1555]);

/** Uses SQLite's own code for this case. */
class Moved extends Error {
  readonly errcode = 1032;
}

class Refused extends Error {
  readonly step: number;
  readonly why: RowValues | undefined;
  /** How many rows the refused step affected. */
  readonly touched: number;
  constructor(step: number, why: RowValues | undefined, touched: number) {
    super('a statement touched another number of rows than it should');
    this.step = step;
    this.why = why;
    this.touched = touched;
  }
}

/** Does one job inside the open transaction of this connection. */
function jobsOn(db: DatabaseSync, prepared: (sql: string) => StatementSync): (job: WriterJob) => WriterAnswer {
  function run(step: WriterStep): { rows: readonly RowValues[]; touched: number; changes: number } {
    const statement = prepared(step.sql);
    if (step.gives) {
      const rows = statement.all(...step.values);
      return { rows, touched: rows.length, changes: rows.length };
    }
    const changes = Number(statement.run(...step.values).changes);
    return { rows: [], touched: changes, changes };
  }

  /** @param save called before a statement whose changes a refusal has to undo */
  function perform(step: WriterStep, at: number, save: () => void): { rows: readonly RowValues[]; changes: number } {
    const why = (): RowValues | undefined => step.why && prepared(step.why.sql).get(...step.why.values);
    let done;
    try {
      done = run(step);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      save();
      for (const each of step.onConflict ?? []) prepared(each.sql).run(...each.values);
      try {
        done = run(step);
      } catch (again) {
        if (!isUniqueViolation(again)) throw again;
        throw new Refused(at, why(), 0);
      }
    }
    if (step.rows !== undefined && done.touched !== step.rows) throw new Refused(at, why(), done.touched);
    return done;
  }

  function attempt(job: WriterJob): WriterAnswer {
    const savepoint = { made: false };
    const save = (): void => {
      if (!savepoint.made) prepared('SAVEPOINT job').run();
      savepoint.made = true;
    };
    // A failed statement changes nothing, so a job of one step has nothing to undo until it resolves a conflict.
    if (job.steps.length > 1) save();
    try {
      const rows: RowValues[] = [];
      let changes = 0;
      job.steps.forEach((step, at) => {
        const done = perform(step, at, save);
        rows.push(...done.rows);
        changes += done.changes;
      });
      if (savepoint.made) prepared('RELEASE job').run();
      return { id: job.id, ok: true, rows, changes };
    } catch (error) {
      if (!db.isTransaction) throw error; // SQLite itself has rolled the whole transaction back (disk full, I/O error)
      if (savepoint.made) db.exec('ROLLBACK TO job; RELEASE job');
      // No step is written to do this. If one did, the whole transaction would be undone.
      else if (error instanceof Refused && error.touched > 0) throw error;
      if (error instanceof Refused) return { id: job.id, ok: false, step: error.step, why: error.why };
      return { id: job.id, ok: 'unavailable', failure: failureOf(error) };
    }
  }

  return attempt;
}

/** The inodes of the file and its log. An open log keeps its file as long as it is open. */
export const inodesOf = (path: string): bigint[] =>
  [path, `${path}-wal`].map((each) => statSync(each, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n);

interface WritingConnection {
  readonly db: DatabaseSync;
  readonly prepared: (sql: string) => StatementSync;
  readonly attempt: (job: WriterJob) => WriterAnswer;
}

/** Prepares each statement once. */
function statementsOf(db: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    const made = db.prepare(sql);
    statements.set(sql, made);
    return made;
  };
}

function serve(port: MessagePort, { path, inodes }: WriterData): void {
  let connection: WritingConnection | undefined;
  const pause = new Int32Array(new SharedArrayBuffer(4));

  function connect(): WritingConnection {
    // SQLite would keep writing to deleted files, and all of it would be lost with this process.
    if (inodesOf(path).some((inode, at) => inode !== inodes[at])) throw new Moved();
    if (!connection) {
      const db = open(path);
      const prepared = statementsOf(db);
      connection = { db, prepared, attempt: jobsOn(db, prepared) };
    }
    return connection;
  }
  try {
    connect();
  } catch {
    // The first job finds out too, and reports it.
  }

  function answer(answers: readonly WriterAnswer[]): void {
    if (answers.length > 0) port.postMessage(answers);
  }
  const refuse = (jobs: readonly WriterJob[], failure: Failure): void => {
    answer(jobs.map(({ id }) => ({ id, ok: 'unavailable', failure })));
  };

  function transact(jobs: readonly WriterJob[]): void {
    let waiting = jobs;
    let failure: Failure = { message: 'what waits before it takes too long' };
    for (;;) {
      const now = process.hrtime.bigint();
      const late = waiting.filter(({ until }) => until <= now);
      refuse(late, failure);
      if (late.length > 0) waiting = waiting.filter(({ until }) => until > now);
      if (waiting.length === 0) return;
      try {
        const connected = connect();
        connected.prepared('BEGIN IMMEDIATE').run();
        commit(connected, waiting);
        return;
      } catch (error) {
        failure = failureOf(error);
        if (!isBusy(error)) {
          refuse(waiting, failure);
          return;
        }
        // Another process holds a lock for a transaction, an open or a close: waiting 1 to 4 ms, at random, is enough.
        Atomics.wait(pause, 0, 0, 1 + Math.random() * 3);
      }
    }
  }

  function commit({ db, prepared, attempt }: WritingConnection, jobs: readonly WriterJob[]): void {
    try {
      const answers = jobs.map(attempt);
      prepared('COMMIT').run();
      answer(answers);
    } catch (error) {
      if (db.isTransaction) rollBack(db);
      refuse(jobs, failureOf(error));
    }
  }

  function rollBack(db: DatabaseSync): void {
    try {
      db.exec('ROLLBACK');
    } catch {
      // An open transaction would make every later BEGIN fail. It ends with its connection, and the next job opens another.
      connection = undefined;
      db.close();
    }
  }

  port.on('message', (message: readonly WriterJob[] | 'close') => {
    if (message !== 'close') {
      transact(message);
      return;
    }
    connection?.db.close();
    port.close();
  });
}

/** Opens an existing file; none is created. */
function open(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('mode', 'rw');
  const db = new DatabaseSync(url, { timeout: 0 });
  try {
    db.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

// The primary code of SQLITE_BUSY is 5, of SQLITE_LOCKED 6; the extended ones keep it in the low byte.
const isBusy = (error: unknown): boolean => [5, 6].includes(errcodeOf(error) & 0xff);
const isUniqueViolation = (error: unknown): boolean => UNIQUE_VIOLATIONS.has(errcodeOf(error));
const errcodeOf = (error: unknown): number => (error as { errcode?: number } | undefined)?.errcode ?? 0;
function failureOf(error: unknown): Failure {
  const { message, errcode, code } = error as Failure;
  return { message, ...(errcode !== undefined && { errcode }), ...(code !== undefined && { code }) };
}

if (parentPort) serve(parentPort, workerData as WriterData);
