import type { Instant } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import type { OverBudget } from '../../base/token-budget.js';
import { spec } from '../../storage/spec.js';

/**
 * Every kind of token, in one collection: a value whose kind nobody knows is looked up once.
 * The id is the hash of the token; of a refresh token, of its family's half; of a JWT, of its `jti`.
 */
export type Token = {
  id: Hashed;
  kind: TokenKind;
  clientId: string;
  /** When that client was made: one made anew under the same id is another. Absent in tokens from before it was kept. */
  clientMade?: Instant;
  /** Absent for a client acting for itself. */
  userId?: string;
  grantId?: string;
  sessionUid?: string;
  /** Dies with its session. */
  sessionBound: boolean;
  issuedAt: Instant;
  /** Only for a token without a grant; others end with their grant. */
  revokedAt?: Instant;
  /** A code that has been redeemed. */
  consumedAt?: Instant;
  /** The refresh token of this family that is good now, whole. */
  current?: Hashed;
  /** When it became so, where it followed another. */
  rotatedAt?: Instant;
  /** For a refresh token: the one that was exchanged for `current`. */
  previous?: Hashed;
  /** The token that was issued for this code, or for `previous`: see `redemption`. */
  paidFor?: Hashed;
  /** Until when its absence says that nobody was answered. */
  unansweredUntil?: Instant;
  /** The protocol library's payload as JSON; for a JWT, what userinfo needs besides its claims. */
  payload?: string;
  /** Why an access token for an API says what it says. */
  record?: IssueRecord;
  expiresAt: Instant;
};

/** `receipt`: opens nothing; it has the place of a token that was never written (see `redemption`). */
export type TokenKind =
  'authorization-code' | 'access-token' | 'refresh-token' | 'client-credentials' | 'jwt' | 'receipt';

/** The sources of an access token, to explain it later. */
export type IssueRecord = {
  audience: string;
  scope: string[];
  /** The assignments that gave what is in it. */
  assignmentIds: string[];
  /** The versions of what those assignments lead through. */
  roles: Versioned[];
  groups: Versioned[];
  /** Where it would have been longer than its client's budget. */
  overBudget?: OverBudgetRecord;
};

/** Both in bytes; and the claims that were left out. */
export type OverBudgetRecord = { bytes: number; budget: number; rule: OverBudget; leftOut: string[] };

export type Versioned = { id: string; version: number };

export const tokens = spec<Token>()({
  name: 'tokens',
  scope: 'realm',
  version: 1,
  indexed: {},
  hashed: ['id', 'current', 'previous', 'paidFor'],
  sealed: ['payload'],
  unique: {},
  queries: {},
});
