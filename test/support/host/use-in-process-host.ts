/**
 * The fixture of a flow that needs more than HTTP: a Gatehouse in the process of the test, with its services at hand, and with parts
 * that the test supplies. Its clock is the real one.
 *
 *     const host = useInProcessHost({ store, realmFile: 'test/flows/realm.yaml', installation: { userstores: [directory] } });
 *     test('...', async () => { await host.parts.users.create(by, { username: 'paul' }); });
 */
import { afterAll, beforeAll } from '@jest/globals';
import { listen, type Listening } from '../../../src/app/http.js';
import type { InstallationOptions } from '../../../src/app/installation.js';
import { openParts, type Parts } from '../../../src/app/parts.js';
import { hostActor } from '../../../src/cli/host-actor.js';
import { bootstrap } from '../../../src/cli/setup/bootstrap.js';
import { readConfig } from '../../../src/config/config.js';
import { toldUrl } from '../commands.js';
import { freePort } from './free-port.js';
import type { Host } from './host.js';
import { type StoreKind, temporaryPlace, type TemporaryPlace, type TestRealm } from './temporary-place.js';

export interface InProcessOptions extends TestRealm {
  readonly store?: StoreKind;
  /** More settings, or other ones, and what the realm file takes from the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Parts of the test's own. Passwords are hashed at bcrypt's lowest cost unless this says otherwise. */
  readonly installation?: InstallationOptions;
  /** Whether jobs run; they do when absent. */
  readonly background?: boolean;
}

export interface InProcessHost extends Pick<Host, 'issuer' | 'ahead' | 'dump'> {
  readonly parts: Parts;
  /** The settings, such as for commands on the same store. */
  readonly env: Readonly<Record<string, string>>;
  /** Serves again on the same store, with other parts of the test's own. */
  restart(installation: InstallationOptions): Promise<void>;
}

/** bcrypt's lowest cost. */
const CHEAP = { passwordCost: 4 };

/** Starts one before the first test of this block, and ends it after the last. It can be used in later hooks and tests. */
export function useInProcessHost({
  store = 'sqlite',
  env: settings = {},
  installation = {},
  background = true,
  ...realm
}: InProcessOptions): InProcessHost {
  let env: Readonly<Record<string, string>> = {};
  let parts: Parts | undefined;
  let listening: Listening | undefined;
  let place: TemporaryPlace | undefined;

  async function serve(options: InstallationOptions): Promise<void> {
    parts = await openParts(readConfig(env), { ...CHEAP, ...options });
    const idle = { ...parts.background, start: () => undefined };
    listening = await listen(background ? parts : { ...parts, background: idle });
  }
  const stop = async (): Promise<void> => listening?.close({ withinMs: 1000 });

  beforeAll(async () => {
    place = await temporaryPlace(store, realm);
    env = {
      ...place.settings,
      // watchCommands() hears of the connections to this store.
      ...(store === 'mongodb' && { GATEHOUSE_STORE: toldUrl(place.storeAddress) }),
      GATEHOUSE_ISSUER: `http://localhost:${await freePort()}`,
      GATEHOUSE_LOG_LEVEL: 'silent',
      ...settings,
    };
    await bootstrap(hostActor(), readConfig(env), env, { line: () => undefined }, CHEAP);
    await serve(installation);
  });
  afterAll(async () => {
    await stop();
    await place?.remove();
  });

  return {
    get parts() {
      if (!parts) throw new Error('useInProcessHost() starts before the first test: use it in a test or a later hook.');
      return parts;
    },
    get issuer() {
      return this.parts.config.issuer;
    },
    get env() {
      return env;
    },
    ahead: () => 0,
    dump: async () => (await place?.dump()) ?? '',
    async restart(options) {
      await stop();
      await serve(options);
    },
  };
}
