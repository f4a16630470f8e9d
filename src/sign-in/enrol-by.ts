import type { Actor } from '../changes/actor.js';
import type { SecondFactorService } from '../identity/second-factor-service.js';
import { surviving } from '../sessions/survive.js';
import type { Realm } from '../storage/store.js';
import type { KnowUser } from './known-user.js';
import type { EnrolOutcome } from './visit.js';

/** Who makes a second factor a user's; everything of theirs ends by it, but the session that this browser has. */
export const enrolBy =
  (realm: Realm, secondFactors: Pick<SecondFactorService, 'enrol'>, know: KnowUser) =>
  async (
    by: Actor,
    userId: string,
    typed: { readonly seed: string; readonly code: string },
    session: string | undefined,
  ): Promise<EnrolOutcome> => {
    const enrolled = await secondFactors.enrol(by, userId, typed, {
      surviving: async (at) => (session === undefined ? [] : surviving(realm, session, at)),
    });
    return enrolled.kind === 'ok' ? { ...enrolled, user: await know(enrolled.user) } : enrolled;
  };
