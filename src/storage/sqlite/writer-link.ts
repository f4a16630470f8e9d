import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../../base/errors.js';
import type { Answer, Job, Step, WriterData } from './writer.js';

/** The main thread's end of the writer thread. */
export interface WriterLink {
  /** Runs the steps in order, all or none. @throws StoreUnavailable when nothing of them is known to be written */
  run(steps: readonly Step[]): Promise<Exclude<Answer, { ok: 'unavailable' }>>;
  /** Waits for what is queued. */
  close(): Promise<void>;
}

/** Runs from source under a test and from the build otherwise; the thread's file ends as this one does. */
const writerFile = new URL(`./writer${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

interface Waiting {
  readonly resolve: (answer: Exclude<Answer, { ok: 'unavailable' }>) => void;
  readonly reject: (error: Error) => void;
}

export function linkWriter(data: WriterData): WriterLink {
  const worker = new Worker(writerFile, { workerData: data });
  const waiting = new Map<number, Waiting>();
  let queue: Job[] = [];
  let lastId = 0;
  let over: StoreUnavailable | undefined;
  let closing: Promise<void> | undefined;
  // An idle writer keeps no process alive.
  worker.unref();

  function end(reason: string, cause?: unknown): void {
    over ??= new StoreUnavailable(reason, { cause });
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
    worker.unref();
  }

  worker.on('message', (answers: readonly Answer[]) => {
    for (const answer of answers) {
      const caller = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok === 'unavailable') caller?.reject(new StoreUnavailable(answer.reason));
      else caller?.resolve(answer);
    }
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', (cause) => {
    end('its writer thread died', cause);
  });
  worker.on('exit', () => {
    end(closing ? 'it is closed' : 'its writer thread ended');
  });

  /** Jobs of one tick travel in one message. */
  function flush(): void {
    const jobs = queue;
    queue = [];
    worker.postMessage(jobs);
  }

  return {
    run: (steps) =>
      new Promise((resolve, reject) => {
        if (over || closing) {
          reject(over ?? new StoreUnavailable('it is closed'));
          return;
        }
        const id = ++lastId;
        if (waiting.size === 0) worker.ref();
        waiting.set(id, { resolve, reject });
        if (queue.push({ id, steps }) === 1) queueMicrotask(flush);
      }),
    close() {
      closing ??= new Promise((resolve) => {
        worker.ref();
        worker.once('exit', () => {
          resolve();
        });
        if (over) resolve();
        // After the jobs of this tick.
        queueMicrotask(() => {
          worker.postMessage('close');
        });
      });
      return closing;
    },
  };
}
