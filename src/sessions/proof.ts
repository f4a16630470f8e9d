import type { Level } from '../base/authentication-level.js';
import type { Instant } from '../base/clock.js';
import { hashOf, type Hashed } from '../base/crypto/hash-of.js';

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
  /** Which account at the connector, by {@link upstreamName}. Absent: the connector tells nothing of sign-outs. */
  account?: Hashed;
  /** Which session there, by {@link upstreamName}. Absent: the connector did not tell. */
  upstreamSession?: Hashed;
  /** How a message about a sign-out there names the person or the session, by {@link upstreamName}. Absent: by the account. */
  signOutName?: Hashed;
  /**
   * The session there ends then, and so does one here that began with this. In another one, this counts no longer. Absent: nobody knows.
   */
  endsAt?: Instant;
  /** What a sign-out there needs, such as an ID token. It is secret: a session keeps it apart, and sealed. */
  signOutHint?: string;
};

/** How a sign-in names an account or a session of an upstream: alike in length, whatever the upstream writes. */
export const upstreamName = (connector: string, name: string): Hashed => hashOf(JSON.stringify([connector, name]));

/** The `amr` of a sign-in at another identity provider. How the person proved themselves there is its affair. */
export const FEDERATED = 'fed';

/** `first`: who the person is. `second`: the same once more, by something else; alone it proves nothing. */
export type Factor = 'first' | 'second';

/** The methods of a version before, which stored no factor beside them. */
const FACTORS_BEFORE: ReadonlyMap<string, Factor> = new Map([
  ['pwd', 'first'],
  ['otp', 'second'],
]);

/** What names the account and the session at an upstream, of a proof that came from there. */
export type UpstreamProof = Required<Pick<Proof, 'connector' | 'account'>> &
  Pick<Proof, 'upstreamSession' | 'signOutName'>;

/** Undefined if it did not come from an upstream that tells of sign-outs. */
export function upstreamOf({ connector, account, upstreamSession, signOutName }: Proof): UpstreamProof | undefined {
  if (connector === undefined || account === undefined) return undefined;
  return {
    ...{ connector, account },
    ...(upstreamSession !== undefined && { upstreamSession }),
    ...(signOutName !== undefined && { signOutName }),
  };
}

/** By which a message about a sign-out there finds this one. */
export const namesOf = ({ account, signOutName }: Omit<UpstreamProof, 'connector'>): Hashed[] => [
  ...new Set([account, ...(signOutName === undefined ? [] : [signOutName])]),
];

/** The factor that a proof counts as; undefined if it counts as none. */
export const factorOf = ({ factor, method }: Proof): Factor | undefined => factor ?? FACTORS_BEFORE.get(method);
