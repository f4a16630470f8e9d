import type { RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { seconds } from '../base/clock.js';
import { readForwarded, trustedProxies } from '../http/request/client-address.js';
import { serveAll } from '../http/server/serve.js';
import { swapped } from '../http/server/swap-application.js';
import { providerInputs } from '../oidc/provider-inputs.js';
import { application } from './application.js';
import type { Parts } from './parts.js';
import type { RealmServices } from './realm-services.js';
import { returnMemory } from './return-memory.js';

/** The longest time of a response that waits for the store (six seconds), in milliseconds. */
export const LONGEST_ANSWER = seconds(6.25);

export interface Listening {
  /**
   * Stops: `/readyz` answers 503 at once. After the delay no connection is accepted, and each is closed after its response.
   * Requests in progress finish within this many milliseconds, and everything that `openParts` opened is closed. `closed` as in
   * `graceful`.
   */
  close(how?: {
    readonly delayMs?: number;
    readonly withinMs?: number;
    readonly closed?: (() => Promise<unknown>) | undefined;
  }): Promise<void>;
}

/**
 * Handles every request to a realm.
 *
 * @param isStopping whether the process is about to stop and should receive no new requests
 */
export async function requestListener(services: RealmServices, isStopping: () => boolean): Promise<RequestListener> {
  // Loaded now, since pages show the realm's name even if the store is unavailable later.
  await services.settings.get();
  const trusted = trustedProxies(services.config.trustedProxies);
  const answer = swapped(providerInputs(services.keys, services.settings), (inputs) =>
    application(services, inputs, isStopping),
  );
  return (req, res) => {
    readForwarded(req, trusted);
    answer(req, res);
  };
}

/** Listens at every configured address, and starts the background work. */
export async function listen(parts: Parts): Promise<Listening> {
  const { config, log, caches, background } = parts;
  let isStopping = false;
  const servers = await serveAll(config, await requestListener(parts, () => isStopping));
  const stopReturning = returnMemory();
  caches.start((error) => log.warn({ err: error }, 'change markers could not be read'));
  background.start((error, job) => log.warn({ err: error, job }, 'background work failed'));
  return {
    async close({ delayMs = 0, withinMs = LONGEST_ANSWER, closed } = {}) {
      isStopping = true;
      void background.stop();
      // A load balancer polls /readyz every few seconds, and sends new requests until it notices the stop.
      if (delayMs > 0) await setTimeout(delayMs);
      const stopped = await Promise.all(servers.map((server) => server.stop(withinMs, closed)));
      if (stopped.some(({ finished }) => !finished)) log.warn('requests were cut off at shutdown');
      stopReturning();
      await parts.close();
    },
  };
}
