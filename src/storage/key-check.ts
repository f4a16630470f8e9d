import { now, type Instant } from '../base/clock.js';
import { GatehouseError } from '../base/errors.js';
import { hashOf } from '../base/hash-of.js';
import type { Engine, EngineReader, Place } from './engine.js';
import { spec } from './spec.js';
import type { Store } from './store.js';

/** Something sealed that says nothing: that it opens proves that the sealing key at hand is this store's. */
export interface KeyCheck {
  id: string;
  proof: string;
  madeAt: Instant;
}

export const keyChecks = spec<KeyCheck>()({
  name: 'keyChecks',
  scope: 'house',
  version: 1,
  indexed: {},
  sealed: ['proof'],
  unique: {},
  queries: {},
});

const ID = 'key-check';
const at: Place = { spec: keyChecks, realm: '' };

/**
 * Whether a store has a key check value, asked before any key is at hand: only for one that has none may keys be made.
 * To be asked of an engine that `openStore` has not been given yet.
 */
export async function hasKeyCheck(engine: Engine): Promise<boolean> {
  await engine.prepare([keyChecks]);
  return (await engine.get(at, ID, now())) !== undefined;
}

/**
 * What a store and its copies have in common with one another and with no other store; undefined for one that was never sealed.
 * Nothing is written: to be asked of any engine.
 */
export async function storeIdentity(engine: EngineReader): Promise<string | undefined> {
  if (!(await engine.kinds()).includes(keyChecks.name)) return undefined;
  const proof = (await engine.get(at, ID, now()))?.document['proof'];
  return typeof proof === 'string' ? hashOf(proof) : undefined;
}

/** @throws GatehouseError `bad-configuration` when the keys at hand do not open this store */
export async function readKeyCheck(store: Pick<Store, 'house'>): Promise<'none' | 'opens'> {
  try {
    return (await store.house.of(keyChecks).get(ID)) ? 'opens' : 'none';
  } catch (cause) {
    if (!(cause instanceof GatehouseError && cause.code === 'seal-broken')) throw cause;
    throw new GatehouseError(
      'bad-configuration',
      'GATEHOUSE_KEYS does not hold the key this store was sealed with. Name the folder that holds it; ' +
        'without it what is sealed in the store is lost.',
      { cause },
    );
  }
}

/**
 * Binds the store to the sealing key at hand. Of two first starts at once one writes it, and the other learns whether
 * their keys are the same.
 *
 * @throws GatehouseError `bad-configuration` when the store is bound to another key
 */
export async function writeKeyCheck(store: Pick<Store, 'house'>): Promise<'written' | 'opens'> {
  const made = await store.house.of(keyChecks).insert({ id: ID, proof: 'this store opens', madeAt: now() });
  if (made.ok) return 'written';
  await readKeyCheck(store);
  return 'opens';
}
