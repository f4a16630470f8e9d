import { days, type Instant, now } from '../../base/clock.js';
import { followerOf, inUse, stateOf } from './key-lifecycle.js';
import { KEY_USES, type KeyUse, USES } from './key-ring.js';
import type { RotationParts } from './key-rotation.js';
import type { RingKey } from './ring-key.js';

/** A key found by its id. */
export interface FoundKey {
  readonly use: KeyUse;
  readonly key: RingKey;
}

export async function findKey(keys: RotationParts['keys'], kid: string): Promise<FoundKey | undefined> {
  const rings = await keys.rings();
  for (const use of KEY_USES) {
    const key = rings[use].find((each) => each.kid === kid);
    if (key) return { use, key };
  }
  return undefined;
}

/** A line for display, without any key material. */
export interface ShownKey {
  readonly use: KeyUse;
  readonly kid: string;
  readonly algorithm: RingKey['algorithm'];
  readonly state: 'next' | 'signs' | 'verifies';
  readonly since: Instant;
  /** When its state changes; undefined if never by itself. */
  readonly until: Instant | undefined;
}

export async function showKeys({ keys, settings }: RotationParts): Promise<readonly ShownKey[]> {
  const [rings, known] = await Promise.all([keys.rings(), settings.get()]);
  const at = now();
  return KEY_USES.flatMap((use) =>
    inUse(rings[use], at).map((key): ShownKey => {
      const { kid, algorithm } = key;
      const state = stateOf(key, rings[use], at);
      const follower = followerOf(key, rings[use]);
      const shown = { use, kid, algorithm };
      switch (state) {
        case 'next':
          return { ...shown, state, since: key.publishedAt, until: key.signsFrom };
        case 'signs': {
          const planned = USES[use].fixed ? undefined : key.signsFrom + days(known.keys.rotateEveryDays);
          return { ...shown, state, since: key.signsFrom, until: follower?.signsFrom ?? planned };
        }
        case 'verifies':
        case 'gone':
          return { ...shown, state: 'verifies', since: follower?.signsFrom ?? key.signsFrom, until: key.verifiesUntil };
      }
    }),
  );
}
