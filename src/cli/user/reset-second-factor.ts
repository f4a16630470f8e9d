import type { Actor } from '../../changes/actor.js';
import type { SecondFactorService } from '../../identity/second-factor/second-factor-service.js';
import type { User } from '../../identity/users/user.js';

/** Takes a second factor away from somebody who lost it, and ends everything of theirs. Gives what to say of it. */
export async function resetSecondFactor(
  secondFactors: Pick<SecondFactorService, 'remove'>,
  by: Actor,
  { id, username }: Pick<User, 'id' | 'username'>,
): Promise<string> {
  return (await secondFactors.remove(by, id))
    ? `${username} has no second factor any more and is signed out everywhere. Who needs one sets it up at the next sign-in.`
    : `${username} has no second factor.`;
}
