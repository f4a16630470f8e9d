import type { Instant } from '../../base/clock.js';
import type { IdentityQuestion } from '../../identity/userstores/admit-identity.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { Proof } from '../../sessions/proof.js';

/**
 * An identity that a connector confirmed for this browser, and about which the person is asked before there is a user. It grants nothing:
 * the answer is judged anew by the rules of the connector.
 */
export interface PendingIdentity {
  /** Random: the forms that answer are bound to it. */
  readonly id: string;
  readonly connector: string;
  readonly identity: UpstreamIdentity;
  readonly question: IdentityQuestion;
  /** The first factor, as the connector confirmed it. */
  readonly proof: Proof;
  /** When that was. Absent: at the time of the proof, which may be long before where the upstream tells it. */
  readonly confirmedAt?: Instant;
  /** As in an attempt. */
  readonly remember?: boolean;
}

/** In characters. The identity of somebody in hundreds of groups is shorter. */
const LONGEST = 200_000;

/**
 * For the store. Where it is too long the groups are left out, as if the upstream had not reported them: the next sign-in assigns what they
 * give. Undefined: it is still too long.
 */
export function pendingText(pending: PendingIdentity): string | undefined {
  const { groups: _, ...ungrouped } = pending.identity;
  const texts = [pending.identity, ungrouped].map(({ claims, ...identity }) =>
    JSON.stringify({ ...pending, identity: { ...identity, claims: [...claims] } }),
  );
  return texts.find(({ length }) => length <= LONGEST);
}

/** Parses a stored one. */
export function readPending(stored: string): PendingIdentity {
  // We wrote it; the seal proves that.
  const { identity, ...pending } = JSON.parse(stored) as StoredPending;
  return { ...pending, identity: { ...identity, claims: new Map(identity.claims) } };
}

type StoredPending = Omit<PendingIdentity, 'identity'> & {
  readonly identity: Omit<UpstreamIdentity, 'claims'> & {
    readonly claims: readonly (readonly [string, readonly string[]])[];
  };
};
