import { type Logger, pino } from 'pino';
import { atMost } from '../base/at-most.js';
import { seconds } from '../base/clock.js';
import { secretBox, type SecretBox } from '../base/crypto/secret-box.js';
import { auditKeys, type AuditKeys } from '../audit/audit-keys.js';
import { bindAuditKey, refuseNewAuditKey } from '../audit/audit-key-check.js';
import { caches, type Caches } from '../changes/caching/caches.js';
import { hearOfSealing } from '../changes/sealing-turn.js';
import { makeFirstAuditSecret, readAuditSecrets } from '../config/audit-keys.js';
import type { Config } from '../config/config.js';
import { findSealingKey, readSealingKeys } from '../config/sealing-keys.js';
import type { ConnectorKind } from '../federation/contract/connector-kind.js';
import { type Outgoing, outgoing } from '../http/outgoing/outgoing.js';
import { bulkHashQueue, hashConcurrency, hashQueue, type HashQueue } from '../identity/password-hashing/hash-queue.js';
import type { PasswordConnector } from '../identity/userstores/password-connector.js';
import type { Authenticator } from '../sign-in/authenticators/authenticator.js';
import { openStore } from '../storage/open-store.js';
import { sealAsBefore, writeKeyCheck } from '../storage/sealing/key-check.js';
import type { Store } from '../storage/store.js';
import { SPECS } from './modules.js';
import { commandLogOutput, logOutput } from './log-output.js';
import { openEngine } from './open-engine.js';

export interface InstallationOptions {
  /** The cost of password hashes unless the settings define it; lower only in tests. */
  readonly passwordCost?: number;
  /** Hashes many passwords in a run, on all processors but one, and refuses none because others wait. */
  readonly hashesInBulk?: boolean;
  /** The userstores after `primary`, in order. */
  readonly userstores?: readonly PasswordConnector[];
  /** The kinds of connectors. Absent: all that Gatehouse has. */
  readonly connectorKinds?: readonly ConnectorKind[];
  /** The ways to authenticate. Absent: all that Gatehouse has. */
  readonly authenticators?: readonly Authenticator[];
  /** The log goes to standard error, since standard output is the answer. */
  readonly isCommand?: boolean;
  /** The number of this process among several, for the log. */
  readonly worker?: number;
  /** Wraps the store for the services: tests count calls there. */
  readonly watch?: (store: Store) => Store;
}

/** The singletons of a process, independent of the number of realms. */
export interface Installation {
  readonly config: Config;
  readonly options: InstallationOptions;
  readonly log: Logger;
  readonly store: Store;
  readonly box: SecretBox;
  readonly caches: Caches;
  readonly auditKeys: AuditKeys;
  /** Sends every outgoing request of the process. */
  readonly outgoing: Outgoing;
  /** Shared by all realms, like the processors. */
  readonly hashes: HashQueue;
  /** Registers `stop` to be called before the store is closed. It may be interrupted after a second. */
  beforeClose(stop: () => Promise<unknown>): void;
  close(): Promise<void>;
}

/**
 * Opens the store and everything that depends only on it.
 *
 * @throws GatehouseError `bad-configuration` for settings, sealing keys or a store that do not fit together
 */
export async function openInstallation(config: Config, options: InstallationOptions = {}): Promise<Installation> {
  const logged = pino({ level: config.logLevel }, options.isCommand === true ? commandLogOutput() : logOutput());
  const log = options.worker === undefined ? logged : logged.child({ worker: options.worker });
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
  // An open connection would keep the process from ending.
  const proving = await readKeys(store, config.keysFolder).catch(async (error: unknown) => {
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
    auditKeys: proving,
    outgoing: outgoing({ allowed: config.outgoingAllowed }),
    hashes:
      options.hashesInBulk === true ? bulkHashQueue() : hashQueue({ concurrency: hashConcurrency(config.processes) }),
    beforeClose: (stop) => void stops.push(stop),
    async close() {
      // Background work can be interrupted anywhere, and may wait for something that never answers.
      await atMost(seconds(1), Promise.all(stops.map((stop) => stop())));
      await atMost(seconds(2.5), store.close());
    },
  };
}

/** Confirms that the folder's keys are those of the store, and makes the audit key of a store that never had one. */
async function readKeys(store: Store, folder: string): Promise<AuditKeys> {
  await writeKeyCheck(store);
  let secrets = await readAuditSecrets(folder);
  if (secrets.length === 0) {
    await refuseNewAuditKey(store.installation);
    await makeFirstAuditSecret(folder);
    secrets = await readAuditSecrets(folder);
  }
  const keys = auditKeys(secrets);
  await bindAuditKey(store.installation, keys);
  return keys;
}
