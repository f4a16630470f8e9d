import type { InteractionResults } from 'oidc-provider';
import type { Instant } from '../../base/clock.js';
import type { SignInResult } from '../../sign-in/interaction.js';
import { authenticatedAt, levelOf, methodsOf } from '../../sign-in/flow/authentication-levels.js';
import type { Proof } from '../../sessions/proof.js';
import { epochBefore, type SignOutEpoch } from '../../sessions/sign-out-epoch.js';

/** The result of a sign-in in its interaction: the library's own fields, and what they were made from. */
export type LoginResult = {
  readonly accountId: string;
  readonly ts: number;
  readonly acr: string;
  readonly amr: string[];
  /** Absent: as the session has it. */
  readonly remember?: boolean;
  readonly proofs: Proof[];
  /** Absent where a server of an earlier version wrote it. */
  readonly startedAt?: Instant;
  /** Absent where a server of the version before wrote it. */
  readonly signOutEpoch?: SignOutEpoch;
};

export function loginResult({
  userId,
  startedAt,
  signOutEpoch,
  proofs,
  remember,
}: SignInResult & { readonly kind: 'signed-in' }): LoginResult {
  const level = levelOf(proofs);
  const at = authenticatedAt(proofs);
  if (level === undefined || at === undefined) throw new Error('Nobody signs in without a password.');
  return {
    accountId: userId,
    ts: Math.floor(at / 1000),
    acr: level,
    amr: [...methodsOf(proofs)],
    ...(remember !== undefined && { remember }),
    proofs: [...proofs],
    startedAt,
    signOutEpoch,
  };
}

/** The epoch of a sign-in; undefined where nothing says when it began. */
export const epochOfLogin = ({
  signOutEpoch,
  startedAt,
}: Pick<LoginResult, 'signOutEpoch' | 'startedAt'>): SignOutEpoch | undefined =>
  signOutEpoch ?? (startedAt === undefined ? undefined : epochBefore(startedAt));

/** The login of an interaction's results, which were sealed as {@link loginResult} made them. */
export const loginOf = (results: InteractionResults | undefined): LoginResult | undefined =>
  results?.login as LoginResult | undefined;
