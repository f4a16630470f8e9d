import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { pino } from 'pino';
import { seconds } from '../../base/clock.js';
import type { Config } from '../../config/config.js';
import { endingSignal } from './ending-signal.js';

/** From a worker: it accepts connections, or no more. */
export type ToSupervisor = 'listening' | 'closed';
/** `closed everywhere`: no worker accepts connections any more, or only those that go on serving. */
export type ToWorker = { readonly stop: NodeJS.Signals } | 'closed everywhere';

/** A worker that listened this long was healthy, so its death begins a new count. */
const HEALTHY_AFTER = seconds(10);
/** Deaths of one worker in a row, none of which was healthy, that end the program. */
const MOST_DEATHS = 8;
const LEAST_PAUSE = 100;
const MOST_PAUSE = seconds(10);
/** After the delay of the stop: later than a worker cuts itself off. */
const KILL_AFTER = seconds(11);

/** Settings that the first worker has applied. Those that replace a worker years later must not apply them again. */
const APPLIED_ONCE = ['GATEHOUSE_REALM_FILE', 'GATEHOUSE_ADMIN_PASSWORD'] as const;
const WITHOUT_APPLIED = Object.fromEntries(APPLIED_ONCE.map((name) => [name, undefined]));

/**
 * Runs the configured number of workers at one port until a signal stops them. The first prepares the store and listens before
 * the others start. A worker that dies is replaced. This process opens no store and reads no key.
 *
 * @returns the exit code; 1 also if the first worker could not start, for which it has printed the reason
 * @throws {Error} if a worker dies again and again
 */
export async function supervise({
  processes,
  stopDelayMs,
  logLevel,
}: Pick<Config, 'processes' | 'stopDelayMs' | 'logLevel'>): Promise<0 | 1> {
  const log = pino({ level: logLevel });
  const running = new Set<Worker>();
  const closed = new Set<Worker>();
  const pauses = new Set<NodeJS.Timeout>();
  const up = Promise.withResolvers<'up'>();
  const failed = Promise.withResolvers<0 | 1>();
  let isUp = false;
  let isStopping = false;
  let code: 0 | 1 = 0;

  /** @param deaths how often this worker died in a row */
  function start(number: number, deaths: number): void {
    let listenedAt = Infinity;
    const worker = cluster.fork({ SERVE_WORKER: String(number), ...(isUp && WITHOUT_APPLIED) });
    running.add(worker);
    // A message to a worker that has just died can't be written. Its end is handled where it is announced.
    worker.on('error', (error) => log.warn({ worker: number, err: error }, 'a worker could not be reached'));
    worker.on('message', (message: ToSupervisor) => {
      if (message === 'closed') {
        afterClosing(worker);
        return;
      }
      listenedAt = performance.now();
      up.resolve('up');
    });
    worker.once('exit', (exitCode: number | null, signal: string | null) => {
      running.delete(worker);
      if (isStopping) {
        if (exitCode !== 0) code = 1;
        sayIfClosed();
      } else if (isUp) {
        const isHealthy = performance.now() - listenedAt >= HEALTHY_AFTER;
        replace(number, isHealthy ? 1 : deaths + 1, exitCode ?? signal);
      } else if (signal === null) {
        failed.resolve(exitCode === 0 ? 0 : 1);
      } else {
        failed.reject(new Error(`the first worker was ended by ${signal}.`));
      }
    });
  }

  function replace(number: number, deaths: number, ended: number | string | null): void {
    if (deaths >= MOST_DEATHS) {
      const last = `last with ${String(ended)}`;
      failed.reject(new Error(`worker ${number} ended ${deaths} times in a row, ${last}; the log says why.`));
      return;
    }
    const pauseMs = deaths === 1 ? 0 : Math.min(LEAST_PAUSE * 2 ** (deaths - 2), MOST_PAUSE);
    log.warn({ worker: number, ended, pauseMs }, 'a worker ended and is replaced');
    const pause = setTimeout(() => {
      pauses.delete(pause);
      start(number, deaths);
    }, pauseMs);
    pauses.add(pause);
  }

  /** The other workers serve on where one alone ends. When all end, none may end its connections before the port is closed. */
  function afterClosing(worker: Worker): void {
    closed.add(worker);
    if (isStopping) sayIfClosed();
    else tell(worker, 'closed everywhere');
  }

  function sayIfClosed(): void {
    if ([...running].every((worker) => closed.has(worker)))
      for (const worker of running) tell(worker, 'closed everywhere');
  }

  async function stopAll(signal: NodeJS.Signals): Promise<void> {
    isStopping = true;
    for (const pause of pauses) clearTimeout(pause);
    const ending = [...running].map((worker) => once(worker, 'exit'));
    for (const worker of running) tell(worker, { stop: signal });
    const kill = setTimeout(() => {
      for (const worker of running) worker.process.kill('SIGKILL');
    }, stopDelayMs + KILL_AFTER);
    await Promise.all(ending);
    clearTimeout(kill);
  }

  // A second signal ends this process, and its workers with it.
  const signalled = endingSignal();
  start(1, 0);
  try {
    const begun = await Promise.race([up.promise, signalled, failed.promise]);
    if (begun === 0 || begun === 1) return begun;
    if (begun === 'up') {
      isUp = true;
      for (const name of APPLIED_ONCE) Reflect.deleteProperty(process.env, name);
      for (let number = 2; number <= processes; number++) start(number, 0);
      log.info({ processes }, 'supervising');
    }
    const signal = await Promise.race([signalled, failed.promise]);
    if (typeof signal === 'string') {
      log.info({ signal }, 'stopping all workers');
      await stopAll(signal);
    }
    return code;
  } catch (error) {
    log.fatal({ err: error }, 'stopping all workers');
    await stopAll('SIGTERM');
    throw error;
  }
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}
