/** The four servers that a run compares, each in a process of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../test/support/host/free-port.ts';
import { Person } from '../load/person.ts';
import type { Place } from '../place.ts';
import { type Algorithm, IN_FLIGHT, MACHINE, realmFile, usernames } from '../realm.ts';
import { type Spawned, spawned } from './spawned.ts';

export const SERVERS = ['gatehouse-sqlite', 'gatehouse-mongodb', 'bare-memory', 'bare-mongodb'] as const;
export type ServerName = (typeof SERVERS)[number];
export type GatehouseName = Extract<ServerName, `gatehouse-${string}`>;
export const GATEHOUSES = ['gatehouse-sqlite', 'gatehouse-mongodb'] as const satisfies readonly GatehouseName[];

/** bcrypt's minimum, about 1 ms. A real hash would outweigh the rest of a sign-in so much that every ratio would be 1. */
const LEAST_COST = 4;

export interface Server {
  readonly name: ServerName;
  readonly issuer: string;
  readonly process: Spawned;
  /** One for each request in flight, unless fewer were asked for. */
  readonly people: readonly Person[];
}

export interface GatehouseOptions {
  /** How many people there are. */
  readonly people?: number;
  /** The signature of ID tokens. */
  readonly algorithm?: Algorithm;
  /** Hashes passwords at the cost that they have in earnest. */
  readonly realCost?: boolean;
  /** Counts what is asked of the store. */
  readonly counted?: boolean;
  /** The connectors of the realm, as its realm file has them. */
  readonly connectors?: readonly object[];
  /** Settings besides. */
  readonly env?: Readonly<Record<string, string>>;
}

type GatehousePlace = Pick<Place, 'folder' | 'database'>;
type Env = Readonly<Record<string, string>>;

/** On a new store, with keys and a folder of its own. */
export async function startGatehouse(
  place: GatehousePlace,
  server: GatehouseName,
  options: GatehouseOptions = {},
): Promise<Server & { readonly env: Env }> {
  const { process, ...about } = await bootstrapping(place, server, options);
  await process.ask('serve');
  return { name: server, process, ...about };
}

/** A new store for a server that is started otherwise. */
export async function bootstrapped(
  place: GatehousePlace,
  server: GatehouseName,
  options: GatehouseOptions = {},
): Promise<{ readonly people: readonly Person[]; readonly env: Env }> {
  const { process, people, env } = await bootstrapping(place, server, { ...options, realCost: true });
  await process.end();
  return { people, env };
}

async function bootstrapping(
  place: GatehousePlace,
  server: GatehouseName,
  { people = IN_FLIGHT, algorithm, realCost = false, counted = false, connectors, env: more = {} }: GatehouseOptions,
): Promise<Omit<Server, 'name'> & { readonly env: Env }> {
  const folder = await mkdtemp(join(place.folder, `${server}-`));
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const realm = join(folder, 'realm.yaml');
  await writeFile(realm, realmFile(people, algorithm, connectors));
  const env = {
    GATEHOUSE_ISSUER: issuer,
    GATEHOUSE_STOP_DELAY: '0',
    GATEHOUSE_HOST: '127.0.0.1',
    GATEHOUSE_STORE:
      server === 'gatehouse-sqlite'
        ? `sqlite:${join(folder, 'gatehouse.db')}`
        : place.database(`gatehouse_${folder.slice(-6)}`),
    GATEHOUSE_KEYS: join(folder, 'keys'),
    GATEHOUSE_REALM_FILE: realm,
    GATEHOUSE_LOG_LEVEL: 'info',
    MACHINE_SECRET: MACHINE.secret,
    ...more,
  };
  const process = spawned(join(import.meta.dirname, 'gatehouse-child.ts'), {
    ...env,
    ...(!realCost && { BENCH_COST: String(LEAST_COST) }),
    ...(counted && { BENCH_COUNTED: 'yes' }),
  });
  const { lines } = await process.ask<{ lines: readonly string[] }>('bootstrap');
  const printed = (username: string): string =>
    lines.find((line) => line.startsWith(`Password of ${username}: `))?.split(': ')[1] ?? '';
  const known = usernames(people).map((username) => new Person(issuer, username, printed(username)));
  return { issuer, process, people: known, env };
}

async function startBare(
  place: Place,
  server: Exclude<ServerName, GatehouseName>,
  algorithm: Algorithm,
): Promise<Server> {
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const password = randomBytes(16).toString('base64url');
  const child = spawned(join(import.meta.dirname, 'bare-child.ts'), {
    BARE_ISSUER: issuer,
    BARE_STORE: server === 'bare-memory' ? 'memory' : place.database(`bare_${randomBytes(3).toString('hex')}`),
    BARE_PASSWORD: password,
    BARE_ALGORITHM: algorithm === 'default' ? 'RS256' : algorithm,
    BENCH_COST: String(LEAST_COST),
    MACHINE_SECRET: MACHINE.secret,
  });
  await child.ask('serve');
  return {
    name: server,
    issuer,
    process: child,
    people: usernames(IN_FLIGHT).map((username) => new Person(issuer, username, password)),
  };
}

export const start = (place: Place, server: ServerName, algorithm: Algorithm = 'default'): Promise<Server> =>
  server === 'gatehouse-sqlite' || server === 'gatehouse-mongodb'
    ? startGatehouse(place, server, { algorithm })
    : startBare(place, server, algorithm);
