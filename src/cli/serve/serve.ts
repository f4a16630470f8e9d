import { listen, LONGEST_ANSWER } from '../../app/http.js';
import type { InstallationOptions } from '../../app/installation.js';
import { openParts } from '../../app/parts.js';
import { seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { newId } from '../../base/crypto/ids.js';
import { version } from '../../base/version.js';
import type { Config, Environment } from '../../config/config.js';
import { endingSignal } from './ending-signal.js';
import { fileOfSetting, loadRealmFile, prepareRealm } from '../setup/prepare-realm.js';

/** The maximum time from the signal to the end of the process; longer only if the delay is longer than usual. */
const STOP_WITHIN = seconds(9.9);

/** Decides when this server stops: the process itself, or a supervisor of several. */
export interface ServeControl {
  /** Resolves with the first signal that asks to stop. */
  readonly ending: () => Promise<NodeJS.Signals>;
  /** Called when it listens. */
  readonly listening?: () => void;
  /** Called when it accepts no more connections; resolves when no process at its port does. */
  readonly closed?: () => Promise<unknown>;
}

/** Serves until a signal ends it. Applies the realm file first, and prints no secret. @throws as `bootstrap` */
export async function serve(
  config: Config,
  env: Environment,
  options?: InstallationOptions,
  control: ServeControl = { ending: endingSignal },
): Promise<void> {
  const file = config.realmFile === undefined ? undefined : await loadRealmFile(fileOfSetting(config.realmFile));
  const parts = await openParts(config, options);
  const { log } = parts;
  try {
    const by = { kind: 'system', id: 'start', requestId: newId() } as const;
    await prepareRealm(parts, by, config, env, file, {
      yes: false,
      report: {
        changed: (line) => log.info(line),
        warned: (line) => log.warn(line),
        left: (line) => log.info(line),
      },
    });
    const listening = await listen(parts);
    // Registered before the start is announced.
    const ending = control.ending();
    log.info({ version: version(), issuer: config.issuer, hosts: config.hosts, port: config.port }, 'listening');
    control.listening?.();
    const signal = await ending;
    // On a terminal there is no load balancer, and somebody waits.
    const delayMs = signal === 'SIGTERM' ? config.stopDelayMs : 0;
    log.info({ signal, delayMs }, 'stopping');
    // Reached only if something still holds the process then: no endless wait keeps a server from ending.
    const cutOff = (): void => {
      log.warn('what was under way did not end in time; it is cut off');
      process.exit(1);
    };
    setTimeout(cutOff, Math.max(STOP_WITHIN, delayMs + LONGEST_ANSWER)).unref();
    await listening.close({ delayMs, closed: control.closed });
  } catch (error) {
    await parts.close().catch(() => undefined);
    throw inUse(config, error) ?? error;
  }
}

function inUse({ port }: Config, error: unknown): GatehouseError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new GatehouseError('bad-configuration', `GATEHOUSE_PORT must be a free port; ${port} is in use.`);
  }
  if (code === 'EACCES') {
    return new GatehouseError(
      'bad-configuration',
      `GATEHOUSE_PORT must be a port that may be used here; ${port} may not.`,
    );
  }
  if (code === 'EADDRNOTAVAIL') {
    return new GatehouseError('bad-configuration', 'GATEHOUSE_HOST must be an address of this machine.');
  }
  return undefined;
}
