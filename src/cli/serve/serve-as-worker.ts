import cluster from 'node:cluster';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { seconds } from '../../base/clock.js';
import type { Config, Environment } from '../../config/config.js';
import { serve } from './serve.js';
import type { ToSupervisor, ToWorker } from './supervise.js';

/** How long the other workers may take to close the port. */
const CLOSED_WITHIN = seconds(2);

/** Serves as one of several processes, until the supervisor or SIGTERM asks it to stop. @throws as `serve` */
export async function serveAsWorker(config: Config, env: Environment): Promise<void> {
  // Heard from now on: the supervisor may stop a worker that is still starting.
  const { stop, closedEverywhere } = heard();
  let closing: Promise<unknown> | undefined;
  const closed = async (): Promise<void> => {
    // All servers of this process close in one turn.
    await setImmediate();
    tell('closed');
    await Promise.race([closedEverywhere, setTimeout(CLOSED_WITHIN, undefined, { ref: false })]);
  };
  try {
    await serve(
      config,
      env,
      { worker: Number(env['SERVE_WORKER']) },
      { ending: () => stop, listening: () => tell('listening'), closed: () => (closing ??= closed()) },
    );
  } finally {
    // The channel to the supervisor would keep the process from ending.
    cluster.worker?.disconnect();
  }
}

// A supervisor that has died hears nothing, and its workers end by themselves.
const tell = (message: ToSupervisor): void => void process.send?.(message, undefined, undefined, () => undefined);

/**
 * Listens to the supervisor. Ctrl-C in a terminal reaches every process of its group, and systemd sends SIGTERM to all of them,
 * besides what the supervisor sends. So repeated requests to stop change nothing.
 */
function heard(): { readonly stop: Promise<NodeJS.Signals>; readonly closedEverywhere: Promise<true> } {
  const stop = Promise.withResolvers<NodeJS.Signals>();
  const closedEverywhere = Promise.withResolvers<true>();
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', stop.resolve);
  process.on('message', (message: ToWorker) => {
    if (message === 'closed everywhere') closedEverywhere.resolve(true);
    else stop.resolve(message.stop);
  });
  return { stop: stop.promise, closedEverywhere: closedEverywhere.promise };
}
