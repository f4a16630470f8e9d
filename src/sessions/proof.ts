import type { Level } from '../base/authentication-level.js';
import type { Instant } from '../base/clock.js';

/** One thing that was shown: with which method, when. */
export type Proof = {
  /** The `amr` value of its authenticator (RFC 8176). */
  method: string;
  /** The factor that it proves, as its authenticator declared. Absent in proofs that an earlier version wrote. */
  factor?: Factor;
  at: Instant;
  /**
   * The connector that confirmed it, for a first factor: a linked user can sign in by several. Absent in proofs that an earlier version
   * wrote: the user's userstore.
   */
  connector?: string;
  /** `at` is when an identity provider answered; it did not tell when the person proved themselves there. */
  ageUnknown?: true;
  /** The level that this connector confirmed at that moment, by its mapping. Absent: what the factor itself shows. */
  level?: Level;
};

/** The `amr` of a sign-in at another identity provider. How the person proved themselves there is its affair. */
export const FEDERATED = 'fed';

/** `first`: who the person is. `second`: the same once more, by something else; alone it proves nothing. */
export type Factor = 'first' | 'second';

/** The methods of a version before, which stored no factor beside them. */
const FACTORS_BEFORE: ReadonlyMap<string, Factor> = new Map([
  ['pwd', 'first'],
  ['otp', 'second'],
]);

/** The factor that a proof counts as; undefined if it counts as none. */
export const factorOf = ({ factor, method }: Proof): Factor | undefined => factor ?? FACTORS_BEFORE.get(method);
