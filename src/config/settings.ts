import { isIP } from 'node:net';
import { z } from 'zod';
import { isNetwork } from '../base/networks.js';
import { ADDRESS_FORM, readAddress, type StoreAddress, withoutCredentials } from './store-address.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** A setting: its description, and how its text becomes a value. A schema's message completes "<NAME> must be ...". */
interface Setting<T> {
  readonly about: string;
  /** As text; absent: the setting is optional without a default. */
  readonly default?: string;
  readonly example: string;
  /** Its value is never repeated, in an error or anywhere else. */
  readonly secret?: true;
  /** The part of its value that an error may repeat; all of it when absent. */
  readonly shown?: (text: string) => string;
  readonly schema: z.ZodType<T, string>;
}

const setting = <T>(declared: Setting<T>): Setting<T> => declared;

/** Every setting. `docs/settings.md` is made from this list (`gatehouse help settings`). */
export const SETTINGS = {
  GATEHOUSE_ISSUER: setting({
    about:
      'The URL that names this provider in every token and under which browsers and applications reach it: an origin, or an ' +
      'origin and a path, without trailing slash. A proxy in front keeps the path. Plain http only on a loopback host.',
    default: 'http://localhost:3000',
    example: 'https://id.example.com',
    schema: z.string().transform(issuer),
  }),
  GATEHOUSE_PORT: setting({
    about: 'The TCP port to listen on.',
    default: "the issuer's",
    example: '8080',
    schema: z
      .string()
      .regex(/^[1-9]\d{0,4}$/, 'a port number from 1 to 65535')
      .transform(Number)
      .refine((port) => port <= 65_535, 'a port number from 1 to 65535'),
  }),
  GATEHOUSE_HOST: setting({
    about: 'The address to listen on. `localhost` is both 127.0.0.1 and ::1; `0.0.0.0` or `::` is every interface.',
    default: 'localhost',
    example: '0.0.0.0',
    schema: z.string().transform(hosts),
  }),
  GATEHOUSE_STORE: setting({
    about:
      'The store of all data. `sqlite:PATH` is a file, created if it does not exist. A `mongodb://` or `mongodb+srv://` URL is ' +
      'a database (`gatehouse`, unless the URL names one) of a MongoDB replica set or sharded cluster, for several machines. ' +
      'A standalone MongoDB has no transactions and is refused.',
    default: 'sqlite:data/gatehouse.db',
    example: 'sqlite:/var/lib/gatehouse/gatehouse.db',
    shown: withoutCredentials,
    schema: z.string().transform(store),
  }),
  GATEHOUSE_KEYS: setting({
    about:
      'The folder of the keys: files of 32 bytes each, mode 0600 (or 0440 for a group of the process). Files named `<key id>.key` are sealing keys. All of ' +
      'them open what is sealed; the store says which one seals. `gatehouse bootstrap` makes the first, `gatehouse keys reseal` another. ' +
      '`<key id>.audit-key` proves the audit trail, and is the same on all machines of a store. Besides them it may hold the ' +
      'folder `secrets`, from which a realm file takes `${file:NAME}`. Keep a copy: without the keys the store is lost.',
    default: 'keys',
    example: '/etc/gatehouse/keys',
    schema: path('the path of a folder'),
  }),
  GATEHOUSE_REALM_FILE: setting({
    about: 'A YAML file of settings, clients, resource servers, roles, groups and users that is applied at start.',
    example: 'examples/realm.yaml',
    schema: path('the path of a realm file'),
  }),
  GATEHOUSE_ADMIN_USERNAME: setting({
    about: 'The username of the administrator that is made when there is none.',
    default: 'admin',
    example: 'root',
    schema: z
      .string()
      .max(255, 'at most 255 characters')
      .refine((name) => name === name.trim(), 'a username without spaces around it'),
  }),
  GATEHOUSE_ADMIN_PASSWORD: setting({
    about:
      'The password of the administrator that is made when there is none. Without it `bootstrap` generates and prints ' +
      'one, and `serve` makes no administrator.',
    example: '(a secret)',
    secret: true,
    schema: z.string().min(8, 'at least 8 characters long').max(1024, 'at most 1024 characters long'),
  }),
  GATEHOUSE_TRUSTED_PROXIES: setting({
    about:
      'The reverse proxies whose forwarded headers are believed: addresses and CIDR ranges, separated by commas. From ' +
      'anyone else such headers are dropped.',
    default: 'none',
    example: '10.0.0.0/8,fd00::/8',
    schema: z.string().transform(proxies),
  }),
  GATEHOUSE_OUTGOING_ALLOWED: setting({
    about:
      'Destinations outside the public Internet that Gatehouse may contact, to fetch keys and send logouts to your own ' +
      'applications: hosts, addresses and CIDR ranges, separated by commas. Plain http is allowed only for these.',
    default: 'none',
    example: 'shop.internal,10.1.0.0/16',
    schema: z.string().transform(hostsAndNetworks),
  }),
  GATEHOUSE_STOP_DELAY: setting({
    about:
      'Seconds between SIGTERM and the end of listening. `/readyz` answers 503 meanwhile, so that a load balancer stops sending new requests; ' +
      'requests are still answered. Set it longer than the interval at which the load balancer asks, and 0 where there is none.',
    default: '3',
    example: '10',
    schema: z
      .string()
      .regex(/^\d{1,3}$/, 'whole seconds, from 0 to 300')
      .transform(Number)
      .refine((delay) => delay <= 300, 'at most 300 seconds'),
  }),
  GATEHOUSE_PROCESSES: setting({
    about:
      'How many processes serve at the port, for a machine of several cores. With 2 or more, another process supervises them: it replaces one that ' +
      'dies, and stops all of them at a signal. Their log lines have `worker`, the number of the process.',
    default: '1',
    example: '4',
    schema: z
      .string()
      .regex(/^[1-9]\d?$/, 'a whole number from 1 to 64')
      .transform(Number)
      .refine((processes) => processes <= 64, 'a whole number from 1 to 64'),
  }),
  GATEHOUSE_LOG_LEVEL: setting({
    about:
      `The least level that is logged: ${LOG_LEVELS.join(', ')}. The server logs to standard output. ` +
      'Other commands log to standard error, and only errors unless this is debug or trace.',
    default: 'info',
    example: 'debug',
    schema: z.string().transform(logLevel),
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<N extends SettingName> = z.output<(typeof SETTINGS)[N]['schema']>;
export type LogLevel = (typeof LOG_LEVELS)[number];

type SettingContext = z.core.$RefinementCtx;

const refused = (ctx: SettingContext, message: string): never => {
  ctx.addIssue({ code: 'custom', message });
  return z.NEVER;
};

function path(what: string): z.ZodType<string, string> {
  return z.string().refine((value) => !value.includes('\0') && value === value.trim(), what);
}

function issuer(value: string, ctx: SettingContext): string {
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return refused(ctx, 'an https URL');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return refused(ctx, 'an https URL (plain http is for localhost, 127.0.0.1 and [::1] only)');
  }
  // Clients compare it as a string (OIDC Discovery 4.3), so there must be one spelling.
  const path = url.pathname === '/' ? '' : url.pathname;
  if (`${url.origin}${path}` !== value || !ISSUER_PATH.test(path)) {
    return refused(
      ctx,
      `an origin, written exactly as ${url.origin}, or with a path such as ${url.origin}/id: no trailing slash, query, ` +
        'fragment or user, and in a path only letters, digits and - _ . ~',
    );
  }
  if (TAKEN_PATHS.test(path)) return refused(ctx, 'an issuer whose path does not begin with /healthz or /readyz');
  return value;
}

/** Only characters that have one encoding. */
const ISSUER_PATH = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;
/** Paths at the root, whatever the issuer. */
const TAKEN_PATHS = /^\/(healthz|readyz)(\/|$)/;

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

function hosts(value: string, ctx: SettingContext): readonly [string, ...string[]] {
  if (value === 'localhost') return ['127.0.0.1', '::1'];
  return isIP(value) ? [value] : refused(ctx, 'an IP address to listen on, or localhost');
}

function store(value: string, ctx: SettingContext): StoreAddress {
  return readAddress(value) ?? refused(ctx, ADDRESS_FORM);
}

function proxies(value: string, ctx: SettingContext): readonly string[] {
  const listed = value.split(',').map((one) => one.trim());
  const wrong = listed.find((one) => !isNetwork(one));
  if (wrong === undefined) return listed;
  return refused(ctx, 'addresses and CIDR ranges separated by commas');
}

function hostsAndNetworks(value: string, ctx: SettingContext): readonly string[] {
  const listed = value.split(',').map((one) => one.trim().toLowerCase());
  const isHost = (one: string): boolean => /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(one) && !/^[\d.]+$/.test(one);
  const wrong = listed.find((one) => !isNetwork(one) && !isHost(one));
  if (wrong === undefined) return listed;
  return refused(ctx, 'hosts, addresses and CIDR ranges separated by commas');
}

function logLevel(value: string, ctx: SettingContext): LogLevel {
  return LOG_LEVELS.find((level) => level === value) ?? refused(ctx, `one of ${LOG_LEVELS.join(', ')}`);
}
