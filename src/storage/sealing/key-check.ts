import { now, type Instant } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import type { Engine, EngineReader, Place } from '../engine.js';
import { spec } from '../spec.js';
import type { Store } from '../store.js';
import { replace, type Write } from '../write.js';

/** Something sealed that says nothing: that it opens proves that the sealing key at hand is this store's. */
export interface KeyCheck {
  id: string;
  proof: string;
  madeAt: Instant;
  /** The key that the store is being sealed under, or was last: from `at` on every process seals under it. */
  turn?: { to: string; at: Instant; done: boolean };
}

export const keyChecks = spec<KeyCheck>()({
  name: 'keyChecks',
  scope: 'installation',
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
 * Makes the box seal under the key that this store says it is sealed under; for one that was never sealed the box's own will do.
 * To be done to an engine that `openStore` has not been given yet.
 * @throws GatehouseError `bad-configuration` where that key is not at hand
 */
export async function sealAsBefore(engine: Engine, box: SecretBox): Promise<void> {
  await engine.prepare([keyChecks]);
  const document = (await engine.get(at, ID, now()))?.document as unknown as KeyCheck | undefined;
  const keyId = document?.turn?.to ?? document?.proof.slice(0, document.proof.indexOf('.'));
  if (keyId !== undefined && !box.sealUnder(keyId)) throw lacksKey();
}

/** The last change of the key that this store is sealed under; undefined where there was none. */
export const turnOf = async ({ installation }: Pick<Store, 'installation'>): Promise<KeyCheck['turn']> =>
  (await installation.of(keyChecks).get(ID))?.turn;

/**
 * From now on every process is to seal under this key, which opens already wherever it is at hand. `more` tells them.
 * @throws GatehouseError `bad-configuration` where another change is under way
 */
export async function beginTurn(
  { installation }: Pick<Store, 'installation'>,
  turn: { readonly to: string; readonly at: Instant },
  more: readonly Write[],
): Promise<void> {
  const check = await installation.of(keyChecks).get(ID);
  const { version = 0, ...kept } = check ?? {};
  // Still sealed under the key before: only what everything is sealed under proves that a start can do without the others.
  const begun = { ...(kept as KeyCheck), turn: { ...turn, done: false } };
  if (check && check.turn?.done !== false) {
    const outcome = await installation.commit([replace(keyChecks, begun, version), ...more]);
    if (outcome.ok) return;
  }
  throw new GatehouseError(
    'bad-configuration',
    'Another `gatehouse keys reseal` is at work on this store: let it finish.',
  );
}

/** Everything is sealed under the key that was turned to: so is the key check value from now on. */
export async function endTurn({ installation }: Pick<Store, 'installation'>): Promise<void> {
  await installation.of(keyChecks).change(ID, ({ version: _version, ...check }) => ({
    ...check,
    ...(check.turn && { turn: { ...check.turn, done: true } }),
  }));
}

/**
 * The identity of a store and its copies; undefined for a store that was never sealed.
 * Nothing is written: to be asked of any engine.
 */
export async function storeIdentity(engine: EngineReader): Promise<string | undefined> {
  if (!(await engine.kinds()).includes(keyChecks.name)) return undefined;
  const proof = (await engine.get(at, ID, now()))?.document['proof'];
  return typeof proof === 'string' ? hashOf(proof) : undefined;
}

/** @throws GatehouseError `bad-configuration` when the keys at hand do not open this store */
export async function readKeyCheck(store: Pick<Store, 'installation'>): Promise<'none' | 'opens'> {
  try {
    return (await store.installation.of(keyChecks).get(ID)) ? 'opens' : 'none';
  } catch (cause) {
    if (!(cause instanceof GatehouseError && cause.code === 'seal-broken')) throw cause;
    throw lacksKey({ cause });
  }
}

const lacksKey = (options?: ErrorOptions): GatehouseError =>
  new GatehouseError(
    'bad-configuration',
    'GATEHOUSE_KEYS does not hold the key this store was sealed with. Name the folder that holds it; ' +
      'without it what is sealed in the store is lost.',
    options,
  );

/**
 * Binds the store to the sealing key at hand. If two first starts run at once, one writes it, and the other learns
 * whether their keys are the same.
 *
 * @throws GatehouseError `bad-configuration` when the store is bound to another key
 */
export async function writeKeyCheck(store: Pick<Store, 'installation'>): Promise<'written' | 'opens'> {
  const made = await store.installation.of(keyChecks).insert({ id: ID, proof: 'this store opens', madeAt: now() });
  if (made.ok) return 'written';
  await readKeyCheck(store);
  return 'opens';
}
