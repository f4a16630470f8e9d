import { now } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import { newId } from '../base/crypto/ids.js';
import type { Engine, EngineWrite, Place, Row } from '../storage/engine.js';
import { storeIdentity } from '../storage/sealing/key-check.js';
import type { AnySpec } from '../storage/spec.js';
import { COPY, storeCopies } from '../storage/migration/unfinished-copy.js';

/** A target that nobody uses until it is released, and that only this run may fill. */
export interface TargetClaim {
  /** Whether it contained part of the copy already. */
  readonly resumed: boolean;
  /** @throws GatehouseError `bad-configuration` when another run has taken over since */
  assertOurs(): Promise<void>;
  /** Releases it for use. @throws as `assertOurs` */
  release(): Promise<void>;
}

const at: Place = { spec: storeCopies, realm: '' };

/**
 * Marks the target as an unfinished copy of this source, then creates its collections. It must be new or carry this mark
 * already; anything else belongs to somebody and is left unchanged.
 *
 * @throws GatehouseError `bad-configuration`
 */
export async function claimTarget(target: Engine, specs: readonly AnySpec[], source: string): Promise<TargetClaim> {
  const kinds = await target.kinds();
  const resumed = kinds.includes(storeCopies.name);
  if (!resumed && kinds.length > 0) throw await holdsAnother(target, source);
  await target.prepare([storeCopies]);
  const before = await target.get(at, COPY, now());
  if (resumed && !before) throw await holdsAnother(target, source);
  if (before && before.document['source'] !== source) {
    throw refused('holds an unfinished copy of another store. Finish that one, or name a new file or database');
  }
  const run = newId();
  await mark(target, before, { id: COPY, source, run, startedAt: now() });
  const claim: TargetClaim = {
    resumed,
    async assertOurs() {
      const found = await target.get(at, COPY, now());
      if (found?.document['run'] !== run) throw takenOver();
    },
    async release() {
      const condition = { run: { is: run } };
      if (!(await target.write([{ at, kind: 'remove', id: COPY, condition }], now())).ok) throw takenOver();
    },
  };
  // A Gatehouse that started there before the mark was written has not seen it; one that writes later checks for it afterwards.
  if (!resumed && (await target.kinds()).some((kind) => kind !== storeCopies.name)) {
    await claim.release();
    throw await holdsAnother(target, source);
  }
  await target.prepare(specs);
  return claim;
}

/** If two runs begin at once, one learns that the other was faster. */
async function mark(target: Engine, before: Row | undefined, document: Row['document']): Promise<void> {
  const write: EngineWrite = before
    ? { at, kind: 'replace', document, expected: before.version }
    : { at, kind: 'insert', document };
  if (!(await target.write([write], now())).ok) throw takenOver();
}

async function holdsAnother(target: Engine, source: string): Promise<GatehouseError> {
  return (await storeIdentity(target)) === source
    ? refused('holds this store already: it is the same one, or a copy of it that was finished')
    : refused('holds documents already, and is left as it is. Name a new file or database, or empty that one');
}

const takenOver = (): GatehouseError =>
  refused('is being copied to by another run of this command, which began later. Wait for that one');

const refused = (what: string): GatehouseError =>
  new GatehouseError('bad-configuration', `The store to copy to (--to) ${what}.`);
