import type { Context } from 'koa';
import type { EvaluationContext } from '../../../access/evaluation/evaluation-context.js';
import type { User } from '../../../identity/users/user.js';

/** The contents of an access token that is alive. */
export interface LiveToken {
  readonly clientId: string;
  /** Absent if the client got the token for itself. */
  readonly user?: User;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  /** The thumbprint of the key that it is bound to (RFC 9449 6.1). */
  readonly boundTo?: string | undefined;
  readonly authentication?: EvaluationContext['authentication'];
  /** The connector of its sign-in. */
  readonly connector?: string;
}

/** The result of checking a DPoP proof. `error` is that of RFC 9449; `words` are for the log. */
export type ProofResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce'; readonly words: string };

/** Verifies access tokens: a port, which `oidc/` implements. */
export interface AccessTokens {
  /** Undefined unless it is a live access token of this issuer. ID tokens, codes, and revoked or expired tokens are not. */
  readonly read: (presented: string) => Promise<LiveToken | undefined>;
  /** Checks the DPoP proof of this request (RFC 9449 4.3) for a token that is bound to a key. A proof is accepted once. */
  readonly checkProof: (ctx: Context, presented: string, token: LiveToken) => Promise<ProofResult>;
  /** The algorithms of proofs, for challenges. */
  readonly proofAlgorithms: readonly string[];
}
