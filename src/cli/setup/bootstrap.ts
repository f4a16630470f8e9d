import { shownAddress } from '../../config/store-address.js';
import type { InstallationOptions } from '../../app/installation.js';
import { isSealed } from '../../app/whole-store.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { Config, Environment } from '../../config/config.js';
import { hasSealingKey, makeFirstSealingKey } from '../../config/sealing-keys.js';
import type { Output } from '../output/output.js';
import { checkForNewRealm, fileOfSetting, loadRealmFile, prepareRealm } from './prepare-realm.js';
import { withParts } from '../with-parts.js';

/**
 * Creates what a first start needs, and prints its changes and each generated password once. Run again, it changes nothing, and
 * prints only objects that the realm file does not mention or control.
 *
 * @param yes accepts that many users lose access by the realm file
 * @throws GatehouseError `bad-configuration`, StoreUnavailable
 */
export async function bootstrap(
  by: Actor,
  config: Config,
  env: Environment,
  out: Output,
  options?: InstallationOptions,
  yes = false,
): Promise<void> {
  const file = config.realmFile === undefined ? undefined : await loadRealmFile(fileOfSetting(config.realmFile));
  await ensureSealingKey(config, async () => {
    if (file) await checkForNewRealm(file, config, env);
  });
  await withParts(
    config,
    async (parts) => {
      const line = (text: string): void => out.line(text);
      await prepareRealm(parts, by, config, env, file, {
        yes,
        reveal: {
          administrator(username, password) {
            out.line(`Administrator: ${username}`);
            out.line(`Password of ${username}: ${password ?? 'as GATEHOUSE_ADMIN_PASSWORD says'}`);
          },
          password: (username, password) => out.line(`Password of ${username}: ${password}`),
        },
        report: {
          changed: line,
          warned: (text) => line(`Warning: ${text}`),
          left: line,
          progress: out.progress,
        },
      });
    },
    { ...options, hashesInBulk: true },
  );
}

/** Never for a store that is sealed already: a new key would not open it. `check` runs before one is created. */
async function ensureSealingKey(config: Config, check: () => Promise<void>): Promise<void> {
  if (await hasSealingKey(config.keysFolder)) return;
  // Another bootstrap may have created a key and sealed the store between these lines; its key was first.
  if (!(await isSealed(config))) {
    await check();
    return makeFirstSealingKey(config.keysFolder);
  }
  if (await hasSealingKey(config.keysFolder)) return;
  throw new GatehouseError(
    'bad-configuration',
    `GATEHOUSE_KEYS (${config.keysFolder}) must hold the sealing key of ${shownAddress(config.store)}, which ` +
      'is sealed already: put it back, since no new one would open the store.',
  );
}
