import { problem } from '../../base/problems/problem.js';
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
 * Names with this skeleton are assigned one at a time. Each commit that assigns one also writes this document as it read it, so
 * the second of two lookalikes sees the first. A unique key could not express this: `rn` and `m` in one alphabet may both be
 * assigned.
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

/** Longer than any commit takes, allowing for clock differences. */
const KEPT = hours(1);
const TRIES = 8;
/** One skeleton has several names if they differ only in letters such as `l` and `1`. */
const LOOKED_AT = 100;

/** Another user's name in another alphabet that could be confused with this one; undefined if there is none. */
export async function lookalikeOf(realm: Realm, name: string, userId?: string): Promise<string | undefined> {
  const folded = foldIdentifier(name);
  if (!folded.ok) return undefined;
  const query = { store: PRIMARY_STORE, skeleton: skeletonOf(folded.value) };
  const { rows } = await realm.of(identifiers).find('bySkeleton', query, { limit: LOOKED_AT });
  const scripts = scriptsOf(folded.value);
  return rows.find((row) => row.userId !== userId && scriptsOf(row.value) !== scripts)?.value;
}

/**
 * The write that accompanies the assignment of this username, in the same commit. It is refused if a lookalike is assigned
 * meanwhile. Refused as `invalid` if the name looks like another user's in another alphabet.
 *
 * @param userId the user who is to receive it; absent: a new user
 */
export async function nameTurn(realm: Realm, username: string, userId?: string): Promise<Saved<Write>> {
  const folded = foldIdentifier(username);
  const id = skeletonOf(folded.ok ? folded.value : username);
  const [turn, other] = await Promise.all([realm.of(nameTurns).get(id), lookalikeOf(realm, username, userId)]);
  if (other !== undefined) return invalid(problem('username-lookalike', ['username'], { other }));
  const next = { id, expiresAt: now() + KEPT };
  return { ok: true, value: turn ? replace(nameTurns, next, turn.version) : insert(nameTurns, next) };
}

/**
 * Assigns a new username, unless it looks like another user's in another alphabet.
 *
 * @param record commits the assignment, with one more write after its own
 * @param own the number of its own writes
 * @returns refused as `invalid` for a lookalike; otherwise the result of the commit
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
