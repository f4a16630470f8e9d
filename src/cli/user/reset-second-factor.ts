import type { Actor } from '../../changes/actor.js';
import type { SecondFactorService } from '../../identity/second-factor/second-factor-service.js';
import type { User } from '../../identity/users/user.js';

/** Removes the second factor of a user who lost it, and ends all of their sessions. Returns the message to print. */
export async function resetSecondFactor(
  secondFactors: Pick<SecondFactorService, 'remove'>,
  by: Actor,
  { id, username }: Pick<User, 'id' | 'username'>,
): Promise<string> {
  return (await secondFactors.remove(by, id))
    ? `${username} has no second factor any more and is signed out everywhere. Who needs one sets it up at the next sign-in.`
    : `${username} has no second factor.`;
}
