import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as PartsModule from '../../src/app/parts.js';
import type { Parts } from '../../src/app/parts.js';
import type * as ConfigModule from '../../src/config/config.js';
import { generate } from '../../scripts/generate/generate.ts';
import { usernameOf } from '../../scripts/generate/people.ts';
import type { Sizes } from '../../scripts/generate/sizes.ts';
import { freePort } from '../../test/support/host/free-port.ts';
import { Person } from '../load/person.ts';
import type { Place } from '../place.ts';
import { API, MACHINE } from '../realm.ts';
import { built } from '../servers/built.ts';
import type { Server } from '../servers/servers.ts';
import { spawned } from '../servers/spawned.ts';
import { scaleRealm } from './realm.ts';

const { openParts } = (await built('app/parts.js')) as typeof PartsModule;
const { readConfig } = (await built('config/config.js')) as typeof ConfigModule;

export type StoreKind = 'sqlite' | 'mongodb';

/** A store of so many people, a server on it, and the services on it in this process. */
export interface ScaleStore {
  readonly people: number;
  /** The time to create them; absent if an earlier run had begun. */
  readonly madeInSeconds?: number;
  readonly server: Server;
  readonly parts: Parts;
  end(): Promise<void>;
}

/** The number of users who refresh concurrently. */
const LANES = 4;
/** bcrypt's least: nothing here measures passwords. */
const COST = 4;

/** @param folder of the store; an existing one is reused */
export async function openScaleStore(
  { folder, place, kind }: { readonly folder: string; readonly place: Place; readonly kind: StoreKind },
  sizes: Sizes,
  say: (line: string) => void,
): Promise<ScaleStore> {
  const name = `${kind}-${sizes.users}`;
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'realm.yaml'), scaleRealm());
  const password = await passwordIn(join(own, 'password'));
  const port = await freePort();
  const env = {
    GATEHOUSE_ISSUER: `http://127.0.0.1:${port}`,
    GATEHOUSE_HOST: '127.0.0.1',
    GATEHOUSE_STORE: kind === 'sqlite' ? `sqlite:${join(own, 'gatehouse.db')}` : place.database(`scale_${sizes.users}`),
    GATEHOUSE_KEYS: join(own, 'keys'),
    GATEHOUSE_REALM_FILE: join(own, 'realm.yaml'),
    GATEHOUSE_LOG_LEVEL: 'info',
  };
  const child = spawned(join(import.meta.dirname, '../servers/gatehouse-child.ts'), {
    ...env,
    MACHINE_SECRET: MACHINE.secret,
    BENCH_COST: String(COST),
  });
  await child.ask('bootstrap');

  const config = { ...readConfig(env), logLevel: 'silent' as const };
  const began = performance.now();
  const wanted = { sizes, resourceServer: API.identifier, password };
  const progress = (people: number): void => {
    if (people % 50_000 === 0) say(`${name}: ${people} people`);
  };
  const before = await generate(config, { ...wanted, say: progress }, { passwordCost: COST });
  const seconds = (performance.now() - began) / 1000;

  await child.ask('serve');
  const parts = await openParts(config, { passwordCost: COST });
  const people = Array.from({ length: LANES }, (_, at) => new Person(env.GATEHOUSE_ISSUER, usernameOf(at), password));
  return {
    people: sizes.users,
    ...(before === 0 && { madeInSeconds: Math.round(seconds) }),
    server: { name: `gatehouse-${kind}`, issuer: env.GATEHOUSE_ISSUER, process: child, people },
    parts,
    async end() {
      await parts.close();
      await child.end();
    },
  };
}

/** The one that is kept beside the store. */
async function passwordIn(file: string): Promise<string> {
  await writeFile(file, randomBytes(18).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}
