import { days, minutes, now, seconds } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import type { Job } from '../../jobs/job.js';
import { followerOf, lastOf, signerOf, stateOf } from './key-lifecycle.js';
import { KEY_USES, type KeyUse, USES } from './key-ring.js';
import type { KeyRingService } from './key-ring-service.js';
import { makeKey, type RingKey } from './ring-key.js';
import type { Settings } from '../settings/settings.js';
import type { SettingsService } from '../settings/settings-service.js';

export interface RotationParts {
  readonly keys: Pick<KeyRingService, 'change' | 'rings'>;
  readonly settings: Pick<SettingsService, 'get'>;
}

/** Twice the time for which a process may use cached data (see `caches`): then every process has a published key. */
export const PROCESSES_KNOW = seconds(10);
/** The maximum lifetime of a signed token, as resource servers or clients may configure it. */
const LONGEST_TOKEN = days(1);
/** For relying parties whose clocks are behind. */
const SKEW = minutes(5);

/**
 * How long the output of a key is useful after the key stopped signing. That is until its last token has expired, and for as
 * long as the session of its last ID token may last, since expired ID tokens are sent as `id_token_hint`.
 */
export const longestUse = ({ session, rememberedSession }: Pick<Settings, 'session' | 'rememberedSession'>): number =>
  Math.max(LONGEST_TOKEN, ...[session, rememberedSession].map((limits) => seconds(limits.absoluteSeconds))) + SKEW;

/** The new keys of a use, with the time from which they sign. */
export interface Rotated {
  readonly published: readonly RingKey[];
  /** False if a key had been published already. */
  readonly made: boolean;
}

/**
 * Publishes the successor of each key of this use, which signs once everybody can have it. Alternatively it signs at once, as
 * soon as every process knows it; relying parties with cached keys then refuse its tokens until they fetch the keys again.
 */
export async function rotateKeys(
  { keys, settings }: RotationParts,
  by: Actor,
  use: KeyUse,
  how: { readonly atOnce: boolean },
): Promise<Rotated> {
  const known = await settings.get();
  let rotated: Rotated = { published: [], made: false };
  await keys.change(by, use, async (ring) => {
    const at = now();
    const signsFrom = at + (how.atOnce ? PROCESSES_KNOW : seconds(known.keys.publishSeconds));
    const waiting = ring.filter((key) => stateOf(key, ring, at) === 'next');
    if (waiting.length > 0) {
      const sooner = waiting.map((key) => ({ ...key, signsFrom: Math.min(key.signsFrom, signsFrom) }));
      rotated = { published: sooner, made: false };
      if (waiting.every((key) => key.signsFrom <= signsFrom)) return undefined;
      const others = ring.filter((key) => !waiting.includes(key));
      return { keys: withEnds([...others, ...sooner], longestUse(known)), happened: 'rotated' };
    }
    const made = await Promise.all(USES[use].algorithms.map((algorithm) => makeKey(algorithm, at, signsFrom)));
    rotated = { published: made, made: true };
    return { keys: withEnds([...ring, ...made], longestUse(known)), happened: 'rotated' };
  });
  return rotated;
}

/** Publishes due keys, and removes those whose last token has expired. */
async function tendKeys({ keys, settings }: RotationParts, by: Actor): Promise<void> {
  const known = await settings.get();
  const ahead = seconds(known.keys.publishSeconds);
  for (const use of KEY_USES) {
    if (USES[use].fixed) continue;
    await keys.change(by, use, async (ring) => {
      const at = now();
      const due = USES[use].algorithms.filter((algorithm) => {
        const last = lastOf(ring, algorithm);
        return last !== undefined && last.signsFrom + days(known.keys.rotateEveryDays) <= at + ahead;
      });
      const made = await Promise.all(due.map((algorithm) => makeKey(algorithm, at, at + ahead)));
      const tended = withEnds([...ring, ...made], longestUse(known)).filter(
        (key, _, all) => stateOf(key, all, at) !== 'gone',
      );
      if (JSON.stringify(tended) === JSON.stringify(ring)) return undefined;
      return { keys: tended, happened: due.length > 0 ? 'rotated' : 'tended' };
    });
  }
}

/**
 * Each key with a successor verifies until its last token has expired. Never shorter than announced before: the settings may
 * have allowed more when the tokens were made.
 */
function withEnds(ring: readonly RingKey[], longest: number): RingKey[] {
  return ring.map((key) => {
    const follower = followerOf(key, ring);
    // Its planned successor is gone.
    if (!follower) return withoutEnd(key);
    return { ...key, verifiesUntil: Math.max(key.verifiesUntil ?? 0, follower.signsFrom + longest) };
  });
}

function withoutEnd(key: RingKey): RingKey {
  const endless = { ...key };
  delete endless.verifiesUntil;
  return endless;
}

/**
 * Ends a key: from now on nothing that it signed is accepted. If it was the signing key, its successor signs at once, or a new
 * key is created.
 * @returns the new signing key; undefined if the retired key did not sign
 */
export async function retireKey(
  { keys, settings }: RotationParts,
  by: Actor,
  { use, key }: { readonly use: KeyUse; readonly key: RingKey },
): Promise<RingKey | undefined> {
  const longest = longestUse(await settings.get());
  let successor: RingKey | undefined;
  await keys.change(by, use, async (ring) => {
    const at = now();
    if (!ring.some(({ kid }) => kid === key.kid)) return undefined;
    const left = ring.filter(({ kid }) => kid !== key.kid);
    if (signerOf(ring, key.algorithm, at)?.kid !== key.kid) {
      return { keys: withEnds(left, longest), happened: 'retired' };
    }
    const next = left.find((each) => each.algorithm === key.algorithm && stateOf(each, ring, at) === 'next');
    successor = next ? { ...next, signsFrom: at } : await makeKey(key.algorithm, at, at);
    const keys = withEnds([...left.filter((each) => each !== next), successor], longest);
    return { keys, happened: 'retired' };
  });
  return successor;
}

/** Rotates by the realm's settings. Each write expects the ring unchanged, so no lease is needed. */
export const keyJob = (parts: RotationParts): Job => ({
  name: 'keys',
  every: minutes(30),
  run: () => tendKeys(parts, { kind: 'system', id: 'keys', requestId: newId() }),
});
