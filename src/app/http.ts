import type { RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { seconds } from '../base/clock.js';
import { readForwarded, trustedProxies } from '../http/request/client-address.js';
import { serveAll } from '../http/server/serve.js';
import { swapped } from '../http/server/swap-application.js';
import { basisOf } from '../oidc/provider-inputs.js';
import { application } from './application.js';
import type { Parts } from './parts.js';
import type { RealmServices } from './realm-services.js';
import { returnMemory } from './return-memory.js';

/** The longest time of a response that waits for the store (six seconds), in milliseconds. */
export const LONGEST_ANSWER = seconds(6.25);

export interface Listening {
  /**
   * Stops: `/readyz` answers 503 at once. After the delay no connection is taken, and each is closed after its answer; requests under way are
   * finished, within so many milliseconds, and what `openParts` opened is closed.
   */
  close(how?: { readonly delayMs?: number; readonly withinMs?: number }): Promise<void>;
}

/**
 * Answers every request to a realm.
 *
 * @param isStopping whether the process is about to stop, so that no one should send it anything new
 */
export async function requestListener(services: RealmServices, isStopping: () => boolean): Promise<RequestListener> {
  // Pages say the realm's name also where it can't be read.
  await services.settings.get();
  const trusted = trustedProxies(services.config.trustedProxies);
  const answer = swapped(basisOf(services.keys, services.settings), (basis) =>
    application(services, basis, isStopping).callback(),
  );
  return (req, res) => {
    readForwarded(req, trusted);
    answer(req, res);
  };
}

/** Answers at every address that the configuration names, and begins the background work. */
export async function listen(parts: Parts): Promise<Listening> {
  const { config, log, caches, background } = parts;
  let isStopping = false;
  const servers = await serveAll(config, await requestListener(parts, () => isStopping));
  const stopReturning = returnMemory();
  caches.start((error) => log.warn({ err: error }, 'change markers could not be read'));
  background.start((error, job) => log.warn({ err: error, job }, 'background work failed'));
  return {
    async close({ delayMs = 0, withinMs = LONGEST_ANSWER } = {}) {
      isStopping = true;
      void background.stop();
      // A load balancer asks /readyz every few seconds, and sends new requests until it hears of the stop.
      if (delayMs > 0) await setTimeout(delayMs);
      const stopped = await Promise.all(servers.map((server) => server.stop(withinMs)));
      if (stopped.some(({ finished }) => !finished)) log.warn('requests were cut off at shutdown');
      stopReturning();
      await parts.close();
    },
  };
}
