import type { Parts } from '../../app/parts.js';
import { days, now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { allRows } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import { ACCOUNT_CLIENT } from '../../realm/clients/account-client.js';
import { olderThanDefaults } from '../../realm/clients/client-defaults.js';
import { type Client, clients, type ClientSecret, keepsSecret } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import { moment } from '../../base/text/moment.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';
import { columns } from '../output/table.js';
import { withParts } from '../with-parts.js';

export type ClientCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'show' | 'secrets'; readonly client: string }
  | { readonly kind: 'add-secret'; readonly client: string; readonly days?: number }
  | { readonly kind: 'remove-secret'; readonly client: string; readonly secret: string; readonly days?: number };

/** @throws NotUnderstood */
export function readClientCommand(args: readonly string[]): ClientCommand {
  const [action, ...rest] = args;
  if (action === 'list' && rest.length === 0) return { kind: 'list' };
  if (action === 'show') return { kind: 'show', client: theClient(rest, 'client show CLIENT') };
  if (action !== 'secret') throw new NotUnderstood();
  const [what, ...named] = rest;
  if (what === 'list') return { kind: 'secrets', client: theClient(named, 'client secret list CLIENT') };
  const { days: after, others } = daysAmong(named);
  const ending = after !== undefined && { days: after };
  if (what === 'add') {
    return { kind: 'add-secret', client: theClient(others, 'client secret add CLIENT [--days N]'), ...ending };
  }
  if (what === 'remove') {
    const [client, secret, ...more] = others;
    if (client === undefined || secret === undefined || more.length > 0) {
      throw lacks('client secret remove CLIENT SECRET [--days N]', 'the client, and the secret by its id');
    }
    return { kind: 'remove-secret', client, secret, ...ending };
  }
  throw new NotUnderstood();
}

const lacks = (command: string, what: string): NotUnderstood =>
  new NotUnderstood(`That command needs ${what}: gatehouse ${command}`);

function theClient(args: readonly string[], command: string): string {
  const [client, ...more] = args;
  if (client === undefined || more.length > 0) throw lacks(command, 'the client and nothing else');
  return client;
}

/** Parsed manually, since a secret's id may begin with a dash. */
function daysAmong(args: readonly string[]): { readonly days?: number; readonly others: readonly string[] } {
  const at = args.indexOf('--days');
  if (at === -1) return { others: args };
  const text = args[at + 1] ?? '';
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new NotUnderstood('--days needs a number of days, from 1 to 9999.');
  return { days: Number(text), others: args.toSpliced(at, 2) };
}

/**
 * Shows clients and changes their secrets. Prints a secret once, right after it was created. @throws GatehouseError
 * `bad-configuration`, StoreUnavailable
 */
export async function clientCommand(by: Actor, command: ClientCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    switch (command.kind) {
      case 'list':
        await list(parts, out);
        break;
      case 'show':
        show(await clientNamed(parts, command.client), out);
        break;
      case 'secrets':
        listSecrets(await clientNamed(parts, command.client), out);
        break;
      case 'add-secret':
        await addSecret(by, parts, command, out);
        break;
      case 'remove-secret':
        await removeSecret(by, parts, command, out);
        break;
    }
  });
}

async function list({ clients, settings }: Parts, out: Output): Promise<void> {
  const [all, realm] = await Promise.all([allRows((page) => clients.list(page)), settings.get()]);
  const older = all.flatMap((client) => {
    // Each start updates the built-in client.
    const differences = client.id === ACCOUNT_CLIENT ? [] : olderThanDefaults(client, realm);
    return differences.length === 0 ? [] : [[client.id, differences.join(', ')] as const];
  });
  const marked = new Map(older);
  const rows = all.map(({ id, name, authentication, grantTypes }) => {
    return [id, authentication, grantTypes.join(' '), marked.has(id) ? 'older' : 'today', name];
  });
  for (const line of columns([['CLIENT', 'AUTHENTICATION', 'GRANTS', 'DEFAULTS', 'NAME'], ...rows])) out.line(line);
  if (older.length === 0) return;
  out.line('');
  out.line('Older than the defaults of new clients; each keeps what it has until its realm file says otherwise:');
  for (const line of columns(older.map(([id, differences]) => [`${id}:`, differences]))) out.line(line);
}

/** In the form of a realm file; never shows secrets. */
function show(client: Client, out: Output): void {
  const shown = (clients.audited ?? []).filter((field) => field !== 'assignments' && client[field] !== undefined);
  const rows = ['id' as const, ...shown].map((field) => {
    const value = client[field];
    return [`${field}:`, typeof value === 'string' ? value : JSON.stringify(value)];
  });
  for (const line of columns(rows)) out.line(line);
}

function listSecrets(client: Client, out: Output): void {
  if (!keepsSecret(client)) {
    out.line(`Client ${client.id} authenticates by ${client.authentication} and has no secrets.`);
    return;
  }
  const rows = client.secrets.map((secret) => [secret.id, moment(secret.createdAt), endOf(secret)]);
  for (const line of columns([['SECRET', 'MADE', 'GOOD UNTIL'], ...rows])) out.line(line);
}

function endOf({ expiresAt }: ClientSecret): string {
  if (expiresAt === undefined) return 'it is removed';
  return `${moment(expiresAt)}${expiresAt <= now() ? ' (over)' : ''}`;
}

async function addSecret(
  by: Actor,
  { clients }: Parts,
  { client: id, days: after }: Extract<ClientCommand, { kind: 'add-secret' }>,
  out: Output,
): Promise<void> {
  const client = await clientNamed({ clients }, id);
  const expiresAt = after === undefined ? undefined : now() + days(after);
  const { secret, secretId } = saved(await clients.addSecret(by, id, client.version, { expiresAt }));
  out.line(
    `Secret ${secretId} of client ${id}, shown this once${expiresAt === undefined ? '' : `, good until ${moment(expiresAt)}`}:`,
  );
  out.line(secret);
}

async function removeSecret(
  by: Actor,
  { clients }: Parts,
  { client: id, secret, days: after }: Extract<ClientCommand, { kind: 'remove-secret' }>,
  out: Output,
): Promise<void> {
  const client = await clientNamed({ clients }, id);
  const at = after === undefined ? now() : now() + days(after);
  const left = saved(await clients.endSecret(by, id, client.version, { secretId: secret, at })).secrets;
  out.line(after === undefined ? `Secret ${secret} is removed.` : `Secret ${secret} is good until ${moment(at)}.`);
  if (left.length === 0)
    out.line(`Client ${id} has no secret now, and can't authenticate: gatehouse client secret add ${id}`);
}

async function clientNamed({ clients }: Pick<Parts, 'clients'>, id: string): Promise<Stored<Client>> {
  const client = await clients.get(id);
  if (client) return client;
  throw new GatehouseError(
    'bad-configuration',
    `There is no client ${id}: \`gatehouse client list\` shows those that there are.`,
  );
}
