import type { Config } from '../config/config.js';
import { background, type Background } from '../jobs/background.js';
import type { Job } from '../jobs/job.js';
import { type Installation, type InstallationOptions, openInstallation } from './installation.js';
import { MODULES } from './modules.js';
import { DEFAULT_REALM, openRealm } from './realm.js';
import type { RealmServices } from './realm-services.js';

/** An installation with its default realm, and the background work of both. */
export interface Parts extends RealmServices {
  readonly background: Background;
  close(): Promise<void>;
}

/**
 * Opens the installation and its default realm. Starts no background work.
 *
 * @throws GatehouseError `bad-configuration` for settings, keys or a store that do not fit together
 */
export async function openParts(config: Config, options?: InstallationOptions): Promise<Parts> {
  const installation = await openInstallation(config, options);
  try {
    const services = await openRealm(installation);
    return { ...services, background: backgroundWork(installation, [services]), close: () => installation.close() };
  } catch (error) {
    await installation.close().catch(() => undefined);
    throw error;
  }
}

/** The jobs of the installation and of these realms. The installation stops them before it closes. */
export function backgroundWork(installation: Installation, realms: readonly RealmServices[]): Background {
  const jobs = background(installation.store.installation, [
    ...MODULES.flatMap(({ installationJobs }) => installationJobs?.(installation.store) ?? []),
    ...realms.flatMap((services) => jobsOf(services)),
  ]);
  installation.beforeClose(() => jobs.stop());
  return jobs;
}

/** Names of jobs are unique in an installation. Those of the default realm have no prefix. */
const jobsOf = (services: RealmServices): Job[] =>
  MODULES.flatMap(({ jobs }) => jobs?.(services) ?? []).map((job) =>
    services.realm.id === DEFAULT_REALM ? job : { ...job, name: `${job.name} of ${services.realm.id}` },
  );
