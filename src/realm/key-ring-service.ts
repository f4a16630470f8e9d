import { z } from 'zod';
import { now } from '../base/clock.js';
import { newId } from '../base/ids.js';
import type { Actor } from '../changes/actor.js';
import type { Caches } from '../changes/caches.js';
import type { Recorder } from '../changes/recorder.js';
import { WholeCache } from '../changes/whole-cache.js';
import { insert } from '../storage/write.js';
import type { Collection, Realm } from '../storage/store.js';
import { type KeyRing, keyRings, type KeyUse } from './key-ring.js';
import { signingKeys } from './signing.js';

/** What the keys of each use look like, opened. */
const SHAPES = {
  signing: signingKeys,
  cookies: z.array(z.string().min(43)).min(1),
  pepper: z.string().length(43),
  csrf: z.string().length(43),
} satisfies Record<KeyUse, z.ZodType>;

export type KeysOf<U extends KeyUse> = z.infer<(typeof SHAPES)[U]>;

/** The keys of one realm. What it gives is secret: never log, show or send it. */
export class KeyRingService {
  readonly #collection: Collection<typeof keyRings>;
  readonly #recorder: Recorder;
  readonly #cached: Readonly<Record<KeyUse, WholeCache<KeyRing | undefined>>>;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'register'>;
  }) {
    this.#collection = parts.realm.of(keyRings);
    this.#recorder = parts.recorder;
    const cached = (use: KeyUse): WholeCache<KeyRing | undefined> => {
      const cache = new WholeCache(() => this.#collection.findOne('use', { use }));
      parts.caches.register(parts.realm.id, 'key-ring', cache);
      return cache;
    };
    this.#cached = {
      signing: cached('signing'),
      cookies: cached('cookies'),
      pepper: cached('pepper'),
      csrf: cached('csrf'),
    };
  }

  /** From the cache; undefined before they were made. @throws GatehouseError `seal-broken` under a wrong sealing key */
  async load<U extends KeyUse>(use: U): Promise<KeysOf<U> | undefined> {
    const ring = await this.#cached[use].get();
    return ring && opened(use, ring);
  }

  /**
   * The keys of this use, made now if there are none. Of two processes that make them at once one wins, and both get the
   * winner's.
   */
  async makeOnce<U extends KeyUse>(by: Actor, use: U, make: () => KeysOf<U> | Promise<KeysOf<U>>): Promise<KeysOf<U>> {
    const there = await this.load(use);
    if (there) return there;
    const ring: KeyRing = { id: newId(), use, keys: JSON.stringify(await make()), madeAt: now() };
    const outcome = await this.#recorder.record(
      by,
      {
        kind: 'key-ring.created',
        realm: this.#recorder.realm,
        subject: { kind: 'key-ring', id: ring.id },
        after: { use },
      },
      [insert(keyRings, ring)],
    );
    if (outcome.ok) return opened(use, ring);
    const winner = await this.#collection.findOne('use', { use });
    if (!winner) throw new Error(`The ${use} keys could not be made: ${outcome.refusal.code}.`);
    this.#cached[use].changed();
    return opened(use, winner);
  }
}

function opened<U extends KeyUse>(use: U, ring: KeyRing): KeysOf<U> {
  // Looked up by `use`, the shape is that use's; the compiler sees only the union of all shapes.
  return SHAPES[use].parse(JSON.parse(ring.keys)) as KeysOf<U>;
}
