import type { Actor } from '../changes/actor.js';
import type { SecondFactorService } from '../identity/second-factor/second-factor-service.js';
import { survivingSession } from '../sessions/keep-session.js';
import type { Realm } from '../storage/store.js';
import type { KnownUser } from './flow/facts.js';
import type { KnowUser } from './known-user.js';
import type { EnrolOutcome } from './sign-in-request.js';

/** Enrols a second factor; everything of the user ends except the session of this browser. */
export const enrolBy =
  (realm: Realm, secondFactors: Pick<SecondFactorService, 'enrol'>, know: KnowUser) =>
  async (
    by: Actor,
    { id, signOutEpoch }: KnownUser,
    typed: { readonly seed: string; readonly code: string },
    session: string | undefined,
  ): Promise<EnrolOutcome> => {
    const enrolled = await secondFactors.enrol(by, id, typed, {
      epoch: signOutEpoch,
      ...(session !== undefined && { surviving: survivingSession(realm, { uid: session, userId: id }) }),
    });
    return enrolled.kind === 'ok' ? { ...enrolled, user: await know(enrolled.user) } : enrolled;
  };
