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

/** The minimum time between starts of a thread: one that dies at once must not be restarted in a loop. */
const BETWEEN_STARTS = seconds(1);

interface WaitingJob {
  readonly resolve: (answer: Exclude<WriterAnswer, { ok: 'unavailable' }>) => void;
  readonly reject: (error: Error) => void;
}

/** Replaces a thread that ends at the next job. Jobs in progress may or may not have been written. */
export function linkWriter({ patience, calledAs, ...data }: WriterOptions): WriterLink {
  const waiting = new Map<number, WaitingJob>();
  let queue: WriterJob[] = [];
  let lastId = 0;
  let startedAt = -Infinity;
  let lost: StoreUnavailable | undefined;
  let closing: Promise<void> | undefined;
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
      for (const { reject } of waiting.values()) reject(lost);
      waiting.clear();
    });
    return made;
  }

  function take(answers: readonly WriterAnswer[]): void {
    for (const answer of answers) {
      const caller = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok === 'unavailable') caller?.reject(unavailable({ path: data.path, calledAs }, answer.failure));
      else caller?.resolve(answer);
    }
    if (waiting.size === 0) worker?.unref();
  }

  /** Jobs of one tick travel in one message. */
  function flush(): void {
    const jobs = queue;
    queue = [];
    worker?.postMessage(jobs);
  }

  return {
    run: (steps) =>
      new Promise((resolve, reject) => {
        if (closing) throw new StoreUnavailable('it is closed');
        worker ??= start();
        const id = ++lastId;
        if (waiting.size === 0) worker.ref();
        waiting.set(id, { resolve, reject });
        if (queue.push({ id, steps, until: process.hrtime.bigint() + BigInt(patience) * 1_000_000n }) === 1)
          queueMicrotask(flush);
      }),
    close() {
      closing ??= new Promise((resolve) => {
        if (!worker) {
          resolve();
          return;
        }
        worker.ref();
        worker.once('exit', () => {
          resolve();
        });
        // After the jobs of this tick.
        queueMicrotask(() => worker?.postMessage('close'));
      });
      return closing;
    },
  };
}
