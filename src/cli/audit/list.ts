import { parseArguments } from '../arguments/parse-arguments.js';
import type { AuditRecord } from '../../audit/audit-record.js';
import type { OpenedRecord } from '../../audit/audit-trail.js';
import { findRecords, type RecordFilter } from '../../audit/search/find-records.js';
import { isSearchableNetwork } from '../../audit/search/term-hashes.js';
import type { Parts } from '../../app/parts.js';
import { type Cursor, type Page, PAGE_LIMIT, type PageRequest } from '../../base/paging.js';
import { GatehouseError } from '../../base/errors.js';
import type { Config } from '../../config/config.js';
import { findUser } from '../arguments/find-user.js';
import { readInstant } from '../arguments/read-instant.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { snapshotNames } from '../output/snapshot-names.js';
import { columns } from '../output/table.js';
import { withParts } from '../with-parts.js';
import { recordNames, type RecordNames, timeOf } from './record-names.js';

const DEFAULT_LIMIT = 100;

export interface ListCommand {
  /** As typed: `alice`, `client:shop`, `role:seller`. */
  readonly actor?: string;
  readonly subject?: string;
  readonly address?: string;
  readonly identifier?: string;
  readonly filter: Omit<RecordFilter, 'actor' | 'subject' | 'terms'>;
  readonly limit: number;
  readonly after?: Cursor;
  readonly json: boolean;
}

const OPTIONS = {
  actor: { type: 'string' },
  subject: { type: 'string' },
  kind: { type: 'string' },
  client: { type: 'string' },
  address: { type: 'string' },
  identifier: { type: 'string' },
  outcome: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  limit: { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const OUTCOMES = ['success', 'failure'] as const;

/** @throws NotUnderstood */
export function readListCommand(args: readonly string[]): ListCommand {
  const { actor, subject, kind, client, address, identifier, from, until, after, json = false, ...rest } = parsed(args);
  const outcome = OUTCOMES.find((known) => known === rest.outcome);
  if (rest.outcome !== undefined && !outcome) throw new NotUnderstood('--outcome takes success or failure.');
  if (address !== undefined && !isSearchableNetwork(address)) {
    throw new NotUnderstood('--address takes an address, or its network as 192.0.2.0/24 or 2001:db8:7::/48.');
  }
  const limit = rest.limit === undefined ? DEFAULT_LIMIT : Number(rest.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT) {
    throw new NotUnderstood(`--limit takes a number from 1 to ${PAGE_LIMIT}.`);
  }
  return {
    ...(actor !== undefined && { actor }),
    ...(subject !== undefined && { subject }),
    ...(address !== undefined && { address }),
    ...(identifier !== undefined && { identifier }),
    filter: {
      ...(kind !== undefined && { kind }),
      ...(client !== undefined && { clientId: client }),
      ...(outcome && { outcome }),
      ...(from !== undefined && { from: readInstant('from', from) }),
      ...(until !== undefined && { until: readInstant('until', until) }),
    },
    limit,
    // Given back as it was printed; checked by what made it.
    ...(after !== undefined && { after: after as Cursor }),
    json,
  };
}

function parsed(args: readonly string[]) {
  return parseArguments({ args: [...args], options: OPTIONS }).values;
}

/** Prints the records that were asked for, the latest first. @throws GatehouseError `bad-configuration`, StoreUnavailable */
export async function listCommand(command: ListCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const { records, next } = await found(parts, await filterOf(parts, command), command);
    const opened = await parts.audit.open(records);
    if (command.json) {
      printJson({ records: opened.map(asJson), ...(next !== undefined && { next }) }, out);
      return;
    }
    const names = await recordNames(parts, opened);
    for (const line of table(opened, names)) out.line(line);
    if (opened.length === 0) out.line('No record has all of that.');
    if (next !== undefined) out.line(`There may be more: repeat the command with --after ${next}`);
  });
}

/** A page of records may be short though there are more; a command may take the time to fill it. */
async function found(
  { realm }: Parts,
  filter: RecordFilter,
  { limit, after }: Pick<ListCommand, 'limit' | 'after'>,
): Promise<{ readonly records: readonly AuditRecord[]; readonly next: Cursor | undefined }> {
  const records: AuditRecord[] = [];
  let next = after;
  do {
    const page: PageRequest = { limit: limit - records.length, ...(next !== undefined && { after: next }) };
    const { rows, next: place }: Page<AuditRecord> = await findRecords(realm, filter, page).catch(notAPlace);
    records.push(...rows);
    next = place;
  } while (next !== undefined && records.length < limit);
  return { records, next };
}

/** A place comes from the command line only. */
function notAPlace(error: unknown): never {
  if (!(error instanceof GatehouseError) || error.code !== 'store-misuse') throw error;
  throw new NotUnderstood('--after takes what the same command printed, with the same options.');
}

async function filterOf(
  parts: Parts,
  { actor, subject, address, identifier, filter }: ListCommand,
): Promise<RecordFilter> {
  const network = address === undefined ? undefined : parts.termHashes.network(address);
  const terms = [
    ...(network === undefined ? [] : [network]),
    ...(identifier === undefined ? [] : [parts.termHashes.name(identifier)]),
  ];
  return {
    ...filter,
    ...(actor !== undefined && { actor: await thingNamed(parts, actor) }),
    ...(subject !== undefined && { subject: await thingNamed(parts, subject) }),
    ...(terms.length > 0 && { terms }),
  };
}

/** A user by name, or anything else as KIND:NAME; by id what has no name, and who was removed. */
async function thingNamed(parts: Parts, typed: string): Promise<{ readonly kind: string; readonly id: string }> {
  const [, kind, name] = /^([a-z][a-z-]*):(.+)$/s.exec(typed) ?? [];
  if (kind === undefined || name === undefined) return { kind: 'user', id: (await findUser(parts, typed)).id };
  if (kind !== 'role' && kind !== 'group') return { kind, id: name };
  const snapshot = await parts.snapshots.read();
  const byId = kind === 'role' ? snapshot.roles : snapshot.groups;
  return { kind, id: byId.has(name) ? name : snapshotNames(snapshot)[kind](name) };
}

const table = (records: readonly OpenedRecord[], names: RecordNames): string[] =>
  columns([
    ['TIME', 'KIND', 'ACTOR', 'SUBJECT', 'OUTCOME', 'CLIENT', 'ID'],
    ...records.map((record) => [
      timeOf(record.at),
      record.kind,
      names.actor(record),
      names.subject(record),
      record.why === undefined ? record.outcome : `${record.outcome}: ${record.why}`,
      record.clientId ?? '',
      record.id,
    ]),
  ]);

/** What a reader needs: neither the version of the document nor whether it waits for the chain. */
export function asJson(record: AuditRecord | OpenedRecord): object {
  const { version: _version, pending: _pending, ...shown }: typeof record & { version?: number } = record;
  return shown;
}
