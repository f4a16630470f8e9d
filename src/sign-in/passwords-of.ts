import { chooseOwn } from '../identity/passwords/change-own-password.js';
import type { PasswordChecker as Judge } from '../identity/passwords/check-password.js';
import type { UserService } from '../identity/users/user-service.js';
import type { Realm } from '../storage/store.js';
import type { KnowUser } from './known-user.js';
import type { Passwords } from './passwords.js';

/** The passwords of this realm, with people as far as the next step hangs on them. */
export const passwordsOf = (
  realm: Realm,
  users: Pick<UserService, 'setPassword'>,
  judge: Judge,
  know: KnowUser,
): Passwords => ({
  async verify(typed, address, browser) {
    const outcome = await judge.verify(typed, address, browser);
    return outcome.kind === 'ok' ? { kind: 'ok', user: await know(outcome.user) } : outcome;
  },
  async choose(by, { id, signOutEpoch: epoch }, password, session) {
    const chosen = await chooseOwn(realm, users, by, { id, password, epoch, session, another: true });
    return chosen.kind === 'ok' ? { ...chosen, user: await know(chosen.user) } : chosen;
  },
});
