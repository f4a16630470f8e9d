import type { InteractionResults, KoaContextWithOIDC } from 'oidc-provider';
import type { Facts, Missing } from '../sign-in/facts.js';
import type { Proof } from '../sessions/proof.js';
import { missingOf } from './missing.js';
import { currentScope } from './request-scope.js';
import { loginOf } from './sign-in-result.js';

/** At the authorization endpoint: the live session, and when the request resumes, this interaction's result with it. */
export const factsOfRequest = (ctx: KoaContextWithOIDC): Promise<Facts> =>
  factsFrom({
    userId: ctx.oidc.session?.accountId,
    sessionProofs: currentScope().browserSession?.proofs,
    results: ctx.oidc.result,
    missing: missingOf(ctx.oidc, ctx.oidc.grant),
  });

interface Known {
  /** Who the session belongs to; after a sign-in the library has put the new user there. */
  readonly userId: string | undefined;
  readonly sessionProofs: readonly Proof[] | undefined;
  /** What this interaction has come to so far. */
  readonly results: InteractionResults | undefined;
  readonly missing: Missing;
}

export async function factsFrom({ userId, sessionProofs, results, missing }: Known): Promise<Facts> {
  const login = loginOf(results);
  const user = userId === undefined ? undefined : await currentScope().user(userId);
  return {
    ...(user && { user: { id: user.id, state: user.state } }),
    proofs: login?.proofs ?? sessionProofs ?? [],
    authenticatedHere: login !== undefined,
    consentedHere: results?.consent !== undefined,
    missing,
  };
}
