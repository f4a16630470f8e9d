import { now } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { type HeldWrite, paying, redeem, undoRedemption } from '../../sessions/tokens/redemption.js';
import type { Token } from '../../sessions/tokens/token.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import type { RequestUndos } from './request-undos.js';

/** A code or refresh token that is being exchanged. */
interface ExchangedToken {
  readonly before: Stored<Token>;
  /** Only for a refresh token: the hash of what was presented. */
  readonly presented?: Hashed;
  /** Absent for a refresh token until it has a successor. */
  readonly after?: Token;
  readonly isRepeatable?: boolean;
}

/** `none`: nothing was to be exchanged. `lost`: another request exchanged it. */
type ExchangeOutcome = 'none' | 'won' | 'lost';

/**
 * The code or refresh token that one request exchanges for new tokens.
 *
 * On a store with cheap commits it is used up in one commit with the new tokens, elsewhere before them. If these could not be written,
 * nobody got them, and the code or token is given back: see `redemption` and `pending-undos`.
 */
export class TokenExchange {
  readonly #realm: Realm;
  readonly #undos: Pick<RequestUndos, 'add' | 'forget'>;
  #exchanged: ExchangedToken | undefined;
  #answeringAgain: string | undefined;

  constructor(realm: Realm, undos: Pick<RequestUndos, 'add' | 'forget'>) {
    this.#realm = realm;
    this.#undos = undos;
  }

  /** The code or refresh token that this request exchanges, once it has been consumed. */
  get redeeming(): Stored<Token> | undefined {
    return this.#exchanged?.before;
  }

  /** The refresh token that this request exchanges. */
  get rotating(): Stored<Token> | undefined {
    return this.#exchanged?.presented === undefined ? undefined : this.#exchanged.before;
  }

  /** The successor that a refresh token already has. Its client gets it again, and nothing is rotated. */
  get answeringAgain(): string | undefined {
    return this.#answeringAgain;
  }

  answerAgain(successor: string): void {
    this.#answeringAgain = successor;
  }

  consumeCode(before: Stored<Token>): void {
    const { version: _, ...code } = before;
    this.#exchanged = { before, after: { ...code, consumedAt: now() } };
  }

  /**
   * @param presented its hash, whole
   * @param isRepeatable whether the same successor would be made again
   */
  consumeRefreshToken(before: Stored<Token>, presented: Hashed, isRepeatable = false): void {
    this.#exchanged = { before, presented, isRepeatable };
  }

  /** @param successor the family's document with its new `current` */
  succeedRefreshToken(successor: Token): void {
    if (!this.#exchanged) throw new Error('No refresh token is being rotated.');
    this.#exchanged = { ...this.#exchanged, after: successor };
  }

  /** Exchanges it together with the held writes. */
  redeem(held: readonly HeldWrite[], until: number): Promise<ExchangeOutcome> {
    return this.#redeem(held, until);
  }

  /** For an answer that is an error: a failed attempt uses a code up, and leaves a refresh token as it is. */
  async useUpCode(until: number): Promise<ExchangeOutcome> {
    return this.rotating ? 'none' : this.#redeem([], until);
  }

  async #redeem(held: readonly HeldWrite[], until: number): Promise<ExchangeOutcome> {
    const exchanged = this.#exchanged;
    if (!exchanged?.after) return 'none';
    const redemption = { ...exchanged, after: paying(exchanged.after, exchanged.presented, held) };
    const realm = this.#realm;
    this.#undos.add(exchanged.before.id, () => undoRedemption(realm, redemption));
    if (await redeem(realm, redemption, held, until)) return 'won';
    this.#undos.forget();
    return 'lost';
  }
}
