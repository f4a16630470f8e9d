import { seconds } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import { nearest } from '../base/text/nearest-word.js';
import { SETTINGS, type LogLevel, type SettingName, type SettingValue } from './settings.js';
import type { StoreAddress } from './store-address.js';

/** The environment, validated. See `settings.ts` for what each means. */
export interface Config {
  /** An origin, without trailing slash. */
  readonly issuer: string;
  readonly port: number;
  /** All addresses to listen on. */
  readonly hosts: readonly [string, ...string[]];
  readonly store: StoreAddress;
  readonly keysFolder: string;
  readonly realmFile?: string;
  readonly administrator: { readonly username: string; readonly password?: string };
  /** Addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  /** Hosts, addresses and CIDR ranges that may be contacted although they are not public. */
  readonly outgoingAllowed: readonly string[];
  /** Between SIGTERM and the end of listening, in milliseconds. */
  readonly stopDelayMs: number;
  /** How many serve at the port. */
  readonly processes: number;
  readonly logLevel: LogLevel;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'GATEHOUSE_';

/**
 * Reads the `GATEHOUSE_` variables of an environment.
 *
 * @throws GatehouseError `bad-configuration`: one sentence that names the setting and what it should be
 */
export function readConfig(env: Environment): Config {
  refuseUnknown(env);
  const issuer = read(env, 'GATEHOUSE_ISSUER') ?? 'http://localhost:3000';
  const realmFile = read(env, 'GATEHOUSE_REALM_FILE');
  const password = read(env, 'GATEHOUSE_ADMIN_PASSWORD');
  return {
    issuer,
    port: read(env, 'GATEHOUSE_PORT') ?? portOf(issuer),
    hosts: read(env, 'GATEHOUSE_HOST') ?? ['127.0.0.1', '::1'],
    store: read(env, 'GATEHOUSE_STORE') ?? { kind: 'sqlite', path: 'data/gatehouse.db' },
    keysFolder: read(env, 'GATEHOUSE_KEYS') ?? 'keys',
    ...(realmFile !== undefined && { realmFile }),
    administrator: {
      username: read(env, 'GATEHOUSE_ADMIN_USERNAME') ?? 'admin',
      ...(password !== undefined && { password }),
    },
    trustedProxies: read(env, 'GATEHOUSE_TRUSTED_PROXIES') ?? [],
    outgoingAllowed: read(env, 'GATEHOUSE_OUTGOING_ALLOWED') ?? [],
    stopDelayMs: seconds(read(env, 'GATEHOUSE_STOP_DELAY') ?? 3),
    processes: read(env, 'GATEHOUSE_PROCESSES') ?? 1,
    logLevel: read(env, 'GATEHOUSE_LOG_LEVEL') ?? 'info',
  };
}

function portOf(issuer: string): number {
  const { port, protocol } = new URL(issuer);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

// A misspelt setting would otherwise silently have its default.
function refuseUnknown(env: Environment): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || name in SETTINGS) continue;
    const meant = nearest(name, Object.keys(SETTINGS));
    throw badConfiguration(`There is no setting ${name}${meant ? `: did you mean ${meant}?` : '.'}`);
  }
}

function read<N extends SettingName>(env: Environment, name: N): SettingValue<N> | undefined {
  const text = env[name];
  if (text === undefined) return undefined;
  const { schema, example, ...setting } = SETTINGS[name];
  if (text === '') throw badConfiguration(`${name} is empty: give it a value (such as ${example}) or leave it out.`);
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data as SettingValue<N>;
  const wanted = parsed.error.issues[0]?.message ?? 'a valid value';
  const shown = 'shown' in setting ? setting.shown(text) : text;
  const found = 'secret' in setting ? '' : `; it is ${JSON.stringify(shown)}`;
  throw badConfiguration(`${name} must be ${wanted}${found}.`);
}

const badConfiguration = (message: string): GatehouseError => new GatehouseError('bad-configuration', message);
