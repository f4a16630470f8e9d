import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { replace, type Write } from '../../storage/write.js';
import { type Token, tokens } from './token.js';

/**
 * The exchange of a code or refresh token by one request for what it issues.
 *
 * If the store has cheap commits, the exchange and everything it is for are one commit. Elsewhere the exchange comes first, by
 * compare-and-set, and the rest follows in one tick. A process may end between the two. The document therefore names the token
 * that it was exchanged for (`paidFor`). While that token was not written, the client received nothing, and the same code or
 * refresh token may be exchanged again. Before that, a receipt takes the token's id, so that the token can no longer be
 * written.
 */
export interface Redemption {
  /** The document as read. */
  readonly before: Stored<Token>;
  /** Consumed, or with the successor as `current`. */
  readonly after: Token;
  /** For a refresh token: the hash of the presented value. */
  readonly presented?: Hashed;
  /** Whether a repetition would issue the same successor. */
  readonly isRepeatable?: boolean;
}

/** A write that waits for the response. */
export interface HeldWrite {
  readonly write: Write;
  /** Writes it alone, so that inserts of one tick travel together. Returns whether it was written. */
  readonly alone: () => Promise<boolean>;
  /** If its expected version has changed, it is omitted, and the others are written. */
  readonly isOptional?: boolean;
}

/** @param presented for a refresh token */
const isGood = (token: Token, presented: Hashed | undefined): boolean =>
  presented === undefined ? token.consumedAt === undefined : token.current === presented;

/** Whether the presented value is the one that was exchanged last. */
const isLastUsed = (token: Token, presented: Hashed | undefined): boolean =>
  presented === undefined ? token.consumedAt !== undefined : token.previous === presented;

/** Whether this is the version that we wrote after `before` was read. */
const isOurs = (token: Token, { after }: Redemption): boolean =>
  after.current === undefined
    ? after.paidFor !== undefined && token.paidFor === after.paidFor
    : token.current === after.current;

/**
 * The document in which the presented value may be exchanged: it is valid, or was exchanged for a token that was never written,
 * so that nobody was answered. This is known for half of that token's lifetime. A clock that is wrong by less than the other
 * half therefore never takes an expired token for one that was never written.
 *
 * Another process that could not answer undoes its exchange as soon as the store is back, so this waits a moment for it.
 */
export async function openAgain(
  realm: Realm,
  token: Stored<Token>,
  presented: Hashed | undefined,
): Promise<Stored<Token> | undefined> {
  let latest = token;
  for (let look = 1; ; look++) {
    if (isGood(latest, presented)) return latest;
    const { paidFor, unansweredUntil = 0 } = latest;
    if (paidFor === undefined || !isLastUsed(latest, presented) || now() >= unansweredUntil) return undefined;
    if (!isWritten(await realm.of(tokens).get(paidFor))) return latest;
    if (look === LOOKS) return undefined;
    await delay(BETWEEN_LOOKS);
    const found = await realm.of(tokens).get(token.id);
    if (!found) return undefined;
    latest = found;
  }
}

const LOOKS = 6;
const BETWEEN_LOOKS = 200;

const isWritten = (token: Token | undefined): boolean => token !== undefined && !isWithdrawn(token);
const isWithdrawn = ({ kind, revokedAt }: Token): boolean => kind === 'receipt' && revokedAt !== undefined;

/** Takes the id of the token that an exchange was for. False: that token was written after all. */
async function withdraw(realm: Realm, token: Token): Promise<boolean> {
  const receipt = receiptOf(token);
  if (!receipt) return false;
  const collection = realm.of(tokens);
  if ((await collection.insert({ ...receipt, revokedAt: now() })).ok) return true;
  return !isWritten(await collection.get(receipt.id));
}

/** Records, under the id of the token that an exchange was for, that its client was answered with another token. */
export function receiptOf({ paidFor, clientId, sessionBound, expiresAt }: Token): Token | undefined {
  if (paidFor === undefined) return undefined;
  return { id: paidFor, kind: 'receipt', clientId, sessionBound, issuedAt: now(), expiresAt };
}

/**
 * Exchanges, and writes what is held with it. False: another request presented it too, or has exchanged it; then nothing that
 * was written is valid once the grant is revoked.
 *
 * @param until by `performance.now()`: nothing is begun after it
 * @throws StoreUnavailable if it is not known whether everything was written
 */
export async function redeem(
  realm: Realm,
  redemption: Redemption,
  held: readonly HeldWrite[],
  until: number,
): Promise<boolean> {
  const collection = realm.of(tokens);
  const { before, presented } = redemption;
  const again = persistently(until);
  const writeAt = realm.hasCheapCommits
    ? (version: number) => commitAll(realm, redemption, held, version)
    : (version: number) => inSteps(realm, redemption, held, version, again);

  let latest: Stored<Token> = before;
  for (;;) {
    assertTimeLeft(until);
    if (latest !== before && isOurs(latest, redemption)) return writeHeld(realm, held, again);
    const current = latest;
    const open = await again(() => openAgain(realm, current, presented));
    if (!open) return false;
    const isFree = isGood(open, presented) || (await again(() => withdraw(realm, open)));
    const done = isFree ? await writeAt(open.version) : 'changed';
    if (done !== 'changed') return done === 'written';
    const found = await again(() => collection.get(before.id));
    if (!found) return false;
    // A read from before the refused write contains nothing new.
    if (found.version === open.version && isFree) {
      await delay(PAUSE);
    }
    latest = found;
  }
}

type Done = 'written' | 'changed' | 'withdrawn';

async function commitAll(
  realm: Realm,
  { after }: Redemption,
  held: readonly HeldWrite[],
  version: number,
): Promise<Done> {
  let others = held;
  for (;;) {
    const outcome = await realm.commit([replace(tokens, after, version), ...others.map(({ write }) => write)]);
    if (outcome.ok) return 'written';
    const refused = others[outcome.write - 1];
    if (!refused) return 'changed';
    if (!refused.isOptional) return 'withdrawn';
    others = others.filter((each) => each !== refused);
  }
}

async function inSteps(
  realm: Realm,
  { after }: Redemption,
  held: readonly HeldWrite[],
  version: number,
  again: Persistently,
): Promise<Done> {
  // Whether an unanswered write happened shows when the next one is refused: see isOurs.
  const written = await again(() => realm.of(tokens).replace(after, version));
  if (!written.ok) return written.refusal.code === 'changed' ? 'changed' : 'withdrawn';
  return (await writeHeld(realm, held, again)) ? 'written' : 'withdrawn';
}

/** In one tick. False: the token that the exchange was for has been withdrawn. */
async function writeHeld(realm: Realm, held: readonly HeldWrite[], again: Persistently): Promise<boolean> {
  const written = await Promise.all(
    held.map(async ({ write, alone, isOptional }) => {
      if (await again(alone)) return true;
      if (isOptional || write.kind !== 'insert' || write.spec !== tokens) return true;
      // Its id is random, so it is ours from an unanswered attempt, or a receipt.
      const stored = await again(() => realm.of(tokens).get(write.document['id'] as Hashed));
      if (stored?.kind !== 'receipt') return stored !== undefined;
      if (isWithdrawn(stored)) return false;
      throw new StoreUnavailable('another request of the same client was answered meanwhile');
    }),
  );
  return written.every(Boolean);
}

/**
 * For an exchange that was never answered: makes the token valid again. If its client would get the same successor again,
 * restarts the interval for that. Also prevents late writes. Does nothing if another request has exchanged it.
 *
 * @throws StoreUnavailable; the caller retries
 */
export async function undoRedemption(realm: Realm, redemption: Redemption): Promise<void> {
  const collection = realm.of(tokens);
  const { before, presented } = redemption;
  let expected = before.version;
  for (;;) {
    if ((await collection.replace(reopened(redemption), expected)).ok) return;
    const stored = await collection.get(before.id);
    if (!stored) return;
    if (stored.version === expected) throw new StoreUnavailable('what it reads is older than what it writes');
    if (!isOurs(stored, redemption) && !isGood(stored, presented)) return;
    expected = stored.version;
  }
}

function reopened({ before, after, presented, isRepeatable }: Redemption): Token {
  if (isRepeatable) return { ...after, rotatedAt: now() };
  const { version: _, consumedAt: __, ...token } = before;
  return presented === undefined ? token : { ...token, current: presented };
}

/** The fields by which a document remembers an exchange until its result is known to be written. */
export function paying(used: Token, presented: Hashed | undefined, held: readonly HeldWrite[]): Token {
  const paid = held
    .map(({ write }) => (write.kind === 'insert' && write.spec === tokens ? (write.document as Token) : undefined))
    .find((token) => token?.kind === 'jwt' || token?.kind === 'access-token');
  const { paidFor: _, unansweredUntil: __, ...after } = used;
  if (!paid) return after;
  return {
    ...after,
    ...(presented !== undefined && { previous: presented }),
    paidFor: paid.id,
    unansweredUntil: now() + Math.floor((paid.expiresAt - now()) / 2),
  };
}

type Persistently = <T>(work: () => Promise<T>) => Promise<T>;

const PAUSE = 50;

/** The client has been answered 503 by then, and the undo may be running: later writes would not be undone. */
function assertTimeLeft(until: number): void {
  if (performance.now() > until) throw new StoreUnavailable('the time for this request is over');
}

/** Retries while there is time: an engine may give up long before. */
const persistently =
  (until: number): Persistently =>
  async (work) => {
    for (;;) {
      assertTimeLeft(until);
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || performance.now() + PAUSE > until) throw error;
        await delay(PAUSE);
      }
    }
  };
