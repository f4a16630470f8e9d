import { setTimeout as delay } from 'node:timers/promises';
import { now, seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { pages } from '../../base/paging.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import type { Engine, RowExchange, WalkedRow } from '../engine.js';
import { keyChecks } from './key-check.js';
import { underLease } from '../leases/lease.js';
import { opened, sealed } from './seal.js';
import type { AnySpec } from '../spec.js';
import type { InstallationStore, ResealProgress } from '../store.js';

const BATCH = 200;
const LEASE_LIFE = seconds(10);
/** A run that was killed holds its lease until it expires; the next one only has to wait. */
const PATIENCE = LEASE_LIFE + seconds(5);

/**
 * Seals everything under the current key that is sealed under another one, except the key check value; returns the number of
 * documents. Reads every document of every realm once, including expired ones. Safe while servers read and write, and safe to
 * interrupt: each document is replaced in place if it is unchanged, and its version stays.
 *
 * Waits for a run that was killed.
 *
 * @throws GatehouseError `seal-broken` for a value that no available key opens; `bad-configuration` if another process is
 * resealing
 */
export async function reseal(
  { engine, box, specs, installation }: ResealParts,
  onProgress: ResealProgress = () => undefined,
): Promise<number> {
  const work = async (): Promise<number> => {
    let found = 0;
    for (const spec of specs) {
      if (!spec.sealed?.length || spec === keyChecks) continue;
      let seen = 0;
      for await (const rows of pages((page) => engine.walk(spec, page), { limit: BATCH })) {
        const changes = rows.flatMap((row) => resealed(box, spec, row) ?? []);
        // Documents that changed meanwhile were sealed by that change, under the current key.
        if (changes.length > 0) await engine.exchange(spec, changes);
        found += changes.length;
        seen += rows.length;
        onProgress(spec.name, seen);
      }
    }
    return found;
  };
  const until = now() + PATIENCE;
  while (now() <= until) {
    const done = await underLease(installation, 'reseal', LEASE_LIFE, work);
    if (done.ok) return done.value;
    await delay(250);
  }
  throw new GatehouseError(
    'bad-configuration',
    'Another `gatehouse keys reseal` is at work on this store: let it finish.',
  );
}

export interface ResealParts {
  readonly engine: Engine;
  readonly box: SecretBox;
  readonly specs: readonly AnySpec[];
  readonly installation: InstallationStore;
}

/** Undefined if none of it is sealed under another key. */
function resealed(box: SecretBox, spec: AnySpec, row: WalkedRow): RowExchange | undefined {
  const isOld = (spec.sealed ?? []).some((field) => {
    const value = row.document[field];
    return typeof value === 'string' && !box.isCurrent(value);
  });
  if (!isOld) return undefined;
  const place = { spec, realm: row.realm };
  return { row, document: sealed(box, place, opened(box, place, row)) };
}
