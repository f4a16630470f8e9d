import { type Logger, pino } from 'pino';
import { atMost } from '../base/at-most.js';
import { seconds } from '../base/clock.js';
import { secretBox, type SecretBox } from '../base/crypto/secret-box.js';
import { caches, type Caches } from '../changes/caching/caches.js';
import { hearOfSealing } from '../changes/sealing-turn.js';
import type { Config } from '../config/config.js';
import { findSealingKey, readSealingKeys } from '../config/sealing-keys.js';
import { type Outgoing, outgoing } from '../http/outgoing/outgoing.js';
import { bulkHashQueue, hashQueue, type HashQueue } from '../identity/password-hashing/hash-queue.js';
import type { PasswordConnector } from '../identity/userstores/password-connector.js';
import { openStore } from '../storage/open-store.js';
import { sealAsBefore, writeKeyCheck } from '../storage/sealing/key-check.js';
import type { Store } from '../storage/store.js';
import { SPECS } from './modules.js';
import { openEngine } from './open-engine.js';

export interface InstallationOptions {
  /** The cost of password hashes if the settings do not say; lower only in tests. */
  readonly passwordCost?: number;
  /** Passwords are hashed for a run of many, by all processors but one, and none is refused because others wait. */
  readonly hashesInBulk?: boolean;
  /** The userstores after `primary`, in the order in which they are asked. */
  readonly userstores?: readonly PasswordConnector[];
  /** Stands between the services and their store: tests count there. */
  readonly watch?: (store: Store) => Store;
}

/** What a process has once, however many realms it serves. */
export interface Installation {
  readonly config: Config;
  readonly options: InstallationOptions;
  readonly log: Logger;
  readonly store: Store;
  readonly box: SecretBox;
  readonly caches: Caches;
  /** Every request that the process makes to others. */
  readonly outgoing: Outgoing;
  /** All realms share the processors. */
  readonly hashes: HashQueue;
  /** Has `stop` called before the store is closed. It may be cut off after a second. */
  beforeClose(stop: () => Promise<unknown>): void;
  close(): Promise<void>;
}

/**
 * Opens the store, and what hangs on it alone.
 *
 * @throws GatehouseError `bad-configuration` for settings, sealing keys or a store that do not fit together
 */
export async function openInstallation(config: Config, options: InstallationOptions = {}): Promise<Installation> {
  const log = pino({ level: config.logLevel });
  const box = secretBox(await readSealingKeys(config.keysFolder), (id) => findSealingKey(config.keysFolder, id));
  const engine = await openEngine(config.store);
  await sealAsBefore(engine, box).catch(async (error: unknown) => {
    await engine.close().catch(() => undefined);
    throw error;
  });
  const opened = await openStore({
    specs: SPECS,
    box,
    engine,
    onWait: () => log.info('another process brings the store up; waiting for it'),
  });
  const store = options.watch?.(opened) ?? opened;
  // A connection that is left open would keep the process from ending.
  await writeKeyCheck(store).catch(async (error: unknown) => {
    await store.close().catch(() => undefined);
    throw error;
  });
  const cached = caches(store.installation);
  hearOfSealing(cached, store, box, (error) => log.warn({ err: error }, 'which key seals could not be read'));
  const stops: (() => Promise<unknown>)[] = [() => cached.stop()];
  return {
    config,
    options,
    log,
    store,
    box,
    caches: cached,
    outgoing: outgoing({ allowed: config.outgoingAllowed }),
    hashes: options.hashesInBulk === true ? bulkHashQueue() : hashQueue(),
    beforeClose: (stop) => void stops.push(stop),
    async close() {
      // Background work may be cut off anywhere, and what it waits for may never answer.
      await atMost(seconds(1), Promise.all(stops.map((stop) => stop())));
      await atMost(seconds(2.5), store.close());
    },
  };
}
