import type { Instant } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import type { OverBudget } from '../../base/token-budget.js';
import { spec } from '../../storage/spec.js';

/**
 * All kinds of token in one collection, so that a value of unknown kind is looked up once. The id is the hash of the token; for
 * a refresh token, of its family; for a JWT, of its `jti`.
 */
export type Token = {
  id: Hashed;
  kind: TokenKind;
  clientId: string;
  /** When that client was created: one created anew under the same id is another. Absent in older tokens. */
  clientMade?: Instant;
  /** Absent for a client acting for itself. */
  userId?: string;
  grantId?: string;
  sessionUid?: string;
  /** The connector of the sign-in that a code or refresh token came from. Absent in older ones: not known. */
  connector?: string;
  /** Ends with its session. */
  sessionBound: boolean;
  issuedAt: Instant;
  /** Only for a token without a grant; others end with their grant. */
  revokedAt?: Instant;
  /** A code that has been redeemed. */
  consumedAt?: Instant;
  /** The current refresh token of this family, hashed as a whole. */
  current?: Hashed;
  /** When it became current, if it replaced another. */
  rotatedAt?: Instant;
  /** For a refresh token: the one that was exchanged for `current`. */
  previous?: Hashed;
  /** The token that was issued for this code, or for `previous`: see `redemption`. */
  paidFor?: Hashed;
  /** Until this time its absence proves that nobody was answered. */
  unansweredUntil?: Instant;
  /** The protocol library's payload as JSON; for a JWT, the data that userinfo needs besides its claims. */
  payload?: string;
  /** The sources of an API's access token. */
  record?: IssueRecord;
  expiresAt: Instant;
};

/** `receipt`: grants nothing; it takes the id of a token that was never written (see `redemption`). */
export type TokenKind =
  'authorization-code' | 'access-token' | 'refresh-token' | 'client-credentials' | 'jwt' | 'receipt';

/** The sources of an access token, to explain it later. */
export type IssueRecord = {
  audience: string;
  scope: string[];
  /** The assignments behind its content. */
  assignmentIds: string[];
  /** The versions of the roles and groups on their paths. */
  roles: Versioned[];
  groups: Versioned[];
  /** Set if it would have exceeded its client's budget. */
  overBudget?: OverBudgetRecord;
};

/** Both in bytes; and the omitted claims. */
export type OverBudgetRecord = { bytes: number; budget: number; rule: OverBudget; leftOut: string[] };

export type Versioned = { id: string; version: number };

export const tokens = spec<Token>()({
  name: 'tokens',
  scope: 'realm',
  revalidated: true,
  version: 1,
  indexed: {},
  hashed: ['id', 'current', 'previous', 'paidFor'],
  sealed: ['payload'],
  unique: {},
  queries: {},
});
