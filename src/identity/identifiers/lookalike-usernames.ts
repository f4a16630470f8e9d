import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { hours, type Instant, now } from '../../base/clock.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import type { RecordOutcome } from '../../changes/record-outcome.js';
import { spec } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, replace, type Write } from '../../storage/write.js';
import { foldIdentifier } from './normalize-identifier.js';
import { identifiers, PRIMARY_STORE } from './identifier.js';
import { scriptsOf, skeletonOf } from './name-skeleton.js';

/**
 * Names with this skeleton are given one at a time: each commit that gives one writes this document as it read it, so that of two that look
 * alike the second sees the first. No unique key could say it: `rn` and `m` in one alphabet may both be given.
 */
export type NameTurn = { id: string; expiresAt: Instant };

export const nameTurns = spec<NameTurn>()({
  name: 'nameTurns',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

/** No commit takes as long, whatever two machines' clocks say. */
const KEPT = hours(1);
const TRIES = 8;
/** Of one skeleton there are as many as people gave names that differ in `l` and `1`. */
const LOOKED_AT = 100;

/** A name that somebody else has, in another alphabet, and that this one can be taken for; undefined: there is none. */
export async function lookalikeOf(realm: Realm, name: string, userId?: string): Promise<string | undefined> {
  const folded = foldIdentifier(name);
  if (!folded.ok) return undefined;
  const query = { store: PRIMARY_STORE, skeleton: skeletonOf(folded.value) };
  const { rows } = await realm.of(identifiers).find('bySkeleton', query, { limit: LOOKED_AT });
  const scripts = scriptsOf(folded.value);
  return rows.find((row) => row.userId !== userId && scriptsOf(row.value) !== scripts)?.value;
}

/** As the end of a sentence about a username. */
export const lookalikeFault = (other: string): string =>
  `looks like ${other}, which is somebody else's, in another alphabet. Take a name that nobody takes for it.`;

/**
 * The write that goes with giving this username, in the same commit: it is refused where a name that looks alike is given meanwhile.
 * Refused as `invalid` where the name can be taken for somebody else's in another alphabet.
 *
 * @param userId who is to get it; absent: somebody new
 */
export async function nameTurn(realm: Realm, username: string, userId?: string): Promise<Saved<Write>> {
  const folded = foldIdentifier(username);
  const id = skeletonOf(folded.ok ? folded.value : username);
  const [turn, other] = await Promise.all([realm.of(nameTurns).get(id), lookalikeOf(realm, username, userId)]);
  if (other !== undefined) return invalid(`The username ${lookalikeFault(other)}`);
  const next = { id, expiresAt: now() + KEPT };
  return { ok: true, value: turn ? replace(nameTurns, next, turn.version) : insert(nameTurns, next) };
}

/**
 * Gives a new username, unless it can be taken for somebody's in another alphabet.
 *
 * @param record commits what gives the name, with one more write behind its own
 * @param own how many those are
 * @returns refused as `invalid` for a lookalike; else what the commit came to
 */
export async function giveUsername(
  realm: Realm,
  username: string,
  record: (turn: Write) => Promise<RecordOutcome>,
  own: number,
): Promise<Saved<RecordOutcome>> {
  const giveOnce = async (): Promise<Saved<RecordOutcome>> => {
    const turn = await nameTurn(realm, username);
    return turn.ok ? { ok: true, value: await record(turn.value) } : turn;
  };
  const isTurnLost = (given: Saved<RecordOutcome>): boolean =>
    given.ok && !given.value.ok && given.value.refusedBy === 'store' && given.value.write === own;
  return retryOnConflict(giveOnce, isTurnLost, { most: TRIES });
}
