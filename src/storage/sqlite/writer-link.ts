import { channel } from 'node:diagnostics_channel';
import { Worker } from 'node:worker_threads';
import { seconds } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import { type StoreFile, unavailable } from './unavailable.js';
import type { WriterAnswer, WriterJob, WriterStep, WriterData } from './writer.js';

/** The main thread's side of the writer thread. */
export interface WriterLink {
  /**
   * Runs the steps in order, all or none. The writer never begins a job after its time limit.
   * @throws StoreUnavailable if none of them is known to be written
   */
  run(steps: readonly WriterStep[]): Promise<Exclude<WriterAnswer, { ok: 'unavailable' }>>;
  /** Waits for queued jobs. */
  close(): Promise<void>;
}

export interface WriterOptions extends StoreFile, WriterData {
  /** How long a job waits for its turn and for other processes, in milliseconds. */
  readonly patience: number;
}

/** Runs from source under a test and from the build otherwise; the thread's file has the same extension as this one. */
const writerFile = new URL(`./writer${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** The most jobs of one transaction. */
const LONGEST_TRANSACTION = 256;

/** The diagnostics channel that receives a WriterCommit after each transaction, for instance to count jobs per commit. */
export const WRITER_COMMITS = 'gatehouse:sqlite-writer-commits';
const commits = channel(WRITER_COMMITS);

export interface WriterCommit {
  /** How many jobs the transaction committed or refused. */
  readonly jobs: number;
}

/** The minimum time between starts of a thread: one that dies at once must not be restarted in a loop. */
const BETWEEN_STARTS = seconds(1);

interface WaitingJob {
  readonly job: WriterJob;
  readonly resolve: (answer: Exclude<WriterAnswer, { ok: 'unavailable' }>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Sends one message at a time, with all jobs that were gathered meanwhile: the thread commits it as one transaction, and a
 * transaction costs far more than a job. Replaces a thread that ends at the next job. Jobs under way at its end may or may not
 * have been written.
 */
export function linkWriter({ patience, calledAs, ...data }: WriterOptions): WriterLink {
  const underWay = new Map<number, WaitingJob>();
  let gathered: WaitingJob[] = [];
  let sending = false;
  let lastId = 0;
  let startedAt = -Infinity;
  let lost: StoreUnavailable | undefined;
  let closing: Promise<void> | undefined;
  let closeThread: (() => void) | undefined;
  let worker: Worker | undefined = start();

  /** @throws StoreUnavailable */
  function start(): Worker {
    if (lost && performance.now() < startedAt + BETWEEN_STARTS) {
      const reason = 'its writer thread ended and is not started again yet; nothing of this was written';
      throw new StoreUnavailable(reason, { cause: lost });
    }
    startedAt = performance.now();
    let made: Worker;
    try {
      made = new Worker(writerFile, { workerData: data });
    } catch (cause) {
      throw (lost = new StoreUnavailable('its writer thread could not be started', { cause }));
    }
    // An idle writer keeps no process alive.
    made.unref();
    made.on('message', take);
    let cause: unknown;
    made.on('error', (error) => {
      cause = error;
    });
    made.on('exit', () => {
      worker = undefined;
      lost = new StoreUnavailable('its writer thread ended; whether this was written is not known', { cause });
      for (const { reject } of underWay.values()) reject(lost);
      underWay.clear();
      proceed();
    });
    return made;
  }

  function take(answers: readonly WriterAnswer[]): void {
    if (commits.hasSubscribers && answers.some(({ ok }) => ok !== 'unavailable')) {
      commits.publish({ jobs: answers.length } satisfies WriterCommit);
    }
    for (const answer of answers) {
      const caller = underWay.get(answer.id);
      underWay.delete(answer.id);
      if (answer.ok === 'unavailable') caller?.reject(unavailable({ path: data.path, calledAs }, answer.failure));
      else caller?.resolve(answer);
    }
    proceed();
  }

  /** Sends what was gathered if nothing is under way, after the jobs that follow in this turn of the event loop. */
  function proceed(): void {
    if (underWay.size > 0 || sending) return;
    if (gathered.length > 0) {
      sending = true;
      setImmediate(send);
      return;
    }
    worker?.unref();
    closeThread?.();
  }

  function send(): void {
    sending = false;
    try {
      worker ??= start();
    } catch (error) {
      for (const { reject } of gathered) reject(error as StoreUnavailable);
      gathered = [];
      proceed();
      return;
    }
    const group = gathered.splice(0, LONGEST_TRANSACTION);
    for (const waiting of group) underWay.set(waiting.job.id, waiting);
    worker.ref();
    worker.postMessage(group.map(({ job }) => job));
  }

  return {
    run: (steps) =>
      new Promise((resolve, reject) => {
        if (closing) throw new StoreUnavailable('it is closed');
        const until = process.hrtime.bigint() + BigInt(patience) * 1_000_000n;
        gathered.push({ job: { id: ++lastId, steps, until }, resolve, reject });
        proceed();
      }),
    close() {
      closing ??= new Promise((resolve) => {
        closeThread = () => {
          if (!worker) {
            resolve();
            return;
          }
          worker.ref();
          worker.postMessage('close');
        };
        proceed();
      });
      return closing;
    },
  };
}
