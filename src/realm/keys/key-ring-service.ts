import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { type Instant, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import type { Caches } from '../../changes/caching/caches.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { WholeCache } from '../../changes/caching/whole-cache.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection, Realm } from '../../storage/store.js';
import { insert, replace } from '../../storage/write.js';
import { KEY_USES, keyRings, type KeyRing, keysOf, type KeyUse, USES } from './key-ring.js';
import { type Keys, keysAt, type Rings, sameKeys, turnAfter } from './keys.js';
import { type KeyAlgorithm, makeKey, type RingKey } from './ring-key.js';

/** The result of changing a ring; undefined: it needs no change. */
export interface RingChange {
  readonly keys: readonly RingKey[];
  /** The event, in the past tense: `rotated`. */
  readonly happened: string;
}

/**
 * The keys of one realm: created if missing, always available, and equal in every process half a second after a change. The
 * keys are secret: never log, show or send them.
 */
export class KeyRingService {
  readonly #collection: Collection<typeof keyRings>;
  readonly #recorder: Recorder;
  readonly #report: (error: unknown) => void;
  readonly #cache: WholeCache<Rings>;
  #rings: Rings | undefined;
  #lastGiven: Keys | undefined;
  #known: { readonly keys: Keys; readonly from: Instant; readonly until: Instant } | undefined;
  #isBehind = false;
  #reading: Promise<void> | undefined;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'register'>;
    /** Called if changed keys could not be read; the previous ones stay in use. */
    readonly report?: (error: unknown) => void;
  }) {
    this.#collection = parts.realm.of(keyRings);
    this.#recorder = parts.recorder;
    this.#report = parts.report ?? (() => undefined);
    this.#cache = new WholeCache(() => this.#readAll());
    const changed = (): void => {
      this.#changed();
      // At once, and not with the next request, so that no request waits for it.
      if (this.#rings) void this.#catchUp();
    };
    parts.caches.register(parts.realm.id, 'key-ring', { changed, reload: changed });
  }

  /**
   * Creates missing keys, and keeps the keys available from then on. If several processes create them at once, all get the keys
   * of one.
   * @throws GatehouseError `seal-broken` under a wrong sealing key; StoreUnavailable
   */
  async open(by: Actor): Promise<void> {
    const rings = await this.#cache.get();
    const lacking = KEY_USES.filter((use) => lackingIn(use, rings[use]).length > 0);
    await Promise.all(lacking.map((use) => this.change(by, use, (keys) => completed(use, keys))));
    this.#rings = await this.#cache.get();
  }

  /**
   * The current keys; the same object until something changes. Never waits, since a realm's keys are published an hour before
   * they are used. After a change by another process, it returns the previous keys until the new ones are read.
   */
  current(): Keys {
    if (this.#isBehind) void this.#catchUp();
    const at = now();
    const known = this.#known;
    // A clock that was set back may lead to before a change that is over.
    if (known && known.from <= at && at < known.until) return known.keys;
    return this.#settle(at);
  }

  /** The stored state. @throws StoreUnavailable */
  rings(): Promise<Rings> {
    return this.#readAll();
  }

  /**
   * Changes the ring of a use, in one commit with its audit record. `change` is called again after a conflict; undefined leaves
   * the ring unchanged. Afterwards this process uses the result, and every other one does soon.
   *
   * @param change receives no keys if there is no ring yet
   */
  async change(
    by: Actor,
    use: KeyUse,
    change: (keys: readonly RingKey[]) => Promise<RingChange | undefined> | RingChange | undefined,
  ): Promise<void> {
    const changeOnce = async (): Promise<boolean> => {
      const ring = await this.#collection.findOne('use', { use });
      const before = ring ? keysOf(ring) : [];
      const wanted = await change(before);
      return !wanted || (await this.#save(by, use, ring, before, wanted));
    };
    const isChanged = await retryOnConflict(changeOnce, (each) => !each);
    if (!isChanged) throw new Error(`The ${use} keys were changed by others all the time.`);
    // The marker of another process's faster change may not have arrived yet.
    this.#changed();
    return this.#catchUp();
  }

  /** Whether this process saved it, and not another one. */
  async #save(
    by: Actor,
    use: KeyUse,
    ring: Stored<KeyRing> | undefined,
    before: readonly RingKey[],
    { keys, happened }: RingChange,
  ): Promise<boolean> {
    const id = ring?.id ?? newId();
    const document: KeyRing = { id, use, keys: JSON.stringify(keys), madeAt: ring?.madeAt ?? now() };
    const outcome = await this.#recorder.record(
      by,
      {
        kind: `key-ring.${happened}`,
        realm: this.#recorder.realm,
        subject: { kind: 'key-ring', id },
        ...(ring && { before: { use, keys: before.map(({ kid }) => kid) } }),
        after: { use, keys: keys.map(({ kid }) => kid) },
      },
      [ring ? replace(keyRings, document, ring.version) : insert(keyRings, document)],
    );
    if (outcome.ok) return true;
    const { code } = outcome.refusal;
    if (code === 'changed' || code === 'conflict' || code === 'missing') return false;
    throw new Error(`The ${use} keys could not be changed: ${code}.`);
  }

  #changed(): void {
    this.#cache.changed();
    this.#isBehind = true;
  }

  /** Reads changes. Concurrent callers share one reading; a change during it is read afterwards. */
  #catchUp(): Promise<void> {
    this.#reading ??= (async () => {
      try {
        while (this.#isBehind) {
          this.#isBehind = false;
          this.#rings = await this.#cache.get();
          this.#known = undefined;
        }
      } catch (error) {
        this.#isBehind = true;
        this.#report(error);
      } finally {
        this.#reading = undefined;
      }
    })();
    return this.#reading;
  }

  #settle(at: Instant): Keys {
    if (!this.#rings) throw new Error('The keys of a realm are opened before they are used.');
    const fresh = keysAt(this.#rings, at);
    const before = this.#lastGiven;
    const keys = before && sameKeys(before, fresh) ? before : fresh;
    this.#lastGiven = keys;
    this.#known = { keys, from: at, until: turnAfter(this.#rings, at) };
    return keys;
  }

  async #readAll(): Promise<Rings> {
    const read = await Promise.all(
      KEY_USES.map(async (use) => {
        const ring = await this.#collection.findOne('use', { use });
        return [use, ring ? keysOf(ring) : []] as const;
      }),
    );
    return Object.fromEntries(read) as unknown as Rings;
  }
}

const lackingIn = (use: KeyUse, keys: readonly RingKey[]): readonly KeyAlgorithm[] =>
  USES[use].algorithms.filter((algorithm) => !keys.some((key) => key.algorithm === algorithm));

/** Adds a key for each missing algorithm of the use. */
async function completed(use: KeyUse, keys: readonly RingKey[]): Promise<RingChange | undefined> {
  const lacking = lackingIn(use, keys);
  if (lacking.length === 0) return undefined;
  const at = now();
  const made = await Promise.all(lacking.map((algorithm) => makeKey(algorithm, at, at)));
  return { keys: [...keys, ...made], happened: keys.length === 0 ? 'created' : 'completed' };
}
