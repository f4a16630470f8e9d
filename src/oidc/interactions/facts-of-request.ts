import type { InteractionResults, KoaContextWithOIDC } from 'oidc-provider';
import { attemptAlive } from '../../sign-in/flow/attempt.js';
import type { Facts, Missing } from '../../sign-in/flow/facts.js';
import type { KnowUser } from '../../sign-in/known-user.js';
import type { Proof } from '../../sessions/proof.js';
import { missingOf, missingUnasked } from './unconsented.js';
import { currentScope } from '../request-scope/request-scope.js';
import { epochOfLogin, loginOf } from './sign-in-result.js';

/** At the authorization endpoint: the live session, and when the request resumes, this interaction's result with it. */
export const factsOfRequest = (ctx: KoaContextWithOIDC, know: KnowUser): Promise<Facts> =>
  factsFrom(know, {
    userId: ctx.oidc.session?.accountId,
    sessionProofs: currentScope().reads.browserSession?.proofs,
    results: ctx.oidc.result,
    missing: missingHere(ctx.oidc),
  });

function missingHere(oidc: KoaContextWithOIDC['oidc']): Missing {
  const missing = missingOf(oidc, oidc.grant);
  return oidc.prompts.has('none') ? missingUnasked(missing) : missing;
}

interface RequestFacts {
  /** The session's user; after a sign-in the library has put the new user there. */
  readonly userId: string | undefined;
  readonly sessionProofs: readonly Proof[] | undefined;
  /** The result of this interaction so far. */
  readonly results: InteractionResults | undefined;
  readonly missing: Missing;
}

export async function factsFrom(
  know: KnowUser,
  { userId, sessionProofs, results, missing }: RequestFacts,
): Promise<Facts> {
  const login = loginOf(results);
  const user = userId === undefined ? undefined : await currentScope().reads.user(userId);
  const signOutEpoch = login && epochOfLogin(login);
  const counts = user && signOutEpoch !== undefined ? attemptAlive({ signOutEpoch }, user) : true;
  return {
    ...(user && { user: await know(user) }),
    // The user who signed in here may differ from the session's; valid proofs of the session were taken over then.
    shownBefore: login ? [] : (sessionProofs ?? []),
    shownHere: login && counts ? login.proofs : [],
    chosenHere: results?.['chosen'] !== undefined,
    consentedHere: results?.consent !== undefined,
    missing,
  };
}
