import { setTimeout as delay } from 'node:timers/promises';
import type { Parts } from '../../app/parts.js';
import { type Instant, now, seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { STALE_AFTER } from '../../changes/caching/caches.js';
import { turnSealing } from '../../changes/sealing-turn.js';
import { findSealingKey, makeNextSealingKey, readSealingKeys } from '../../config/sealing-keys.js';
import { endTurn, turnOf } from '../../storage/sealing/key-check.js';
import type { Output } from '../output/output.js';

export interface ResealCommand {
  readonly kind: 'reseal';
  /** The id of a key in the folder. */
  readonly key?: string;
  /** Keeps the key: only searches again for values that are not sealed under it. */
  readonly again: boolean;
}

/**
 * After a change of the key, nobody seals under the previous one for longer than this: a server that has not heard of it
 * answers 503.
 */
const EVERYBODY_TURNED = STALE_AFTER + seconds(1);
/** More passes mean that some process keeps sealing under another key. */
const PASSES = 5;
const EVERY = seconds(5);

/**
 * Changes the key that seals everything in the store, while servers run; continues an interrupted run.
 * @throws GatehouseError `bad-configuration`, `seal-broken`, StoreUnavailable
 */
export async function reseal(parts: Parts, command: ResealCommand, out: Output): Promise<void> {
  const { store, box } = parts;
  const before = await turnOf(store);
  if (command.again && before?.done !== false) {
    const found = await store.reseal(progress(out));
    out.line(`${found} documents were sealed under another key than ${box.currentKeyId}; now none is.`);
    return;
  }
  const from = box.currentKeyId;
  let turnedAt: Instant;
  if (before?.done === false) {
    out.line(`The change to the sealing key ${before.to} was not finished: it goes on.`);
    turnedAt = before.at;
  } else {
    const to = await nextKey(parts, command, out);
    if (to === undefined) return;
    turnedAt = await turnSealing(store, box, to);
    out.line(`Every Gatehouse on this store seals under ${to} from now on; ${from} still opens.`);
  }
  let resealed = await store.reseal(progress(out));
  // Documents that late servers sealed under the old key are found after that.
  while (now() < turnedAt + EVERYBODY_TURNED && now() >= turnedAt) await delay(100);
  for (let pass = 1, found = -1; found !== 0; pass++) {
    found = await store.reseal();
    resealed += found;
    if (pass > PASSES && found > 0) throw stillUnderOthers(box.currentKeyId);
  }
  await endTurn(store);
  const others = (await readSealingKeys(parts.config.keysFolder)).filter(({ id }) => id !== box.currentKeyId);
  out.line(`${resealed} documents were sealed anew. Everything in this store is sealed under ${box.currentKeyId} now.`);
  for (const { id } of others) {
    out.line(
      `${id}.key opens nothing of it any more. Backups of the store from before need it: keep it with them, and take it out of ` +
        'GATEHOUSE_KEYS on every machine.',
    );
  }
  out.line('Back up the new key now. Without it the store is lost.');
}

/** Undefined if it has to be copied to other machines first. */
async function nextKey({ config, box }: Parts, { key }: ResealCommand, out: Output): Promise<string | undefined> {
  const { keysFolder } = config;
  if (key !== undefined) {
    if (key === box.currentKeyId) throw refused(`Everything is sealed under ${key} already.`);
    if (findSealingKey(keysFolder, key)) return key;
    throw refused(`GATEHOUSE_KEYS (${keysFolder}) has no ${key}.key. Put it there: 32 random bytes, mode 0600.`);
  }
  const [newest] = await readSealingKeys(keysFolder);
  // Created by an earlier run, or manually.
  if (newest.id > box.currentKeyId) return newest.id;
  const made = await makeNextSealingKey(keysFolder);
  out.line(
    `The sealing key ${made} was made: ${keysFolder}/${made}.key. Servers that use this folder need no restart.`,
  );
  if (config.store.kind === 'sqlite') return made;
  out.line(
    `Nothing is sealed under it yet. Copy it into GATEHOUSE_KEYS of every machine that serves from this store (mode 0600), then run the ` +
      'same command again. A server without it would answer errors from then on.',
  );
  return undefined;
}

function progress(out: Output): (kind: string, seen: number) => void {
  let reportedAt = performance.now();
  return (kind, seen) => {
    if (performance.now() - reportedAt < EVERY) return;
    reportedAt = performance.now();
    out.line(`... ${seen} documents seen, now ${kind}`);
  };
}

const stillUnderOthers = (keyId: string): GatehouseError =>
  refused(
    `Somebody goes on sealing under another key than ${keyId}. See that no Gatehouse of an earlier version serves from this store, ` +
      'and run the same command again.',
  );

const refused = (message: string): GatehouseError => new GatehouseError('bad-configuration', message);
