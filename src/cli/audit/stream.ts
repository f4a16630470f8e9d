import { setTimeout as delay } from 'node:timers/promises';
import { parseArguments } from '../arguments/parse-arguments.js';
import { readHead } from '../../audit/chain/chain-head.js';
import { eventsUpTo } from '../../audit/streams/event-batch.js';
import { readChain } from '../../audit/streams/read-chain.js';
import { cursorOf, STREAM_NAME, streamCursors } from '../../audit/streams/stream-cursor.js';
import type { Parts } from '../../app/parts.js';
import { now, seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Config } from '../../config/config.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import { underLease } from '../../storage/leases/lease.js';
import { put } from '../../storage/write.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';
import { type Destination, DestinationUnavailable } from './destinations/destination.js';
import { type DestinationAddress, openDestination, readDestination } from './destinations/open-destination.js';

export interface StreamCommand {
  readonly to: DestinationAddress;
  /** Absent: nothing remembers how far it came. */
  readonly name?: string;
  /** Absent: after what was sent under the name; from the start if there is nothing. A number: the first link to send. */
  readonly from?: 'start' | 'now' | number;
  readonly follow: boolean;
  readonly kinds?: readonly string[];
  readonly withPersonal: boolean;
}

/** Links read at a time. */
const LINKS = 200;
const MOST_BYTES = 512 * 1024;
const LOOK_EVERY = seconds(1);
const FIRST_WAIT = seconds(1);
const LONGEST_WAIT = seconds(60);
/** How soon after its end another process may continue a stream. */
const LEASE_LIFE = seconds(10);
/** A process that was killed holds its lease for some seconds more. */
const LEASE_TRIES = 15;

const OPTIONS = {
  to: { type: 'string' },
  name: { type: 'string' },
  from: { type: 'string' },
  follow: { type: 'boolean' },
  kinds: { type: 'string' },
  'without-personal': { type: 'boolean' },
} as const;

/** @throws NotUnderstood */
export function readStreamCommand(args: readonly string[]): StreamCommand {
  const { to, name, from, follow = false, kinds, 'without-personal': withoutPersonal = false } = parsed(args);
  if (name !== undefined && !STREAM_NAME.test(name))
    throw new NotUnderstood('--name takes 1 to 60 of the characters a-z, 0-9 and -.');
  return {
    to: readDestination(to, name),
    ...(name !== undefined && { name }),
    ...(from !== undefined && { from: readFrom(from) }),
    follow,
    ...(kinds !== undefined && { kinds: kinds.split(',') }),
    withPersonal: !withoutPersonal,
  };
}

function parsed(args: readonly string[]) {
  return parseArguments({ args: [...args], options: OPTIONS }).values;
}

function readFrom(text: string): 'start' | 'now' | number {
  if (text === 'start' || text === 'now') return text;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new NotUnderstood('--from takes start, now, or the sequence number of the first record to send.');
}

/**
 * Sends the records of the chain in their order, at least once. With `follow`, until the process is told to end.
 *
 * @throws GatehouseError `bad-configuration`, `receiver-unavailable`, `lease-lost`, StoreUnavailable
 */
export async function streamCommand(command: StreamCommand, config: Config, out: Output): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    await withParts(config, (parts) => stream(command, parts, out, ending.signal));
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

/** Exported for tests, which end it. */
export async function stream(command: StreamCommand, parts: Parts, out: Output, signal: AbortSignal): Promise<void> {
  const { name } = command;
  if (name === undefined) return send(command, parts, out, signal);
  const { audit } = await parts.settings.get();
  if (audit.streams.some((configured) => configured.name === name)) {
    throw new GatehouseError(
      'bad-configuration',
      `${name} is a webhook of the settings, which the server serves. Choose another name.`,
    );
  }
  const lease = `audit stream ${name} of ${parts.realm.id}`;
  for (let tries = 0; tries < LEASE_TRIES && !signal.aborted; tries++) {
    const leased = await underLease(parts.store.installation, lease, LEASE_LIFE, (held) =>
      send(command, parts, out, signal, { held, name }),
    );
    if (leased.ok) return;
    await pause(seconds(1), signal);
  }
  if (!signal.aborted) throw new GatehouseError('bad-configuration', `Another process sends the stream ${name}.`);
}

async function send(
  command: StreamCommand,
  parts: Parts,
  out: Output,
  signal: AbortSignal,
  stored?: { readonly held: Held; readonly name: string },
): Promise<void> {
  const { realm, audit } = parts;
  const destination = openDestination(command.to, parts, out);
  let after = await firstAfter(command, parts);
  if (stored) await save(after);
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    const part = await readChain({ realm, trail: audit }, { after, limit: LINKS, kinds: command.kinds });
    if (!part) {
      if (!command.follow) return;
      await pause(LOOK_EVERY, signal);
      continue;
    }
    const { events, until } = eventsUpTo(MOST_BYTES, realm.id, part, command);
    const failure = events.length === 0 ? undefined : await failureOf(destination, { events, after, until });
    if (failure === undefined) {
      after = until;
      if (stored) await save(after);
      wait = FIRST_WAIT;
      continue;
    }
    const sentence = `${destination.name} did not take the records after ${after}: ${failure}.`;
    if (!command.follow || command.to.kind === 'stdout') throw new GatehouseError('receiver-unavailable', sentence);
    out.line(`${sentence} Trying again in ${wait / 1000} s.`);
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  async function save(sequence: number): Promise<void> {
    if (!stored) return;
    const cursor = { id: stored.name, sequence, movedAt: now() };
    await stored.held.commit(realm, [put(streamCursors, cursor)]);
  }
}

/** The link after which the stream begins. */
async function firstAfter({ from, name }: StreamCommand, { realm }: Parts): Promise<number> {
  switch (from) {
    case undefined:
      return (name === undefined ? undefined : await cursorOf(realm, name)) ?? 0;
    case 'start':
      return 0;
    case 'now':
      return (await readHead(realm)).sequence;
    default:
      return from - 1;
  }
}

async function failureOf(
  destination: Destination,
  batch: Parameters<Destination['send']>[0],
): Promise<string | undefined> {
  try {
    await destination.send(batch);
    return undefined;
  } catch (error) {
    if (error instanceof DestinationUnavailable) return error.message;
    throw error;
  }
}

/** Ends early, without an error, when it is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
