import { now, type Instant } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { SecretBox } from '../../base/crypto/secret-box.js';
import type { Engine, EngineReader, Place } from '../engine.js';
import { spec } from '../spec.js';
import type { Store } from '../store.js';
import { replace, type Write } from '../write.js';

/** A sealed value without meaning: opening it proves that the sealing key belongs to this store. */
export interface KeyCheck {
  id: string;
  proof: string;
  madeAt: Instant;
  /** The key that the store is being resealed under, or last was: from `at` on every process seals under it. */
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
 * Whether a store has a key check value, read before any key is available: keys may be created only for a store without one.
 * For an engine that `openStore` has not received yet.
 */
export async function hasKeyCheck(engine: Engine): Promise<boolean> {
  await engine.prepare([keyChecks]);
  return (await engine.get(at, ID, now())) !== undefined;
}

/**
 * Makes the box seal under the key that this store names; a store that was never sealed uses the box's own. For an engine that
 * `openStore` has not received yet.
 * @throws GatehouseError `bad-configuration` if that key is missing
 */
export async function sealAsBefore(engine: Engine, box: SecretBox): Promise<void> {
  await engine.prepare([keyChecks]);
  const document = (await engine.get(at, ID, now()))?.document as unknown as KeyCheck | undefined;
  const keyId = document?.turn?.to ?? document?.proof.slice(0, document.proof.indexOf('.'));
  if (keyId !== undefined && !box.sealUnder(keyId)) throw lacksKey();
}

/** The last change of the store's sealing key; undefined if there was none. */
export const turnOf = async ({ installation }: Pick<Store, 'installation'>): Promise<KeyCheck['turn']> =>
  (await installation.of(keyChecks).get(ID))?.turn;

/**
 * Makes every process seal under this key, which must be available to them already. `more` notifies them.
 * @throws GatehouseError `bad-configuration` if another change is in progress
 */
export async function beginTurn(
  { installation }: Pick<Store, 'installation'>,
  turn: { readonly to: string; readonly at: Instant },
  more: readonly Write[],
): Promise<void> {
  const check = await installation.of(keyChecks).get(ID);
  const { version = 0, ...kept } = check ?? {};
  // Still sealed under the previous key. Only once everything is sealed under the new key may this value prove that a start
  // needs no other.
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

/** Everything is sealed under the new key, so the key check value is now too. */
export async function endTurn({ installation }: Pick<Store, 'installation'>): Promise<void> {
  await installation.of(keyChecks).change(ID, ({ version: _version, ...check }) => ({
    ...check,
    ...(check.turn && { turn: { ...check.turn, done: true } }),
  }));
}

/**
 * The identity of a store and its copies; undefined for a store that was never sealed. Writes nothing and works on any engine.
 */
export async function storeIdentity(engine: EngineReader): Promise<string | undefined> {
  if (!(await engine.kinds()).includes(keyChecks.name)) return undefined;
  const proof = (await engine.get(at, ID, now()))?.document['proof'];
  return typeof proof === 'string' ? hashOf(proof) : undefined;
}

/** @throws GatehouseError `bad-configuration` if the available keys do not open this store */
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
 * Binds the store to the available sealing key. If two first starts run at once, one writes it, and the other learns whether
 * their keys are the same.
 *
 * @throws GatehouseError `bad-configuration` if the store is bound to another key
 */
export async function writeKeyCheck(store: Pick<Store, 'installation'>): Promise<'written' | 'opens'> {
  const made = await store.installation.of(keyChecks).insert({ id: ID, proof: 'this store opens', madeAt: now() });
  if (made.ok) return 'written';
  await readKeyCheck(store);
  return 'opens';
}
